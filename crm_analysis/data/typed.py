"""Tables that have types already (Parquet, databases): checked where they lie, by Ibis expressions.

A column whose type fits is taken as it is. One that holds text where a date or a number belongs
is read by its distinct values, through the parsers that read files, so that the same rows get
the same reasons wherever they come from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd

from crm_analysis.data.checking import KEYS, NO_CUSTOMER, NOTHING, check_column, is_nothing
from crm_analysis.data.dates import YEARS
from crm_analysis.data.duplicates import compared
from crm_analysis.data.numbers import LARGEST
from crm_analysis.data.recognition import looks_personal
from crm_analysis.data.tables import Column, Table
from crm_analysis.data.typed_hours import HOUR, with_hours

__all__ = ["AGAIN", "LINE", "RAW", "REASON", "TypedTable", "as_text", "marked_rows"]

# Names that no source uses for a column of its own.
LINE, REASON, AGAIN, RAW = "__line", "__reason", "__again", "__raw_"
_VALUE, _KEY, _EMPTY, _APART = "__value_", "__key_", "__empty_", "__apart"
_AROUND = "^[ \t\n\r\v\f]|[ \t\n\r\v\f]$"
# The line below a file's header.
_FIRST_LINE = 2


@dataclass(frozen=True)
class TypedTable:
    """A table that an Ibis backend can read.

    Parameters
    ----------
    rows : the table; where its rows have an order, ``__line`` is the line that each would have in
        a CSV file whose first line is the header.
    file : how messages call it; never holds a password.
    stem : names the company where nothing else does.
    is_text : whether it comes of a file that has no types.
    """

    rows: ir.Table
    file: str
    stem: str
    is_text: bool = False

    @property
    def headers(self) -> list[str]:
        """The columns as the source calls them."""
        return [name for name in self.rows.columns if name != LINE]

    @property
    def has_lines(self) -> bool:
        """Whether the rows have an order, and so a line each."""
        return LINE in self.rows.columns

    def fits(self, table: Table, found: Mapping[str, str]) -> bool:
        """Say whether all columns are taken as they are, rather than by their distinct values."""
        columns = (column for column in table.columns if column.name in found)
        return all(_fits(self.rows[found[column.name]].type(), column) for column in columns)


@dataclass(frozen=True)
class _Read:
    """A column on its way in: its typed values, and where there was nothing to read."""

    typed: ir.Value
    is_empty: ir.BooleanValue


def marked_rows(
    source: TypedTable,
    table: Table,
    found: Mapping[str, str],
    written: Mapping[str, str | None] | None = None,
) -> ir.Table:
    """Return each row typed, with the reason for which it can't be used, as one expression.

    Parameters
    ----------
    found : our column name → the source's header.
    written : how dates and numbers that are kept as text are written, see ``check_rows``.

    Returns
    -------
    The table's columns, the hour where the dates have one, and, where it is open-ended, the
    attributes, typed; ``__line``; ``__reason``: null where the row can be used, otherwise that of
    ``check_rows``, the first that applies; ``__again``: whether it repeats a row before; where
    either speaks against a row, its fields as the source has them (``__raw_…``).

    Raises
    ------
    InputError : the dates of a column kept as text can be read two ways.
    """
    written = written or {}
    rows = with_hours(_numbered(source, found), table, found, written.get("date_format"))
    rows = rows.mutate(**{AGAIN: _repeats(rows, source, table, found)})
    columns = [column for column in table.columns if column.name in found]
    empties = {}
    for column in columns:
        if not _fits(rows[found[column.name]].type(), column):
            rows, empties[column.name] = _with_values(
                rows, found[column.name], column, source.file, written
            )
    read = {c: _read(rows, found[c.name], c, empties.get(c.name)) for c in columns}
    free = _attributes(source, found) if table.open_ended else []
    typed = {c.name: r.typed for c, r in read.items()} | {h: _filled(rows[h]) for h in free}
    raw = {f"{RAW}{ours}": rows[found.get(ours, ours)] for ours in typed}
    if HOUR in rows.columns:
        typed["hour"] = rows[HOUR]
    empty = {f"{_EMPTY}{c.name}": r.is_empty for c, r in read.items() if not _is_text(c)}
    # Ibis would write each typed value out anew in every reason and filter. Into a step that
    # draws a random number it doesn't; the number itself is never drawn, since nothing uses it.
    step = {LINE: rows[LINE], AGAIN: rows[AGAIN], _APART: ibis.random()}
    rows = rows.select(**step, **typed, **raw, **empty)
    cases = [case for column in columns for case in _cases(column, rows)]
    # An order without a customer is set aside only if nothing else is wrong with it.
    cases.sort(key=lambda case: case[1] == NO_CUSTOMER)
    reason = ibis.cases(*cases, else_=ibis.null("string"))
    marked = rows.select(LINE, AGAIN, *typed, *raw, **{REASON: reason})
    marked = _mark_second_rows(marked, table, list(typed))
    doubted = marked[REASON].notnull() | marked[AGAIN]  # noqa: PD004 - Ibis
    only = {n: ibis.ifelse(doubted, marked[n], ibis.null(marked[n].type())) for n in raw}
    return marked.mutate(**only)


def _is_text(column: Column) -> bool:
    return column.kind in ("id", "text")


def _numbered(source: TypedTable, found: Mapping[str, str]) -> ir.Table:
    """Give rows without an order of their own the lines they'd have if sorted by what they say."""
    if source.has_lines:
        return source.rows
    place = ibis.row_number().over(ibis.window(order_by=list(found.values())))
    return source.rows.mutate(**{LINE: place + _FIRST_LINE})


