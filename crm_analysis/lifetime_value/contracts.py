"""From the table of subscriptions to the age of each contract, in whole months."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values

__all__ = ["contract_months"]


def contract_months(subscriptions: pd.DataFrame, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """Count for each contract the months that it lasted, or has been running.

    Parameters
    ----------
    subscriptions : ``started_on`` and ``ended_on`` (the last day; empty while it runs); not
        changed. Contracts that start after ``as_of`` are left out.
    as_of : the day from which the contracts are seen. Who ends later still runs.

    Returns
    -------
    frame : a row per contract, index as given: ``periods`` (ended: the month in which it ended,
        1 or more; running: the renewals that are behind it, 0 or more) and ``ended``. All other
        columns as given.

    Raises
    ------
    ValueError : a contract without a first day, or with a last day before it; it's named.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-15", "2026-01-15"])
    >>> table = pd.DataFrame({"started_on": days,
    ...                       "ended_on": [pd.Timestamp("2026-02-28"), pd.NaT, pd.NaT]})
    >>> contract_months(table, "2026-03-14")[["periods", "ended"]].values.tolist()
    [[2, True], [1, False], [1, False]]
    """
    check_columns(subscriptions, ["started_on", "ended_on"], table="subscriptions")
    as_of, started = pd.Timestamp(as_of), subscriptions["started_on"]
    check_values(started, started.notna(), rule="a date", table="subscriptions")
    ends = subscriptions["ended_on"]
    rule = "on or after started_on"
    check_values(ends, ends.isna() | (ends >= started), rule=rule, table="subscriptions")
    seen = subscriptions[started <= as_of]
    ended = (seen["ended_on"] <= as_of).to_numpy()
    # The day after the last one: a contract from the 1st to the 31st lasted one month.
    until = (seen["ended_on"] + pd.Timedelta(days=1)).where(ended, as_of)
    months = _months(seen["started_on"], until)
    periods = np.where(ended, np.maximum(np.ceil(months), 1), np.floor(months))
    return seen.assign(periods=periods.astype(int), ended=ended)


def _months(start: pd.Series, end: pd.Series) -> np.ndarray:
    """Return the calendar months from start to end; a part of a month counts as a half."""
    whole = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month
    # A contract of the 31st is renewed on the last day of shorter months.
    due = np.minimum(start.dt.day, end.dt.days_in_month)
    return (
        whole + np.where(end.dt.day == due, 0.0, np.where(end.dt.day > due, 0.5, -0.5))
    ).to_numpy()
