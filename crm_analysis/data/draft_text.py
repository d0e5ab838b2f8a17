"""A company file written from what a folder looks like, with a comment at whatever is open."""

import json
import os
from pathlib import Path

from crm_analysis.data.draft import Draft, DraftTable
from crm_analysis.data.recognition import named_first
from crm_analysis.data.seen_currency import SeenCurrency

__all__ = ["SCHEMA_NAME", "company_text", "counted"]

SCHEMA_NAME = "company.schema.json"
_HEAD = """\
#:schema ./{schema}
# What crm-analysis knows of a company. A line that begins with # is a comment; paths are seen from
# the folder of this file. Try it:
#     crm-analysis check {file}
#     crm-analysis report {file}

"""
_PARAMETERS = """
# Parameters of chapters, by name; those that a chapter has stand on its page. An option -p wins.
[parameters]
# margin = 0.30  # share of revenue left after the cost of goods and delivery
# discount_rate = 0.10  # what money costs per year
# mailing_cost = 1.0  # what mailing one customer for a period costs, in money

[report]
# chapters = ["customers", "segmentation"]  # only these; default: all that the tables allow
# out = "reports"
"""
_DATE = '# date_format = "day first"  # or "month first", "unix", "excel", or such as "%d.%m.%y"'
_DECIMAL = '# decimal = ","  # or "."'


def company_text(draft: Draft, out: Path) -> str:
    """Return the text of a company file that is to stand at ``out``."""
    parts = [
        _HEAD.format(schema=SCHEMA_NAME, file=out.name),
        f"title = {_quoted(draft.folder.resolve().name or 'Company')}\n",
        _currency(draft.currency),
        "# as_of = 2026-10-31  # the last day known; default: the last date of the transactions\n",
        '# returns = "net"  # they lower their purchase; "drop": set aside; "keep": lines stay\n',
        "# pseudonymise = true  # replace identifiers of persons, the same in every table\n",
        *(_table(table, draft, out) for table in draft.tables),
        _others(draft),
        _PARAMETERS,
    ]
    return "".join(parts)


def _currency(currency: SeenCurrency | None) -> str:
    if currency is None:
        return '# currency = "EUR"  # ISO code; none was seen\n'
    line = f"currency = {_quoted(currency.code)}  # {_comment(currency.seen)}"
    return f"{line}\n" if currency.is_sure else f"# {line}: decide\n"


def _table(table: DraftTable, draft: Draft, out: Path) -> str:
    name = table.table.name
    lines = [
        f"\n[tables.{name}]  # one row is {table.table.row}",
        f"file = {_quoted(_from(table.path, out))}  # {counted(table.rows)}",
    ]
    lines += [f"sheet = {_quoted(table.sheet)}"] * (table.sheet is not None)
    if name == "survey" and draft.codebook is not None:
        lines += [f"codebook = {_quoted(_from(draft.codebook, out))}"]
    lines += [f"# Decide: {_comment(table.dates)}", _DATE] * bool(table.dates)
    lines += [f"# Decide: {_comment(table.numbers)}", _DECIMAL] * bool(table.numbers)
    return "\n".join([*lines, *_columns(table)]) + "\n"


def _columns(table: DraftTable) -> list[str]:
    """Say what was recognised as what, what is open, and what wasn't used or found."""
    lines = [f"[tables.{table.table.name}.columns]  # ours = the header in the file"]
    if table.is_wide:
        return ["# a column for each question: the codebook, or their names, say which is which"]
    for column in table.table.columns:
        if column.name in table.found:
            lines += [f"{column.name} = {_quoted(table.found[column.name])}"]
        elif heads := table.undecided.get(column.name):
            others = " or ".join(_quoted(head) for head in heads[1:])
            lines += [f"# Decide: {column.name} = {_quoted(heads[0])}  # or {_comment(others)}"]
    known = {*table.found, *table.undecided, *table.derived}
    lines += [f"# {_comment(note)}" for note in table.notes]
    absent = [column.name for column in table.table.columns if column.name not in known]
    kept = "kept as attributes" if table.table.open_ended else "not used"
    lines += [f"# {kept}: {_comment(named_first(table.unused))}"] * bool(table.unused)
    lines += [f"# not there: {', '.join(absent)}"] * bool(absent)
    return lines


def _others(draft: Draft) -> str:
    lines = [f"# {_comment(f'{name}: {reason}')}" for name, reason in draft.others]
    return "\n".join(["\n# Files that aren't used:", *lines, ""]) if lines else ""


def counted(rows: int) -> str:
    """Say how many rows.

    Examples
    --------
    >>> counted(1), counted(1200)
    ('1 row', '1,200 rows')
    """
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _from(path: Path, out: Path) -> str:
    return Path(os.path.relpath(path.resolve(), out.resolve().parent)).as_posix()


def _quoted(text: str) -> str:
    """Write a text for TOML, whose escapes are those of JSON but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Keep a comment on its line: a line end or another control sign would break out of it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
