"""How unequally customers contribute: Lorenz curve, Gini coefficient, share of the top.

"A fifth of the customers brings four fifths of the revenue" is a claim to test, not a law.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability, check_values
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate

__all__ = ["Concentration", "concentration"]

_TOP = (0.01, 0.05, 0.10, 0.20, 0.50, 0.80)


@dataclass(frozen=True)
class Concentration:
    """How a total is spread over customers.

    Parameters
    ----------
    gini : from 0 (all bring the same) towards 1 (one brings all), with its interval.
    lorenz : customers, value: cumulated shares (0..1), from the smallest customer up, with the
        point (0, 0) in front.
    top : by the share of the customers (1, 5, 10, 20, 50 and 80 %, as 0.01 ... 0.8): share of the
        total that these bring (0..1), low, high.
    """

    gini: Estimate
    lorenz: pd.DataFrame = field(repr=False)
    top: pd.DataFrame = field(repr=False)

    def top_share(self, customers: float = 0.2) -> float:
        """Return the share of the total that the top share of the customers brings.

        Examples
        --------
        >>> concentration([1, 1, 1, 1, 6]).top_share(0.2)
        0.6
        """
        _check_share(customers, "customers")
        below = np.interp(1 - customers, self.lorenz["customers"], self.lorenz["value"])
        return float(1 - below)

    def customers_for(self, share: float = 0.8) -> float:
        """Return the share of the customers, the best first, that it takes to bring ``share``.

        Examples
        --------
        >>> concentration([1, 1, 1, 1, 6]).customers_for(0.6)
        0.2
        """
        _check_share(share, "share")
        below = np.interp(1 - share, self.lorenz["value"], self.lorenz["customers"])
        return round(float(1 - below), 12)


def concentration(
    values: pd.Series, confidence: float = 0.90, draws: int = 500, seed: int = 0
) -> Concentration:
    """Measure how unequally values, such as customers' revenues, are spread.

    Parameters
    ----------
    values : one per customer, each 0 or more, in any unit.
    confidence : of the intervals, between 0 and 1.
    draws : bootstrap samples of the customers that the intervals rest on.
    seed : of these samples.

    Raises
    ------
    ValueError : a value is negative or missing.
    InsufficientData : there is no value above 0.

    References
    ----------
    Lorenz (1905), Publications of the American Statistical Association 9(70); Gini (1912).

    Examples
    --------
    >>> print(f"{concentration([1, 3, 2, 1, 1, 1, 4]).gini.value:.7f}")
    0.3076923
    """
    values = pd.Series(values, dtype="float64").rename("values")
    finite = np.isfinite(values) & (values >= 0)
    check_values(values, finite, rule="0 or more", table="customers")
    ordered = np.sort(values.to_numpy())
    if not ordered.sum() > 0:
        raise InsufficientData(
            "concentration", f"{len(values):,} values, none above 0", "one above 0"
        )
    cumulated = np.r_[0, np.cumsum(ordered)]
    lorenz = pd.DataFrame(
        {
            "customers": np.linspace(0, 1, len(ordered) + 1),
            "value": cumulated / cumulated[-1],
        }
    )
    gini, top = _resampled(ordered, confidence, draws, seed)
    return Concentration(gini, lorenz, top)


def _check_share(share: float, name: str) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {share}")


def _gini(ordered: np.ndarray, times: np.ndarray) -> float:
    """Return the Gini coefficient where the value at each place, in order, occurs so many times."""
    n, total = times.sum(), (times * ordered).sum()
    # Mean rank of the copies of a value, counted from 1.
    rank = np.cumsum(times) - (times - 1) / 2
    return float((times * ordered * (2 * rank - n - 1)).sum() / (n * total))


def _tops(ordered: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return what the top shares bring where each value occurs so many times."""
    customers, value = np.cumsum(times), np.cumsum(times * ordered)
    below = np.interp(
        1 - np.array(_TOP), np.r_[0, customers / customers[-1]], np.r_[0, value / value[-1]]
    )
    return 1 - below


def _resampled(
    ordered: np.ndarray, confidence: float, draws: int, seed: int
) -> tuple[Estimate, pd.DataFrame]:
    check_probability(confidence, name="confidence")
    rng, n = np.random.default_rng(seed), len(ordered)
    once = np.ones(n)
    value = np.r_[_gini(ordered, once), _tops(ordered, once)]
    sampled = []
    for _ in range(draws):
        times = np.bincount(rng.integers(0, n, n), minlength=n)
        # A sample of nothing but zeros has no Gini coefficient; it is one of equal customers.
        equal = not times @ ordered > 0
        sampled.append(
            np.r_[0.0, _TOP] if equal else np.r_[_gini(ordered, times), _tops(ordered, times)]
        )
    low, high = np.quantile(sampled, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    low, high = np.minimum(low, value), np.maximum(high, value)
    gini = Estimate(
        float(value[0]), float(low[0]), float(high[0]), confidence=confidence, n=n,
        method=f"bootstrap, {draws:,} draws",
    )  # fmt: skip
    ends = {"share": value[1:], "low": low[1:], "high": high[1:]}
    return gini, pd.DataFrame(ends, index=pd.Index(_TOP, name="top"))
