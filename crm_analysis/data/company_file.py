"""A company file: where a company's tables are, and what its reports go by, kept in one place.

title = "Corner shop"
currency = "EUR"

[tables.transactions]
file = "orders.csv"
columns = { customer_id = "Kunde" }

[parameters]
margin = 0.3
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from crm_analysis.errors import InputError

if TYPE_CHECKING:
    from crm_analysis.data.company_model import CompanyModel, TableModel
    from crm_analysis.data.queries import Query

__all__ = ["CompanyFile", "is_company_file", "read_company_file"]

_ON_DISK = ("duckdb", "sqlite")
_READING = ("sheet", "encoding", "delimiter", "decimal", "date_format")


def is_company_file(source: object) -> bool:
    """Tell whether a source is a company file by its name.

    Examples
    --------
    >>> is_company_file("company.toml"), is_company_file("orders.csv")
    (True, False)
    """
    return isinstance(source, str | Path) and Path(source).suffix.lower() == ".toml"


@dataclass(frozen=True)
class CompanyFile:
    """What a company file says; paths are seen from its folder.

    Parameters
    ----------
    path : the file.
    model : what stands in it, checked.
    instead : files of tables that were told otherwise, and win.
    """

    path: Path
    model: "CompanyModel"
    instead: Mapping[str, str] = field(default_factory=dict)

    def with_tables(self, files: Mapping[str, str]) -> "CompanyFile":
        """Return the company with other files for some of its tables, or with further tables."""
        return replace(self, instead={**self.instead, **files})

    @property
    def title(self) -> str:
        """How pages call the company: as told, or after the file, or after its folder."""
        stem = self.path.stem
        return self.model.title or (
            self.path.absolute().parent.name if stem == "company" and not self.model.name else stem
        )

    @property
    def name(self) -> str:
        """The slug of the company."""
        from crm_analysis.data.company import slug

        return self.model.name or slug(self.title)

    @property
    def currency(self) -> str:
        """ISO code of the currency; empty where it isn't told."""
        return self.model.currency or ""

    @property
    def parameters(self) -> dict[str, str | int | float]:
        """What is said of the chapters' parameters, by name."""
        return dict(self.model.parameters)

    @property
    def out(self) -> Path | None:
        """Where reports go, where it's told."""
        told = self.model.report.out
        return None if told is None else self._path(told)

    def sources(self) -> "dict[str, str | Path | Query]":
        """Return the file, address or query of each table, and the file of the codebook."""
        told = {name: self._source(name, table) for name, table in self._tables().items()}
        return {**told, **self._codebook(), **self.instead}

    def columns(self) -> dict[str, dict[str, str]]:
        """Return the told headers by table and our column."""
        told = {n: table.columns for n, table in self._tables().items() if table.columns}
        return {name: columns.model_dump(exclude_none=True) for name, columns in told.items()}

    def reading(self) -> dict[str, dict[str, str]]:
        """Return how each table's file is to be read, where something is told of it."""
        told = {n: t.model_dump(include=set(_READING), exclude_none=True)
                for n, t in self._tables().items()}  # fmt: skip
        return {name: options for name, options in told.items() if options}

    def options(self) -> dict[str, Any]:
        """Return the further arguments of ``load`` that are told."""
        names = ("as_of", "returns", "pseudonymise")
        told = {name: getattr(self.model, name) for name in names} | {"reading": self.reading()}
        return {name: value for name, value in told.items() if value is not None}

    def _codebook(self) -> dict[str, Path]:
        told = getattr(self._tables().get("survey"), "codebook", None)
        return {} if told is None else {"codebook": self._path(told)}

    def _tables(self) -> dict[str, "TableModel"]:
        return {name: table for name, table in self.model.tables if self._holds(name, table)}

    def _holds(self, name: str, table: "TableModel | None") -> bool:
        return table is not None and name not in self.instead

    def _path(self, told: str) -> Path:
        return self.path.parent / Path(told).expanduser()

    def _source(self, name: str, table: "TableModel") -> "str | Path | Query":
        if table.file is not None:
            path = self._path(table.file)
            if path.is_dir():
                raise InputError(f"{self.path.name}: {path} of {name} is a folder, not a file")
            return path
        address = _with_password(table, self.path.name) if table.password_env else table.database
        address = _seen_from(self.path.parent, address)
        if table.query is not None:
            from crm_analysis.data.queries import Query

            return Query(address, table.query)
        return address if "#" in address else f"{address}#{table.table or name}"


def _seen_from(folder: Path, address: str) -> str:
    """Find a database that is a file beside the company file."""
    url = urlsplit(address)
    path = folder / url.path.removeprefix("/")
    if url.scheme not in _ON_DISK or not path.is_file():
        return address
    return f"{url.scheme}:///{quote(str(path.resolve()))}"


def _with_password(table: "TableModel", file: str) -> str:
    password = os.environ.get(table.password_env)
    if password is None:
        raise InputError(
            f"{file}: the environment variable {table.password_env}, which is to hold the "
            f"password of {table.database}, isn't set"
        )
    scheme, _, rest = table.database.partition("://")
    user, _, place = rest.rpartition("@")
    return f"{scheme}://{user}:{quote(password, safe='')}@{place}"


def read_company_file(path: str | Path) -> CompanyFile:
    """Read and check a company file.

    Raises
    ------
    InputError : it isn't there, is no TOML, has a key that isn't known or a value that isn't
        allowed; the place and the nearest key are named.
    """
    path = Path(path)
    text = _read(path)
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name} isn't TOML: {_plainly(error)}") from error
    from pydantic import ValidationError

    from crm_analysis.data.company_mistakes import first_mistake
    from crm_analysis.data.company_model import CompanyModel

    try:
        return CompanyFile(path, CompanyModel.model_validate(told))
    except ValidationError as error:
        raise InputError(first_mistake(error.errors(), told, text, path.name)) from None


def _read(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"{path} is a folder; a company file is a text file in TOML")
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"there is no company file {str(path)!r}; write one with: crm-analysis init"
        ) from None
    except OSError as error:
        raise InputError(f"can't open {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} isn't UTF-8 text: save it as such") from error


def _plainly(error: tomllib.TOMLDecodeError) -> str:
    text = re.sub(r"\('?([^)]*?)'?,?\)", lambda m: m[1].replace("', '", "."), str(error))
    text = text.replace("Cannot overwrite a value", "a key is told twice")
    return text[:1].lower() + text[1:]
