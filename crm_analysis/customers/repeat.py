"""The repeat rate: which share of new customers buys again within so many days."""

from collections.abc import Sequence

import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.customers.proportions import wilson
from crm_analysis.errors import InsufficientData

__all__ = ["repeat_rates"]

_DAYS = (30, 60, 90, 180, 365)


def repeat_rates(
    transactions: pd.DataFrame,
    as_of: pd.Timestamp | None = None,
    days: Sequence[int] = _DAYS,
    confidence: float = 0.90,
) -> pd.DataFrame:
    """Return the share of customers who bought again within so many days of their first purchase.

    Only customers who could be observed that long count: a customer won last week says nothing
    about 90 days. So each row rests on fewer and older customers than the one above it.

    Parameters
    ----------
    transactions : customer_id, date. Another purchase on the first day is no repeat.
    as_of : the last day known; by default the last date. Later rows are left out.
    days : the spans, in days, in any order.
    confidence : of the intervals (Wilson), between 0 and 1.

    Returns
    -------
    Frame by days, without spans that nobody could be observed for: n (customers observed),
    repeated (customers), rate, low, high (0..1).

    Raises
    ------
    InsufficientData : there is no purchase up to ``as_of``.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": list("AABC"), "date": pd.to_datetime(
    ...     ["2026-01-01", "2026-01-08", "2026-01-02", "2026-01-31"])})
    >>> repeat_rates(lines, days=[7, 30])[["n", "repeated", "rate"]].to_numpy().tolist()
    [[2.0, 1.0, 0.5], [1.0, 1.0, 1.0]]
    """
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    check_dates(transactions, table="transactions")
    day = transactions["date"].dt.normalize()
    as_of = day.max() if as_of is None else pd.Timestamp(as_of)
    seen = transactions[["customer_id"]].assign(date=day)[day <= as_of]
    if seen.empty:
        raise InsufficientData("the repeat rate", "0 purchases", "at least 1 purchase")
    first = seen.groupby("customer_id")["date"].min()
    later = seen[seen["date"] > seen["customer_id"].map(first)]
    second = later.groupby("customer_id")["date"].min().reindex(first.index)
    waited, observed = (second - first).dt.days, (as_of - first).dt.days
    rows = {}
    for span in sorted(set(days)):
        could, did = observed >= span, waited <= span
        if could.any():
            share = wilson(int((could & did).sum()), int(could.sum()), confidence)
            rows[span] = (share.n, round(share.value * share.n), share.value, share.low, share.high)
    names = ["n", "repeated", "rate", "low", "high"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    return frame.rename_axis("days")
