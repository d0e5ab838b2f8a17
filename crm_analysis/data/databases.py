"""From a database's address, or a connection to one, to tables that Ibis reads.

    duckdb:///shop.duckdb    sqlite:///shop.db    postgres://user@host/shop    spark://host:7077

``#orders`` or ``#schema.orders`` after an address names one table of it. A password may stand in
the address or in the environment (PGPASSWORD); no message shows it.
"""

from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from crm_analysis.data.connections import KINDS
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.queries import Query, selected
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import LINE, TypedTable
from crm_analysis.errors import InputError, unknown_name

__all__ = [
    "database_tables",
    "is_database",
    "open_parquet",
    "shown_address",
    "table_at",
]

# Addresses of files, which are given by their path.
_ELSEWHERE = (
    "http",
    "https",
    "ftp",
    "sftp",
    "s3",
    "gs",
    "gcs",
    "az",
    "abfs",
    "abfss",
    "hdfs",
    "file",
)


def is_database(source: object) -> bool:
    """Tell whether a source is a database: an address, a connection of Ibis, a Spark session.

    Examples
    --------
    >>> is_database("postgres://ann@example/shop"), is_database("orders.csv")
    (True, False)
    """
    if isinstance(source, str):
        return "://" in source
    return isinstance(source, BaseBackend | ir.Table | Query) or _is_spark(source)


def _is_spark(source: object) -> bool:
    kind = type(source)
    return kind.__name__ == "SparkSession" and kind.__module__.startswith("pyspark.")


def shown_address(source: object) -> str:
    """Return an address as messages and pages may show it: without password and options.

    Examples
    --------
    >>> shown_address("postgres://ann:secret@db.example:5433/shop?sslmode=require#crm.orders")
    'postgres://ann@db.example:5433/shop#crm.orders'
    """
    if not isinstance(source, str):
        return f"the {getattr(source, 'name', 'spark')} connection"
    # What follows the last @ is the host; a password that isn't escaped may hold any of /?#@.
    scheme, _, rest = source.partition("://")
    login, at, place = rest.rpartition("@")
    user = f"{login.partition(':')[0]}@" if at else ""
    place, hash_, table = place.partition("#")
    return f"{scheme}://{user}{place.partition('?')[0]}{hash_}{table}"


def database_tables(source: Any) -> dict[str, TypedTable]:
    """Return the tables of a database that are called as ours are, by name.

    Parameters
    ----------
    source : an address, a connection of Ibis, or a Spark session.

    Raises
    ------
    InputError : there is no such database, it refuses, or it holds none of the tables.
    """
    if isinstance(source, ir.Table) or "#" in str(source):
        return {"transactions": table_at(source)}
    shown = shown_address(source)
    _check_is_here(source)
    with said_plainly(shown, secret=_password(source)):
        connection, schema = _connection(source)
        held = _names(connection, schema)
        names = [name for name in TABLES if name in held]
        found = {name: connection.table(name, database=schema) for name in names}
    if not found:
        raise InputError(
            f"{shown} holds no table called as ours are ({', '.join(TABLES)}); {_what(held)}. "
            f"Say which is which, table by table: transactions = {shown}#TABLE"
        )
    stem = _stem(source)
    return {name: TypedTable(rows, f"{shown}#{name}", stem) for name, rows in found.items()}


def _what(held: list[str]) -> str:
    return f"it has: {', '.join(sorted(held)[:20])}" if held else "it has none at all"


