"""Transactions beyond memory: read, checked and settled on disk, into a folder as of ``prepare``.

Every row is marked where it lies. Only rows of which something is to be said or settled come into
memory, part by part, and go through the same code as in ``load``.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow.parquet as pq

from crm_analysis.data.checking import NO_CUSTOMER
from crm_analysis.data.company import Company, slug
from crm_analysis.data.databases import database_tables, is_database, is_typed, open_parquet
from crm_analysis.data.door import Door
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.duplicates import SINGLE, compared
from crm_analysis.data.large_files import Apart, batches, confined, copy_typed, frames, stream
from crm_analysis.data.large_returns import settle_large
from crm_analysis.data.prepared import new_folder, write_about
from crm_analysis.data.recipes import find_recipe
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.returns import checked_policy
from crm_analysis.data.seen import later_rows, read_day
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import AGAIN, LINE, REASON, TypedTable, marked_rows
from crm_analysis.data.typed_door import Seen, doubted_rows
from crm_analysis.errors import InputError

__all__ = ["large_transactions", "prepare_large"]

_TABLE = TABLES["transactions"]
# From so many rows on a table isn't taken into memory.
_LARGE = 5_000_000
# SQLite holds values of several types in one column; a Spark has its own disks.
_COPIED = ("duckdb", "postgres")
_PRODUCTS = ("product_id", "product")
_LATER = "date after as_of"


def prepare_large(
    source: TypedTable,
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    as_of: str | pd.Timestamp | None = None,
    returns: str | None = None,
) -> Path:
    """Prepare a table of transactions that doesn't fit into memory.

    Parameters
    ----------
    source : a Parquet file or a table of a database.
    folder : made if it isn't there; must not hold files.
    columns, as_of, returns : see ``load``.

    Returns
    -------
    The folder, as ``prepare`` writes it: the same rows in the same order, with the same reasons.

    Raises
    ------
    InputError : the folder holds files already, no line can be used, or ``as_of`` lies before all.
    """
    policy = checked_policy(returns or "net")
    folder = new_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder) as spill, said_plainly(source.file):
        staged = _Staged.mark(source, columns or {}, Path(spill))
        day = read_day(as_of) if as_of is not None else staged.last
        staged.check_day(day)
        return _write(staged, folder, day, policy)


def large_transactions(source: object) -> TypedTable | None:
    """Return a source's one table if it's one of transactions that is to stay on disk.

    Parameters
    ----------
    source : whatever ``load`` takes.

    Raises
    ------
    InputError : a database isn't there, or refuses.
    """
    if is_database(source):
        tables = database_tables(source)
        table = tables["transactions"] if list(tables) == ["transactions"] else None
        kept = table is not None and table.rows.get_backend().name in _COPIED
        is_large = kept and int(table.rows.count().execute()) >= _LARGE
        return _unless_export(table) if is_large else None
    if not isinstance(source, str | Path) or not Path(source).is_file():
        return None
    path = Path(source)
    if not is_typed(path) or pq.read_metadata(path).num_rows < _LARGE:
        return None
    return _unless_export(open_parquet(path))


def _unless_export(table: TypedTable) -> TypedTable | None:
    """Leave what goes by the recipe of a known export to ``load``."""
    return table if find_recipe(table.headers, _TABLE.name) is None else None


@dataclass(frozen=True)
class _Staged:
    """Marked rows on disk, and what is to be known of the table as a whole."""

    rows: ir.Table
    source: TypedTable
    found: dict[str, str]
    read: int
    repeat_is_error: bool
    first: pd.Timestamp
    last: pd.Timestamp

    @classmethod
    def mark(cls, source: TypedTable, told: Mapping[str, str], spill: Path) -> "_Staged":
        found = recognise_columns(source.headers, _TABLE, told, file=source.file)
        read = int(source.rows.count().execute())
        if read == 0:
            raise InputError(f"{source.file} has columns but no rows")
        lines = _local(source, found, spill)
        marked = marked_rows(lines, _TABLE, found)
        if compared(_TABLE, found):
            # Whoever compares rows mixes them.
            marked = marked.order_by(LINE)
        marked.to_parquet(spill / "marked.parquet")
        rows = confined(spill).read_parquet(spill / "marked.parquet")
        usable = rows.filter(rows[REASON].isnull())  # noqa: PD003 - Ibis
        is_error = _repeats_are_errors(usable)
        kept = usable.filter(~usable[AGAIN]) if is_error else usable
        ends = kept.aggregate(first=kept.date.min(), last=kept.date.max()).to_pandas().iloc[0]
        if pd.isna(ends["first"]):
            raise InputError(f"no row of {source.file} can be used: {_commonest(rows)}")
        first, last = (pd.Timestamp(ends[name]) for name in ("first", "last"))
        return cls(rows, source, found, read, is_error, first, last)

    def check_day(self, day: pd.Timestamp) -> None:
        if self.first > day:
            raise InputError(
                f"as_of {day:%Y-%m-%d} lies before all transactions, the first of which is of "
                f"{self.first:%Y-%m-%d}"
            )

    def accepted(self) -> ir.Table:
        """Return the typed rows that can be used."""
        kept = self.rows.filter(self.rows[REASON].isnull())  # noqa: PD003 - Ibis
        kept = kept.filter(~kept[AGAIN]) if self.repeat_is_error else kept
        return kept.select(LINE, *self.typed)

    @property
    def typed(self) -> list[str]:
        """Our columns, in the order of the table."""
        return [column.name for column in _TABLE.columns if column.name in self.found]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of the headers."""
        seen = Seen(self.source.file, pd.DataFrame(columns=self.source.headers), self.read)
        note = Door(_TABLE, seen, self.found, None).note()
        return (note,) if note else ()


