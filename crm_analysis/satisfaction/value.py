"""Satisfaction meets value: who is satisfied, what they buy afterwards, what is at risk."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtrit

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction._resampling import resampled_counts

__all__ = ["buying_after", "satisfaction_by_group", "survey_day", "value_at_risk"]

_STEPS, _CLOSE = 50, 1e-10


def survey_day(stated: str) -> pd.Timestamp | None:
    """Return the day of the survey; None where nobody has said when it was.

    Parameters
    ----------
    stated : YYYY-MM-DD, or empty.

    Raises
    ------
    InputError : ``stated`` isn't a day.

    Examples
    --------
    >>> str(survey_day("2026-05-02").date())
    '2026-05-02'
    """
    if not stated:
        return None
    day = pd.to_datetime(stated, format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        raise InputError(f"surveyed_on must be a day as YYYY-MM-DD, got {stated!r}")
    return day


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


def buying_after(
    satisfaction: pd.Series,
    transactions: pd.DataFrame,
    surveyed_on: pd.Timestamp,
    as_of: pd.Timestamp,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Tell by how much more satisfied customers buy after the survey, their past held equal.

    Poisson regression of the days with a purchase after the survey on satisfaction; then on
    satisfaction and the customer's own past: purchases a day before, and days since the last one.

    Parameters
    ----------
    satisfaction : by customer_id, points.
    transactions : customer_id, date.
    surveyed_on : the day of the survey; purchases up to it are the past, later ones count.
    as_of : the last day known.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame with the rows "satisfaction alone" and "past held equal": rate_ratio (factor on the number
    of purchases per point of satisfaction), low, high (from robust standard errors, so that
    purchases may spread more than Poisson's), p_value, n (customers who had bought before).

    Raises
    ------
    InsufficientData : no day after the survey, fewer than 10 customers with a past, nobody bought
        afterwards, or all are equally satisfied.

    Notes
    -----
    Holding the past equal takes out that good customers both like and buy more. What else makes
    people satisfied and buy stays in. It can also take out too much: past satisfaction worked on
    past purchases.

    References
    ----------
    Bolton (1998), A dynamic model of the duration of the customer's relationship with a continuous
    service provider, Marketing Science 17(1), 45–65. Gourieroux, Monfort, Trognon (1984),
    Econometrica 52(3), 701–720: Poisson regression with robust errors.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.Series(g.integers(1, 8, 300), index=range(300), dtype=float)
    >>> days = pd.to_timedelta(np.r_[np.zeros(300), g.integers(1, 90, 1500)], "D")
    >>> who = np.r_[np.arange(300), g.choice(300, 1500, p=1.2**felt / (1.2**felt).sum())]
    >>> bought = pd.DataFrame({"customer_id": who, "date": pd.Timestamp("2026-01-01") + days})
    >>> after = buying_after(felt, bought, pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))
    >>> after["rate_ratio"].round(1).to_dict()
    {'satisfaction alone': 1.2, 'past held equal': 1.2}
    """
    check_probability(confidence, name="confidence")
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    table = _before_and_after(satisfaction, transactions, surveyed_on, as_of)
    felt, past = table[["satisfaction"]], table[["satisfaction", "rate", "silence"]]
    rows = {"satisfaction alone": felt, "past held equal": past}
    z = ndtri((1 + confidence) / 2)
    found = {name: _poisson(x.to_numpy(), table["after"].to_numpy()) for name, x in rows.items()}
    frame = pd.DataFrame.from_dict(found, orient="index", columns=["slope", "error"])
    tail = 2 * ndtr(-frame["slope"].abs() / frame["error"])
    columns = {"rate_ratio": np.exp(frame["slope"])}
    columns |= {"low": np.exp(frame["slope"] - z * frame["error"])}
    columns |= {"high": np.exp(frame["slope"] + z * frame["error"]), "p_value": tail}
    return pd.DataFrame(columns).assign(n=len(table)).rename_axis("model")


def _before_and_after(
    satisfaction: pd.Series,
    transactions: pd.DataFrame,
    surveyed_on: pd.Timestamp,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Per customer: satisfaction, logs of past rate and silence, purchase days afterwards."""
    ours = transactions[transactions["customer_id"].isin(satisfaction.dropna().index)]
    days = ours[["customer_id"]].assign(day=ours["date"].dt.normalize()).drop_duplicates()
    before = days[days["day"] <= surveyed_on].groupby("customer_id")["day"]
    after = days[(days["day"] > surveyed_on) & (days["day"] <= as_of)]
    table = pd.DataFrame({"n": before.size(), "first": before.min(), "last": before.max()})
    bought = after.groupby("customer_id").size().reindex(table.index, fill_value=0)
    felt = satisfaction.reindex(table.index)
    if surveyed_on >= as_of or len(table) < 10 or bought.sum() == 0 or felt.nunique() < 2:
        raise InsufficientData(
            "buying after the survey",
            f"{max((as_of - surveyed_on).days, 0):,} days after it, in which "
            f"{int((bought > 0).sum()):,} of {len(table):,} customers with a past bought",
            "days after it, 10 customers with a past, purchases, and satisfaction that differs",
        )
    known_for = (surveyed_on - table["first"]).dt.days + 1
    silence = (surveyed_on - table["last"]).dt.days
    columns = {"satisfaction": felt.astype(float), "rate": np.log(table["n"] / known_for)}
    return pd.DataFrame({**columns, "silence": np.log1p(silence), "after": bought})


def _poisson(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the first column in a Poisson regression, and its robust standard error."""
    x = np.column_stack([x - x.mean(axis=0), np.ones(len(y))])
    slope = np.r_[np.zeros(x.shape[1] - 1), np.log(y.mean())]
    for _ in range(_STEPS):
        mean = np.exp((x @ slope).clip(-30, 30))
        inverse = np.linalg.pinv((x * mean[:, None]).T @ x)
        step = inverse @ x.T @ (y - mean)
        slope = slope + step
        if np.abs(step).max() < _CLOSE:
            break
    scaled = x * (y - mean)[:, None]
    covariance = inverse @ (scaled.T @ scaled) @ inverse
    return float(slope[0]), float(np.sqrt(covariance[0, 0] * len(y) / (len(y) - x.shape[1])))
