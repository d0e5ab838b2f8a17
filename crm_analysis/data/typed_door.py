"""A table with types on its way in: marked where it lies, fetched by what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crm_analysis.data.aside import lay_out
from crm_analysis.data.checking import DUPLICATE, NO_CUSTOMER, REPEATED, Checked
from crm_analysis.data.drivers import said_plainly
from crm_analysis.data.duplicates import repeats_are_errors
from crm_analysis.data.pseudonyms import Pseudonyms
from crm_analysis.data.reading.raw import broken_rows
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.schemas import type_of
from crm_analysis.data.tables import Table
from crm_analysis.data.typed import AGAIN, LINE, RAW, REASON, TypedTable, as_text, marked_rows
from crm_analysis.errors import InputError

__all__ = ["Seen", "check_typed", "doubted_rows", "typed_frame"]


@dataclass(frozen=True)
class Seen:
    """What is said of a source with types; the rows themselves stay where they are.

    Parameters
    ----------
    file : how messages call it.
    rows : no rows, under the source's headers.
    read : how many rows it holds.
    broken, left_out : no rows: a table with types has the same columns in each.
    notes : nothing: a table with types needs no guesses at how it is written.
    """

    file: str
    rows: pd.DataFrame
    read: int
    broken: pd.DataFrame = field(default_factory=broken_rows)
    left_out: pd.DataFrame = field(default_factory=broken_rows)
    notes: tuple[str, ...] = ()


def check_typed(
    source: TypedTable,
    table: Table,
    told: Mapping[str, str],
    pseudonyms: Pseudonyms | None = None,
    written: Mapping[str, str | None] | None = None,
) -> tuple[Seen, dict[str, str], Checked]:
    """Recognise the columns, check each row where it lies, and fetch what came of it.

    Parameters
    ----------
    told : our column name → the source's header.
    pseudonyms : stand for identifiers, where they're asked for.
    written : how dates and numbers that are kept as text are written, see ``check_rows``.

    Returns
    -------
    What was seen; our column name → header; the rows after the door.

    Raises
    ------
    InputError : there are no rows, or a needed column isn't there.
    """
    found = recognise_columns(source.headers, table, told, file=source.file)
    with said_plainly(source.file):
        read = int(source.rows.count().execute())
        if read == 0:
            raise InputError(f"{source.file} has columns but no rows")
        marked = marked_rows(source, table, found, written).to_pyarrow()
    checked = _parted(marked, table, source.file)
    kept = len(checked.accepted) + len(checked.rejected) + len(checked.set_aside)
    assert kept == read, f"{source.file}: {kept} rows came of {read} read"
    seen = Seen(source.file, pd.DataFrame(columns=source.headers), read)
    return seen, found, checked if pseudonyms is None else _hidden(checked, pseudonyms)


def _parted(marked: pa.Table, table: Table, file: str) -> Checked:
    """Part fetched rows as ``check_rows`` does."""
    is_lost = pc.is_valid(marked[REASON])
    accepted = typed_frame(_frame(marked.filter(pc.invert(is_lost))), table)
    again = accepted.pop(AGAIN).astype(bool)
    is_error = bool(again.any()) and repeats_are_errors(accepted, table, again)
    accepted = accepted[~again] if is_error else accepted
    doubted = marked.filter(pc.or_(is_lost, marked[AGAIN])).sort_by(LINE)
    return Checked(accepted, *doubted_rows(doubted, table, file, repeat_is_error=is_error))


def doubted_rows(
    marked: pa.Table, table: Table, file: str, *, repeat_is_error: bool
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Lay out rows against which a reason or an equal earlier row speaks.

    Parameters
    ----------
    marked : such rows of ``marked_rows``, in the order of their lines.
    repeat_is_error : whether a row that says the same as an earlier one is rejected.

    Returns
    -------
    rejected, set_aside, flagged and unidentified, as of ``Checked``.
    """
    lines = pd.Index(marked[LINE].to_pandas().astype("int64"), name="line")
    fetched = marked.to_pandas(date_as_object=False).set_axis(lines)
    why = fetched[REASON].astype("str").fillna(DUPLICATE if repeat_is_error else REPEATED)
    raw = [name for name in fetched.columns if name.startswith(RAW)]
    text = pd.DataFrame({name.removeprefix(RAW): as_text(fetched[name]) for name in raw})
    nobody = (why == NO_CUSTOMER) & (table.name == "transactions")
    flagged = why == REPEATED
    unidentified = typed_frame(_frame(marked.filter(nobody.to_numpy())), table)

    def laid_out(chosen: pd.Series) -> pd.DataFrame:
        return lay_out(text[chosen], why[chosen], table, file=file)

    rejected = laid_out(~nobody & ~flagged)
    return rejected, laid_out(nobody), laid_out(flagged), unidentified.drop(columns=AGAIN)


def _frame(marked: pa.Table) -> pd.DataFrame:
    others = [n for n in marked.column_names if n == REASON or n.startswith(RAW)]
    return marked.drop_columns(others).to_pandas(date_as_object=False)


def typed_frame(fetched: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give fetched rows the types of the table; the index is the line."""
    types = {c.name: type_of(c) for c in table.columns if c.name in fetched}
    others = [name for name in fetched.columns if name not in (*types, LINE, AGAIN)]
    frame = fetched.astype(types | dict.fromkeys(others, "str"))
    frame = frame.set_index(LINE).rename_axis("line")
    return frame if frame.index.is_monotonic_increasing else frame.sort_index(kind="stable")


def _hidden(checked: Checked, pseudonyms: Pseudonyms) -> Checked:
    """Put pseudonyms in place of identifiers; rows as text may hold them anywhere."""
    return Checked(
        accepted=pseudonyms.within(checked.accepted),
        rejected=checked.rejected.assign(row=""),
        set_aside=checked.set_aside.assign(row=""),
        flagged=checked.flagged.assign(row=""),
        unidentified=pseudonyms.within(checked.unidentified),
    )
