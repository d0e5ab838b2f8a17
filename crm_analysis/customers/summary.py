"""From transactions to one row per customer: the table that every customer model starts from."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.customers._summary_of_frame import ends_of_frame, frame_customers
from crm_analysis.errors import InputError

__all__ = ["as_table", "customer_table", "first_and_last", "seen_lines", "summarize", "to_day"]

_DAYS = {"D": 1, "W": 7}
_NEEDED = ["customer_id", "date", "amount"]


def customer_table(transactions: ir.Table, as_of: date, unit: str = "D") -> ir.Table:
    """Return the customer table as one Ibis expression, for any database that Ibis speaks to.

    Parameters
    ----------
    transactions : Ibis table with customer_id, date, amount, and order_id where there is one.
    as_of : the last day that counts.
    unit : "D" for days, "W" for weeks (days / 7).
    """
    lines = seen_lines(transactions, as_of)
    days = lines.group_by("customer_id", "day").agg(amount=lines.amount.sum(), lines=lines.count())
    customers = days.group_by("customer_id").agg(
        first=days.day.min(),
        last=days.day.max(),
        lines=days.lines.sum(),
        revenue=days.amount.sum(),
        first_amount=days.amount.argmin(days.day),
        frequency=days.count() - 1,
    )
    joined = _with_orders(customers, lines)
    repeat_spend = joined.revenue - joined.first_amount
    days_between = lambda end, start: end.delta(start, unit="day") / _DAYS[unit]  # noqa: E731
    return joined.select(
        "customer_id",
        "first",
        "last",
        "orders",
        "revenue",
        "frequency",
        recency=days_between(joined.last, joined.first),
        T=days_between(ibis.literal(as_of), joined.first),
        monetary_value=ibis.ifelse(
            joined.frequency > 0, repeat_spend / joined.frequency.nullif(0), 0.0
        ),
    ).order_by("customer_id")


def seen_lines(transactions: ir.Table, as_of: date) -> ir.Table:
    """Return the lines of known customers up to a day, which stands in the column day."""
    lines = transactions.mutate(day=transactions.date.cast("date"))
    return lines.filter(lines.day <= as_of, lines.customer_id.notnull())  # noqa: PD004 - Ibis


def _with_orders(customers: ir.Table, lines: ir.Table) -> ir.Table:
    """Count orders: distinct order ids, and lines that have none."""
    if "order_id" not in lines.columns:
        return customers.rename(orders="lines")
    without_id = lines.order_id.isnull().sum()  # noqa: PD003 - Ibis
    orders = lines.group_by("customer_id").agg(orders=lines.order_id.nunique() + without_id)
    return customers.join(orders, "customer_id")


def summarize(
    transactions: pd.DataFrame | ir.Table,
    as_of: str | date | pd.Timestamp | None = None,
    unit: str = "D",
) -> pd.DataFrame:
    """Summarise transactions to one row per customer.

    Several purchases on one day count once in ``frequency``, and the first purchase isn't a
    repeat. Purchases after ``as_of`` are left out. Recency here is the customer's age at the
    last purchase, as in the literature on lifetime value; the days since the last purchase are
    T − recency.

    Parameters
    ----------
    transactions : customer_id, date, amount, [order_id], a row per line of an order; a pandas
        frame, which stays as it is, or an Ibis table of any backend.
    as_of : the day from which the customers are seen; the last date of the data if not given.
    unit : "D" for recency and T in days, "W" in weeks (days / 7).

    Returns
    -------
    Frame by customer_id, sorted:
        first, last : days of the first and last purchase.
        orders : distinct order ids; rows that have none count one each.
        revenue : sum of the amounts.
        frequency : days with a repeat purchase.
        recency : from the first to the last purchase, in ``unit``, 0 where there is only one.
        T : from the first purchase to ``as_of``, in ``unit``.
        monetary_value : mean spend per repeat purchase day, 0.0 where frequency is 0.

    Raises
    ------
    InputError : no row to summarise, ``as_of`` before the first purchase, an unknown unit.

    References
    ----------
    Fader, Hardie (2005), A note on implementing the Pareto/NBD model in MATLAB;
    Fader, Hardie, Lee (2005), Marketing Science 24(2), for frequency, recency and T.

    Examples
    --------
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["Ann", "Ann", "Ann", "Bo"],
    ...     "date": pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-08", "2026-01-05"]),
    ...     "amount": [10.0, 4.0, 8.0, 5.0],
    ... })
    >>> summarize(lines, as_of="2026-01-15", unit="W").reset_index()[
    ...     ["customer_id", "frequency", "recency", "T", "monetary_value"]
    ... ]
      customer_id  frequency  recency         T  monetary_value
    0         Ann          1      1.0  2.000000            12.0
    1          Bo          0      0.0  1.428571             0.0
    """
    if unit not in _DAYS:
        raise InputError(f"unit must be 'D' (days) or 'W' (weeks), got {unit!r}")
    in_memory = isinstance(transactions, pd.DataFrame)
    if in_memory:
        _check_frame(transactions)
    first, last = (_ends if in_memory else first_and_last)(transactions)
    as_of = to_day(as_of) if as_of is not None else last
    if as_of < first:
        raise InputError(
            f"as_of must not be before the first purchase on {first}, got {as_of}: "
            f"nobody had bought yet"
        )
    if in_memory:
        return frame_customers(transactions, as_of, _DAYS[unit])
    # Ibis itself would make an object of each day.
    fetched = customer_table(transactions, as_of, unit).to_pyarrow()
    frame = fetched.to_pandas(date_as_object=False).set_index("customer_id")
    dates = {"first": "datetime64[us]", "last": "datetime64[us]"}
    return frame.astype(dates | {"orders": "int64", "frequency": "int64"})


def as_table(transactions: pd.DataFrame | ir.Table) -> ir.Table:
    """Return transactions as an Ibis table; a frame is put into a DuckDB in memory."""
    if isinstance(transactions, ir.Table):
        return transactions
    _check_frame(transactions)
    used = [name for name in (*_NEEDED, "order_id") if name in transactions.columns]
    # One thread: sums of floats depend on their order, and equal input must give equal bytes.
    connection = ibis.duckdb.connect(threads=1)
    return connection.create_table("transactions", transactions[used])


def _check_frame(transactions: pd.DataFrame) -> None:
    check_columns(transactions, _NEEDED, table="transactions")
    if not pd.api.types.is_datetime64_any_dtype(transactions["date"]):
        raise InputError(
            f"transactions has dates of type {transactions['date'].dtype}: "
            f"convert them by pd.to_datetime first"
        )
    if transactions.empty:
        raise InputError("transactions has no rows, so there is no customer to summarise")


def first_and_last(table: ir.Table) -> tuple[date, date]:
    """Return the first and the last day of transactions."""
    ends = table.aggregate(first=table.date.min().cast("date"), last=table.date.max().cast("date"))
    return _as_days(*ends.to_pandas().iloc[0])


def _ends(transactions: pd.DataFrame) -> tuple[date, date]:
    return _as_days(*ends_of_frame(transactions))


def _as_days(first, last) -> tuple[date, date]:
    if pd.isna(first):
        raise InputError("transactions has no dated rows, so there is no customer to summarise")
    return to_day(first), to_day(last)


def to_day(value: str | date | pd.Timestamp) -> date:
    """Return a date from whatever a person writes as one."""
    try:
        return pd.Timestamp(value).date()
    except ValueError as error:
        raise InputError(f"as_of must be a date such as 2026-10-31, got {value!r}") from error
