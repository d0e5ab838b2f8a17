"""``load``: from a name, a file or a folder to a ``Company`` of trusted tables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analysis.data.assembly import assemble, see_from
from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company import Company, slug
from crm_analysis.data.company_file import CompanyFile, is_company_file, read_company_file
from crm_analysis.data.databases import database_tables, is_database, table_at
from crm_analysis.data.door import Door, nearby
from crm_analysis.data.prepared import is_prepared, load_prepared
from crm_analysis.data.pseudonyms import Pseudonyms, open_pseudonyms, with_pseudonyms
from crm_analysis.data.reading import SUFFIXES, WORKBOOKS, sheet_names, split_sheet, table_stem
from crm_analysis.data.returns import checked_policy
from crm_analysis.data.seen import read_day
from crm_analysis.data.survey_door import open_survey
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import TypedTable
from crm_analysis.errors import InputError, unknown_name

__all__ = ["company_told", "load", "tables_of", "told_columns"]

# Not a table: it says what a survey's columns and answers are.
CODEBOOK = "codebook"

# A database may be an address, or whatever Ibis connects to; a table of one, an Ibis table or a
# query (``crm_analysis.data.databases.Query``).
Source = str | Path | CompanyFile | Mapping[str, str | Path | Any] | Any


def load(
    source: Source,
    *,
    columns: Mapping[str, str] | Mapping[str, Mapping[str, str]] | None = None,
    as_of: str | date | pd.Timestamp | None = None,
    returns: str | None = None,
    pseudonymise: bool | str | bytes | None = None,
    reading: Mapping[str, Mapping[str, str]] | None = None,
) -> Company:
    """Load a company: read its tables, check every row, keep what can't be used with its reason.

    Parameters
    ----------
    source : name of a built-in company (see ``COMPANIES``); a file of transactions (text, JSON
        lines, a workbook or "book.xlsx#Sheet", Parquet); a workbook with several sheets that are
        called after the tables; a folder whose files are called after
        the tables, or one that ``prepare`` wrote; a company file (``company.toml``), over which
        the other arguments win; a database's address (see ``crm_analysis.data.databases``), a
        connection of Ibis or a Spark session, whose tables are called as ours are; or table →
        file or address of a table, among them "codebook" for a survey's (see
        ``crm_analysis.data.codebook``).
    columns : our column name → the file's header, for the transactions, or
        {table: {name: header}}. Columns that aren't told are recognised by their names.
    as_of : the day from which the company is seen; rows that came to be later are rejected. By
        default the last date of the transactions.
    returns : what becomes of returns and cancellations: "net", they lower the purchase they
        belong to (so by default); "drop", they're set aside; "keep", lines stay as they stand. A
        prepared folder keeps the policy it was prepared with.
    pseudonymise : replace identifiers of customers and respondents by pseudonyms, under the key
        in the person's configuration folder (True) or under a key of at least 16 characters.
    reading : {table: {option: value}}, with sheet, encoding and delimiter of ``read_table``,
        date_format of ``parse_dates`` and decimal of ``parse_numbers``; what isn't told is
        found out from the file.

    Raises
    ------
    InputError : a name, file, table or column isn't there or can't be used; ``as_of`` is no
        date or lies before all transactions.

    Examples
    --------
    >>> load("cdnow_sample", as_of="1997-09-30")
    Company('cdnow_sample', as of 1997-09-30: transactions (4,960))
    """
    if isinstance(source, CompanyFile) or is_company_file(source):
        options = {"as_of": as_of, "returns": returns, "pseudonymise": pseudonymise}
        told = company_told(source, columns, **options, reading=reading)
        return replace(load(told.sources, columns=told.columns, **told.options), **told.about)
    settings = _Settings(
        as_of=None if as_of is None else read_day(as_of),
        returns=checked_policy(returns or "net"),
        pseudonyms=open_pseudonyms(pseudonymise or False),
        reading=reading or {},
    )
    return _load_source(source, columns, settings)


def _load_source(source: Source, columns, settings: "_Settings") -> Company:
    """Load whatever a source is, but for a company file."""
    if isinstance(source, str) and source in COMPANIES:
        return _seen(COMPANIES[source].make(), columns, settings)
    found = tables_of(source)
    if found is None:
        return _seen(load_prepared(source), columns, replace(settings, returns=None))
    return _load_files(*found, columns, settings)


def tables_of(source: Source) -> tuple[dict[str, Path | TypedTable], str] | None:
    """Find the tables of a source that is neither a built-in company nor a company file.

    Returns
    -------
    Table → file or table of a database, and what the company is called where nothing else says
    so; None of a folder that ``prepare`` wrote.

    Raises
    ------
    InputError : something isn't there, or holds no table.
    """
    if isinstance(source, Mapping):
        files = {_table_name(table): _table_source(held) for table, held in source.items()}
    elif is_database(source):
        files = database_tables(source)
    else:
        path = _existing(source)
        if path.is_dir() and is_prepared(path):
            return None
        if path.is_dir():
            return _files_in(path), path.resolve().name
        files = _tables_in(path)
    return files, _stem(next(iter(files.values())))


@dataclass(frozen=True)
class _Settings:
    """What a person said of how to load: day, policy on returns, pseudonyms, forms of files."""

    as_of: pd.Timestamp | None
    returns: str | None
    pseudonyms: Pseudonyms | None
    reading: Mapping[str, Mapping[str, str]]

    def of(self, table: str, told: Mapping[str, Mapping[str, str]]) -> tuple:
        """Return what the door needs of a table: its headers, the pseudonyms, the file's form."""
        return told.get(table, {}), self.pseudonyms, self.reading.get(table, {})


