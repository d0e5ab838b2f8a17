"""Whom a run is about, as its pages and its files say it."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Subject", "TableCount", "describe"]


@dataclass(frozen=True)
class TableCount:
    """How many rows of a table were read, and what became of them.

    accepted + rejected + set_aside = read; flagged rows are among the accepted ones.
    """

    table: str
    read: int
    accepted: int
    rejected: int
    set_aside: int = 0
    flagged: int = 0

    @property
    def kept_apart(self) -> int:
        """How many rows ``rejected.csv`` names."""
        return self.rejected + self.set_aside + self.flagged


@dataclass(frozen=True)
class Subject:
    """What the pages say of a company: no row of its data, so that no page holds any.

    Parameters
    ----------
    name, title, as_of, currency, simulated, notes : as of ``crm_analysis.data.Company``, the
        day as YYYY-MM-DD.
    tables : the counts of each table that was supplied.
    """

    name: str
    title: str
    as_of: str
    currency: str = ""
    simulated: bool = False
    notes: tuple[str, ...] = ()
    tables: tuple[TableCount, ...] = ()

    def has(self, table: str) -> bool:
        """Whether a table was supplied."""
        return any(count.table == table and count.accepted for count in self.tables)


def describe(company: Any) -> Subject:
    """Say of a ``Company`` what its pages need."""
    from crm_analysis.data.intake import intake

    columns = ["read", "accepted", "rejected", "set_aside", "flagged"]
    counts = intake(company)[columns].astype(int)
    return Subject(
        name=company.name,
        title=company.title,
        as_of=f"{company.as_of:%Y-%m-%d}",
        currency=company.currency,
        simulated=company.simulated,
        notes=tuple(company.notes),
        tables=tuple(TableCount(*row) for row in counts.itertuples()),
    )
