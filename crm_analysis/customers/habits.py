"""When customers order: by day of the week, and by hour or month."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_dates
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import counted

__all__ = ["WEEKDAYS", "orders_by_time"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FEWEST_DAYS = 28  # fewer don't hold each weekday four times


def orders_by_time(transactions: pd.DataFrame, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return how many orders a weekday brings, by hour where it's known, otherwise by month.

    Months and weekdays occur unequally often in the records, so orders are divided by the number
    of such days from the first date to the last one known; days without an order count.

    Parameters
    ----------
    transactions : date, [order_id, hour (0 to 23)]. Lines without an order id count as one
        order each; an order is placed by its first line. Hours are used where more than half of
        the orders have one, and orders without one are then left out.
    as_of : the last day known; by default the last date.

    Returns
    -------
    Frame by weekday (Monday first), with a column for each hour, or each month of the calendar,
    from the first to the last one that occurs: mean orders on such a day; missing where the
    records hold no such day.

    Raises
    ------
    InsufficientData : the records are shorter than four weeks.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=28)  # begins on a Monday
    >>> found = orders_by_time(pd.DataFrame({"date": days.append(days[:1])}))
    >>> found["Jan"].tolist()
    [1.25, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    check_dates(transactions, table="transactions")
    day = transactions["date"].dt.normalize()
    end = day.max() if as_of is None else pd.Timestamp(as_of).normalize()
    orders = _orders(transactions.assign(date=day)[day <= end])
    known = pd.date_range(orders["date"].min(), end, name="date") if len(orders) else []
    if len(known) < _FEWEST_DAYS:
        have, need = f"records of {counted(len(known), 'day')}", f"at least {_FEWEST_DAYS}"
        raise InsufficientData("a view of when customers order", have, need)
    hourly = "hour" in orders and orders["hour"].notna().mean() > 0.5
    return _by_hour(orders, known) if hourly else _by_month(orders, known)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    if "order_id" not in lines:
        return lines
    later = lines["order_id"].notna() & lines["order_id"].duplicated()
    return lines[~later]


def _by_hour(orders: pd.DataFrame, known: pd.DatetimeIndex) -> pd.DataFrame:
    timed = orders[orders["hour"].notna()]
    hour = timed["hour"].astype(int)
    counts = pd.crosstab(timed["date"].dt.day_of_week, hour)
    hours = range(int(hour.min()), int(hour.max()) + 1)
    counts = counts.reindex(index=range(7), columns=hours, fill_value=0)
    days = np.bincount(known.weekday, minlength=7)
    return _named(counts.div(days, axis=0), [f"{at}:00" for at in hours], "hour")


def _by_month(orders: pd.DataFrame, known: pd.DatetimeIndex) -> pd.DataFrame:
    counts = pd.crosstab(orders["date"].dt.day_of_week, orders["date"].dt.month)
    days = pd.crosstab(known.weekday, known.month)
    counts = counts.reindex(index=range(7), columns=days.columns, fill_value=0)
    means = counts / days.where(days > 0)
    return _named(means, [_MONTHS[month - 1] for month in days.columns], "month")


def _named(means: pd.DataFrame, columns: list[str], kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        means.to_numpy(),
        index=pd.Index(WEEKDAYS, name="weekday"),
        columns=pd.Index(columns, name=kind),
    )
