"""The customer base over time: who is new, who comes back, who falls silent, what each brings."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.customers.summary import as_table, first_and_last, seen_lines, to_day
from crm_analysis.errors import InputError, InsufficientData

__all__ = ["base_by_month", "base_table", "same_months_a_year_before"]


def base_by_month(
    transactions: pd.DataFrame | ir.Table,
    as_of: pd.Timestamp | None = None,
    *,
    lost_after: int | None = None,
) -> pd.DataFrame:
    """Count active customers and revenue by calendar month, new and returning apart.

    A customer is new in the month of the first purchase and returning in each later month with
    a purchase. All that a new customer spends in that first month counts as revenue of new ones.

    With a limit, a customer who has been silent for longer is lost on the day after it, and
    reactivated by the next purchase. Both are counted each time that they happen, so that
    customers at a month's end are those of the month before + new + reactivated − lost.

    Parameters
    ----------
    transactions : customer_id, date, amount; a pandas frame or an Ibis table of any backend.
    as_of : the last day known; by default the last date. Later rows are left out.
    lost_after : days of silence after which a customer counts as lost, at least 1.

    Returns
    -------
    Frame by month (its first day), months without a purchase included:
        new, returning, active : customers; active = new + returning.
        revenue_new, revenue_returning : sums of the amounts.
        complete : False for the last month where ``as_of`` isn't its last day.
        reactivated, lost, customers : only with ``lost_after``; customers counts those who, at
            the month's end (or on ``as_of``), bought within the limit.

    Raises
    ------
    InsufficientData : there is no purchase up to ``as_of``.
    InputError : ``lost_after`` is below 1.

    Examples
    --------
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["A", "B", "A"],
    ...     "date": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-03-02"]),
    ...     "amount": [10.0, 5.0, 8.0],
    ... })
    >>> base_by_month(lines)[["new", "returning", "active", "complete"]].to_numpy().tolist()
    [[2, 0, 2, True], [0, 0, 0, True], [0, 1, 1, False]]
    >>> flows = base_by_month(lines, lost_after=30)
    >>> flows[["new", "reactivated", "lost", "customers"]].to_numpy().tolist()
    [[2, 0, 0, 2], [0, 0, 2, 0], [0, 1, 0, 1]]
    """
    if lost_after is not None and lost_after < 1:
        raise InputError(f"lost_after must be at least 1 day, got {lost_after}")
    if isinstance(transactions, pd.DataFrame):
        check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
        if transactions.empty:
            raise InsufficientData("the base by month", "0 purchases", "at least 1")
    table = as_table(transactions)
    first, last = first_and_last(table)
    end = last if as_of is None else to_day(as_of)
    if first > end:
        raise InsufficientData("the base by month", "0 purchases", "at least 1")
    base = base_table(table, end, lost_after).to_pandas()
    return _laid_out(base, first, end, with_flows=lost_after is not None)


def base_table(transactions: ir.Table, as_of: date, lost_after: int | None = None) -> ir.Table:
    """Return the base by month as one Ibis expression, for any database that Ibis speaks to.

    Parameters
    ----------
    transactions : Ibis table with customer_id, date, amount.
    as_of : the last day that counts.
    lost_after : days of silence after which a customer counts as lost.

    Returns
    -------
    month (its first day), kind (new, returning and, with a limit, reactivated, lost), customers,
    revenue (of new and returning ones); a row for each month and kind that there is.
    """
    lines = seen_lines(transactions, as_of)
    days = lines.group_by("customer_id", "day").agg(amount=lines.amount.sum())
    month = days.day.truncate("M").cast("date")
    spent = days.group_by("customer_id", month=month).agg(amount=days.amount.sum())
    since = spent.month.min().over(ibis.window(group_by="customer_id"))
    kinds = spent.mutate(kind=ibis.ifelse(spent.month == since, "new", "returning"))
    base = kinds.group_by("month", "kind").agg(
        customers=kinds.count().cast("int64"), revenue=kinds.amount.sum()
    )
    if lost_after is not None:
        base = base.union(_silence(days, as_of, lost_after))
    return base.order_by("month", "kind")


def _silence(days: ir.Table, as_of: date, lost_after: int) -> ir.Table:
    """Count, by month, the ends of patience and the purchases after them."""
    later = days.day.lead().over(ibis.window(group_by="customer_id", order_by="day"))
    limit = ibis.interval(days=lost_after + 1)
    gaps = days.mutate(back_on=later, lost_on=(days.day + limit).cast("date"))
    # A customer who comes back on the very day is lost on it and won again.
    silent = gaps.lost_on <= ibis.coalesce(gaps.back_on, ibis.literal(as_of))
    gaps = gaps.filter(silent)
    back = gaps.filter(gaps.back_on.notnull())  # noqa: PD004 - Ibis
    return _events(gaps, gaps.lost_on, "lost").union(_events(back, back.back_on, "reactivated"))


def _events(rows: ir.Table, day: ir.DateValue, kind: str) -> ir.Table:
    by_month = rows.group_by(month=day.truncate("M").cast("date"))
    counted = by_month.agg(customers=rows.count().cast("int64"))
    return counted.select(
        "month",
        kind=ibis.literal(kind),
        customers=counted.customers,
        revenue=ibis.literal(0.0, "float64"),
    )


def _laid_out(base: pd.DataFrame, first: date, as_of: date, *, with_flows: bool) -> pd.DataFrame:
    """Lay the base out by month, with months in which nothing happened."""
    months = pd.period_range(first, as_of, freq="M", name="month")
    base = base.assign(month=pd.to_datetime(base["month"]).dt.to_period("M"))
    shape = {"index": "month", "columns": "kind", "aggfunc": "sum"}
    counts, sums = (
        base.pivot_table(values=values, **shape).reindex(months)
        for values in ("customers", "revenue")
    )
    frame = pd.DataFrame(index=months)
    for kind in ("new", "returning"):
        frame[kind] = _or_none(counts, kind).astype("int64")
    frame["active"] = frame["new"] + frame["returning"]
    for kind in ("new", "returning"):
        frame[f"revenue_{kind}"] = _or_none(sums, kind).astype("float64")
    frame["complete"] = months.end_time.normalize() <= pd.Timestamp(as_of)
    if with_flows:
        frame["reactivated"] = _or_none(counts, "reactivated").astype("int64")
        frame["lost"] = _or_none(counts, "lost").astype("int64")
        frame["customers"] = (frame["new"] + frame["reactivated"] - frame["lost"]).cumsum()
    return frame.set_axis(months.to_timestamp())


def _or_none(wide: pd.DataFrame, kind: str) -> pd.Series:
    """Return a column; where it isn't there, nothing of the kind has happened."""
    return wide[kind].fillna(0) if kind in wide else pd.Series(0, index=wide.index)


def same_months_a_year_before(base: pd.DataFrame, months: int = 3) -> tuple[float, float]:
    """Return the mean number of active customers in the last complete months, and a year before.

    Comparing like months leaves the season out.

    Raises
    ------
    InsufficientData : the records are shorter than a year and those months, or nobody bought
        a year before.
    """
    complete = base[base["complete"]]
    if len(complete) < 12 + months:
        need = f"{12 + months} complete months"
        raise InsufficientData("a comparison with the year before", f"only {len(complete)}", need)
    now, before = complete["active"].iloc[-months:], complete["active"].iloc[-12 - months : -12]
    if before.sum() == 0:
        have = "0 customers in those months of the year before"
        raise InsufficientData("a comparison with the year before", have, "at least 1")
    return float(now.mean()), float(before.mean())
