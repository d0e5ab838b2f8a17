"""What a database's driver says when something goes wrong, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from crm_analysis.errors import InputError

__all__ = ["said_plainly"]

# Whose errors mean that a database isn't there, refuses or can't give what was asked for.
_DRIVERS = {"_duckdb", "duckdb", "sqlite3", "psycopg", "pyspark", "py4j", "ibis"}
_EXTRAS = {"psycopg": "postgres", "pyspark": "spark", "py4j": "spark"}


@contextmanager
def said_plainly(what: str, *, secret: str = "") -> Iterator[None]:
    """Turn what a driver says into one sentence.

    Its traceback goes no further: it may hold what is secret.

    Parameters
    ----------
    what : the source, as messages may show it.
    secret : a password as the address has it; no message holds it.

    Raises
    ------
    InputError : in place of a driver's error, or if the driver isn't installed.
    """
    try:
        yield
    except ImportError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        raise InputError(f"{what} needs a driver: pip install 'crm-analysis[{extra}]'") from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _DRIVERS:
            raise
        raise InputError(f"{what} can't be read: {_first_line(error, secret)}") from None


def _first_line(error: Exception, secret: str) -> str:
    if "JAVA_GATEWAY_EXITED" in str(error):
        return "Spark didn't start; it needs Java 17, by JAVA_HOME or on the PATH"
    lines = (line.strip() for line in str(error).splitlines())
    said = next(filter(None, lines), type(error).__name__)
    for text in filter(None, {secret, unquote(secret)}):
        said = said.replace(text, "…")
    return said