def _local(source: TypedTable, found: Mapping[str, str], spill: Path) -> TypedTable:
    """Return rows with lines in a DuckDB of ours; those of a database are copied in order."""
    if not source.has_lines:
        path, rows = spill / "rows.parquet", source.rows.order_by(list(found.values()))
        if rows.get_backend().name == "duckdb":
            rows.to_parquet(path)
        else:
            stream(rows, path)
        source = TypedTable(open_parquet(path).rows, source.file, source.stem)
    connection = source.rows.get_backend()
    for setting in ("memory_limit = '2GB'", f"temp_directory = '{spill}'"):
        connection.raw_sql(f"SET {setting}")
    connection.raw_sql("RESET threads")
    return source


def _repeats_are_errors(usable: ir.Table) -> bool:
    """Judge as ``repeats_are_errors`` does, by orders with one line, without fetching them."""
    if not usable[AGAIN].any().execute():
        return False
    if any(name in usable.columns for name in _PRODUCTS):
        return True
    once = usable.filter(~usable[AGAIN], usable.order_id.notnull())  # noqa: PD004 - Ibis
    lines = once.group_by("order_id").agg(lines=once.count())
    share = lines.aggregate(share=(lines.lines == 1).mean()).to_pandas()["share"].iloc[0]
    return bool(share >= SINGLE)


def _commonest(rows: ir.Table) -> str:
    counts = rows.group_by(REASON).agg(rows=rows.count()).to_pandas()
    first = counts.sort_values(["rows", REASON], ascending=[False, True]).iloc[0]
    return f"{first[REASON]} in {first['rows']:,} rows"


def _write(staged: _Staged, folder: Path, day: pd.Timestamp, policy: str) -> Path:
    accepted, end = staged.accepted(), ibis.literal(day.date())
    seen = accepted.filter(accepted.date <= end)
    settled = settle_large(seen, policy, file=staged.source.file)
    apart = {n: Apart(folder / f"{n}.parquet") for n in ("rejected", "set_aside", "flagged")}
    _write_doubted(staged, apart, day, settled.gone)
    for frame in frames(accepted.filter(accepted.date > end)):
        apart["rejected"].add(later_rows(frame, _TABLE, file=staged.source.file))
    _write_later_unidentified(staged, apart["rejected"], day)
    apart["set_aside"].add(settled.set_aside)
    for file in apart.values():
        file.writer.close()
    nobody = staged.rows.filter(staged.rows[REASON] == NO_CUSTOMER, staged.rows.date <= end)
    lines = {"transactions": settled.applied(seen), "unidentified": nobody}
    counts = {
        name: copy_typed(rows, staged.typed, folder / f"{name}.parquet")
        for name, rows in lines.items()
    } | {"returns": len(settled.returns)}
    if counts["returns"]:
        settled.returns.to_parquet(folder / "returns.parquet", index=False)
    away = [apart[name].rows for name in ("rejected", "set_aside")]
    assert counts["transactions"] + sum(away) == staged.read, f"{counts}, {away}: {staged.read}"
    _about(staged, folder, day, [name for name, rows in counts.items() if rows])
    return folder


def _write_doubted(
    staged: _Staged, apart: Mapping[str, Apart], day: pd.Timestamp, gone: pd.Index
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


def _write_later_unidentified(staged: _Staged, rejected: Apart, day: pd.Timestamp) -> None:
    rows = staged.rows
    later = rows.filter(rows[REASON] == NO_CUSTOMER, rows.date > ibis.literal(day.date()))
    for _, set_aside, _ in _laid_out(staged, later):
        rejected.add(set_aside.assign(reason=_LATER))


def _laid_out(staged: _Staged, rows: ir.Table) -> Iterator[tuple[pd.DataFrame, ...]]:
    for batch in batches(rows):
        is_error = staged.repeat_is_error
        parts = doubted_rows(batch, _TABLE, staged.source.file, repeat_is_error=is_error)
        yield parts[:3]


def _about(staged: _Staged, folder: Path, day: pd.Timestamp, tables: list[str]) -> None:
    title = staged.source.stem
    name = slug(title)
    company = Company(name, title, as_of=day, notes=staged.notes)
    write_about(company, folder, tables, {"transactions": staged.read})
