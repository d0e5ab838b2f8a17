"""One table on its way in: from its file to the rows that are accepted."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from crm_analysis.data.aside import stacked
from crm_analysis.data.checking import Checked, check_rows
from crm_analysis.data.company import REJECTED_COLUMNS
from crm_analysis.data.databases import open_parquet
from crm_analysis.data.reading import RawTable, read_table
from crm_analysis.data.recognition import looks_personal, recognise_columns
from crm_analysis.data.tables import PERSONAL, Table
from crm_analysis.data.typed import TypedTable
from crm_analysis.data.typed_door import Seen, check_typed
from crm_analysis.errors import InputError

__all__ = ["Door", "nearby"]


@dataclass(frozen=True)
class Door:
    """One table on its way in: what the file holds, which header is what, what was accepted."""

    table: Table
    raw: RawTable | Seen
    found: dict[str, str]
    checked: Checked

    @classmethod
    def open(cls, table: Table, source: Path | TypedTable, told: Mapping[str, str]) -> "Door":
        """Read and check a table; raise ``InputError`` if it or all of its rows can't be used."""
        door = cls(table, *_read(table, source, told))
        if door.checked.accepted.empty:
            raise InputError(f"no row of {door.raw.file} can be used: {door.why_none()}")
        return door

    def rejected(self) -> pd.DataFrame:
        """Return all rows that stayed outside, the broken ones first."""
        broken = self.raw.broken.assign(table=self.table.name, file=self.raw.file)
        broken = broken[REJECTED_COLUMNS]
        if any(column.name in PERSONAL for column in self.table.columns):
            broken["row"] = "(not shown: it may name a person)"
        return stacked([broken, self.checked.rejected])

    def why_none(self) -> str:
        """Say the commonest reason for which rows stayed outside, with its first row."""
        rejected = self.rejected()
        reason = rejected["reason"].mode()[0]
        rows = rejected[rejected["reason"] == reason]
        first = rows.iloc[0]
        shown = f"{first['row']:.80}"
        return f"{reason} in {len(rows):,} rows, the first in line {first['line']} ({shown})"

    def note(self) -> str:
        """Say which headers were read as what, and which weren't used."""
        renamed = [f"{name} from {head!r}" for name, head in self.found.items() if name != head]
        others = [head for head in self.raw.rows.columns if head not in self.found.values()]
        unused = [h for h in others if not self.table.open_ended or looks_personal(h)]
        parts = [f"read {', '.join(renamed)}"] if renamed else []
        parts += [f"not used: {', '.join(unused)}"] if unused else []
        return f"{self.raw.file}: {'; '.join(parts)}." if parts else ""


def _read(table: Table, source: Path | TypedTable, told: Mapping[str, str]):
    """Return what was seen of a source, our column name → header, and the rows by what they are."""
    if isinstance(source, TypedTable):
        return check_typed(source, table, told)
    if not source.exists():
        raise InputError(f"there is no file {str(source)!r}; {nearby(source)}")
    if source.suffix.lower() == ".parquet":
        return check_typed(open_parquet(source), table, told)
    raw = read_table(source)
    found = recognise_columns(list(raw.rows.columns), table, told, file=raw.file)
    renamed = raw.rows.rename(columns={header: name for name, header in found.items()})
    kept = renamed if table.open_ended else renamed[list(found)]
    return raw, found, check_rows(kept, table, file=raw.file)


def nearby(path: Path) -> str:
    """Say which files beside a missing one are called nearly like it."""
    if not path.parent.is_dir():
        return f"nor is there the folder {str(path.parent)!r}"
    names = sorted(entry.name for entry in path.parent.iterdir())
    close = get_close_matches(path.name, names, n=3, cutoff=0.6)
    return f"nearby: {', '.join(close)}" if close else "nothing nearby is called like it"