def table_at(source: Any) -> TypedTable:
    """Return the one table that an address names after its #, or that an expression or query is.

    Raises
    ------
    InputError : no table is named, or it isn't there; the query isn't one SELECT, or fails.
    """
    if isinstance(source, Query):
        return _queried(*source)
    if isinstance(source, ir.Table):
        name = getattr(source.op(), "name", "table")
        return TypedTable(source, name, name)
    shown = shown_address(source)
    _check_is_here(source)
    name = unquote(shown.partition("#")[2])
    if not name:
        raise InputError(f"{shown} names no table: write it after a #, such as {shown}#orders")
    schema, _, name = name.rpartition(".")
    with said_plainly(shown, secret=_password(source)):
        connection, own = _connection(source)
        held = _names(connection, schema or own)
        if name in held:
            rows = connection.table(name, database=schema or own)
            return TypedTable(rows, shown, _stem(source))
    close = get_close_matches(name, held, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise InputError(f"{shown} isn't there, or not for this user to read: {hint}{_what(held)}")


def _queried(address: str, select: str) -> TypedTable:
    shown = f"the query of {shown_address(address)}"
    _check_is_here(address)
    with said_plainly(shown, secret=_password(address)):
        connection, _ = _connection(address)
        return TypedTable(selected(connection, select), shown, _stem(address))


def _check_is_here(source: Any) -> None:
    if isinstance(source, str) and source.partition("://")[0].lower() in _ELSEWHERE:
        raise InputError(
            f"{shown_address(source)} is no database, and nothing is fetched from an address: save "
            "the file on this machine and give its path"
        )


def is_typed(source: Path | TypedTable) -> bool:
    """Tell whether a source's types are used: a database's, or a Parquet file's without zones.

    Moments with a time zone fall on the day by the clock of that zone, which DuckDB doesn't keep.
    """
    if isinstance(source, TypedTable):
        return True
    if source.suffix.lower() != ".parquet":
        return False
    import pyarrow.parquet as pq

    try:
        kinds = pq.read_schema(source).types
    except (OSError, ValueError):
        return False
    return not any(getattr(kind, "tz", None) for kind in kinds)


def open_parquet(path: Path) -> TypedTable:
    """Return a Parquet file as a table whose rows have lines.

    Raises
    ------
    InputError : it can't be read as Parquet.
    """
    # One thread: rows keep their order, and equal input must give equal bytes.
    connection = ibis.duckdb.connect(threads=1)
    with said_plainly(path.name):
        rows = connection.read_parquet(path, file_row_number=True)
    rows = rows.mutate(**{LINE: rows.file_row_number + 2}).drop("file_row_number")
    unnamed = [name for name in rows.columns if name.startswith("__index_level_")]
    return TypedTable(rows.drop(*unnamed), path.name, path.stem)


def _names(connection: BaseBackend, schema: str | None) -> list[str]:
    """List the tables and views of a schema, or of the one that a connection starts in."""
    if connection.name != "duckdb":
        return connection.list_tables(database=schema)
    # Ibis asks for them in a way that DuckDB 2 doesn't know any more.
    own = schema or connection.current_database
    listed = connection.raw_sql("SELECT table_schema, table_name FROM information_schema.tables")
    return sorted(name for home, name in listed.fetchall() if home == own)


def _stem(source: Any) -> str:
    """Name a company after its database."""
    if not isinstance(source, str):
        return getattr(source, "name", "spark")
    url = _split(source)
    return Path(unquote(url.path)).stem or url.hostname or url.scheme


def _split(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        raise InputError(
            f"{shown_address(address)} can't be read as an address: write it as "
            f"postgres://user@host:5432/database, and /, ?, # and @ in a password as %2F, %3F, "
            f"%23 and %40, or give the password as PGPASSWORD"
        ) from None
    return url


def _password(source: Any) -> str:
    return (_split(source).password or "") if isinstance(source, str) else ""


def _connection(source: Any) -> tuple[BaseBackend, str | None]:
    """Connect; return also the schema in which tables are looked for, where an address says it."""
    if isinstance(source, BaseBackend):
        return source, None
    if not isinstance(source, str):
        return ibis.pyspark.connect(source), None
    url = _split(source)
    if url.scheme not in KINDS:
        raise unknown_name("kind of database", url.scheme, KINDS)
    return KINDS[url.scheme](url)
