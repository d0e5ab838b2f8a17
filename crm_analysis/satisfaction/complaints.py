"""Complaints on record: how many, how soon settled, and who buys again afterwards."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.loyalty import wilson

__all__ = [
    "complaint_rate",
    "repurchase_after_complaint",
    "time_to_resolve",
]

COMPLAINT = "complaint"


def complaint_rate(
    interactions: pd.DataFrame, customers: pd.Index, *, confidence: float = 0.95
) -> Estimate:
    """Return the share of customers who complained at least once.

    Parameters
    ----------
    interactions : customer_id, kind; rows of the kind "complaint" count.
    customers : ids of all customers who could have complained in the time that the interactions
        cover.
    confidence : of the interval (Wilson), between 0 and 1.

    Raises
    ------
    InsufficientData : there is no customer.

    Examples
    --------
    >>> interactions = pd.DataFrame({"customer_id": ["a", "a", "b"],
    ...     "kind": ["complaint", "complaint", "question"]})
    >>> print(f"{complaint_rate(interactions, pd.Index(list('abcd'))):.2f}")
    0.25 (0.05 to 0.70)
    """
    check_probability(confidence, name="confidence")
    check_columns(interactions, ["customer_id", "kind"], table="interactions")
    everybody = customers.unique()
    if everybody.empty:
        raise InsufficientData("the complaint rate", "0 customers", "at least one")
    complained = interactions.loc[interactions["kind"] == COMPLAINT, "customer_id"]
    return share_of(int(everybody.isin(complained).sum()), len(everybody), confidence)


def time_to_resolve(
    interactions: pd.DataFrame, as_of: pd.Timestamp, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate how many complaints are settled within so many days (Kaplan–Meier).

    Parameters
    ----------
    interactions : customer_id, date, kind, resolved_on; a complaint without resolved_on was still
        open on ``as_of``.
    as_of : the last day known.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Frame by days, one row per day on which one was settled: open (complaints still open just before
    it), settled (on it), share (settled by then, 0 to 1), low, high (Greenwood's interval on the
    scale of log(−log)).

    Raises
    ------
    InsufficientData : there is no complaint, or none was settled.
    MissingTable : the interactions don't say when anything was resolved.
    ValueError : a complaint was resolved before it was made.

    Notes
    -----
    The mean over settled complaints flatters: those still open are the long ones.

    References
    ----------
    Kaplan, Meier (1958), Journal of the American Statistical Association 53(282), 457–481.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01"] * 4)
    >>> interactions = pd.DataFrame({"customer_id": list("abcd"), "date": days, "kind": "complaint",
    ...     "resolved_on": pd.to_datetime(["2026-01-02", "2026-01-02", "2026-01-05", None])})
    >>> time_to_resolve(interactions, pd.Timestamp("2026-01-31"))["share"].to_dict()
    {1: 0.5, 4: 0.75}
    """
    check_probability(confidence, name="confidence")
    check_columns(interactions, ["customer_id", "date", "kind"], table="interactions")
    if "resolved_on" not in interactions.columns:
        raise MissingTable("the interactions don't say when a complaint was resolved")
    complaints = interactions[interactions["kind"] == COMPLAINT]
    settled = complaints["resolved_on"].le(as_of)
    days = (complaints["resolved_on"].where(settled, as_of) - complaints["date"]).dt.days
    if (days < 0).any():
        raise InputError(
            f"{(days < 0).sum():,} of {len(days):,} complaints were resolved before they were made "
            f"or made after {as_of:%Y-%m-%d}, the first at row {days.index[days < 0][0]!r}"
        )
    if not settled.any():
        raise InsufficientData(
            "the time to resolve", f"{len(days):,}, none settled", "some settled"
        )
    table = pd.DataFrame({"days": days, "settled": settled}).groupby("days")["settled"]
    events = pd.DataFrame({"all": table.size(), "settled": table.sum()})
    events["open"] = events["all"][::-1].cumsum()[::-1]
    return _kaplan_meier(events[events["settled"] > 0], confidence)


