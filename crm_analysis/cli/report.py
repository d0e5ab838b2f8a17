"""``crm-analysis report``: the reports of one or more companies."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Sources,
    Survey,
    Tables,
)

if TYPE_CHECKING:
    from crm_analysis.data import Company
    from crm_analysis.reporting.orders import Order

_Chapters = Annotated[
    list[str],
    typer.Option("--chapter", metavar="NAME", help="Only this chapter; may be repeated."),
]
_Parameters = Annotated[
    list[str],
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A chapter's parameter."),
]
_Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where reports go; default: reports.")
]
_Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="Chapters at a time; default: up to 2.")
]


@app.command(
    epilog=examples(
        "report cdnow",
        "report company.toml",
        "report orders.csv --survey survey.csv --as-of 2026-10-31",
        "report orders.csv --table contacts=letters.csv",
        "report --survey answers.csv --codebook codebook.csv --as-of 2026-10-31",
        "report orders.csv --column customer_id=Kundennummer --column amount=Summe",
        "report dairy --chapter segmentation -p method=rfm",
        "report cdnow dairy --out /var/www/reports",
    )
)
@plainly
def report(
    source: Sources = None,
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
    chapter: _Chapters = [],  # noqa: B006
    parameter: _Parameters = [],  # noqa: B006
    out: _Out = None,
    workers: _Workers = None,
) -> None:
    """Write the reports of one or more companies.

    Reports are pages for a browser; the last line is the path of their list. What a company
    file says holds unless an option says otherwise. Exit code 2: something given can't be used
    and nothing was written. Exit code 1: a chapter failed; the others are there.
    """
    from crm_analysis.reporting.sources import Wishes, load_all

    tables = {"survey": survey, "profiles": profiles, "kano": kano, "outcomes": outcomes}
    wishes = Wishes.typed(tables, table, column, as_of, codebook, returns, pseudonymise)
    named = wishes.called(source or [])
    # Before anything heavy is imported, so that one sees that it has begun.
    typer.echo(f"Reading {', '.join(map(without_login, named))} …", err=True)
    from crm_analysis.reporting.orders import plan_orders

    orders = plan_orders(named, chapter, parameter, out, workers)
    for order in orders:
        check_writable(order.out)
    failed = _run_all(orders, load_all(source or [], wishes))
    raise typer.Exit(1 if failed else 0)


def _run_all(orders: "Sequence[Order]", companies: "Sequence[Company]") -> bool:
    """Write the reports one after the other; say at the end where they are and what failed."""
    failed, lists = [], {}
    for order, company in zip(orders, companies, strict=True):
        typer.echo(f"{company.title}, as of {company.as_of:%Y-%m-%d}", err=True)
        done = order.run(company)
        lists[done.index] = None
        failed += [
            f"crm-analysis: {company.title}, {result.chapter.title} failed: {result.sentence}"
            for result in done.failed
        ]
    for sentence in failed:
        typer.echo(sentence, err=True)
    typer.echo("\n".join(map(str, lists)))
    return bool(failed)
