"""A connection to each kind of database, from its address."""

import socket
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import SplitResult, unquote

import ibis
from ibis.backends import BaseBackend

from crm_analysis.errors import InputError

__all__ = ["KINDS"]

_SECONDS_TO_ANSWER = 10


def _duckdb(url: SplitResult) -> tuple[BaseBackend, None]:
    return ibis.duckdb.connect(_existing(url), read_only=True), None


def _sqlite(url: SplitResult) -> tuple[BaseBackend, None]:
    # SQLite has no dates, only texts that are called so.
    texts = dict.fromkeys(("DATE", "DATETIME", "TIMESTAMP"), "string")
    return ibis.sqlite.connect(_existing(url), type_map=texts), None


def _existing(url: SplitResult) -> Path:
    """Return the file after the slashes: relative to here, or else from the root."""
    text = unquote(f"{url.netloc}{url.path}")
    for path in (Path(text.removeprefix("/")), Path(text)):
        if path.is_file():
            return path
    raise InputError(f"there is no database {text.removeprefix('/')!r}")


def _postgres(url: SplitResult) -> tuple[BaseBackend, None]:
    said = {
        "user": url.username and unquote(url.username),
        "host": url.hostname,
        "password": url.password and unquote(url.password),
        "port": url.port,
        "database": unquote(url.path.strip("/")) or None,
        "connect_timeout": _SECONDS_TO_ANSWER,
    }
    return ibis.postgres.connect(**{key: value for key, value in said.items() if value}), None


def _spark(url: SplitResult) -> tuple[BaseBackend, str | None]:
    builder = import_module("pyspark.sql").SparkSession.builder
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if url.netloc and url.netloc != "local":
        builder = builder.master(f"spark://{_answering(url)}")
    return ibis.pyspark.connect(builder.getOrCreate()), url.path.strip("/") or None


def _answering(url: SplitResult) -> str:
    """Return host and port of a Spark master that is there: Spark itself asks for minutes."""
    host, port = url.hostname or "", url.port or 7077
    try:
        socket.create_connection((host, port), _SECONDS_TO_ANSWER).close()
    except OSError:
        raise InputError(f"no Spark answers at {host}:{port}") from None
    return f"{host}:{port}"


# Each gives the connection, and the database in it where the address names one.
KINDS: dict[str, Callable[[SplitResult], tuple[BaseBackend, str | None]]] = {
    "duckdb": _duckdb,
    "sqlite": _sqlite,
    "postgres": _postgres,
    "postgresql": _postgres,
    "spark": _spark,
}
