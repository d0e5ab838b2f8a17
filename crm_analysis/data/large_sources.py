"""From a source to a prepared folder: which transactions stay on disk, and which are loaded."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq

from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company_file import CompanyFile, is_company_file
from crm_analysis.data.databases import is_typed, open_parquet
from crm_analysis.data.large import prepare_large
from crm_analysis.data.large_text import even_text
from crm_analysis.data.loading import company_told, load, tables_of, told_columns
from crm_analysis.data.prepared import prepare
from crm_analysis.data.reading import SUFFIXES, WORKBOOKS
from crm_analysis.data.recipes import find_recipe
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import TypedTable

__all__ = ["large_transactions", "prepare_source"]

# From so many rows, or bytes of text, on a table isn't taken into memory.
_LARGE = 5_000_000
_LARGE_TEXT = 200_000_000
# SQLite holds values of several types in one column; a Spark has its own disks.
_COPIED = ("duckdb", "postgres")
_TABLE = TABLES["transactions"]
_NOT_LINES = (*WORKBOOKS, ".parquet", ".jsonl", ".ndjson")


def prepare_source(source: Any, folder: str | Path, *, columns=None, **options: Any) -> Path:
    """Read and check a source once, and write it as ``prepare`` does, however large it is.

    Parameters
    ----------
    source, columns, options : as ``load`` takes them.
    folder : made if it isn't there; must not hold files.

    Raises
    ------
    InputError : as ``load`` and ``prepare``.
    """
    about: Mapping[str, Any] = {}
    if isinstance(source, CompanyFile) or is_company_file(source):
        told = company_told(source, columns, **options)
        source, columns, options, about = told.sources, told.columns, told.options, told.about
    # Where the tables go there is room; a source that can't be used leaves no folder behind.
    beside = next(one for one in Path(folder).absolute().parents if one.is_dir())
    with tempfile.TemporaryDirectory(prefix=".text-", dir=beside) as spill:
        found = None if isinstance(source, str) and source in COMPANIES else tables_of(source)
        files, title = found or ({}, "")
        told = told_columns(columns, files).get("transactions", {}) if files else {}
        reading = (options.get("reading") or {}).get("transactions", {})
        lines = large_transactions(files.get("transactions"), told, reading, Path(spill))
        if lines is None or (options.get("pseudonymise") and lines.is_text):
            return prepare(replace(load(source, columns=columns, **options), **about), folder)
        return _prepare_beside(lines, files, folder, columns, options, {"title": title} | about)


def _prepare_beside(lines, files, folder, columns, options, about) -> Path:
    """Prepare large transactions with the other tables, which are loaded."""
    told = dict(told_columns(columns, files))
    files = {name: file for name, file in files.items() if name != "transactions"}
    own = {"columns": told.pop("transactions", None)}
    reading = dict(options.get("reading") or {})
    own["reading"] = reading.pop("transactions", None)
    own |= {name: options.get(name) for name in ("as_of", "returns", "pseudonymise")}

    def others(day):
        hidden = {"pseudonymise": options.get("pseudonymise"), "reading": reading}
        return load(files, columns=told, as_of=day, **hidden)

    return prepare_large(lines, folder, **own, others=others if files else None, about=about)


def large_transactions(
    source: Path | TypedTable | None,
    told: Mapping[str, str],
    reading: Mapping[str, str | None],
    spill: Path,
) -> TypedTable | None:
    """Return transactions that are to stay on disk; None of others, and where there are none.

    Parameters
    ----------
    source : a file, or a table of a database.
    told : our column name → the source's header.
    reading : how the file is to be read, where it's told; see ``load``.
    spill : a folder with room for the rows, for those of a text.

    Raises
    ------
    InputError : a database refuses.
    """
    if isinstance(source, TypedTable):
        is_copied = source.rows.get_backend().name in _COPIED
        is_large = is_copied and int(source.rows.count().execute()) >= _LARGE
        found = source if is_large else None
    elif source is None or not source.is_file():
        found = None
    elif is_typed(source):
        found = open_parquet(source) if pq.read_metadata(source).num_rows >= _LARGE else None
    else:
        found = _large_text(source, told, reading, spill)
    # What goes by the recipe of a known export is left to ``load``.
    is_export = found is not None and find_recipe(found.headers, _TABLE.name) is not None
    return None if is_export else found


def _large_text(
    path: Path, told: Mapping[str, str], reading: Mapping[str, str | None], spill: Path
) -> TypedTable | None:
    name = path.name.lower()
    is_lines = name.endswith(SUFFIXES) and not any(kind in name for kind in _NOT_LINES)
    if not is_lines or path.stat().st_size < _LARGE_TEXT:
        return None
    text = even_text(path, reading, spill)
    # Whether they are all so is told by whoever reads the whole column.
    return None if text is None or _may_hold_decimal_ids(text, told) else text


def _may_hold_decimal_ids(text: TypedTable, told: Mapping[str, str]) -> bool:
    """Tell whether a number of a customer or an order is written as 17850.0, by a spreadsheet."""
    found = recognise_columns(text.headers, _TABLE, told, file=text.file)
    ids = [found[c.name] for c in _TABLE.columns if c.kind == "id" and c.name in found]
    written_so = text.rows.filter(ibis.or_(*(text.rows[head].endswith(".0") for head in ids)))
    return int(written_so.limit(1).count().execute()) > 0
