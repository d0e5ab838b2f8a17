"""The options that several commands share: which records, and how they are read."""

from enum import StrEnum
from typing import Annotated

import typer

__all__ = [
    "AsOf",
    "Codebook",
    "Columns",
    "Kano",
    "Outcomes",
    "Profiles",
    "Pseudonymise",
    "Returns",
    "ReturnsPolicy",
    "Source",
    "Sources",
    "Survey",
    "Tables",
]

_WHERE = "Built-in company, file, folder, database or company file."
_NONE = " None where --survey or --table name files."
Source = Annotated[str | None, typer.Argument(help=_WHERE + _NONE)]
Sources = Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help=_WHERE + _NONE)]
Survey = Annotated[str | None, typer.Option(metavar="FILE", help="Survey answers.")]
Profiles = Annotated[str | None, typer.Option(metavar="FILE", help="A row per customer.")]
Kano = Annotated[str | None, typer.Option(metavar="FILE", help="Kano answers.")]
Outcomes = Annotated[
    str | None, typer.Option(metavar="FILE", help="What respondents think of the company.")
]
Tables = Annotated[
    list[str],
    typer.Option(
        "--table", metavar="TABLE=FILE", help="Any further table, such as contacts=letters.csv."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Last day known; default: in the data."),
]
Columns = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="OURS=THEIRS",
        help="Header of a column in the file; survey.item=Frage for another table.",
    ),
]
Codebook = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="What the survey's columns and answers are."),
]


class ReturnsPolicy(StrEnum):
    """What becomes of returns and cancellations."""

    net = "net"
    drop = "drop"
    keep = "keep"


Returns = Annotated[
    ReturnsPolicy | None,
    typer.Option(
        help="Returns lower the purchase they belong to (net, the default), are set aside (drop), "
        "or stay lines of their own (keep)."
    ),
]
Pseudonymise = Annotated[
    bool | None,
    typer.Option(
        "--pseudonymise/--no-pseudonymise",
        help="Replace identifiers of persons by pseudonyms under your own key.",
    ),
]
