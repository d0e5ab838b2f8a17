"""``load``: from a name, a file or a folder to a ``Company`` of trusted tables."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analysis.data.aside import stacked
from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.checking import set_later_aside
from crm_analysis.data.company import Company
from crm_analysis.data.databases import database_tables, is_database, table_at
from crm_analysis.data.door import Door, nearby
from crm_analysis.data.prepared import is_prepared, load_prepared
from crm_analysis.data.reading import SUFFIXES
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import TypedTable
from crm_analysis.errors import InputError, unknown_name

__all__ = ["load"]

# A database may be an address, or whatever Ibis connects to; a table of one, an Ibis table.
Source = str | Path | Mapping[str, str | Path | Any] | Any


def load(
    source: Source,
    *,
    columns: Mapping[str, str] | Mapping[str, Mapping[str, str]] | None = None,
    as_of: str | date | pd.Timestamp | None = None,
) -> Company:
    """Load a company: read its tables, check every row, keep what can't be used with its reason.

    Parameters
    ----------
    source : name of a built-in company (see ``COMPANIES``); a CSV, TSV or Parquet file of
        transactions; a folder whose files are called after the tables, or one that ``prepare``
        wrote; a database's address (see ``crm_analysis.data.databases``), a connection of Ibis or
        a Spark session, whose tables are called as ours are; or table → file or address of a
        table.
    columns : our column name → the file's header, for the transactions, or
        {table: {name: header}}. Columns that aren't told are recognised by their names.
    as_of : the day from which the company is seen; rows that came to be later are rejected. By
        default the last date of the transactions.

    Raises
    ------
    InputError : a name, file, table or column isn't there or can't be used; ``as_of`` is no
        date or lies before all transactions.

    Examples
    --------
    >>> load("cdnow_sample", as_of="1997-09-30")
    Company('cdnow_sample', as of 1997-09-30: transactions (4,960))
    """
    day = None if as_of is None else _day(as_of)
    if isinstance(source, Mapping):
        files = {_table_name(table): _table_source(held) for table, held in source.items()}
        return _load_files(files, columns, day)
    if isinstance(source, str) and source in COMPANIES:
        return _as_seen(COMPANIES[source].make(), columns, day)
    if is_database(source):
        return _load_files(database_tables(source), columns, day)
    path = _existing(source)
    if path.is_file():
        return _load_files({"transactions": path}, columns, day)
    if is_prepared(path):
        return _as_seen(load_prepared(path), columns, day)
    return _load_files(_files_in(path), columns, day, title=path.resolve().name)


def _day(as_of) -> pd.Timestamp:
    try:
        day = pd.Timestamp(as_of)
    except (ValueError, TypeError):
        day = pd.NaT
    if pd.isna(day):
        raise InputError(f"as_of must be a date such as 2026-10-31, got {as_of!r}")
    return day.tz_localize(None).normalize()


def _table_name(name: str) -> str:
    if name not in TABLES:
        raise unknown_name("table", name, TABLES)
    return name


def _table_source(held: Any) -> Path | TypedTable:
    return table_at(held) if is_database(held) else Path(held)


def _existing(source: str | Path) -> Path:
    """Return the path if something is there; otherwise say what was probably meant."""
    path = Path(source)
    if path.exists():
        return path
    is_name = isinstance(source, str) and not path.suffix and os.sep not in source
    if is_name and "/" not in source:
        raise unknown_name("company", source, COMPANIES)
    raise InputError(f"there is no file or folder {str(source)!r}; {nearby(path)}")


def _files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder that are called after tables."""
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.stem not in TABLES or path.suffix.lower() not in SUFFIXES:
            continue
        if path.stem in files:
            raise InputError(
                f"{folder} holds {files[path.stem].name} and {path.name} for one table: keep one"
            )
        files[path.stem] = path
    if not files:
        raise InputError(
            f"{folder} holds no table: its files must be called after the tables, such as "
            f"transactions.csv; tables are {', '.join(TABLES)}"
        )
    return files


def _load_files(files, columns, as_of: pd.Timestamp | None, title: str = "") -> Company:
    told = _told(columns, files)
    doors = {
        name: Door.open(TABLES[name], path, told.get(name, {})) for name, path in files.items()
    }
    accepted = {name: door.checked.accepted for name, door in doors.items()}
    as_of = as_of or _last_day(accepted)
    seen, later = _see_from(accepted, as_of, {name: door.raw.file for name, door in doors.items()})
    title = title or next(iter(files.values())).stem
    return Company(
        name=re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "company",
        title=title,
        as_of=as_of,
        **seen,
        read={name: door.raw.read for name, door in doors.items()},
        rejected=stacked([*(door.rejected() for door in doors.values()), *later]),
        notes=tuple(note for door in doors.values() if (note := door.note())),
    )


def _told(columns, files) -> dict[str, Mapping[str, str]]:
    """Return the told columns by table; a plain mapping is about the transactions."""
    if not columns:
        return {}
    if any(isinstance(value, str) for value in columns.values()):
        columns = {"transactions": columns}
    for name in columns:
        if _table_name(name) not in files:
            raise InputError(f"columns are told for {name}, but no file is given for it")
    return dict(columns)


def _last_day(accepted: Mapping[str, pd.DataFrame]) -> pd.Timestamp:
    """Return the last date of the transactions, or where there are none of what there is."""
    with_dates = {
        name: next(
            (c.name for c in TABLES[name].columns if c.kind == "date" and c.name in frame), None
        )
        for name, frame in accepted.items()
    }
    ends = {n: accepted[n][c].max() for n, c in with_dates.items() if c is not None}
    if not ends:
        raise InputError("no table has dates: say from which day the company is seen (--as-of)")
    return ends.get("transactions", max(ends.values()))


def _see_from(tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp, files: Mapping[str, str]):
    """Return the tables as they were on a day, and what came to be later as rejected rows."""
    bought = tables.get("transactions")
    if bought is not None and bought["date"].min() > as_of:
        raise InputError(
            f"as_of {as_of:%Y-%m-%d} lies before all transactions, the first of which is of "
            f"{bought['date'].min():%Y-%m-%d}"
        )
    parted = {
        name: set_later_aside(table, TABLES[name], as_of, file=files[name])
        for name, table in tables.items()
    }
    seen = {name: part.accepted.reset_index(drop=True) for name, part in parted.items()}
    # A table of which nothing was there yet is a table that the company doesn't have yet.
    seen = {name: table for name, table in seen.items() if len(table)}
    return seen, [part.rejected for part in parted.values()]


def _as_seen(company: Company, columns, as_of: pd.Timestamp | None) -> Company:
    """Look at a company that is already checked from an earlier or later day."""
    if columns:
        raise InputError(f"{company.title} has our column names already: columns can't be told")
    if as_of is None or as_of == company.as_of:
        return company
    # The line that a row would have in a file, below its header.
    numbered = {name: table.set_axis(table.index + 2) for name, table in company.tables.items()}
    seen, later = _see_from(numbered, as_of, dict.fromkeys(numbered, company.title))
    nothing = dict.fromkeys(company.tables)
    rejected = stacked([company.rejected, *later])
    return replace(company, as_of=as_of, rejected=rejected, **(nothing | seen))
