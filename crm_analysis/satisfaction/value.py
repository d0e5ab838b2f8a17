"""Satisfaction meets value: which customers are satisfied, and what is at risk with the others."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_probability, check_values
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction._resampling import resampled_counts

__all__ = ["satisfaction_by_group", "value_at_risk", "value_tiers"]

# Upper ends of the tiers, as shares of the customers, from the top.
_TIERS = {"the top fifth": 0.2, "the next three tenths": 0.5, "the lower half": 1.0}


def satisfaction_by_group(
    satisfaction: pd.Series, group: pd.Series, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Give the mean satisfaction of each group of customers.

    Parameters
    ----------
    satisfaction : by customer_id, as from ``satisfaction_by_customer``.
    group : segment, tier of lifetime value or another group, by customer_id.
    confidence : of the interval (t), between 0 and 1.

    Returns
    -------
    Frame by group, in its sorted order: n (customers who answered), satisfaction (mean, points),
    low, high (missing for a single customer), asked (share of the group's customers who answered).

    Raises
    ------
    InsufficientData : nobody who answered is in a group.

    Examples
    --------
    >>> satisfaction = pd.Series({"a": 6.0, "b": 4.0, "c": 2.0})
    >>> group = pd.Series({"a": "major", "b": "major", "c": "small", "d": "small"})
    >>> satisfaction_by_group(satisfaction, group)["satisfaction"].to_dict()
    {'major': 5.0, 'small': 2.0}
    """
    check_probability(confidence, name="confidence")
    of_customer = group.reindex(satisfaction.index)
    groups = satisfaction.dropna().groupby(of_customer, observed=True)
    n = groups.size()
    if n.empty:
        raise InsufficientData(
            "satisfaction by group", "0 customers with both", "customers who answered in a group"
        )
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * groups.std() / np.sqrt(n)
    mean = groups.mean()
    columns = {"n": n, "satisfaction": mean, "low": mean - half, "high": mean + half}
    asked = n / group.value_counts().reindex(n.index)
    return pd.DataFrame(columns).assign(asked=asked).rename_axis(group.name or "group")


def value_at_risk(
    satisfaction: pd.Series,
    value: pd.Series,
    *,
    dissatisfied_below: float,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Estimate how much of all customers' value lies with those who are dissatisfied.

    The share of the respondents' value that the dissatisfied hold is carried over to all customers.

    Parameters
    ----------
    satisfaction : by customer_id, of those who answered.
    value : lifetime value or revenue of all customers, by customer_id (money, at least 0).
    dissatisfied_below : satisfaction under this counts as dissatisfied, in points.
    confidence : of the interval (percentile bootstrap over respondents), between 0 and 1.
    draws : bootstrap samples.
    seed : of the bootstrap.

    Returns
    -------
    Estimate in money.

    Raises
    ------
    InsufficientData : fewer than 2 respondents with a value, or none of any worth.
    ValueError : a value is below 0.

    Notes
    -----
    At risk isn't lost: it is what the dissatisfied stand for. The carrying over supposes that those
    who kept silent are like those who answered; see ``compare_with_base``.

    Examples
    --------
    >>> satisfaction = pd.Series({"a": 2, "b": 6, "c": 7, "d": 3})
    >>> value = pd.Series({"a": 100, "b": 100, "c": 200, "d": 100, "e": 500})
    >>> value_at_risk(satisfaction, value, dissatisfied_below=4).value
    400.0
    """
    check_probability(confidence, name="confidence")
    named = value.rename("value")
    check_values(named, named.isna() | (named >= 0), rule="at least 0", table="customers")
    known = pd.DataFrame({"satisfaction": satisfaction, "value": value}).dropna()
    worth = known["value"].to_numpy(dtype=float)
    n = len(known)
    if n < 2 or worth.sum() == 0:
        raise InsufficientData(
            "the value at risk", f"{n:,} worth {worth.sum():,.0f}", "2 respondents with a value"
        )
    at_risk = worth * (known["satisfaction"] < dissatisfied_below).to_numpy()
    share = at_risk.sum() / worth.sum()
    both = np.column_stack([at_risk, worth])
    drawn = np.vstack([counts @ both for counts in resampled_counts(n, draws, seed)])
    ratios = drawn[:, 0] / np.where(drawn[:, 1] > 0, drawn[:, 1], np.nan)
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(ratios, [tail, 1 - tail])
    total = float(value.sum())
    ends = min(low, share) * total, max(high, share) * total
    made = f"bootstrap, {draws:,} draws"
    return Estimate(float(share * total), float(ends[0]), float(ends[1]), confidence, n, made)


def value_tiers(value: pd.Series) -> pd.Series:
    """Sort customers into the top fifth, the next three tenths and the lower half by value.

    Parameters
    ----------
    value : revenue or lifetime value, by customer_id; customers of equal value share a tier.

    Returns
    -------
    Ordered categories by customer_id, the top first.

    Examples
    --------
    >>> value_tiers(pd.Series([50, 40, 30, 20, 10], index=list("abcde"))).astype("str").tolist()
    ['the top fifth', 'the next three tenths', 'the next three tenths', 'the lower half', 'the lower half']
    """  # noqa: E501
    place = value.rank(method="min", ascending=False).sub(1) / len(value)
    tiers = pd.cut(place, [-1, *_TIERS.values()], labels=list(_TIERS), right=False)
    return tiers.rename("tier")
