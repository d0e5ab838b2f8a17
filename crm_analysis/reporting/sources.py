"""From what a person typed to loaded companies; nothing is written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_analysis.errors import InputError

if TYPE_CHECKING:
    from crm_analysis.data import Company

__all__ = ["is_built_in", "load_all", "shown_name"]


def load_all(
    sources: Sequence[str],
    tables: Mapping[str, str | None],
    columns: Sequence[str] = (),
    as_of: str | None = None,
    **settings: Any,
) -> list["Company"]:
    """Load every company, so that one that can't be used stops before any is reported.

    Parameters
    ----------
    sources : built-in companies, files or folders; may be empty where ``tables`` name files.
    tables : files of further tables of a single company, None where there is none.
    columns : OURS=THEIRS texts; ``survey.item=Frage`` is about another table than transactions.
    as_of : the last day known.
    settings : further settings of ``crm_analysis.data.load``, such as returns or pseudonymise.

    Raises
    ------
    InputError : something given can't be used, or two companies have one name.
    """
    others = {table: file for table, file in tables.items() if file is not None}
    if others and len(sources) > 1:
        raise InputError(
            f"{_options(others)} can be told of one company only, but {len(sources)} are given: "
            "report them one after the other"
        )
    told = _column_names(columns)
    from crm_analysis.data import load

    if not sources and not others:
        raise InputError("nothing is given to read: name a company, a file or a folder")
    given = [_with(source, others) for source in sources] or [others]
    companies = [load(one, columns=told or None, as_of=as_of, **settings) for one in given]
    _check_distinct([company.name for company in companies])
    return companies


def is_built_in(source: str) -> bool:
    """Tell whether a source is a company that comes with the package."""
    from crm_analysis.data import COMPANIES

    return source in COMPANIES


def shown_name(source: str) -> str:
    """Name a source on a page: a built-in's name, or a file's without the folders it's in."""
    return source if is_built_in(source) else Path(source).resolve().name


def _with(source: str, others: Mapping[str, str]) -> str | dict[str, str]:
    if not others:
        return source
    if is_built_in(source) or Path(source).is_dir():
        raise InputError(
            f"{_options(others)} go with a file of transactions; {source!r} brings its own tables"
        )
    return {"transactions": source, **others}


def _options(tables: Mapping[str, str]) -> str:
    return ", ".join(f"--{name}" for name in tables)


def _column_names(texts: Sequence[str]) -> dict[str, Any]:
    columns: dict[str, dict[str, str]] = {}
    for text in texts:
        ours, _, theirs = text.partition("=")
        if not (ours.strip() and theirs.strip()):
            raise InputError(f"a column is given as ours=theirs, got {text!r}")
        table, dot, name = ours.strip().rpartition(".")
        columns.setdefault(table if dot else "transactions", {})[name] = theirs.strip()
    return columns


def _check_distinct(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise InputError(
            f"two sources are called {twice[0]!r}, so that one report would replace the other: "
            "rename a file, or report them into different folders with --out"
        )
