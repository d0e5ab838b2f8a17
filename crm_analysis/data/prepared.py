"""A company read and checked once, kept as a folder that every notebook of a run loads quickly.

Of columns that name a person only what is filled and what isn't is kept: a run needs no more.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analysis.data.company import REJECTED_COLUMNS, Company
from crm_analysis.data.tables import PERSONAL
from crm_analysis.errors import InputError

__all__ = [
    "fingerprint",
    "is_prepared",
    "load_prepared",
    "new_folder",
    "prepare",
    "prepared_about",
    "prepared_parameters",
    "write_about",
    "write_tables",
]

_ABOUT = "company.json"
# Rows as text, and typed lines that aren't among the transactions.
_ASIDE = ("rejected", "set_aside", "flagged")
_LINES = ("unidentified", "returns")
# Bound to what the files mean: an older folder is refused with a sentence.
_FORMAT = 2


# Stands where something that names a person was known.
_WITHHELD = "withheld"


def _impersonal(table: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in table.columns if name in PERSONAL]
    return table.assign(
        **{name: table[name].mask(table[name].notna(), _WITHHELD) for name in names}
    )


def prepare(company: Company, folder: str | Path) -> Path:
    """Write a company's tables as Parquet, with ``company.json``; ``load(folder)`` reads them.

    The same company gives the same bytes.

    Parameters
    ----------
    folder : made if it isn't there; must not hold other files.

    Returns
    -------
    The folder.

    Raises
    ------
    InputError : the folder holds files already.
    """
    folder = new_folder(folder)
    write_tables(company, folder)
    for name in _ASIDE:
        getattr(company, name).to_parquet(folder / f"{name}.parquet", index=False)
    lines = {n: lines for n in _LINES if (lines := getattr(company, n)) is not None}
    for name, frame in lines.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    write_about(company, folder, [*company.tables, *lines], company.read)
    return folder


def write_tables(company: Company, folder: Path) -> None:
    """Write a company's tables as Parquet, without what names a person."""
    for name, table in company.tables.items():
        _impersonal(table).to_parquet(folder / f"{name}.parquet", index=False)


def new_folder(folder: str | Path) -> Path:
    """Make a folder that holds nothing, or raise ``InputError``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(f"{folder} isn't empty: prepare a company into a new folder")
    return folder


def write_about(
    company: Company, folder: Path, tables: Sequence[str], read: Mapping[str, int]
) -> None:
    """Write ``company.json``, which makes a folder of tables a company.

    Parameters
    ----------
    company : whose tables may be anywhere.
    tables : names of the Parquet files that are loaded as fields of the company.
    read : rows read per table.
    """
    about = {
        "format": _FORMAT,
        "name": company.name,
        "title": company.title,
        "as_of": f"{company.as_of:%Y-%m-%d}",
        "currency": company.currency,
        "tables": list(tables),
        "parameters": company.parameters,
        "pseudonymised": company.pseudonymised,
        "read": dict(read),
        "notes": list(company.notes),
        "simulated": company.simulated,
    }
    text = json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / _ABOUT).write_text(text + "\n", encoding="utf-8")


def is_prepared(folder: Path) -> bool:
    """Tell whether ``prepare`` wrote this folder."""
    return (folder / _ABOUT).is_file()


def load_prepared(folder: str | Path) -> Company:
    """Read the company that ``prepare`` wrote.

    Raises
    ------
    InputError : a file is missing or was written by another version.
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about.pop("format") != _FORMAT:
            raise InputError(f"{folder} was prepared by another version: prepare it again")
        names = about.pop("tables")
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
        aside = {n: pd.read_parquet(folder / f"{n}.parquet")[REJECTED_COLUMNS] for n in _ASIDE}
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise InputError(f"{folder} isn't a whole prepared company: {error}") from error
    about["as_of"], about["notes"] = pd.Timestamp(about["as_of"]), tuple(about["notes"])
    return Company(**about, **tables, **aside)


def prepared_parameters(folder: str | Path) -> dict[str, str | int | float]:
    """Return what the company file said of the chapters' parameters, without the tables.

    Raises
    ------
    InputError : ``company.json`` can't be read.
    """
    try:
        return dict(prepared_about(folder).get("parameters", {}))
    except (TypeError, ValueError) as error:
        raise InputError(f"{folder} isn't a whole prepared company: {error}") from error


def prepared_about(folder: str | Path) -> dict[str, Any]:
    """Return what ``company.json`` says of a company, without the tables.

    Raises
    ------
    InputError : it can't be read.
    """
    try:
        about = json.loads((Path(folder) / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} isn't a whole prepared company: {error}") from error
    if not isinstance(about, dict):
        raise InputError(f"{folder} isn't a whole prepared company: {_ABOUT} holds no names")
    return about


def fingerprint(company: Company) -> str:
    """Return 12 hexadecimal digits that stand for the content of a company's tables.

    The same rows in the same order give the same digits, read from a file or prepared; of what
    names a person it counts only whether it is filled.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")],
    ...                       "amount": [1.0]})
    >>> day = pd.Timestamp("2026-01-31")
    >>> one = Company("x", "X", as_of=day, transactions=lines)
    >>> other = Company("x", "X", as_of=day, transactions=lines.assign(amount=2.0))
    >>> len(fingerprint(one)), fingerprint(one) == fingerprint(other)
    (12, False)
    """
    digest = sha256(f"{company.as_of:%Y-%m-%d} {company.currency}".encode())
    lines = {} if company.unidentified is None else {"unidentified": company.unidentified}
    for name, table in (company.tables | lines).items():
        columns = _impersonal(table)
        digest.update(f"{name} {list(columns.columns)} {len(columns)}".encode())
        # Hashes of the values, not of their storage, which pandas may change.
        digest.update(pd.util.hash_pandas_object(columns, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:12]
