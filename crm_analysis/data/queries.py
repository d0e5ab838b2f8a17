"""What a query gives of a database: one SELECT, which writes nothing."""

from typing import TYPE_CHECKING, Any, NamedTuple

from crm_analysis.errors import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["Query", "check_selects", "selected"]


class Query(NamedTuple):
    """A SELECT of the database at an address."""

    address: str
    select: str


def selected(connection: "BaseBackend", select: str) -> "ir.Table":
    """Return what a query gives, as an Ibis table.

    Raises
    ------
    InputError : it isn't one SELECT.
    """
    check_selects(select, connection.dialect)
    if connection.name != "duckdb":
        return connection.sql(select)
    # Ibis asks for the columns of a query in a way that DuckDB 2 doesn't know any more.
    connection.raw_sql(f"CREATE TEMP VIEW selected AS {select.strip().rstrip(';')}")
    return connection.table("selected", database="temp.main")


def check_selects(select: str, dialect: Any = None) -> None:
    """Raise ``InputError`` unless a text is one query that writes nothing.

    Parameters
    ----------
    dialect : of SQL, as sqlglot calls it.

    Examples
    --------
    >>> check_selects("SELECT client AS customer_id, day AS date, paid AS amount FROM sales")
    >>> check_selects("DROP TABLE sales")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    crm_analysis.errors.InputError: a query is one SELECT, which writes nothing, got DROP TABLE ...
    """
    import sqlglot
    from sqlglot import expressions as sql

    try:
        (query,) = sqlglot.parse(select, read=dialect)
    except sqlglot.ParseError as error:
        raise InputError(f"the query can't be read: {str(error).splitlines()[0]}") from None
    except ValueError:
        raise InputError("a query is one SELECT, got several statements") from None
    if not isinstance(query, sql.Query) or any(map(_writes, query.walk())):
        raise InputError(f"a query is one SELECT, which writes nothing, got {select.strip():.80}")


def _writes(part: Any) -> bool:
    from sqlglot import expressions as sql

    is_statement = isinstance(part, (sql.DML, sql.DDL)) and not isinstance(part, sql.Query)
    return is_statement or isinstance(part, (sql.Command, sql.Into))
