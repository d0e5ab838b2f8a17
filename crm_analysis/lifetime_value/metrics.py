"""How good a forecast of counts was: of the total, of each customer, and of their order.

No measure decides alone. MAE is smallest for the median, and where most customers don't buy
that is 0: "nobody buys" wins it. Rank correlation counts the order among the many who buy
nothing as much as the order among the few who matter.

References
----------
Czado, Gneiting and Held (2009), Biometrics 65, 1254-1261: scores of predicted counts.
"""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

__all__ = ["compare", "normalised_gini", "poisson_deviance", "poisson_deviances", "top_share"]

_LEAST = 1e-4  # purchases; an expectation of nothing isn't punished without limit


def compare(
    actual: np.ndarray, predicted: np.ndarray, revenue: np.ndarray | None = None
) -> dict[str, float]:
    """Compare expected with actual purchases of customers.

    Parameters
    ----------
    actual, predicted : purchases by customer.
    revenue : what each brought; without it the shares of the top are of purchases.

    Returns
    -------
    dict : ``predicted`` and ``actual`` (totals), ``aggregate_error`` (share of the actual
        total), ``rmse`` and ``mae`` (purchases per customer), ``normalised_gini`` (1: the order
        of customers is perfect, 0: it's chance), ``top_10_share`` and ``top_20_share`` (of what
        all brought, from the predicted best tenth and fifth), ``rank_correlation`` (Spearman).

    Examples
    --------
    >>> scores = compare(np.array([0, 1, 5]), np.array([0.5, 1.5, 4.0]))
    >>> scores["aggregate_error"], scores["mae"], scores["rank_correlation"]
    (0.0, 0.6666666666666666, 1.0)
    """
    actual, predicted = np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float)
    money = actual if revenue is None else np.asarray(revenue, dtype=float)
    error, total = predicted - actual, actual.sum()
    return {
        "predicted": float(predicted.sum()),
        "actual": float(total),
        "aggregate_error": float(predicted.sum() / total - 1) if total else np.nan,
        "rmse": float(np.sqrt((error**2).mean())),
        "normalised_gini": normalised_gini(actual, predicted),
        "top_10_share": top_share(money, predicted, 0.1),
        "top_20_share": top_share(money, predicted, 0.2),
        "mae": float(np.abs(error).mean()),
        "rank_correlation": _rank_correlation(actual, predicted),
    }


def poisson_deviance(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean Poisson deviance: 0 for a perfect forecast; it minds the rare and the many.

    Examples
    --------
    >>> poisson_deviance(np.array([0, 2]), np.array([0.0, 2.0])) < 0.001
    True
    """
    return float(poisson_deviances(actual, predicted).mean())


def poisson_deviances(actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the Poisson deviance of each count."""
    mean = np.maximum(predicted, _LEAST)
    logs = actual * np.log(np.where(actual > 0, actual, 1.0) / mean)
    return 2 * (logs - (actual - mean))


def _captured(actual: np.ndarray, order_by: np.ndarray) -> np.ndarray:
    """Return what is captured up to each customer, best first; ties share evenly."""
    _, group = np.unique(-np.asarray(order_by, dtype=float), return_inverse=True)
    mean = np.bincount(group, actual) / np.bincount(group)
    return np.cumsum(mean[np.sort(group)])


def normalised_gini(actual, predicted) -> float:
    """Return how well ``predicted`` orders customers by ``actual``: 1 perfectly, 0 by chance.

    Examples
    --------
    >>> normalised_gini([0, 1, 5], [0.1, 0.2, 0.9]), normalised_gini([0, 1, 5], [2, 2, 2])
    (1.0, 0.0)
    """
    actual = np.asarray(actual, dtype=float)
    by_chance = actual.mean() * np.arange(1, len(actual) + 1)
    best = (_captured(actual, actual) - by_chance).sum()
    ours = (_captured(actual, np.asarray(predicted)) - by_chance).sum()
    return round(float(ours / best), 12) + 0.0 if best > 0 else float("nan")


def top_share(money, predicted, share: float) -> float:
    """Return which part of ``money`` the customers predicted best have brought.

    Parameters
    ----------
    money, predicted : by customer.
    share : of the customers, 0 to 1; a customer at the limit counts in part.

    Examples
    --------
    >>> top_share([6, 1, 1, 2], [9, 2, 1, 5], 0.5)
    0.8
    """
    captured = _captured(np.asarray(money, dtype=float), np.asarray(predicted))
    if captured[-1] <= 0:
        return float("nan")
    ranks = np.arange(0, len(captured) + 1)
    return float(np.interp(share * len(captured), ranks, [0, *captured]) / captured[-1])


def _rank_correlation(actual: np.ndarray, predicted: np.ndarray) -> float:
    ranks = pd.DataFrame({"actual": rankdata(actual), "predicted": rankdata(predicted)})
    if np.ptp(ranks, axis=0).min() == 0:
        return float("nan")
    return float(ranks.corr().iloc[0, 1].round(12))
