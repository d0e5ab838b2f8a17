"""``crm-analysis prepare``: read and check once, load quickly ever after."""

from pathlib import Path
from typing import Annotated

import typer

from crm_analysis.cli.application import app, check_writable, examples, plainly, without_login
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


@app.command(
    epilog=examples(
        "prepare company.toml --out prepared",
        "prepare orders.csv --pseudonymise --out prepared",
        "report prepared",
    )
)
@plainly
def prepare(
    source: Source = None,
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder, or an empty one.")],
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
    """Read and check a company's records once; the folder is a source for every other command.

    It also holds customers.parquet, a row per customer. Of columns that name a person, only what
    is filled is kept. The folder is whole or not there.
    """
    from crm_analysis.reporting.sources import Wishes

    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    wishes = Wishes.typed(tables, table, column, as_of, codebook, returns, pseudonymise)
    sources = [] if source is None else [source]
    typer.echo(f"Reading {', '.join(map(without_login, wishes.called(sources)))} …", err=True)
    from crm_analysis.reporting.prepared import check_new, said_of, write_whole

    check_writable(out, "prepared company")
    check_new(out)
    write_whole(sources, wishes, out)
    typer.echo(said_of(out), err=True)
    for path in sorted(out.iterdir()):
        typer.echo(f"  {path.name} ({path.stat().st_size:,} bytes)", err=True)
    typer.echo(str(out))