def _repeats(
    rows: ir.Table, source: TypedTable, table: Table, found: Mapping[str, str]
) -> ir.BooleanValue:
    """Tell which rows say the same as an earlier one in each field; see ``repeats``."""
    if not compared(table, found):
        return ibis.literal(False)
    window = ibis.window(group_by=source.headers, order_by=LINE)
    return ibis.row_number().over(window) > 0


def _fits(kind: dt.DataType, column: Column) -> bool:
    """Tell whether a type of the source says all about a column of ours."""
    if _is_text(column):
        return kind.is_string() or kind.is_integer()
    if column.kind == "date":
        return kind.is_date() or kind.is_timestamp()
    return kind.is_boolean() if column.kind == "flag" else kind.is_numeric()


def _read(rows: ir.Table, header: str, column: Column, empties: list | None) -> _Read:
    values = rows[header]
    is_null = values.isnull()  # noqa: PD003 - Ibis
    if empties is not None:
        looked_up = rows[f"{_VALUE}{column.name}"]
        looked_up = looked_up.cast("date") if column.kind == "date" else looked_up
        looked_up = looked_up == 1 if column.kind == "flag" else looked_up
        return _Read(looked_up, is_null | values.isin(empties) if empties else is_null)
    if _is_text(column):
        kept = _filled(values, is_id=column.kind == "id")
        return _Read(kept, kept.isnull())  # noqa: PD003
    if column.kind == "date":
        day = values.cast("date")
        return _Read(ibis.ifelse(day.year().between(*YEARS), day, ibis.null("date")), is_null)
    if column.kind == "flag":
        return _Read(values, is_null)
    return _numbers(values, column)


def _filled(values: ir.Value, *, is_id: bool = False) -> ir.StringValue:
    """Return texts without blanks around them, null where nothing is left."""
    text = values.cast("string")
    # Stripping takes long; few texts begin or end in a blank.
    text = ibis.ifelse(text.re_search(_AROUND), text.strip(), text).nullif("")
    if not is_id:
        return text
    return ibis.ifelse(text.lower().isin(sorted(NOTHING)), ibis.null("string"), text)


