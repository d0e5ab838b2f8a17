"""What a company file may say: its keys, their types and what they mean.

The JSON Schema by which editors complete and check a company file comes from here.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator, model_validator

from crm_analysis.data.tables import TABLES, Table

__all__ = [
    "SCHEMA_FILE",
    "TABLE_MODELS",
    "CompanyModel",
    "ReportModel",
    "TableModel",
    "schema_text",
]

SCHEMA_FILE = Path(__file__).with_name("company.schema.json")


class _Keys(BaseModel):
    """Keys that are known; any other is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TableModel(_Keys):
    """Where a table comes from and how it's read."""

    file: str | None = Field(
        None, min_length=1, description="Its file, from the folder of the company file on."
    )
    sheet: str | None = Field(None, description="The sheet of a workbook.")
    database: str | None = Field(
        None,
        description="Address of a database, without a password: duckdb:///shop.duckdb, "
        "postgres://reader@host/shop.",
    )
    table: str | None = Field(
        None, min_length=1, description="The table or view of the database; default: ours."
    )
    query: str | None = Field(
        None, min_length=1, description="In the place of a table: a SELECT of the database."
    )
    password_env: str | None = Field(
        None, description="The environment variable that holds the password of the database."
    )
    encoding: str | None = Field(None, description="Encoding of a text file, such as gb18030.")
    delimiter: str | None = Field(
        None, description="What stands between the fields of a text file: one character, or tab."
    )
    decimal: Literal[".", ","] | None = Field(None, description="The decimal sign of numbers.")
    date_format: str | None = Field(
        None,
        description="How dates are written: day first, month first, a pattern such as %d.%m.%y, "
        "or unix, unix ms or excel where they are numbers.",
    )

    @field_validator("file")
    @classmethod
    def _is_here(cls, path: str) -> str:
        if "://" in path:
            raise ValueError(
                f"must be a path, got {path!r}: nothing is fetched from an address; a database's "
                "goes to database"
            )
        return path

    @field_validator("database")
    @classmethod
    def _keep_no_secret(cls, address: str) -> str:
        if "://" not in address:
            raise ValueError("must be an address such as duckdb:///shop.duckdb")
        # What follows the last @ is the host; a password may hold any sign.
        login, at, _ = address.partition("://")[2].rpartition("@")
        if at and ":" in login:
            raise ValueError(
                "holds a password: leave it away, and name the environment variable that holds "
                'it, such as password_env = "SHOP_PASSWORD"'
            )
        return address

    @model_validator(mode="after")
    def _has_one_source(self) -> "TableModel":
        if (self.file is None) == (self.database is None):
            raise ValueError("must have one of file and database")
        lost = (
            ("table", "query", "password_env") if self.file else ("sheet", "encoding", "delimiter")
        )
        for name in lost:
            if getattr(self, name) is not None:
                raise ValueError(f"{name} goes with {'database' if self.file else 'file'} only")
        if self.query and (self.table or "#" in self.database):
            raise ValueError("query stands in the place of a table: have one of them")
        if self.password_env and not urlsplit(self.database).username:
            raise ValueError("password_env needs a user in the address: postgres://reader@host/…")
        return self


def _columns_model(table: Table) -> type[BaseModel]:
    fields = {
        column.name: (str | None, Field(None, min_length=1, description=f"{column.meaning}."))
        for column in table.columns
    }
    return create_model(f"ColumnsOf{_camel(table.name)}", __base__=_Keys, **fields)


def _table_model(table: Table) -> type[TableModel]:
    """Return the model of one table, which knows the names of its columns."""
    columns = Field(None, description="Our column = the file's header; others are recognised.")
    fields: dict[str, Any] = {"columns": (_columns_model(table) | None, columns)}
    if table.name == "survey":
        about = "A file that says which column of the survey is which item."
        fields["codebook"] = (str | None, Field(None, min_length=1, description=about))
    return create_model(
        f"Table{_camel(table.name)}", __base__=TableModel, __doc__=f"One row is {table.row}.",
        **fields,
    )  # fmt: skip


def _camel(name: str) -> str:
    return name.title().replace("_", "")


TABLE_MODELS: dict[str, type[TableModel]] = {
    name: _table_model(table) for name, table in TABLES.items()
}

_Tables = create_model(
    "Tables",
    __base__=_Keys,
    __doc__="The tables that the company has.",
    **{
        name: (TABLE_MODELS[name] | None, Field(None, description=f"One row is {table.row}."))
        for name, table in TABLES.items()
    },
)


class ReportModel(_Keys):
    """How its reports are made; options of the command win."""

    chapters: list[str] | None = Field(None, description="Only these chapters; default: all.")
    out: str | None = Field(
        None, min_length=1, description="Where reports go, from the folder of this file on."
    )
    workers: int | None = Field(None, ge=1, le=64, description="Chapters at a time.")


class CompanyModel(_Keys):
    """A company: where its tables are, and what its reports go by."""

    name: str | None = Field(
        None,
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="Names the folder of its reports: small letters, digits, - and _.",
    )
    title: str | None = Field(None, min_length=1, description="What pages call it.")
    currency: str | None = Field(
        None, pattern=r"^[A-Z]{3}$", description="ISO code of its currency, such as EUR."
    )
    as_of: date | str | None = Field(
        None, description="The last day known, such as 2026-10-31; default: in the data."
    )
    returns: Literal["net", "drop", "keep"] | None = Field(
        None,
        description="Returns and cancellations: net, they lower the purchase they belong to; "
        "drop, they're set aside; keep, lines stay as they stand.",
    )
    pseudonymise: bool | None = Field(
        None, description="Whether identifiers of persons are replaced by pseudonyms."
    )
    tables: _Tables = Field(description="The company's tables.")
    parameters: dict[str, str | bool | int | float] = Field(
        default_factory=dict,
        description="Parameters of chapters by name, such as margin and discount_rate.",
    )
    report: ReportModel = Field(ReportModel(), description="How its reports are made.")

    @field_validator("as_of")
    @classmethod
    def _is_a_day(cls, value: date | str) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"must be a date such as 2026-10-31, got {value!r}") from None

    @model_validator(mode="after")
    def _has_a_table(self) -> "CompanyModel":
        if not self.tables.model_fields_set:
            raise ValueError("tells no table: begin with [tables.transactions]")
        return self


def schema_text() -> str:
    """Return the JSON Schema of a company file, as it's kept in ``SCHEMA_FILE``."""
    schema = _plain(CompanyModel.model_json_schema())
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "A company file"}
    return json.dumps(head | {k: v for k, v in schema.items() if k not in head}, indent=1) + "\n"


def _plain(node: Any) -> Any:
    """Leave away what TOML can't say: there is no null, a key is rather left out."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _plain(value)
        for key, value in node.items()
        if not (key == "default" and value is None)
        and not (key == "title" and isinstance(value, str))
    }
    choices = [c for c in kept.get("anyOf", []) if c != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        # Beside a reference, older readers of schemas see nothing else.
        kept = {**choices[0], **kept} if "$ref" not in choices[0] else {"allOf": choices, **kept}
    elif choices:
        kept["anyOf"] = choices
    return kept


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8", newline="\n")
