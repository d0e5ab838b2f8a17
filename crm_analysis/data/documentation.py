"""``data/README.md`` and the templates, written from ``tables`` so that they can't disagree.

``python -m crm_analysis.data.documentation`` writes them anew.
"""

from dataclasses import fields
from pathlib import Path

from crm_analysis.data.builtin import COMPANIES, holding
from crm_analysis.data.codebook import COLUMNS, ROLES
from crm_analysis.data.company_model import (
    TABLE_MODELS,
    CompanyModel,
    ReportModel,
    TableModel,
)
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

- **Files** are text with any delimiter (found, or told), JSON lines or an array of records,
  workbooks (xlsx, xlsm, xls, ods; `book.xlsx#Sheet` names a sheet) or Parquet; texts also as gz,
  bz2, xz, zst or zip. A text is read as UTF-8 or UTF-16, else in the older encoding in which a
  language comes out (Chinese, Japanese, Korean, European ones); the page says which, and an
  encoding that is told wins. A title above the header is left away.
- **Databases** go by their address: `duckdb:///shop.duckdb`, `sqlite:///shop.db`,
  `postgres://user@host/shop`; `#orders` behind it names one table. In a company file `query` may
  stand in the place of a table: one SELECT, which writes nothing. Nothing is fetched from the web.
- **Days** are written 2026-10-31, 20261031, 2026/10/31, 2026年10月31日, 31.10.2026, 10/31/2026,
  31 Oct 2026 or 31-Oct-26; a time after them gives the hour. Where every date of a column can be
  read day first and month first, such as 03/04/2026, the file is refused until `date_format`
  decides; so it is where dates are numbers that count days or seconds (excel, unix, unix ms).
- **Numbers** have a point or a comma for decimals, whichever the column shows: 1,234.50,
  1.234,50, 1'234.50; a currency may stand beside, 万 and 亿 behind; brackets mean below zero.
  Where every number can be read both ways, such as 1,234, the file is refused until `decimal`
  decides.
- **Yes or no** is yes/no, true/false or 1/0.
- **Nothing** is an empty field; in columns other than text also NA, NULL, NaN, none or a dash.
- **Identifiers** of customers, orders and products are text, so 007 stays 007; a customer has the
  same one in every table.

Headers needn't be ours. Whole exports of Shopify, WooCommerce, Zoho CRM, 纷享销客 and the UCI
Online Retail data are recognised (`crm_analysis/data/recipes.toml` has their recipes), and
single headers by the last section, whatever their case and punctuation; others are told by
`--column customer_id=HEADER`. What was recognised as what is on
each page of a report.

A row that can't be used is never mended by guessing: it's rejected, with its line and reason. Some
rows are right and are set aside: orders without a customer, which count in the company's totals
alone, and returns. Others are used but flagged, since they deserve a look. Accepted, rejected and
set aside always add up to the rows read; `crm-analysis check` prints all three, and with
`--out FOLDER` writes every such row to `rejected.csv`.

- **Returns and cancellations** are lines whose amount or quantity is below zero, whose `kind` says
  so, or whose order number is C and digits among plain numbers. By default they lower the purchase
  they belong to: the lines of the order whose number they bear, or else the customer's latest
  earlier purchases of the product. One that belongs to none is set aside.
- **Lines that stand twice** are rejected where they can only be an error: the same line of the same
  order, the same message to the same customer, the same contract. Two purchases without order
  numbers may be alike and both count.

Columns marked *personal* name a person. They never reach a report.
"""

_COMPANY_FILE = """\
## A company file

Everything that was decided about a company's records is kept in one file, `company.toml`:

    crm-analysis init exports      # writes one by looking at a folder, and asks nothing
    crm-analysis check company.toml
    crm-analysis report company.toml

It looks like this; paths are seen from its folder, and options of the command win over it:

    title = "Corner shop"
    currency = "EUR"

    [tables.transactions]
    file = "exports/orders.csv"
    date_format = "day first"
    columns = { customer_id = "Kunde" }

    [parameters]
    margin = 0.3

Editors complete it by the schema that `init` writes beside it. It holds no password: that of a
database comes from the environment variable that `password_env` names. `crm-analysis prepare
company.toml --out FOLDER` reads and checks everything once; the folder is a source like any other.
"""


def readme() -> str:
    """Return the text of ``data/README.md``."""
    parts = [_INTRODUCTION, _company_file(), _companies(), _truth(), "## Tables\n"]
    parts += [_table(table) for table in TABLES.values()]
    parts += [_codebook(), _recognised()]
    return "\n".join(parts)


def _company_file() -> str:
    """Say what a company file may hold."""
    sections = (
        ("", CompanyModel, ("tables", "parameters", "report")),
        ("[tables.transactions] ", TableModel, ()),
        ("[tables.survey] ", TABLE_MODELS["survey"], (*TableModel.model_fields, "columns")),
        ("[report] ", ReportModel, ()),
    )
    rows = [
        f"| {section}{name} | {field.description} |"
        for section, model, left_out in sections
        for name, field in model.model_fields.items()
        if name not in left_out
    ]
    return "\n".join([_COMPANY_FILE, "| key | meaning |", "|---|---|", *rows, ""])


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


def _codebook() -> str:
    """Say how a survey with a row a respondent is described."""
    rows = [f"| {name} | {meaning} |" for name, meaning in COLUMNS.items()]
    head = [
        "## Surveys with a row a respondent, and the codebook\n",
        "`survey` may also come as form tools export it: a row a respondent, a column a question. "
        "A codebook, the file `codebook.csv` beside it or given by `--codebook`, says which column "
        "is what. It has a row a column:\n",
        "| column | meaning |",
        "|---|---|",
    ]
    tail = [
        f"\nRoles are {', '.join(ROLES)}. Without roles, columns are recognised by their names: "
        "E01 and P01 (expectation and perception of an item), IMP01, SAT01 (importance of it and "
        "satisfaction with it), K01F and K01D (functional and dysfunctional answer on a feature). "
        "A codebook that gives roles is taken at its word: columns without one aren't used. "
        "For a long survey the codebook has a row an item, and no `column` or `role`.\n",
    ]
    return "\n".join([*head, *rows, *tail])


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
    head = ",".join(COLUMNS) + "\n"
    (templates / "codebook.csv").write_text(head, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_documentation(Path(__file__).parents[2] / "data")