def _numbers(values: ir.Value, column: Column) -> _Read:
    number, is_empty = values.cast("float64"), values.isnull()  # noqa: PD003
    if values.get_backend().name == "sqlite":
        # There a column of numbers may hold texts, of which a cast makes 0.
        is_number = values.typeof().isin(["integer", "real"])
    else:
        is_number = ~number.isnan()
        is_empty = is_empty | ~is_number
    usable = is_number & (number.abs() < LARGEST)
    if column.kind == "integer":
        usable = usable & (number.floor() == number)
    return _Read(ibis.ifelse(usable, number, ibis.null("float64")), is_empty)


def _with_values(
    rows: ir.Table, header: str, column: Column, file: str, written
) -> tuple[ir.Table, list[object]]:
    """Read a column by its distinct values and lay what they say beside it.

    Returns
    -------
    The rows with a further column, and the values that mean that there is nothing.
    """
    held = rows.filter(rows[header].notnull())  # noqa: PD004 - Ibis
    distinct = held.group_by(raw=held[header]).agg(line=held[LINE].min())
    seen = distinct.order_by("line", "raw").to_pandas()
    text = as_text(seen["raw"]).set_axis(pd.Index(seen["line"], name="line"))
    values, _ = check_column(text, column, file, written)
    is_empty = is_nothing(text) if column.kind != "text" else text.str.strip() == ""
    known = values.notna().to_numpy()
    key, value = f"{_KEY}{column.name}", f"{_VALUE}{column.name}"
    pairs = pd.DataFrame({key: seen["raw"][known], value: values.array[known]})
    if column.kind == "flag":
        pairs[value] = pairs[value].astype("int64")  # SQLite takes no booleans from NumPy
    kind = _LOOKED_UP.get(column.kind, "float64")
    lookup = ibis.memtable(pairs, schema={key: held[header].type(), value: kind})
    joined = rows.left_join(lookup, rows[header] == lookup[key]).drop(key)
    return joined, seen["raw"][is_empty.to_numpy()].tolist()


_LOOKED_UP = {"id": "string", "text": "string", "flag": "int64", "date": "timestamp(6)"}


def _attributes(source: TypedTable, found: Mapping[str, str]) -> list[str]:
    """Return further columns that are kept as they are; what names a person isn't."""
    free = [head for head in source.headers if head not in found.values()]
    return [head for head in free if not looks_personal(head)]


def _cases(column: Column, rows: ir.Table) -> Iterator[tuple[ir.BooleanValue, str]]:
    """Give what speaks against a row's value, in the order in which it is said."""
    name, values = column.name, rows[column.name]
    is_missing = values.isnull()  # noqa: PD003
    # Any text can be read, so that where there's none there was nothing.
    is_empty = is_missing if _is_text(column) else rows[f"{_EMPTY}{name}"]
    if column.required:
        yield is_empty, NO_CUSTOMER if name == "customer_id" else f"no {name}"
    if not _is_text(column):
        yield is_missing & ~is_empty, f"unreadable {name}"
    if column.low is not None and column.high is not None:
        inside = values.between(column.low, column.high)
        yield ~inside, f"{name} outside {column.low:g} to {column.high:g}"
    elif column.low is not None:
        yield values < column.low, f"{name} outside {column.low:g} up"
    if column.choices:
        yield values.notin(column.choices), f"{name} not one of {', '.join(column.choices)}"


def _mark_second_rows(marked: ir.Table, table: Table, typed: list[str]) -> ir.Table:
    key = KEYS.get(table.name)
    if key is None:
        return marked
    key = [name for name in key if name in typed]
    window = ibis.window(group_by=[REASON, *key], order_by=LINE)
    again = marked[REASON].isnull() & (ibis.row_number().over(window) > 0)  # noqa: PD003
    reason = f"second row of the same {' and '.join(key)}"
    return marked.mutate(**{REASON: ibis.ifelse(again, reason, marked[REASON])})


def as_text(values: pd.Series) -> pd.Series:
    """Write typed values as a CSV would have them; identifiers kept as 17850.0 become 17850.

    Examples
    --------
    >>> as_text(pd.Series([17850.0, None])).tolist()
    ['17850', '']
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        text = values.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        text = values.astype("Int64").astype("str")
    else:
        text = values.astype("str")
    return text.where(values.notna(), "").astype("str")
