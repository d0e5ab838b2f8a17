"""The command itself: its help, its version, and how it ends when something can't be used."""

import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from crm_analysis import __version__
from crm_analysis.errors import InputError

__all__ = ["app", "check_writable", "examples", "main", "plainly", "without_login"]

_INTERRUPTED = 130  # what a shell gives for Ctrl-C

app = typer.Typer(
    name="crm-analysis",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command."""
    app(prog_name="crm-analysis")


def examples(*lines: str) -> str:
    """Write examples for the end of a help text; the mark keeps their lines apart."""
    return "\b\nExamples:\n" + "\n".join(f"  crm-analysis {line}" for line in lines)


def plainly(command: Callable[..., None]) -> Callable[..., None]:
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
            typer.echo("crm-analysis: stopped; what was being made is not kept", err=True)
            raise typer.Exit(_INTERRUPTED) from None

    return run


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def without_login(source: str) -> str:
    """Leave user and password of a database's address away.

    Examples
    --------
    >>> without_login("postgres://ann:secret@db.example/shop"), without_login("orders.csv")
    ('postgres://db.example/shop', 'orders.csv')
    """
    scheme, mark, rest = source.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else source


def check_writable(out: Path, what: str = "report") -> None:
    """Raise if nothing can be written into a folder that is there or is to be; writes nothing."""
    existing = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not existing.is_dir():
        raise InputError(f"{existing} is a file, so that no {what} can be written into it")
    if not os.access(existing, os.W_OK):
        raise InputError(f"the folder {existing} can't be written to: choose another with --out")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crm-analysis {__version__}")
        raise typer.Exit


@app.callback(
    epilog=examples(
        "report cdnow dairy",
        "report orders.csv --survey survey.csv --as-of 2026-10-31",
        "init exports",
        "check company.toml",
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
