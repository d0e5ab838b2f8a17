"""``crm-analysis check``: what comes through the door, and what doesn't."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_analysis.cli.application import app, check_writable, examples, plainly
from crm_analysis.cli.options import (
    AsOf,
    Codebook,
    Columns,
    Kano,
    Outcomes,
    Profiles,
    Pseudonymise,
    Returns,
    Source,
    Survey,
    Tables,
)

if TYPE_CHECKING:
    from crm_analysis.data import Company

_ROWS_SHOWN = 3


@app.command(
    epilog=examples(
        "check orders.csv",
        "check orders.csv --column date=Datum",
        "check orders.csv --out checked",
        "check company.toml",
        "check --survey answers.csv --codebook codebook.csv --as-of 2026-10-31",
    )
)
@plainly
def check(
    source: Source = None,
    survey: Survey = None,
    codebook: Codebook = None,
    profiles: Profiles = None,
    kano: Kano = None,
    outcomes: Outcomes = None,
    table: Tables = [],  # noqa: B006 - typer copies it
    as_of: AsOf = None,
    column: Columns = [],  # noqa: B006
    returns: Returns = None,
    pseudonymise: Pseudonymise = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write rejected.csv with the rows there.")
    ] = None,
) -> None:
    """Say what was read, accepted, rejected, set aside and flagged, by table and reason."""
    from crm_analysis.reporting.sources import Wishes, load_all

    if out is not None:
        check_writable(out)
    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    wishes = Wishes.typed(tables, table, column, as_of, codebook, returns, pseudonymise)
    (company,) = load_all([] if source is None else [source], wishes)
    _say(company)
    if out is not None:
        from crm_analysis.reporting.intake import write_rows

        typer.echo(str(write_rows(company, out)))


def _say(company: "Company") -> None:
    from crm_analysis.reporting.intake import say_rows, say_tables

    _print_table(*say_tables(company))
    for note in company.notes:
        typer.echo(note)
    for shown in say_rows(company, _ROWS_SHOWN):
        _print_table(*shown)


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
