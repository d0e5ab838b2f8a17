"""What a trusted table is, as a pandera schema generated from ``tables``."""

from typing import TYPE_CHECKING

import pandas as pd

from crm_analysis.data.tables import Column, Table

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["schema", "type_of"]

_TYPES = {
    "id": "str",
    "text": "str",
    "date": "datetime64[us]",
    "amount": "float64",
    "number": "float64",
    "flag": "boolean",
}


def type_of(column: Column) -> str:
    """Return the pandas type of a column; whole numbers that may be missing are Int64.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> type_of(TABLES["kano"]["functional"]), type_of(TABLES["outcomes"]["recommend"])
    ('int64', 'Int64')
    """
    if column.kind == "integer":
        return "int64" if column.required else "Int64"
    return _TYPES[column.kind]


def schema(table: Table, *, without_customer: bool = False) -> "pa.DataFrameSchema":
    """Return the schema that every accepted row of the table meets.

    Parameters
    ----------
    without_customer : let rows pass whose customer isn't known.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> pair = schema(TABLES["kano"]).columns["functional"]
    >>> pair.nullable, pair.dtype.type == "int64", len(pair.checks)
    (False, True, 1)
    """
    # Imported here: it takes long, and companies that are checked already don't need it.
    import pandera.pandas as pa

    columns = {
        column.name: pa.Column(
            pd.api.types.pandas_dtype(type_of(column)),
            checks=_checks(column),
            nullable=not column.required or (without_customer and column.name == "customer_id"),
            required=column.required,
        )
        for column in table.columns
    }
    return pa.DataFrameSchema(columns)


def _checks(column: Column) -> "list[pa.Check]":
    import pandera.pandas as pa

    checks = []
    if column.low is not None and column.high is not None:
        checks.append(pa.Check.in_range(column.low, column.high))
    elif column.low is not None:
        checks.append(pa.Check.ge(column.low))
    if column.choices:
        checks.append(pa.Check.isin(column.choices))
    return checks