def repurchase_after_complaint(
    interactions: pd.DataFrame,
    transactions: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    within_days: int = 90,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare who buys again after a complaint, by how it was handled.

    Parameters
    ----------
    interactions : customer_id, date, kind, [resolved_on, satisfied].
    transactions : customer_id, date.
    as_of : the last day known; complaints with fewer than ``within_days`` days after them are left
        out.
    within_days : how long after the complaint a purchase counts.
    confidence : of the intervals (Wilson), between 0 and 1.

    Returns
    -------
    Frame by handling ("content with the outcome", "not content", "settled, outcome not asked",
    "not settled"; those that occur): complaints, again (share of them followed by a purchase, 0 to
    1), low, high. A customer's first complaint counts, later ones don't.

    Raises
    ------
    InsufficientData : no complaint is old enough.

    Notes
    -----
    Customers aren't handled at random: who matters is often handled better, and would have stayed
    anyway.

    References
    ----------
    Tax, Brown, Chandrashekaran (1998), Customer evaluations of service complaint experiences,
    Journal of Marketing 62(2), 60–76.

    Examples
    --------
    >>> interactions = pd.DataFrame({"customer_id": ["a", "b"], "kind": "complaint",
    ...     "date": pd.to_datetime(["2026-01-01", "2026-01-01"]), "satisfied": [True, False]})
    >>> bought = pd.DataFrame({"customer_id": ["a"], "date": pd.to_datetime(["2026-02-01"])})
    >>> repurchase_after_complaint(interactions, bought, pd.Timestamp("2026-06-30"))["again"]
    handling
    content with the outcome    1.0
    not content                 0.0
    Name: again, dtype: float64
    """
    check_probability(confidence, name="confidence")
    check_columns(interactions, ["customer_id", "date", "kind"], table="interactions")
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    complaints = interactions[interactions["kind"] == COMPLAINT].sort_values("date", kind="stable")
    first = complaints.drop_duplicates("customer_id").set_index("customer_id")
    window = pd.Timedelta(days=within_days)
    first = first[first["date"] + window <= as_of]
    if first.empty:
        raise InsufficientData(
            "repurchase after a complaint",
            f"0 among {len(complaints):,} complaints",
            f"complaints at least {within_days} days old",
        )
    since = transactions["date"] - transactions["customer_id"].map(first["date"])
    again = transactions.loc[(since > pd.Timedelta(0)) & (since <= window), "customer_id"]
    bought = pd.Series(first.index.isin(again), index=first.index)
    groups = bought.groupby(_handling(first, as_of))
    n, hits = groups.size(), groups.sum()
    low, high = wilson(hits, n, confidence)
    return pd.DataFrame({"complaints": n, "again": hits / n, "low": low, "high": high})


def _handling(complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """How each complaint ended, as far as it's recorded."""
    nothing = pd.Series(None, index=complaints.index, dtype=object)
    settled = complaints.get("resolved_on", nothing).notna()
    content = complaints.get("satisfied", nothing)
    said = content.notna().to_numpy()
    yes = said & content.eq(True).fillna(False).to_numpy(dtype=bool)
    names = ["content with the outcome", "not content", "settled, outcome not asked"]
    chosen = np.select([yes, said, settled.to_numpy()], names, default="not settled")
    return pd.Series(chosen, index=complaints.index, name="handling")


def share_of(hits: int, n: int, confidence: float) -> Estimate:
    low, high = wilson(hits, n, confidence)
    return Estimate(hits / n, float(low), float(high), confidence, n, "Wilson")


def _kaplan_meier(events: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Share settled by each day, from how many were open and settled on it."""
    left = (1 - events["settled"] / events["open"]).cumprod()
    steps = events["settled"] / (events["open"] * (events["open"] - events["settled"]))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = ndtri((1 + confidence) / 2) * np.sqrt(steps.cumsum()) / np.log(left).abs()
        low, high = 1 - left ** np.exp(-half), 1 - left ** np.exp(half)
    # Once all are settled the formula has nothing left to say.
    low, high = low.where(left > 0).ffill().fillna(0.0), high.where(left > 0).fillna(1.0)
    columns = {"open": events["open"], "settled": events["settled"], "share": 1 - left}
    return pd.DataFrame(columns).assign(low=low, high=high)
