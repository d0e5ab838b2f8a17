"""One table on its way in: from its file to the rows that are accepted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from crm_analysis.data.aside import stacked
from crm_analysis.data.checking import Checked, check_rows, is_nothing
from crm_analysis.data.company import REJECTED_COLUMNS
from crm_analysis.data.databases import is_typed, open_parquet
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.duplicates import repeats
from crm_analysis.data.pseudonyms import IDS, Pseudonyms
from crm_analysis.data.reading import RawTable, arrow_as_text, read_table, split_sheet
from crm_analysis.data.recipes import find_recipe
from crm_analysis.data.recognition import looks_personal, named_first, recognise
from crm_analysis.data.tables import PERSONAL, Table
from crm_analysis.data.typed import LINE, TypedTable
from crm_analysis.data.typed_door import Seen, check_typed
from crm_analysis.errors import InputError

__all__ = ["Door", "nearby"]

_WITHHELD = "(not shown: it may name a person)"
# Rows of a file that stay outside before any column is looked at.
_ASIDE = ("broken", "left_out")
# What may be told of how the dates and numbers of a table with types are written.
_WRITTEN = ("date_format", "decimal")


@dataclass(frozen=True)
class Door:
    """One table on its way in: what the file holds, which header is what, what was accepted."""

    table: Table
    raw: RawTable | Seen
    found: dict[str, str]
    checked: Checked
    said: str = ""  # by whoever laid the file out, in the place of the headers' note

    @classmethod
    def open(
        cls,
        table: Table,
        source: Path | TypedTable,
        told: Mapping[str, str],
        pseudonyms: Pseudonyms | None = None,
        reading: Mapping[str, str] | None = None,
    ) -> "Door":
        """Read and check a table; raise ``InputError`` if it or all of its rows can't be used.

        ``reading`` says of what form the file, its dates and its numbers are (see ``load``).
        """
        if isinstance(source, Path) and not split_sheet(source)[0].exists():
            raise InputError(f"there is no file {str(source)!r}; {nearby(source)}")
        reading = dict(reading or {})
        if is_typed(source):
            typed = open_parquet(source) if isinstance(source, Path) else source
            if find_recipe(typed.headers, table.name) is None:
                written = {name: reading.get(name) for name in _WRITTEN}
                return cls(table, *check_typed(typed, table, told, pseudonyms, written))._usable()
            raw = _as_export(typed, reading)
        else:
            raw = read_table(source, table=table.name, **reading)
        raw, found = recognise(raw, table, told)
        return cls.check(table, raw, found, pseudonyms)

    @classmethod
    def check(
        cls,
        table: Table,
        raw: RawTable,
        found: dict[str, str],
        pseudonyms: Pseudonyms | None = None,
    ) -> "Door":
        """Check rows of text whose columns are recognised."""
        renamed = raw.rows.rename(columns={header: name for name, header in found.items()})
        kept = renamed if table.open_ended else renamed[list(found)]
        kept = kept.assign(**{name: _whole(kept[name]) for name in _identifiers(table, kept)})
        if pseudonyms is not None:
            # Before anything is laid out, so that no message holds an identifier.
            kept = kept.assign(**{name: _hidden(kept[name], pseudonyms) for name in _ids(kept)})
            aside = {name: getattr(raw, name).assign(row=_WITHHELD) for name in _ASIDE}
            raw = replace(raw, **aside)
        again = repeats(raw.rows, table, found)
        written = {"decimal": raw.decimal, "date_format": raw.date_format}
        checked = check_rows(kept, table, file=raw.file, repeated=again, written=written)
        return cls(table, raw, found, checked)._usable()

    def _usable(self) -> "Door":
        if self.checked.accepted.empty:
            raise InputError(f"no row of {self.raw.file} can be used: {self.why_none()}")
        return self

    def rejected(self) -> pd.DataFrame:
        """Return all rows that stayed outside, those that were never looked into first."""
        about = {"table": self.table.name, "file": self.raw.file}
        broken, left_out = (getattr(self.raw, n).assign(**about)[REJECTED_COLUMNS] for n in _ASIDE)
        # Its fields can't be told apart, so that one of a column that isn't ours may name somebody.
        is_plain = set(self.found.values()) == set(self.raw.rows.columns)
        if not is_plain or any(column.name in PERSONAL for column in self.table.columns):
            broken["row"] = _WITHHELD
        return stacked([broken, left_out, self.checked.rejected])

    def why_none(self) -> str:
        """Say the commonest reason for which rows stayed outside, with its first row."""
        rejected = stacked([self.rejected(), self.checked.set_aside])
        reason = rejected["reason"].mode()[0]
        rows = rejected[rejected["reason"] == reason]
        first = rows.iloc[0]
        shown = f"{first['row']:.80}"
        return f"{reason} in {len(rows):,} rows, the first in line {first['line']} ({shown})"

    def note(self) -> str:
        """Say which headers were read as what, and which weren't used."""
        if self.said:
            return self.said
        renamed = [f"{name} from {head!r}" for name, head in self.found.items() if name != head]
        others = [head for head in self.raw.rows.columns if head not in self.found.values()]
        unused = [h for h in others if not self.table.open_ended or looks_personal(h)]
        parts = [] if isinstance(self.raw, Seen) else list(self.raw.notes)
        parts += [f"read {', '.join(renamed)}"] if renamed else []
        parts += [f"not used: {named_first(unused)}"] if unused else []
        return f"{self.raw.file}: {'; '.join(parts)}." if parts else ""


def _as_export(source: TypedTable, reading: Mapping[str, str]) -> RawTable:
    """Return the table of a known export as text, which its recipe is about."""
    rows = source.rows.order_by(LINE if source.has_lines else source.headers)
    with said_plainly(source.file):
        held = rows.select(source.headers).to_pyarrow()
    raw = arrow_as_text(held, source.file)
    return replace(raw, **{name: reading.get(name) for name in _WRITTEN})


def _ids(frame: pd.DataFrame) -> list[str]:
    return [name for name in IDS if name in frame.columns]


def _identifiers(table: Table, frame: pd.DataFrame) -> list[str]:
    return [column.name for column in table.columns if column.kind == "id" and column.name in frame]


def _whole(text: pd.Series) -> pd.Series:
    """Return 17850 for identifiers that are all written as 17850.0, as where some are missing."""
    filled = ~is_nothing(text)
    if not filled.any() or not text.iloc[int(filled.to_numpy().argmax())].endswith(".0"):
        return text
    are_whole = text[filled].str.fullmatch(r"\s*[0-9]+\.0\s*").all()
    return text.where(~filled, text.str.strip().str.removesuffix(".0")) if are_whole else text


def _hidden(text: pd.Series, pseudonyms: Pseudonyms) -> pd.Series:
    """Return pseudonyms for identifiers as a file has them; what stands for nothing stays."""
    return pseudonyms.of(text.str.strip()).where(~is_nothing(text), text)


def nearby(path: Path) -> str:
    """Say which files beside a missing one are called nearly like it."""
    if not path.parent.is_dir():
        return f"nor is there the folder {str(path.parent)!r}"
    names = sorted(entry.name for entry in path.parent.iterdir())
    close = get_close_matches(path.name, names, n=3, cutoff=0.6)
    return f"nearby: {', '.join(close)}" if close else "nothing nearby is called like it"
