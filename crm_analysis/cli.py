"""The command ``crm-analysis``: from a company's records to its strategy report.

Nothing heavy is imported before it's needed, so that help comes at once.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from crm_analysis import __version__
from crm_analysis.errors import InputError

__all__ = ["main"]


def _examples(*lines: str) -> str:
    """Write examples for the end of a help text; the mark keeps their lines apart."""
    return "\b\nExamples:\n" + "\n".join(f"  crm-analysis {line}" for line in lines)


app = typer.Typer(
    name="crm-analysis",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_INTERRUPTED = 130  # what a shell gives for Ctrl-C
_ROWS_SHOWN = 3
_Sources = Annotated[
    list[str], typer.Argument(metavar="SOURCE", help="Built-in company, file or folder.")
]
_Survey = Annotated[str | None, typer.Option(metavar="FILE", help="Survey answers.")]
_Codebook = Annotated[
    str | None, typer.Option(metavar="FILE", help="What the survey's columns and answers are.")
]
_Profiles = Annotated[str | None, typer.Option(metavar="FILE", help="A row per customer.")]
_Kano = Annotated[str | None, typer.Option(metavar="FILE", help="Kano answers.")]
_Outcomes = Annotated[
    str | None, typer.Option(metavar="FILE", help="What respondents think of the company.")
]
_AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Last day known; default: in the data."),
]
_Columns = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="OURS=THEIRS",
        help="Header of a column in the file; survey.item=Frage for another table.",
    ),
]


def main() -> None:
    """Run the command."""
    app(prog_name="crm-analysis")


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Say in one sentence what can't be used (exit code 2), and end cleanly on Ctrl-C."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            command(*args, **kwargs)
        except InputError as error:
            typer.echo(f"crm-analysis: {error}", err=True)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            typer.echo(
                "crm-analysis: stopped; the report that was being made is not kept", err=True
            )
            raise typer.Exit(_INTERRUPTED) from None

    return run


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crm-analysis {__version__}")
        raise typer.Exit


@app.callback(
    epilog=_examples(
        "report cdnow dairy",
        "report orders.csv --survey survey.csv --as-of 2026-10-31",
        "check orders.csv",
        "companies",
    )
)
def _command(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """From a company's records to a customer strategy report."""


@app.command(
    epilog=_examples(
        "report cdnow",
        "report orders.csv --survey survey.csv --as-of 2026-10-31",
        "report orders.csv --column customer_id=Kundennummer --column amount=Summe",
        "report dairy --chapter segmentation -p method=rfm",
        "report cdnow dairy --out /var/www/reports",
    )
)
@_plainly
def report(
    source: _Sources,
    survey: _Survey = None,
    profiles: _Profiles = None,
    kano: _Kano = None,
    outcomes: _Outcomes = None,
    as_of: _AsOf = None,
    column: _Columns = [],  # noqa: B006 - typer copies it
    chapter: Annotated[
        list[str],
        typer.Option("--chapter", metavar="NAME", help="Only this chapter; may be repeated."),
    ] = [],  # noqa: B006
    parameter: Annotated[
        list[str],
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A chapter's parameter."),
    ] = [],  # noqa: B006
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where reports go.")] = Path(
        "reports"
    ),
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Chapters at a time; default: up to 2.")
    ] = None,
) -> None:
    """Write the reports of one or more companies.

    Reports are pages for a browser; the last line is the path of their list. Exit code 2:
    something given can't be used and nothing was written. Exit code 1: a chapter failed; the
    others are there.
    """
    # Before anything heavy is imported, so that one sees that it has begun.
    typer.echo(f"Reading {', '.join(source)} …", err=True)
    from crm_analysis.reporting.parameters import parse_assignments
    from crm_analysis.reporting.plan import plan_run
    from crm_analysis.reporting.sources import is_built_in, load_all, shown_name

    plan = plan_run(chapter, parse_assignments(parameter))
    _check_writable(out)
    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    loaded = load_all(source, tables, column, as_of)
    from crm_analysis.reporting.report import run_plan

    failed = []
    for name, company in zip(source, loaded, strict=True):
        typer.echo(f"{company.title}, as of {company.as_of:%Y-%m-%d}", err=True)
        told = {"source": shown_name(name), "built_in": is_built_in(name)}
        done = run_plan(plan, company, out, **told, workers=workers)
        failed += [(company, result) for result in done.failed]
    for company, result in failed:
        typer.echo(
            f"crm-analysis: {company.title}, {result.chapter.title} failed: {result.sentence}",
            err=True,
        )
    typer.echo(str(done.index))
    raise typer.Exit(1 if failed else 0)


@app.command(
    epilog=_examples(
        "check orders.csv",
        "check orders.csv --column date=Datum",
        "check orders.csv --out checked",
        "check --survey answers.csv --codebook codebook.csv --as-of 2026-10-31",
    )
)
@_plainly
def check(
    source: Annotated[
        str | None, typer.Argument(help="Built-in company, file or folder; none with --survey.")
    ] = None,
    survey: _Survey = None,
    codebook: _Codebook = None,
    profiles: _Profiles = None,
    kano: _Kano = None,
    outcomes: _Outcomes = None,
    as_of: _AsOf = None,
    column: _Columns = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write rejected.csv with the rows there.")
    ] = None,
) -> None:
    """Say what was read, accepted, rejected, set aside and flagged, by table and reason."""
    from crm_analysis.reporting.intake import say_rows, say_tables, write_rows
    from crm_analysis.reporting.sources import load_all

    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    tables["codebook"] = codebook
    if out is not None:
        _check_writable(out)
    (company,) = load_all([] if source is None else [source], tables, column, as_of)
    _print_table(*say_tables(company))
    for note in company.notes:
        typer.echo(note)
    for shown in say_rows(company, _ROWS_SHOWN):
        _print_table(*shown)
    if out is not None:
        typer.echo(str(write_rows(company, out)))


@app.command()
@_plainly
def companies() -> None:
    """List the companies that come with the package."""
    from crm_analysis.data import COMPANIES

    for name, company in COMPANIES.items():
        typer.echo(f"{name}\n    {company.title}. {company.sentence}\n    {company.source}")


def _check_writable(out: Path) -> None:
    """Raise if reports can't be written there; writes nothing."""
    existing = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not existing.is_dir():
        raise InputError(f"{existing} is a file, so that no report can be written into it")
    if not os.access(existing, os.W_OK):
        raise InputError(f"the folder {existing} can't be written to: choose another with --out")


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    counts = ("read", "accepted", "rejected", "set aside", "flagged", "line")
    for head in heads:
        is_count = head in counts
        table.add_column(head, justify="right" if is_count else "left", overflow="fold")
    for row in rows:
        # As Text: brackets in somebody's data are no instructions.
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout).print(table)
