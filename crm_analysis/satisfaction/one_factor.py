"""One common factor behind a set of items, by maximum likelihood, and McDonald's omega from it."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction._resampling import drawn_covariances, resampled_covariances
from crm_analysis.satisfaction.respondents import complete_items

__all__ = ["omega"]

# An item's own share of its variance is kept above 0, where the likelihood has no bound (Heywood).
_OWN = 0.005
_STEPS, _CLOSE = 500, 1e-7


def omega(
    answers: pd.DataFrame, confidence: float = 0.95, *, draws: int = 1000, seed: int = 0
) -> Estimate:
    """Return McDonald's omega: how much of the sum's variance is due to one common factor.

    Unlike alpha it doesn't assume that all items load alike; where they do, the two agree.

    Parameters
    ----------
    answers : one row per respondent, one column per item ([respondent_id] is none); rows with a
        missing answer are left out. Turn reverse-worded items round first.
    confidence : of the interval, between 0 and 1.
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Returns
    -------
    Estimate, 0 to 1.

    Raises
    ------
    InsufficientData : fewer than 3 items, no more complete respondents than items, or an item
        without spread.
    ValueError : an answer isn't a number; see ``decode``.

    References
    ----------
    McDonald (1999), Test Theory: A Unified Treatment, chapter 6. The factor is fitted by the EM
    algorithm of Rubin, Thayer (1982), Psychometrika 47(1), 69–76.

    Examples
    --------
    >>> answers = pd.DataFrame({"cold": [5, 4, 2, 6, 3, 5], "fresh": [6, 4, 3, 6, 2, 4],
    ...     "sealed": [5, 5, 2, 7, 4, 5]})
    >>> omega(answers, draws=50).value.__round__(2)
    0.95
    """
    check_probability(confidence, name="confidence")
    table = fit_table(answers, "omega")
    n = len(table)
    start = one_factor(resampled_covariances(table, np.ones((1, n))))
    value = float(_omega(*start)[0])
    drawn = _omega(*one_factor(drawn_covariances(table, draws, seed)))
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    ends = min(float(low), value), max(float(high), value)
    return Estimate(value, *ends, confidence, n, f"bootstrap, {draws:,} draws")


def fit_table(answers: pd.DataFrame, what: str) -> np.ndarray:
    """Return the complete rows, if they can carry a factor."""
    complete = complete_items(answers)
    table = complete.to_numpy()
    n, k = table.shape
    if k < 3 or n <= k:
        raise InsufficientData(
            what,
            f"{k} items and {n:,} such respondents",
            "at least 3 items and more respondents who answered all of them than items",
        )
    flat = complete.columns[np.ptp(table, axis=0) == 0]
    if len(flat):
        raise InsufficientData(
            what, f"only equal answers on “{flat[0]}”", "answers that differ on each item"
        )
    return table - table.mean(axis=0)


def one_factor(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return loadings and own variances (draws × items each) of every covariance matrix."""
    variance = np.einsum("dii->di", covariance).clip(min=0)
    floor = _OWN * variance
    loading, own = np.sqrt(0.5 * variance), 0.5 * variance
    for _ in range(_STEPS):
        before = loading
        weight = loading / np.maximum(own, 1e-12)
        slope = weight / (1 + (loading * weight).sum(axis=1, keepdims=True))
        with_factor = np.einsum("dij,dj->di", covariance, slope)
        left = 1 - (slope * loading).sum(axis=1, keepdims=True)
        loading = with_factor / (left + (slope * with_factor).sum(axis=1, keepdims=True))
        own = np.maximum(variance - loading * with_factor, floor)
        if np.abs(loading - before).max() < _CLOSE * np.sqrt(variance.max()):
            break
    return loading, own


def _omega(loading: np.ndarray, own: np.ndarray) -> np.ndarray:
    common = np.square(loading.sum(axis=1))
    return common / (common + own.sum(axis=1))
