"""What stands above a table in reports made for the eye: its title, the day, the filter."""

import re
from collections.abc import Sequence
from statistics import median_high

__all__ = ["LOOKED_AT", "rows_above", "said_above"]

LOOKED_AT = 50
# Of the usual row's filled fields; a row with fewer is a title or a filter, not the header.
_SPARSE = 0.75
# Narrower tables are too like their titles.
_NARROWEST = 3
_VALUE = re.compile(r"[^\w]*[0-9][0-9\s.,:/'’+-]*[^\w]*")


def rows_above(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows above the header among the first rows of a file.

    They are sparse, and the first full row below them holds names, not values. Otherwise the
    first row is the header.

    Parameters
    ----------
    rows : the first rows with anything in them, field by field; ``LOOKED_AT`` are enough.

    Examples
    --------
    >>> body = [["A", "2026-10-31", "12.50"], ["B", "2026-10-31", "3"]]
    >>> rows_above([["Sales of October"], ["customer", "date", "amount"], *body])
    1
    >>> rows_above([["Sales of October"], *body])
    0
    """
    filled = [sum(bool(field.strip()) for field in row) for row in rows]
    usual = median_high(filled) if filled else 0
    above = next((at for at, count in enumerate(filled) if count >= _SPARSE * usual), 0)
    if usual < _NARROWEST or filled[above] < usual or above == len(rows) - 1:
        return 0
    return 0 if any(_VALUE.fullmatch(field) for field in rows[above]) else above


def said_above(rows: int) -> tuple[str, ...]:
    """Say in a clause for the pages that rows above the header weren't read; none for none."""
    if rows == 0:
        return ()
    return (f"{rows} row{'s' if rows > 1 else ''} above the header left away",)
