"""Intervals that cover what they promise: stretched by how they did at earlier moments.

References
----------
Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world": intervals from the
quantiles of earlier misses, by classes of cases (Mondrian). Czado, Gneiting and Held (2009),
"Predictive model assessment for count data", Biometrics 65, 1254-1261, for the randomised PIT.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.lifetime_value._outlook import Outlook

__all__ = ["Widening", "learn_widening"]

_LIMITS = (1.0, 5.0)  # expected purchases that part light, middle and heavy buyers
_NAMES = ("light", "middle", "heavy")
_FEWEST = 100  # customers of a class; with fewer its coverage isn't known well enough
_NOMINAL = 0.9
_USUAL = norm.ppf((1 + _NOMINAL) / 2)
_WIDEST = 3.0
_LONGEST = 4.0  # times that a miss is carried on at most


@dataclass(frozen=True)
class Widening:
    """How much wider intervals are to be made, by what is expected of a customer.

    Parameters
    ----------
    table : a row per class (light: fewer than 1 purchase expected, middle, heavy: 5 or more)
        with ``customers``, ``covered`` (share inside the plain 90 % interval) and ``factor``
        (1: as they were), on the scale of a normal distribution.
    """

    table: pd.DataFrame

    def of(self, mean: np.ndarray) -> np.ndarray:
        """Return each customer's factor."""
        place = np.searchsorted(_LIMITS, mean, side="right")
        return self.table["factor"].to_numpy()[place]


def learn_widening(
    outlooks: list[Outlook], actuals: list[np.ndarray], growth: list[float], seed: int = 0
) -> Widening:
    """Learn from forecasts of earlier moments by how much intervals must be stretched.

    A class is stretched only where its misses are beyond chance, and never narrowed. The models
    hold each customer's rate for fixed; in fact rates wander. The longer the past, the surer the
    model is of a rate, and the longer the horizon, the further the rate has wandered by then: the
    part of the squared error that the model doesn't know of grows with past times horizon, beside
    the part that it knows of. So, of customers who buy often, a miss at an earlier moment is
    carried on by that product; of light buyers it isn't, since their chance is a Poisson's.

    Parameters
    ----------
    outlooks, actuals : the forecast of each moment, and what came.
    growth : past times horizon of the forecast that is to be corrected, by those of the moment.
    seed : of the randomised places.
    """
    places = [ahead.place(came, seed) for ahead, came in zip(outlooks, actuals, strict=True)]
    kinds = [np.searchsorted(_LIMITS, ahead.mean, side="right") for ahead in outlooks]
    # How far a miss is to be carried can't be seen at a single moment.
    carried = np.maximum(growth, 1.0) if len(growth) > 1 else np.ones(len(growth))
    rows = []
    for number in range(len(_NAMES)):
        parts = [place[kind == number] for place, kind in zip(places, kinds, strict=True)]
        rows.append(_class(parts, carried if number else np.ones(len(parts))))
    index = pd.Index(_NAMES, name="buyers")
    return Widening(pd.DataFrame(rows, index=index, columns=["customers", "covered", "factor"]))


def _class(parts: list[np.ndarray], growth: np.ndarray) -> tuple[int, float, float]:
    """Regress the excess of each moment on its scale, through zero."""
    enough = [len(part) >= _FEWEST for part in parts]
    reaches = [np.abs(norm.ppf(part)) for part, use in zip(parts, enough, strict=True) if use]
    n = sum(len(reach) for reach in reaches)
    if not n:
        return n, float("nan"), 1.0
    covered = float((np.concatenate(reaches) <= _USUAL).mean())
    excess = np.array([(np.quantile(reach, _NOMINAL) / _USUAL) ** 2 - 1 for reach in reaches])
    # Of a quantile of |z|: the share's standard error over the density there.
    density = 2 * norm.pdf(_USUAL) * _USUAL
    error = np.array([2 * 0.3 / np.sqrt(len(reach)) / density for reach in reaches])
    scale = 1 / growth[np.array(enough)]
    weight = scale * min(1.0, _LONGEST * scale.max()) / (scale @ scale)
    now, chance = excess @ weight, np.sqrt(error**2 @ weight**2)
    if now <= 2 * chance:
        return n, covered, 1.0
    return n, covered, float(min(np.sqrt(1 + now), _WIDEST))
