"""``data/README.md`` and the templates, written from ``tables`` so that they can't disagree.

``python -m crm_analysis.data.documentation`` writes them anew.
"""

from dataclasses import fields
from pathlib import Path

from crm_analysis.data.builtin import COMPANIES, holding
from crm_analysis.data.recognition import GUESSES
from crm_analysis.data.simulation import DairyTruth
from crm_analysis.data.tables import TABLES, Column, Table

__all__ = ["readme", "template", "write_documentation"]

_KINDS = {
    "id": "identifier",
    "text": "text",
    "date": "day",
    "amount": "money",
    "number": "number",
    "integer": "whole number",
    "flag": "yes or no",
}

_INTRODUCTION = """\
# Data

Every table and column that crm-analysis understands. This page and the files in `templates/` are
written from `crm_analysis/data/tables.py` by `python -m crm_analysis.data.documentation`.

## Bringing your own records

One file of transactions is enough to begin:

    crm-analysis check orders.csv
    crm-analysis report orders.csv

More tables: name the files after the tables (`transactions.csv`, `profiles.csv`, `survey.csv`, …),
put them into one folder and give the folder instead of the file. `templates/` has an empty file
with the right headers for each.

- **Files** are CSV (comma, semicolon, tab or bar between the fields; UTF-8), TSV or Parquet.
- **Days** are written 2026-10-31, 20261031, 2026/10/31, 31.10.2026 or 10/31/2026; a time after
  them is left away. Where every date of a column can be read day first and month first, such as
  03/04/2026, the file is refused: write 2026-04-03.
- **Numbers** have a point for decimals: 1234.50 or 1,234.50; a currency sign may stand beside.
- **Yes or no** is yes/no, true/false or 1/0.
- **Nothing** is an empty field; in columns other than text also NA, NULL, NaN, none or a dash.
- **Identifiers** of customers, orders and products are text, so 007 stays 007; a customer has the
  same one in every table.

Headers needn't be ours: those in the last section are recognised, whatever their case and
punctuation; others are told by `--column customer_id=HEADER`. What was recognised as what is on
each page of a report.

A row that can't be used is never mended by guessing. It's kept aside with its line and reason,
and accepted and rejected rows always add up to the rows read.

Columns marked *personal* name a person. They never reach a report.
"""


def readme() -> str:
    """Return the text of ``data/README.md``."""
    parts = [_INTRODUCTION, _companies(), _truth(), "## Tables\n"]
    parts += [_table(table) for table in TABLES.values()]
    parts += [_recognised()]
    return "\n".join(parts)


def _companies() -> str:
    rows = [
        f"| `{name}` | {about.sentence} | {holding(about)} | {about.source} | {about.licence} |"
        for name, about in COMPANIES.items()
    ]
    head = [
        "## Companies that come with the package\n",
        "| name | what it is | rows | source | licence |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _truth() -> str:
    """Say what the simulated dairy is made from."""
    truth = DairyTruth()
    rows = [f"| {field.name} | {getattr(truth, field.name)} |" for field in fields(DairyTruth)]
    head = [
        "### What the dairy is made from\n",
        "`crm_analysis.data.simulation.DairyTruth` tells what each parameter means; those of the "
        "questionnaires are in `simulation_survey.SurveyTruth`. Rates are weekly, amounts EUR.\n",
        "| parameter | value |",
        "|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _table(table: Table) -> str:
    head = [
        f"### {table.name}\n",
        f"One row is {table.row}.\n",
        "| column | needed | kind | meaning | values |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {column.name} | {'yes' if column.required else ''} | {_KINDS[column.kind]} "
        f"| {column.meaning}{' (*personal*)' if column.personal else ''} | {_values(column)} |"
        for column in table.columns
    ]
    further = f"Any further column is kept as an attribute of the {table.row.removeprefix('a ')}."
    more = ["", further] * table.open_ended
    return "\n".join([*head, *rows, *more, ""])


def _values(column: Column) -> str:
    if column.choices:
        return ", ".join(column.choices)
    if column.low is None:
        return ""
    return (
        f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
    )


def _recognised() -> str:
    head = ["## Headers that are recognised\n", "| our column | other headers |", "|---|---|"]
    rows = [f"| {name} | {', '.join(guesses)} |" for name, guesses in GUESSES.items()]
    return "\n".join([*head, *rows, ""])


def template(table: Table) -> str:
    r"""Return the header line of a table as CSV.

    Examples
    --------
    >>> template(TABLES["traffic"])
    'date,visitors,store,channel\n'
    """
    return ",".join(column.name for column in table.columns) + "\n"


def write_documentation(folder: str | Path) -> None:
    """Write README.md and templates/ into ``folder``."""
    templates = Path(folder) / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    (Path(folder) / "README.md").write_text(readme(), encoding="utf-8", newline="\n")
    for name, table in TABLES.items():
        (templates / f"{name}.csv").write_text(template(table), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_documentation(Path(__file__).parents[2] / "data")
