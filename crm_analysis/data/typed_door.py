"""A table with types on its way in: marked where it lies, fetched by what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.checking import Checked
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.schemas import type_of
from crm_analysis.data.tables import Table
from crm_analysis.data.typed import LINE, RAW, REASON, TypedTable, as_text, marked_rows
from crm_analysis.errors import InputError

__all__ = ["Seen", "accepted_rows", "check_typed", "laid_out", "rejected_rows", "typed_frame"]


@dataclass(frozen=True)
class Seen:
    """What is said of a source with types; the rows themselves stay where they are.

    Parameters
    ----------
    file : how messages call it.
    rows : no rows, under the source's headers.
    read : how many rows it holds.
    broken : no rows: a table with types has the same columns in each.
    """

    file: str
    rows: pd.DataFrame
    read: int
    broken: pd.DataFrame


def check_typed(
    source: TypedTable, table: Table, told: Mapping[str, str]
) -> tuple[Seen, dict[str, str], Checked]:
    """Recognise the columns, check each row where it lies, and fetch what came of it.

    Parameters
    ----------
    told : our column name → the source's header.

    Returns
    -------
    What was seen; our column name → header; the rows after the door, typed or with a reason.

    Raises
    ------
    InputError : there are no rows, or a needed column isn't there.
    """
    found = recognise_columns(source.headers, table, told, file=source.file)
    with said_plainly(source.file):
        read = int(source.rows.count().execute())
        if read == 0:
            raise InputError(f"{source.file} has columns but no rows")
        marked = marked_rows(source, table, found)
        accepted = typed_frame(_fetched(accepted_rows(marked, source)), table)
        rejected = laid_out(_fetched(rejected_rows(marked, source)), table, file=source.file)
    assert len(accepted) + len(rejected) == read, (
        f"{source.file}: {len(accepted)} accepted + {len(rejected)} rejected is not {read} read"
    )
    nothing = pd.DataFrame(columns=["line", "reason", "row"])
    seen = Seen(source.file, pd.DataFrame(columns=source.headers), read, nothing)
    return seen, found, Checked(accepted, rejected)


def accepted_rows(marked: ir.Table, source: TypedTable) -> ir.Table:
    """Return the rows that can be used, in the order of the source or, without one, of values."""
    typed = [name for name in marked.columns if name != REASON and not name.startswith(RAW)]
    kept = marked.filter(marked[REASON].isnull()).select(typed)  # noqa: PD003 - Ibis
    return kept if source.has_lines else kept.order_by(*typed)


def rejected_rows(marked: ir.Table, source: TypedTable) -> ir.Table:
    """Return the rows that can't be used, as the source has them, in the same order each time."""
    raw = [name for name in marked.columns if name.startswith(RAW)]
    lost = marked.filter(marked[REASON].notnull()).select(LINE, REASON, *raw)  # noqa: PD004
    return lost.order_by(LINE) if source.has_lines else lost.order_by(*lost.columns)


def laid_out(fetched: pd.DataFrame, table: Table, *, file: str) -> pd.DataFrame:
    """Lay rejected rows out: table, file, line, reason, and the row as text."""
    raw = [name for name in fetched.columns if name.startswith(RAW)]
    text = {name.removeprefix(RAW): as_text(fetched[name]) for name in raw}
    lines = pd.Index(fetched[LINE].astype("int64"))
    rows = pd.DataFrame(text).set_axis(lines)
    return lay_out(rows, fetched[REASON].set_axis(lines), table, file=file)


def _fetched(rows: ir.Table) -> pd.DataFrame:
    return rows.to_pyarrow().to_pandas(date_as_object=False)


def typed_frame(fetched: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give fetched rows the types of the table; the index is the line."""
    types = {c.name: type_of(c) for c in table.columns if c.name in fetched}
    others = [name for name in fetched.columns if name not in types and name != LINE]
    frame = fetched.astype(types | dict.fromkeys(others, "str"))
    frame = frame.set_index(LINE).rename_axis("line")
    return frame if frame.index.is_monotonic_increasing else frame.sort_index(kind="stable")
