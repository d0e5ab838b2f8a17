"""The rows of a file, all as text: what every reader returns, whatever the file was."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from crm_analysis.data.substitution import substitute
from crm_analysis.errors import InputError

__all__ = ["RawTable", "broken_rows", "check_header", "unambiguous"]


@dataclass(frozen=True)
class RawTable:
    """The rows of a file, all as text.

    Parameters
    ----------
    file : name of the file, for messages.
    rows : the columns as the file heads them, "" where a field is empty; the index is the line
        in the file (of a workbook the row), the header being line 1.
    broken : rows that don't have as many fields as the header: line, reason, row.
    notes : clauses about what was assumed in reading, such as the encoding.
    decimal : "." or "," where the person told the sign before decimals.
    date_format : how the dates are written, where the person told (see ``parse_dates``).
    left_out : whole rows that the recipe of an export doesn't take: line, reason, and of the row
        the fields that name nobody.
    """

    file: str
    rows: pd.DataFrame
    broken: pd.DataFrame
    notes: tuple[str, ...] = ()
    decimal: str | None = None
    date_format: str | None = None
    left_out: pd.DataFrame = field(default_factory=lambda: broken_rows())

    @property
    def read(self) -> int:
        """How many rows the file holds; blank lines are none."""
        return len(self.rows) + len(self.broken) + len(self.left_out)


def broken_rows(rows: Sequence[tuple[int, str, str]] = ()) -> pd.DataFrame:
    """Lay out rows that can't be used: line, reason, row."""
    return pd.DataFrame(list(rows), columns=["line", "reason", "row"])


def check_header(names: Sequence[str], file: str) -> list[str]:
    """Return the column names, stripped; an unnamed column is called by its position.

    Raises
    ------
    InputError : two columns have one name, or a name holds control characters.

    Examples
    --------
    >>> check_header([" date ", ""], "orders.csv")
    ['date', 'column 2']
    """
    header = [" ".join(name.split()) or f"column {at}" for at, name in enumerate(names, start=1)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(f"{file} heads more than one column {', '.join(map(repr, twice))}")
    if any(not character.isprintable() for name in header for character in name):
        raise InputError(f"{file} isn't a text table: its header holds control characters")
    return header


def unambiguous(text: pd.Series) -> pd.Series:
    """Add a zero to numbers with three decimals, which a text reader may take for thousands.

    Only for numbers that a typed file holds: their point is known to be the decimal one.

    Examples
    --------
    >>> unambiguous(pd.Series(["1.234", "12.5", "1234"])).tolist()
    ['1.2340', '12.5', '1234']
    """
    # Groups of RE2 have one digit: the first group, then a zero.
    return substitute(text, r"^([+-]?[0-9]+\.[0-9]{3})$", r"\10")
