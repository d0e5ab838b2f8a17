"""Points of a loyalty programme that were spent before they were earned."""

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.tables import TABLES

__all__ = ["overdrawn"]

_REASON = "points redeemed that were never earned in these records"


def overdrawn(programme: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """Find movements that take a customer's balance below zero.

    They are flagged, not rejected: records often begin in the middle of a programme, and then the
    balance that was brought in isn't in them. Leaving the movement out would make the points
    outstanding larger than they are.

    Parameters
    ----------
    programme : customer_id, date, points (below zero where they are spent); the index is the line
        in the file. What is earned on a day counts before what is spent on it.

    Returns
    -------
    Frame: table, file, line, reason, row.

    Examples
    --------
    >>> moves = pd.DataFrame({"customer_id": ["A", "A", "B"], "points": [10.0, -4.0, -1.0],
    ...     "date": pd.to_datetime(["2026-01-02", "2026-01-01", "2026-01-01"])}, index=[2, 3, 4])
    >>> overdrawn(moves, file="programme.csv")["line"].tolist()
    [3, 4]
    """
    ordered = programme.assign(spent=programme["points"] < 0)
    ordered = ordered.sort_values(["customer_id", "date", "spent"], kind="stable")
    balance = ordered.groupby("customer_id", sort=False)["points"].cumsum()
    lines = ordered.index[(balance < 0) & ordered["spent"]]
    rows = programme.loc[programme.index.isin(lines)]
    reasons = pd.Series(_REASON, index=rows.index, dtype="str")
    return lay_out(rows, reasons, TABLES["programme"], file=file)
