"""``crm-analysis init``: a company file to begin with."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_analysis.cli.application import app, check_writable, examples, plainly
from crm_analysis.errors import InputError

if TYPE_CHECKING:
    from crm_analysis.data.draft import Draft


@app.command(epilog=examples("init", "init exports", "init exports --out shop.toml --force"))
@plainly
def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="A folder of files.")] = Path(),
    out: Annotated[Path, typer.Option(metavar="FILE", help="The company file to write.")] = Path(
        "company.toml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace one that is there.")] = False,
) -> None:
    """Write a company file by looking at a folder of files.

    It says which file is which table and which header which column, with a comment at whatever
    the files leave open. Nothing is asked, and nothing else is changed. A schema by which editors
    complete it is written beside it.
    """
    _check_free(out, force)
    from crm_analysis.data.company_model import SCHEMA_FILE
    from crm_analysis.data.draft import look_at
    from crm_analysis.data.draft_text import SCHEMA_NAME, company_text, counted

    draft = look_at(folder)
    _write(out, company_text(draft, out))
    _write(out.with_name(SCHEMA_NAME), SCHEMA_FILE.read_text(encoding="utf-8"))
    for line in _said(draft, counted):
        typer.echo(line, err=True)
    typer.echo(str(out))


def _check_free(out: Path, force: bool) -> None:
    if out.is_dir():
        raise InputError(f"{out} is a folder: name the company file to write with --out")
    if out.suffix.lower() != ".toml":
        raise InputError(f"a company file is called like company.toml, got {out.name!r}")
    if out.exists() and not force:
        raise InputError(f"{out} is there already: replace it with --force, or use another --out")
    check_writable(out.absolute().parent, "company file")


def _write(path: Path, text: str) -> None:
    """Write beside and move, so that what stood there stays whole until the new one is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _said(draft: "Draft", counted: Callable[[int], str]) -> list[str]:
    lines = []
    for table in draft.tables:
        where = f"{table.path.name}#{table.sheet}" if table.sheet else table.path.name
        lines.append(f"{table.table.name}: {where} ({counted(table.rows)})")
        lines += [f"  to decide: {why}" for why in (table.dates, table.numbers) if why]
        for name, heads in table.undecided.items():
            lines.append(f"  to decide: {name} could be {' or '.join(map(repr, heads))}")
    return lines + [f"not used: {name}: {reason}" for name, reason in draft.others]
