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

_LIMITS = (0.0, 1.0, 5.0, np.inf)  # expected purchases that part light, middle and heavy buyers
_NAMES = ("light", "middle", "heavy")
_FEWEST = 100  # customers of a class; with fewer its coverage isn't known well enough
_NOMINAL = 0.9
_TOLERANCE = 0.02  # a miss this small isn't worth a correction
_FACTORS = (0.5, 3.0)


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
        place = np.searchsorted(_LIMITS[1:-1], mean, side="right")
        return self.table["factor"].to_numpy()[place]


def learn_widening(outlooks: list[Outlook], actuals: list[np.ndarray], seed: int = 0) -> Widening:
    """Learn from forecasts of earlier moments by how much intervals must be stretched.

    Only a class whose 90 % intervals missed by more than chance and by more than two points is
    corrected.

    Parameters
    ----------
    outlooks, actuals : the forecast of each moment, and what came.
    seed : of the randomised places.
    """
    places = [ahead.place(came, seed) for ahead, came in zip(outlooks, actuals, strict=True)]
    place = np.concatenate([*places, np.empty(0)])
    mean = np.concatenate([*(ahead.mean for ahead in outlooks), np.empty(0)])
    kind = np.searchsorted(_LIMITS[1:-1], mean, side="right")
    rows = [_class(place[kind == number]) for number in range(len(_NAMES))]
    index = pd.Index(_NAMES, name="buyers")
    return Widening(pd.DataFrame(rows, index=index, columns=["customers", "covered", "factor"]))


def _class(place: np.ndarray) -> tuple[int, float, float]:
    if len(place) < _FEWEST:
        return len(place), float("nan"), 1.0
    reach = np.abs(norm.ppf(place))
    usual = norm.ppf((1 + _NOMINAL) / 2)
    covered = float((reach <= usual).mean())
    chance = 2 * np.sqrt(_NOMINAL * (1 - _NOMINAL) / len(place))
    if abs(covered - _NOMINAL) <= max(_TOLERANCE, chance):
        return len(place), covered, 1.0
    factor = float(np.quantile(reach, _NOMINAL) / usual)
    return len(place), covered, float(np.clip(factor, *_FACTORS))
