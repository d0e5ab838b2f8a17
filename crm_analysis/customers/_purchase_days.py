"""The purchase days of customers in order, each with the one before and the one after it."""

import pandas as pd

from crm_analysis.checks import check_columns, check_dates

__all__ = ["by_the_clock", "last_day", "purchase_days"]


def by_the_clock(dates: pd.Series) -> pd.Series:
    """Take a time zone off: a day is the day that the clock on the wall showed."""
    return dates if dates.dt.tz is None else dates.dt.tz_localize(None)


def last_day(transactions: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.Timestamp:
    """Return ``as_of``, or the last date of the transactions."""
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    check_dates(transactions, table="transactions")
    last = by_the_clock(transactions["date"]).max() if as_of is None else pd.Timestamp(as_of)
    return last if pd.isna(last) else last.normalize()


def purchase_days(transactions: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """List each customer's purchase days up to ``end``; several purchases on a day are one.

    Returns
    -------
    Frame by customer and day: who (a number), date, before, after (the neighbouring purchase
    days; missing for the first and the last), place (1 for the first purchase day).
    """
    who = pd.Series(pd.factorize(transactions["customer_id"])[0], index=transactions.index)
    days = by_the_clock(transactions["date"]).dt.normalize()
    days = pd.DataFrame({"who": who, "date": days})
    days = days[days["date"] <= end].drop_duplicates()
    days = days.sort_values(["who", "date"], ignore_index=True)
    grouped = days.groupby("who")
    return days.assign(
        before=grouped["date"].shift(),
        after=grouped["date"].shift(-1),
        place=grouped.cumcount() + 1,
    )
