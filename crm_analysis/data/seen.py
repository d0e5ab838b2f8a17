"""A company as it was on a day: what came to be later isn't known yet."""

from collections.abc import Mapping

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.tables import TABLES, Table
from crm_analysis.errors import InputError

__all__ = ["is_later", "last_day", "later_rows", "read_day"]


def read_day(as_of) -> pd.Timestamp:
    """Return a day from what a person gave; raise ``InputError`` if it's none."""
    try:
        day = pd.Timestamp(as_of)
    except (ValueError, TypeError):
        day = pd.NaT
    if pd.isna(day):
        raise InputError(f"as_of must be a date such as 2026-10-31, got {as_of!r}")
    return day.tz_localize(None).normalize()


def last_day(
    tables: Mapping[str, pd.DataFrame], unidentified: pd.DataFrame | None = None
) -> pd.Timestamp:
    """Return the last date of the transactions, or where there are none of what there is.

    Parameters
    ----------
    tables : typed, by name.
    unidentified : transactions without a customer: the company was there on their day, too.

    Raises
    ------
    InputError : nothing is dated, as with a survey that doesn't say when it was answered.
    """
    with_dates = {name: _date_of(TABLES[name], frame) for name, frame in tables.items()}
    ends = {n: tables[n][c].max() for n, c in with_dates.items() if c is not None}
    ends = {name: end for name, end in ends.items() if pd.notna(end)}
    if not ends:
        raise InputError(
            "no table has dates: say from which day the company is seen, such as the last day of "
            "the survey (--as-of 2026-10-31)"
        )
    if "transactions" not in ends:
        return max(ends.values())
    theirs = pd.NaT if unidentified is None else unidentified["date"].max()
    return ends["transactions"] if pd.isna(theirs) else max(ends["transactions"], theirs)


def _date_of(table: Table, frame: pd.DataFrame) -> str | None:
    """Return the column that says when a row came to be: the first of the table's dates.

    A purchase's date, the day a customer was won, the first day of a contract.
    """
    dates = (c.name for c in table.columns if c.kind == "date" and c.name in frame.columns)
    return next(dates, None)


def is_later(frame: pd.DataFrame, table: Table, as_of: pd.Timestamp) -> pd.Series:
    """Tell which rows came to be after a day; none of a table without dates."""
    date = _date_of(table, frame)
    return pd.Series(False, index=frame.index) if date is None else frame[date] > as_of


def later_rows(frame: pd.DataFrame, table: Table, *, file: str) -> pd.DataFrame:
    """Lay rows out that came to be after ``as_of``; the index is the line in the file."""
    reasons = pd.Series(f"{_date_of(table, frame)} after as_of", index=frame.index, dtype="str")
    return lay_out(frame, reasons, table, file=file)
