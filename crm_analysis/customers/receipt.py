"""What a company supplied, as a page says it: tables, rows, and what was turned away."""

from crm_analysis.data.company import Company
from crm_analysis.data.intake import intake, rejection_reasons
from crm_analysis.formats import count, percent
from crm_analysis.show import Readable, Sentence, table

__all__ = ["say_intake", "show_intake", "show_rejections"]


def say_intake(company: Company) -> Sentence:
    """Say in a sentence how many of the rows that were read are used, and where they come from.

    Examples
    --------
    >>> from crm_analysis.data import load
    >>> said = say_intake(load("cdnow_sample"))
    >>> print(". ".join(said.split(". ")[:2]))
    CDNOW, 1/10 sample, seen from 1998-06-30. Every row of the table transactions can be used, \
6,919 in all
    """
    counts = intake(company)
    read, rejected = counts["read"].sum(), counts["rejected"].sum()
    names = ", ".join(company.tables)
    tables = f"the {'tables' if len(company.tables) > 1 else 'table'} {names}"
    used = (
        f"{count(rejected)} of {count(read)} rows ({percent(rejected / read, 1)}) can't be used"
        if rejected
        else f"Every row of {tables} can be used, {count(read)} in all"
    )
    notes = " ".join(company.notes)
    return Sentence(f"{company.title}, seen from {company.as_of:%Y-%m-%d}. {used}. {notes}".strip())


def show_intake(company: Company) -> Readable:
    """Show the rows of each table: read, accepted, rejected."""
    return table(
        intake(company),
        caption="Rows read, and what became of them",
        percent_columns=["rejected_share"],
        labels={"rejected_share": "rejected, share"},
    )


def show_rejections(company: Company) -> Readable | Sentence:
    """Show why rows were turned away, or say that none was."""
    if company.rejected.empty:
        return Sentence("No row was turned away.")
    return table(
        rejection_reasons(company),
        caption="Why rows can't be used",
        labels={"first_line": "first in line"},
    )
