"""Points of a loyalty programme: spent ones below zero, and none that were never earned."""

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.tables import TABLES

__all__ = ["odd_signs", "overdrawn", "with_signs"]

_REASON = "points redeemed that were never earned in these records"
_ODD = "points redeemed or expired, but above zero where others are below"
_SPENT = ("redeem", "expire")


def with_signs(programme: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Write points that were redeemed or have expired below zero where a file tells them by kind.

    Many exports write every movement above zero, the kind alone saying which way it goes. Where
    any spent points are below zero already, one above may be a correction, and stays
    (see ``odd_signs``).

    Parameters
    ----------
    programme : points, [kind].

    Returns
    -------
    The movements, and a sentence for the pages if any was turned, else "".

    Examples
    --------
    >>> moves = pd.DataFrame({"points": [10.0, 4.0], "kind": ["earn", "redeem"]})
    >>> with_signs(moves)[0]["points"].tolist()
    [10.0, -4.0]
    """
    spent = _is_spent(programme)
    above = spent & (programme["points"] > 0)
    if not above.any() or (programme.loc[spent, "points"] < 0).any():
        return programme, ""
    turned = programme.assign(points=programme["points"].mask(above, -programme["points"]))
    return turned, (
        "The programme's file writes all points above zero: those redeemed or expired "
        f"({int(above.sum()):,} movements) are taken off."
    )


def _is_spent(programme: pd.DataFrame) -> pd.Series:
    if "kind" not in programme.columns:
        return pd.Series(False, index=programme.index)
    return programme["kind"].isin(_SPENT)


def odd_signs(programme: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """Find points that were redeemed or expired and yet are above zero: a correction, or a slip.

    Returns
    -------
    Frame: table, file, line, reason, row.

    Examples
    --------
    >>> moves = pd.DataFrame({"points": [-10.0, 4.0], "kind": "redeem"}, index=[2, 3])
    >>> odd_signs(moves, file="programme.csv")["line"].tolist()
    [3]
    """
    rows = programme[_is_spent(programme) & (programme["points"] > 0)]
    reasons = pd.Series(_ODD, index=rows.index, dtype="str")
    return lay_out(rows, reasons, TABLES["programme"], file=file)


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
