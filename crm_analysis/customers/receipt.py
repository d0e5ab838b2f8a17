"""What a company supplied, as a page says it: tables, rows, and what was turned away."""

from crm_analysis.data.company import Company
from crm_analysis.data.intake import first_rows, intake, reasons
from crm_analysis.formats import count, money, percent
from crm_analysis.show import Readable, Sentence, table

__all__ = ["say_intake", "say_totals", "show_first_rows", "show_intake", "show_reasons"]

# Column of the counts, and how one row and several are spoken of.
_APART = (
    ("rejected", "can't be used", "can't be used"),
    ("set_aside", "is set aside", "are set aside"),
    ("flagged", "deserves a look", "deserve a look"),
)
# Characters of a row that a page shows.
_SHOWN = 200


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
    read = counts["read"].sum()
    names = ", ".join(company.tables)
    tables = f"the {'tables' if len(company.tables) > 1 else 'table'} {names}"
    apart = [
        f"{count(rows)} {are} ({percent(rows / read, 1)})"
        for name, one, many in _APART
        if (rows := counts[name].sum()) and (are := one if rows == 1 else many)
    ]
    used = (
        f"Of {count(read)} rows {_listed(apart)}"
        if apart
        else f"Every row of {tables} can be used, {count(read)} in all"
    )
    notes = " ".join(company.notes)
    return Sentence(f"{company.title}, seen from {company.as_of:%Y-%m-%d}. {used}. {notes}".strip())


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def show_intake(company: Company) -> Readable:
    """Show the rows of each table: read, accepted, rejected, set aside, flagged."""
    return table(
        intake(company),
        caption="Rows read, and what became of them",
        percent_columns=["rejected_share"],
        labels={"rejected_share": "rejected, share", "set_aside": "set aside"},
    )


def say_totals(company: Company) -> Sentence:
    """Say what the company sold in all: also orders of nobody known, less what came back.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")],
    ...                       "amount": [300.0]})
    >>> company = Company("x", "X", pd.Timestamp("2026-01-31"), "EUR", transactions=lines,
    ...     unidentified=lines.assign(customer_id=None, amount=100.0))
    >>> say_totals(company)
    "Sales of €400 in all; €100 of them (25.0 %) are orders whose customer isn't known."
    """
    known, unknown, back = (
        0.0 if lines is None else float(lines["amount"].sum())
        for lines in (company.transactions, company.unidentified, company.returns)
    )
    total = known + unknown
    parts = [f"Sales of {money(total, company.currency)} in all"]
    if unknown:
        share = f" ({percent(unknown / total, 1)})" if 0 < unknown < total else ""
        said = money(unknown, company.currency)
        parts.append(f"{said} of them{share} are orders whose customer isn't known")
    else:
        parts.append("every order's customer is known")
    if back:
        parts.append(f"{money(abs(back), company.currency)} that came back are taken off")
    return Sentence("; ".join(parts) + ".")


def show_reasons(company: Company) -> Readable | Sentence:
    """Show why rows were kept apart, or say that none was."""
    if not _any_apart(company):
        return Sentence("No row was rejected, set aside or flagged.")
    return table(
        reasons(company),
        caption="Why rows were rejected, set aside or flagged",
        labels={"first_line": "first in line", "became": "what became of it"},
    )


def show_first_rows(company: Company) -> Readable | Sentence:
    """Show the first three rows of each reason; fields that name a person are left out."""
    if not _any_apart(company):
        return Sentence("So there's no such row to look at.")
    rows = first_rows(company)
    rows["row"] = rows["row"].str.slice(0, _SHOWN)
    return table(
        rows,
        caption="The first of these rows, with their place",
        labels={"became": "what became of it"},
    )


def _any_apart(company: Company) -> bool:
    return any(len(frame) for frame in (company.rejected, company.set_aside, company.flagged))
