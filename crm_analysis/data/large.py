"""Transactions beyond memory: read, checked and settled on disk, into a folder as of ``prepare``.

Every row is marked where it lies. Only rows of which something is to be said or settled come into
memory, part by part, and go through the same code as in ``load``. Other tables are loaded.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from crm_analysis.data.checking import NO_CUSTOMER
from crm_analysis.data.company import Company, slug
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.large_files import Apart, batches, copy_typed, frames
from crm_analysis.data.large_returns import settle_large
from crm_analysis.data.large_staged import Staged
from crm_analysis.data.prepared import new_folder, write_about, write_tables
from crm_analysis.data.pseudonyms import open_pseudonyms
from crm_analysis.data.returns import checked_policy
from crm_analysis.data.seen import later_rows, read_day
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import AGAIN, REASON, TypedTable
from crm_analysis.data.typed_door import doubted_rows

__all__ = ["prepare_large"]

_TABLE = TABLES["transactions"]
_LATER = "date after as_of"


def prepare_large(
    source: TypedTable,
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    as_of: str | pd.Timestamp | None = None,
    returns: str | None = None,
    pseudonymise: bool | str | bytes | None = None,
    reading: Mapping[str, str | None] | None = None,
    others: Callable[[pd.Timestamp], Company] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Prepare a table of transactions that doesn't fit into memory.

    Parameters
    ----------
    source : a Parquet file, a table of a database, or text (see ``large_transactions``).
    folder : made if it isn't there; must not hold files.
    columns, as_of, returns, pseudonymise : see ``load``.
    reading : date_format and decimal of the transactions, where they're told.
    others : gives the company of all other tables as of a day.
    about : name, title, currency and parameters of the company, where something else says them.

    Returns
    -------
    The folder, as ``prepare`` writes it: the same rows in the same order, with the same reasons.
    Rows of other tables that stayed outside stand behind those of the transactions.

    Raises
    ------
    InputError : the folder holds files already, no line can be used, or ``as_of`` lies before all.
    """
    policy, pseudonyms = checked_policy(returns or "net"), open_pseudonyms(pseudonymise or False)
    folder = new_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder) as spill, said_plainly(source.file):
        staged = Staged.mark(source, columns or {}, reading or {}, Path(spill))
        if pseudonyms is not None:
            staged = staged.hidden(pseudonyms, Path(spill))
        day = read_day(as_of) if as_of is not None else staged.last
        staged.check_day(day)
        rest = Company("", "", as_of=day) if others is None else others(day)
        written = _write(staged, rest, folder, day, policy)
    about = {"title": source.stem, **(about or {})}
    company = replace(
        rest,
        **{"name": slug(about["title"]), **about},
        as_of=day,
        pseudonymised=pseudonyms is not None,
        notes=(*staged.notes, *rest.notes),
    )
    write_about(company, folder, written, {"transactions": staged.read, **rest.read})
    return folder


def _write(
    staged: Staged, rest: Company, folder: Path, day: pd.Timestamp, policy: str
) -> list[str]:
    """Write all tables; return the names of those that are fields of the company."""
    accepted, end = staged.accepted(), ibis.literal(day.date())
    seen = accepted.filter(accepted.date <= end)
    settled = settle_large(seen, policy, file=staged.source.file)
    apart = {n: Apart(folder / f"{n}.parquet") for n in ("rejected", "set_aside", "flagged")}
    _write_doubted(staged, apart, day, settled.gone)
    for frame in frames(accepted.filter(accepted.date > end)):
        apart["rejected"].add(later_rows(frame, _TABLE, file=staged.source.file))
    _write_later_unidentified(staged, apart["rejected"], day)
    apart["set_aside"].add(settled.set_aside)
    away = [apart[name].rows for name in ("rejected", "set_aside")]
    for name, file in apart.items():
        file.add(getattr(rest, name))
        file.writer.close()
    nobody = staged.rows.filter(staged.rows[REASON] == NO_CUSTOMER, staged.rows.date <= end)
    lines = {"transactions": settled.applied(seen), "unidentified": nobody}
    counts = {
        name: copy_typed(rows, staged.typed, folder / f"{name}.parquet")
        for name, rows in lines.items()
    } | {"returns": len(settled.returns)}
    if counts["returns"]:
        settled.returns.to_parquet(folder / "returns.parquet", index=False)
    assert counts["transactions"] + sum(away) == staged.read, f"{counts}, {away}: {staged.read}"
    write_tables(rest, folder)
    held = [name for name, rows in counts.items() if rows]
    return sorted({*held, *rest.tables}, key=[*TABLES, *counts].index)


def _write_doubted(
    staged: Staged, apart: Mapping[str, Apart], day: pd.Timestamp, gone: pd.Index
) -> None:
    """Write what speaks against rows; of flags only those of rows that are accepted."""
    rows, end = staged.rows, ibis.literal(day.date())
    is_later = (rows.date > end).fill_null(False)
    lost = rows[REASON].notnull() & ~((rows[REASON] == NO_CUSTOMER) & is_later)  # noqa: PD004 - Ibis
    again = rows[REASON].isnull() & rows[AGAIN]  # noqa: PD003
    again = again if staged.repeat_is_error else again & ~is_later
    for rejected, set_aside, flagged in _laid_out(staged, rows.filter(lost | again)):
        apart["rejected"].add(rejected)
        apart["set_aside"].add(set_aside)
        apart["flagged"].add(flagged[~flagged["line"].isin(gone)])


def _write_later_unidentified(staged: Staged, rejected: Apart, day: pd.Timestamp) -> None:
    rows = staged.rows
    later = rows.filter(rows[REASON] == NO_CUSTOMER, rows.date > ibis.literal(day.date()))
    for _, set_aside, _ in _laid_out(staged, later):
        rejected.add(set_aside.assign(reason=_LATER))


def _laid_out(staged: Staged, rows: ir.Table) -> Iterator[Sequence[pd.DataFrame]]:
    for batch in batches(rows):
        is_error = staged.repeat_is_error
        parts = doubted_rows(batch, _TABLE, staged.source.file, repeat_is_error=is_error)
        yield [_without_text(part) for part in parts[:3]] if staged.is_hidden else parts[:3]


def _without_text(apart: pd.DataFrame) -> pd.DataFrame:
    """Leave away the fields of rows, among which identifiers stand."""
    return apart.assign(row="")