def _table_name(name: str) -> str:
    if name not in TABLES and name != CODEBOOK:
        raise unknown_name("table", name, (*TABLES, CODEBOOK))
    return name


def _table_source(held: Any) -> Path | TypedTable:
    if isinstance(held, TypedTable):
        return held
    return table_at(held) if is_database(held) else Path(held)


def _existing(source: str | Path) -> Path:
    """Return the path if something is there; otherwise say what was probably meant."""
    path = Path(source)
    if split_sheet(path)[0].exists():
        return path
    is_name = isinstance(source, str) and not path.suffix and os.sep not in source
    if is_name and "/" not in source:
        raise unknown_name("company", source, COMPANIES)
    raise InputError(f"there is no file or folder {str(source)!r}; {nearby(path)}")


def _tables_in(path: Path) -> dict[str, Path]:
    """Return the sheets of a workbook that are called after tables; another file is one."""
    if not path.name.lower().endswith(WORKBOOKS):
        return {"transactions": path}
    names = (*TABLES, CODEBOOK)
    called = {name.strip().casefold(): name for name in sheet_names(path)}
    sheets = {name: Path(f"{path}#{called[name]}") for name in names if name in called}
    return sheets if len(sheets) > 1 else {"transactions": path}


def _files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder that are called after tables."""
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = table_stem(path)
        if name not in (*TABLES, CODEBOOK) or not path.name.lower().endswith(SUFFIXES):
            continue
        if name in files:
            raise InputError(
                f"{folder} holds {files[name].name} and {path.name} for one table: keep one"
            )
        files[name] = path
    if not files:
        raise InputError(
            f"{folder} holds no table: its files must be called after the tables, such as "
            f"transactions.csv; tables are {', '.join(TABLES)}"
        )
    return files


@dataclass(frozen=True)
class Told:
    """What a company file and a call say together; the call wins."""

    sources: Mapping[str, str | Path]
    columns: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Any]
    about: Mapping[str, Any]


def company_told(source: Source, columns, **options) -> Told:
    """Return what ``load`` is to be called with for a company file, and what it says besides."""
    told = source if isinstance(source, CompanyFile) else read_company_file(source)
    of_call = told_columns(columns, told.sources())
    of_file = told.columns()
    both = {name: of_file.get(name, {}) | of_call.get(name, {}) for name in of_file | of_call}
    given = {name: value for name, value in options.items() if value is not None}
    about = {"name": told.name, "title": told.title, "currency": told.currency}
    about |= {"parameters": told.parameters}
    return Told(told.sources(), both, told.options() | given, about)


def _load_files(files, title: str, columns, settings: _Settings) -> Company:
    doors = _open_all(files, told_columns(columns, files), settings)
    return assemble(
        doors,
        as_of=settings.as_of,
        returns=settings.returns,
        name=slug(title),
        title=title,
        pseudonymised=settings.pseudonyms is not None,
        notes=tuple(note for door in doors.values() if (note := door.note())),
    )


def _stem(source: Path | TypedTable) -> str:
    return source.stem if isinstance(source, TypedTable) else table_stem(split_sheet(source)[0])


def _open_all(files, told, settings: _Settings) -> dict[str, Door]:
    """Read and check all files, in the order of ``TABLES``; a wide survey brings several."""
    if CODEBOOK in files and "survey" not in files:
        raise InputError("a codebook goes with a survey, but no file is given for the survey")
    in_file = isinstance(files.get("survey"), Path)
    plain = [name for name in files if name != CODEBOOK and not (name == "survey" and in_file)]
    doors = {name: Door.open(TABLES[name], files[name], *settings.of(name, told)) for name in plain}
    asked = {}
    if in_file:
        asked = open_survey(files["survey"], files.get(CODEBOOK), *settings.of("survey", told))
    twice = sorted(set(doors) & set(asked))
    if twice:
        raise InputError(
            f"{files['survey'].name} holds answers for {twice[0]}, and {files[twice[0]].name} does "
            "too: give one of them"
        )
    return {name: (doors | asked)[name] for name in TABLES if name in doors | asked}


def _seen(company: Company, columns, settings: _Settings) -> Company:
    """Look at a company that is checked already with the settings of now."""
    if columns:
        raise InputError(f"{company.title} has our column names already: columns can't be told")
    if settings.pseudonyms is not None:
        company = with_pseudonyms(company, settings.pseudonyms)
    return see_from(company, settings.as_of, returns=settings.returns)


def told_columns(columns, files) -> dict[str, Mapping[str, str]]:
    """Return the told columns by table; a plain mapping is about the transactions."""
    if not columns:
        return {}
    if any(isinstance(value, str) for value in columns.values()):
        columns = {"transactions": columns}
    for name in columns:
        if _table_name(name) not in files:
            raise InputError(f"columns are told for {name}, but no file is given for it")
    return dict(columns)
