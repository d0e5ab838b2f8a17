"""Transactions beyond memory as marked rows on disk, with what is known of them as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from crm_analysis.data.checking import NO_CUSTOMER
from crm_analysis.data.databases import open_parquet
from crm_analysis.data.door import Door
from crm_analysis.data.duplicates import SINGLE, compared
from crm_analysis.data.large_files import confined, stream
from crm_analysis.data.large_pseudonyms import with_pseudonyms_on_disk
from crm_analysis.data.pseudonyms import Pseudonyms
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import AGAIN, LINE, REASON, TypedTable, marked_rows
from crm_analysis.data.typed_door import Seen
from crm_analysis.errors import InputError

__all__ = ["Staged"]

_TABLE = TABLES["transactions"]
_PRODUCTS = ("product_id", "product")


@dataclass(frozen=True)
class Staged:
    """Marked rows on disk, and what is to be known of the table as a whole."""

    rows: ir.Table
    source: TypedTable
    found: dict[str, str]
    read: int
    repeat_is_error: bool
    first: pd.Timestamp
    last: pd.Timestamp
    is_hidden: bool = False

    @classmethod
    def mark(
        cls,
        source: TypedTable,
        told: Mapping[str, str],
        reading: Mapping[str, str | None],
        spill: Path,
    ) -> "Staged":
        """Mark all rows on disk; raise ``InputError`` where none can be used."""
        found = recognise_columns(source.headers, _TABLE, told, file=source.file)
        read = int(source.rows.count().execute())
        if read == 0:
            raise InputError(f"{source.file} has columns but no rows")
        lines = _local(source, found, spill)
        marked = marked_rows(lines, _TABLE, found, reading)
        if compared(_TABLE, found) or not lines.fits(_TABLE, found):
            # Whoever compares rows, or looks their values up, mixes them.
            marked = marked.order_by(LINE)
        marked.to_parquet(spill / "marked.parquet")
        rows = confined(spill).read_parquet(spill / "marked.parquet")
        usable = rows.filter(rows[REASON].isnull())  # noqa: PD003 - Ibis
        is_error = _repeats_are_errors(usable)
        kept = usable.filter(~usable[AGAIN]) if is_error else usable
        first = kept.date.min().execute()
        if pd.isna(first):
            raise InputError(f"no row of {source.file} can be used: {_commonest(rows)}")
        nobody = rows.filter(rows[REASON] == NO_CUSTOMER)
        # Those without a customer were there on their day, too; DuckDB's greatest skips nulls.
        last = ibis.greatest(kept.date.max(), nobody.date.max().as_scalar()).execute()
        first, last = pd.Timestamp(first), pd.Timestamp(last)
        return cls(rows, source, found, read, is_error, first, last)

    def hidden(self, pseudonyms: Pseudonyms, spill: Path) -> "Staged":
        """Return the rows with pseudonyms in the place of customers."""
        hidden = with_pseudonyms_on_disk(self.rows, pseudonyms, spill)
        return replace(self, rows=hidden, is_hidden=True)

    def check_day(self, day: pd.Timestamp) -> None:
        """Raise ``InputError`` if nobody had bought yet on a day."""
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
