"""From what a person typed to loaded companies; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_analysis.errors import InputError

if TYPE_CHECKING:
    from crm_analysis.data import Company

__all__ = ["Settings", "Wishes", "given", "is_built_in", "load_all", "settings_of", "shown_name"]


@dataclass(frozen=True)
class Wishes:
    """What a person typed about how records are read.

    Parameters
    ----------
    tables : files of further tables of a single company.
    columns : the file's header by table and our column.
    options : further arguments of ``crm_analysis.data.load``, as far as they were given.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def typed(
        cls,
        tables: Mapping[str, str | None],
        further: Sequence[str] = (),
        columns: Sequence[str] = (),
        as_of: str | None = None,
        codebook: str | None = None,
        returns: str | None = None,
        pseudonymise: bool | None = None,
    ) -> "Wishes":
        """Read the options of the command line.

        Parameters
        ----------
        tables : files by table, None where there is none.
        further : TABLE=FILE texts.
        columns : OURS=THEIRS texts; ``survey.item=Frage`` is about another table than
            transactions.

        Raises
        ------
        InputError : a text is of another form, or a table is given twice.
        """
        options = {
            "as_of": as_of,
            "returns": None if returns is None else str(returns),
            "pseudonymise": pseudonymise,
        }
        return cls(
            _all_tables({**tables, "codebook": codebook}, further),
            _column_names(columns),
            {name: value for name, value in options.items() if value is not None},
        )

    def called(self, sources: Sequence[str]) -> list[str]:
        """Name what is read: the sources, or where there are none the first of the tables.

        Raises
        ------
        InputError : there is neither.
        """
        if not sources and not self.tables:
            raise InputError("nothing is given to read: name a company, a file or a folder")
        return list(sources) or [next(iter(self.tables.values()))]

    @property
    def told(self) -> dict[str, Any]:
        """The arguments of ``load`` beside the source."""
        return {"columns": self.columns or None, **self.options}


@dataclass(frozen=True)
class Settings:
    """What a source says itself of its reports: a company file, a prepared folder, a built-in.

    Parameters
    ----------
    parameters : of chapters, by name.
    chapters : names of the wanted ones; all, where none is told.
    out : where reports go.
    workers : chapters at a time.
    file : how messages call it.
    folder : from where files among its parameters are seen.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    chapters: Sequence[str] = ()
    out: Path | None = None
    workers: int | None = None
    file: str = ""
    folder: Path = Path()


def settings_of(source: str) -> Settings:
    """Return what a company file, or the folder that was prepared from one, says of reports.

    Raises
    ------
    InputError : the company file can't be used.
    """
    from crm_analysis.data.company_file import is_company_file, read_company_file
    from crm_analysis.data.prepared import is_prepared, prepared_parameters

    if is_company_file(source):
        told = read_company_file(source)
        report = told.model.report
        return Settings(
            told.parameters, tuple(report.chapters or ()), told.out, report.workers,
            told.path.name, told.path.absolute().parent,
        )  # fmt: skip
    if is_built_in(source):
        from crm_analysis.data import COMPANIES

        return Settings(COMPANIES[source].parameters, file=source)
    if is_prepared(Path(source)):
        return Settings(prepared_parameters(source), file=Path(source).name)
    return Settings()


def load_all(sources: Sequence[str], wishes: Wishes = Wishes()) -> list["Company"]:
    """Load every company, so that one that can't be used stops before any is reported.

    Parameters
    ----------
    sources : built-in companies, files, folders, databases or company files; may be empty where
        ``wishes`` name files.

    Raises
    ------
    InputError : something given can't be used, or two companies have one name.
    """
    from crm_analysis.data import load

    companies = [load(one, **wishes.told) for one in given(sources, wishes)]
    _check_distinct([company.name for company in companies])
    return companies


def given(sources: Sequence[str], wishes: Wishes) -> list[Any]:
    """Return what ``load`` is to be called with, company by company.

    Raises
    ------
    InputError : nothing is given, or tables that go with one company are given with several.
    """
    if wishes.tables and len(sources) > 1:
        raise InputError(
            f"{_options(wishes.tables)} can be told of one company only, but {len(sources)} are "
            "given: report them one after the other"
        )
    wishes.called(sources)
    return [_with(source, wishes.tables) for source in sources] or [wishes.tables]


def is_built_in(source: str) -> bool:
    """Tell whether a source is a company that comes with the package."""
    from crm_analysis.data import COMPANIES

    return source in COMPANIES


def shown_name(source: str) -> str:
    """Name a source on a page: a built-in's name, or a file's without the folders it's in."""
    if "://" in source:
        from crm_analysis.data.databases import shown_address

        return shown_address(source)
    return source if is_built_in(source) else Path(source).resolve().name


def _with(source: str, others: Mapping[str, str]) -> Any:
    from crm_analysis.data.company_file import is_company_file, read_company_file

    if not others:
        return source
    if is_company_file(source):
        return read_company_file(source).with_tables(others)
    if is_built_in(source) or Path(source).is_dir():
        raise InputError(
            f"{_options(others)} go with a file of transactions; {source!r} brings its own tables"
        )
    if "transactions" in others:
        raise InputError(
            f"the table transactions is given twice: {source} and {others['transactions']}"
        )
    return {"transactions": source, **others}


def _options(tables: Mapping[str, str]) -> str:
    own = ("survey", "profiles", "kano", "outcomes", "codebook")
    return ", ".join(f"--{name}" if name in own else f"--table {name}" for name in tables)


def _all_tables(tables: Mapping[str, str | None], further: Sequence[str]) -> dict[str, str]:
    found = {table: file for table, file in tables.items() if file is not None}
    for text in further:
        table, _, file = (part.strip() for part in text.partition("="))
        if not (table and file):
            raise InputError(f"a table is given as table=file, got {text!r}")
        if table in found:
            raise InputError(f"the table {table} is given twice: {found[table]} and {file}")
        found[table] = file
    return found


def _column_names(texts: Sequence[str]) -> dict[str, dict[str, str]]:
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
