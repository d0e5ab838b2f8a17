"""Whether each item goes with the rest of its scale, and what that would be without it."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction.respondents import complete_items

__all__ = ["item_analysis"]


def item_analysis(answers: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Correlate each item with the sum of the others, and give alpha without it.

    Parameters
    ----------
    answers : the items of one scale: a row per respondent, a column per item; rows with a missing
        answer are left out.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Frame by item: mean, spread (standard deviation, points), item_rest (correlation with the sum
    of the other items, −1 to 1), low, high (Fisher's interval of it), alpha_if_dropped (missing
    with two items). A negative item_rest is the mark of an item worded the other way round.

    Raises
    ------
    InsufficientData : fewer than 2 items or 4 complete respondents.

    References
    ----------
    Nunnally, Bernstein (1994), Psychometric Theory, 3rd ed., chapter 8. Fisher (1921), Metron 1,
    3–32: the interval.

    Examples
    --------
    >>> answers = pd.DataFrame({"cold": [5, 4, 2, 6, 3], "fresh": [6, 4, 3, 6, 2],
    ...     "late": [2, 4, 6, 1, 5]})
    >>> item_analysis(answers)["item_rest"].round(2).to_dict()
    {'cold': -0.57, 'fresh': -0.92, 'late': -0.98}
    """
    check_probability(confidence, name="confidence")
    complete = complete_items(answers)
    n, k = complete.shape
    if k < 2 or n < 4:
        raise InsufficientData(
            "the item analysis",
            f"{k} items and {n:,} such respondents",
            "at least 2 items and 4 respondents who answered all of them",
        )
    covariance = complete.cov().to_numpy()
    variance, with_sum = np.diag(covariance), covariance.sum(axis=0)
    # The rest is the sum without the item.
    rest = covariance.sum() - 2 * with_sum + variance
    size = np.sqrt(variance * rest)
    correlation = np.where(size > 0, (with_sum - variance) / np.where(size > 0, size, 1), np.nan)
    half = ndtri((1 + confidence) / 2) / np.sqrt(n - 3)
    middle = np.arctanh(correlation.clip(-1 + 1e-12, 1 - 1e-12))
    columns = {"mean": complete.mean(), "spread": complete.std(), "item_rest": correlation}
    columns |= {"low": np.tanh(middle - half), "high": np.tanh(middle + half)}
    columns["alpha_if_dropped"] = _alpha_without(variance, rest, k)
    return pd.DataFrame(columns, index=complete.columns.rename("item"))


def _alpha_without(variance: np.ndarray, rest: np.ndarray, items: int) -> np.ndarray:
    """Cronbach's alpha of the other items; one alone has none."""
    if items < 3:
        return np.full(len(variance), np.nan)
    others = variance.sum() - variance
    usable = rest > 0
    alpha = (items - 1) / (items - 2) * (1 - others / np.where(usable, rest, 1.0))
    return np.where(usable, alpha, np.nan)
