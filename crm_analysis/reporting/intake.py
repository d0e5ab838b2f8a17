"""What was read of a company, as the command tells it and writes it for its owner."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crm_analysis.reporting.subject import describe

if TYPE_CHECKING:
    from crm_analysis.data import Company

__all__ = ["say_rows", "say_tables", "write_rows"]

# A table to print: its title, its heads, its rows.
Shown = tuple[str, list[str], list[list[str]]]


def say_tables(company: "Company") -> Shown:
    """Count the rows of each table, as text."""
    subject = describe(company)
    heads = ["table", "read", "accepted", "rejected", "set aside", "flagged"]
    rows = [
        [t.table, *(f"{n:,}" for n in (t.read, t.accepted, t.rejected, t.set_aside, t.flagged))]
        for t in subject.tables
    ]
    return f"{subject.title}, as of {subject.as_of}", heads, rows


def say_rows(company: "Company", n: int) -> Iterator[Shown]:
    """Give the first rows of each table and reason, as text."""
    from crm_analysis.data.intake import first_rows, reasons

    keys = ["table", "became", "reason"]
    firsts = dict(iter(first_rows(company, n).groupby(keys)))
    for table, became, reason, rows, _ in reasons(company).itertuples(index=False):
        first = firsts[(table, became, reason)]
        title = f"{table}, {became}: {reason}, {rows:,} in all; the first of them"
        lines = zip(first["file"], first["line"], first["row"], strict=True)
        yield title, ["file", "line", "row"], [[file, str(line), row] for file, line, row in lines]


def write_rows(company: "Company", folder: Path) -> Path:
    """Write ``rejected.csv``: every row that was rejected, set aside or flagged, with its text.

    It's for whoever keeps the records; fields that name a person aren't in it.
    """
    from crm_analysis.data.intake import kept_apart
    from crm_analysis.outputs import as_text

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rejected.csv"
    rows = as_text(kept_apart(company))
    rows.to_csv(path, index=False, lineterminator="\n", encoding="utf-8-sig")
    return path
