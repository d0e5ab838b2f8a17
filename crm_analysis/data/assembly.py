"""From checked tables to a company: seen from a day, returns settled, oddities flagged."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from crm_analysis.data.aside import stacked
from crm_analysis.data.company import Company
from crm_analysis.data.door import Door
from crm_analysis.data.points import odd_signs, overdrawn, with_signs
from crm_analysis.data.returns import settle_returns
from crm_analysis.data.seen import is_later, last_day, later_rows
from crm_analysis.data.straight_lines import straight_lined
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

__all__ = ["assemble", "see_from"]

# The line that the first row would have in a file, below its header.
_FIRST_LINE = 2


@dataclass(frozen=True)
class _Draft:
    """A company in the making: tables whose index is the line, and what stays outside."""

    tables: dict[str, pd.DataFrame]
    files: Mapping[str, str]
    rejected: pd.DataFrame
    set_aside: pd.DataFrame
    flagged: pd.DataFrame
    unidentified: pd.DataFrame | None
    returns: pd.DataFrame | None = field(default=None)

    def fields(self) -> dict[str, Any]:
        """Return the fields of a ``Company``; a table that has no rows is none."""
        tables = {n: t.reset_index(drop=True) for n, t in self.tables.items() if len(t)}
        lines = {name: _or_none(getattr(self, name)) for name in ("unidentified", "returns")}
        kept = {name: getattr(self, name) for name in ("rejected", "set_aside", "flagged")}
        return dict.fromkeys(TABLES) | tables | lines | kept


def _or_none(frame: pd.DataFrame | None) -> pd.DataFrame | None:
    return None if frame is None or frame.empty else frame.reset_index(drop=True)


def assemble(
    doors: Mapping[str, Door], *, as_of: pd.Timestamp | None, returns: str, **about: Any
) -> Company:
    """Make a company of tables that came through the door.

    Parameters
    ----------
    doors : by table.
    as_of : the day from which the company is seen; None: the last one in the data.
    returns : the policy, see ``settle_returns``.
    about : name, title and other fields of the company.

    Raises
    ------
    InputError : nothing is dated, or the day lies before all transactions.
    """
    checked = {name: door.checked for name, door in doors.items()}
    tables = {name: part.accepted for name, part in checked.items()}
    if "programme" in tables:
        tables["programme"], said = with_signs(tables["programme"])
        about["notes"] = (*about.get("notes", ()), *filter(None, [said]))
    unidentified = checked["transactions"].unidentified if "transactions" in checked else None
    as_of = as_of or last_day(tables, unidentified)
    draft = _Draft(
        tables=tables,
        files={name: door.raw.file for name, door in doors.items()},
        rejected=stacked([door.rejected() for door in doors.values()]),
        set_aside=stacked([part.set_aside for part in checked.values()]),
        flagged=stacked([part.flagged for part in checked.values()]),
        unidentified=unidentified,
    )
    draft = _flag(_settle(_see(draft, as_of), returns))
    read = {name: door.raw.read for name, door in doors.items()}
    return Company(as_of=as_of, read=read, **about, **draft.fields())


def see_from(company: Company, as_of: pd.Timestamp | None, *, returns: str | None) -> Company:
    """Look at a company that is already checked from an earlier or later day.

    Parameters
    ----------
    returns : the policy to apply, or None where one has been applied.

    Raises
    ------
    InputError : the day lies before all transactions, or before returns that have been taken off
        their purchases.
    """
    as_of = as_of or company.as_of
    if returns is None and as_of == company.as_of:
        return company
    _check_returns(company, as_of)
    numbered = {n: t.set_axis(t.index + _FIRST_LINE) for n, t in company.tables.items()}
    draft = _Draft(
        tables=numbered,
        files=dict.fromkeys(TABLES, company.title),
        rejected=company.rejected,
        set_aside=company.set_aside,
        flagged=company.flagged,
        unidentified=company.unidentified,
        returns=company.returns,
    )
    draft = _see(draft, as_of)
    if returns is not None:
        draft = _flag(_settle(draft, returns))
    return replace(company, as_of=as_of, **draft.fields())


def _check_returns(company: Company, as_of: pd.Timestamp) -> None:
    later = 0 if company.returns is None else int((company.returns["date"] > as_of).sum())
    if later:
        raise InputError(
            f"{company.title} was prepared as of {company.as_of:%Y-%m-%d}, and {later:,} returns "
            f"after {as_of:%Y-%m-%d} have been taken off their purchases: load the original "
            "records to see it from an earlier day"
        )


def _see(draft: _Draft, as_of: pd.Timestamp) -> _Draft:
    """Reject what came to be after a day."""
    bought = draft.tables.get("transactions")
    if bought is not None and bought["date"].min() > as_of:
        raise InputError(
            f"as_of {as_of:%Y-%m-%d} lies before all transactions, the first of which is of "
            f"{bought['date'].min():%Y-%m-%d}"
        )
    later = {n: is_later(t, TABLES[n], as_of) for n, t in draft.tables.items()}
    lost = [
        later_rows(table[later[name]], TABLES[name], file=draft.files[name])
        for name, table in draft.tables.items()
        if later[name].any()
    ]
    draft = replace(draft, tables={n: t[~later[n]] for n, t in draft.tables.items()})
    draft = replace(draft, rejected=stacked([draft.rejected, *lost]), flagged=_still_there(draft))
    return _see_unidentified(draft, as_of)


def _still_there(draft: _Draft) -> pd.DataFrame:
    """Return the flags of rows that are still accepted."""
    held = pd.Series(False, index=draft.flagged.index)
    for name, table in draft.tables.items():
        held |= (draft.flagged["table"] == name) & draft.flagged["line"].isin(table.index)
    return draft.flagged[held].reset_index(drop=True)


def _see_unidentified(draft: _Draft, as_of: pd.Timestamp) -> _Draft:
    """Reject what came later among the orders without a customer, too."""
    lines, aside = draft.unidentified, draft.set_aside
    if lines is None or not (later := (lines["date"] > as_of).to_numpy()).any():
        return draft
    is_theirs = (aside["table"] == "transactions") & (aside["reason"] == "no customer")
    # They stand in the same order as the typed lines.
    gone = aside[is_theirs][later]
    moved = gone.assign(reason="date after as_of")
    return replace(
        draft,
        unidentified=lines[~later],
        set_aside=aside.drop(gone.index).reset_index(drop=True),
        rejected=stacked([draft.rejected, moved]),
    )


def _settle(draft: _Draft, policy: str) -> _Draft:
    """Apply the policy on returns."""
    bought = draft.tables.get("transactions")
    if bought is None:
        return draft
    settled = settle_returns(bought, policy, file=draft.files["transactions"])
    return replace(
        draft,
        tables=draft.tables | {"transactions": settled.transactions},
        set_aside=stacked([draft.set_aside, settled.set_aside]),
        returns=settled.returns,
    )


def _flag(draft: _Draft) -> _Draft:
    """Flag what deserves a look, though it's accepted."""
    looks = [("programme", odd_signs), ("programme", overdrawn), ("survey", straight_lined)]
    found = [
        look(draft.tables[name], file=draft.files[name])
        for name, look in looks
        if name in draft.tables
    ]
    return replace(draft, flagged=stacked([_still_there(draft), *found]))
