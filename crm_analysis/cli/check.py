"""``crm-analysis check``: what comes through the door, and what doesn't."""

import sys
from collections.abc import Sequence

import typer

from crm_analysis.cli.application import app, examples, plainly
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

_ROWS_SHOWN = 3


@app.command(
    epilog=examples(
        "check orders.csv", "check orders.csv --column date=Datum", "check company.toml"
    )
)
@plainly
def check(
    source: Source,
    survey: Survey = None,
    profiles: Profiles = None,
    kano: Kano = None,
    outcomes: Outcomes = None,
    table: Tables = [],  # noqa: B006 - typer copies it
    codebook: Codebook = None,
    as_of: AsOf = None,
    column: Columns = [],  # noqa: B006
    returns: Returns = None,
    pseudonymise: Pseudonymise = None,
) -> None:
    """Say what was read, accepted and rejected, by table and reason."""
    from crm_analysis.reporting.sources import Wishes, load_all
    from crm_analysis.reporting.subject import describe

    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    wishes = Wishes.typed(tables, table, column, as_of, codebook, returns, pseudonymise)
    (company,) = load_all([source], wishes)
    subject = describe(company)
    _print_table(
        f"{subject.title}, as of {subject.as_of}",
        ["table", "read", "accepted", "rejected"],
        [[t.table, f"{t.read:,}", f"{t.accepted:,}", f"{t.rejected:,}"] for t in subject.tables],
    )
    for note in subject.notes:
        typer.echo(note)
    rejected = company.rejected
    for (table, reason), rows in rejected.groupby(["table", "reason"], sort=True):
        first = rows.head(_ROWS_SHOWN)
        _print_table(
            f"{table}: {reason}, {len(rows):,} in all; the first of them",
            ["line", "row"],
            [[str(line), str(row)] for line, row in zip(first["line"], first["row"], strict=True)],
        )


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    for head in heads:
        is_count = head in ("read", "accepted", "rejected", "line")
        table.add_column(head, justify="right" if is_count else "left", overflow="fold")
    for row in rows:
        # As Text: brackets in somebody's data are no instructions.
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout).print(table)
