"""Customers and revenue that moved up or down a grade from one span to the next."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import counted

__all__ = ["MOVES", "grade_moves"]

MOVES = ("came", "moved up", "stayed", "moved down", "left")
_BEST = (0.80, 0.95, 0.99)  # small, ordinary, major and VIP: the shares of the pyramid
_FEWEST = 20  # below this the best 5 % aren't one customer
_YEAR = 365


def grade_moves(
    transactions: pd.DataFrame, as_of: pd.Timestamp | None = None, days: int | None = None
) -> pd.DataFrame:
    """Sort customers, and what they brought, by how their grade changed between two spans.

    Each customer of the earlier span gets a grade by the revenue of that span: the best 1 % are
    VIP, the next 4 % major, the next 15 % ordinary, the others small. The amounts at which the
    grades begin are kept for the later span, so that everybody could rise. Who bought in the
    later span only came, who bought in the earlier one only left.

    Parameters
    ----------
    transactions : customer_id, date, amount.
    as_of : the last day of the later span; by default the last date.
    days : length of each span; by default a year, or half of the records where they're shorter.

    Returns
    -------
    Frame by move (came, moved up, stayed, moved down, left): customers, revenue_before,
    revenue_now, change (in money). The attribute ``attrs["days"]`` holds the length.

    Raises
    ------
    InsufficientData : the records don't hold both spans, or fewer than 20 customers bought in
        the earlier one.

    Examples
    --------
    >>> ids = [f"c{k}" for k in range(20)]
    >>> lines = pd.DataFrame({"customer_id": ids + ["c0", "c1", "new"],
    ...     "date": pd.to_datetime(["2026-01-01"] * 20 + ["2026-01-20"] * 3),
    ...     "amount": [float(k + 1) for k in range(20)] + [99.0, 2.0, 5.0]})
    >>> grade_moves(lines, "2026-01-20", days=10)["customers"].to_dict()
    {'came': 1, 'moved up': 1, 'stayed': 1, 'moved down': 0, 'left': 18}
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    check_dates(transactions, table="transactions")
    day = transactions["date"].dt.normalize()
    end = day.max() if as_of is None else pd.Timestamp(as_of).normalize()
    held = (end - day.min()).days + 1 if len(day) else 0
    span = days or min(_YEAR, held // 2)
    if span < 1 or held < 2 * span:
        have = f"records of {counted(held, 'day')}"
        need = f"two spans of {counted(max(span, 1), 'day')}"
        raise InsufficientData("a view of moves between grades", have, need)
    ago = (end - day).dt.days
    before, now = (_revenue(transactions[ago.between(a, a + span - 1)]) for a in (span, 0))
    if len(before) < _FEWEST:
        have = f"{len(before)} who bought in the {span} days before"
        raise InsufficientData(
            "a view of moves between grades", have, f"at least {_FEWEST} customers"
        )
    found = _sorted_by_move(before, now)
    found.attrs["days"] = span
    return found


def _revenue(lines: pd.DataFrame) -> pd.Series:
    return lines.groupby("customer_id")["amount"].sum().round(6)


def _sorted_by_move(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    limits = np.quantile(before, _BEST, method="inverted_cdf")
    both = pd.DataFrame({"revenue_before": before, "revenue_now": now})
    grades = both.apply(lambda revenue: np.searchsorted(limits, revenue, side="left"))
    step = grades["revenue_now"] - grades["revenue_before"]
    move = np.select(
        [both["revenue_before"].isna(), both["revenue_now"].isna(), step > 0, step < 0],
        ["came", "left", "moved up", "moved down"],
        default="stayed",
    )
    grouped = both.fillna(0.0).groupby(move)
    frame = grouped.sum().reindex(list(MOVES), fill_value=0.0).rename_axis("move")
    frame.insert(0, "customers", grouped.size().reindex(list(MOVES), fill_value=0))
    return frame.assign(change=frame["revenue_now"] - frame["revenue_before"])
