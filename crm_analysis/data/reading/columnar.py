"""Parquet: typed columns, written out as a text file would have them."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from crm_analysis.data.reading.raw import RawTable, broken_rows, check_header, unambiguous
from crm_analysis.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_as_text", "column_as_text", "read_parquet"]


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file; the line of a row is the one that it would have below a header.

    Raises
    ------
    InputError : the file is cut short or none, or a column holds lists or records.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        told = " ".join(str(error).split())
        raise InputError(
            f"{path.name} isn't a Parquet file that can be read, or is cut short: {told:.200}"
        ) from error
    return arrow_as_text(table, path.name)


def arrow_as_text(table: "pa.Table", file: str) -> RawTable:
    """Write out a table of typed columns as a text file would have it.

    Raises
    ------
    InputError : two columns have one name, or one holds lists, records or bytes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> arrow_as_text(pa.table({"id": [17850.0], "amount": [2.5]}), "x").rows.to_dict("list")
    {'id': ['17850'], 'amount': ['2.5']}
    """
    header = check_header(table.column_names, file)
    # What pandas writes for an index without a name; it says nothing.
    kept = [at for at, name in enumerate(header) if not name.startswith("__index_level_")]
    index = pd.RangeIndex(2, table.num_rows + 2, name="line")
    columns = {
        header[at]: column_as_text(table.column(at), what=f"{header[at]!r} in {file}")
        for at in kept
    }
    frame = pd.DataFrame({name: text.set_axis(index) for name, text in columns.items()})
    return RawTable(file, frame.reindex(index), broken_rows())


def column_as_text(values: "pa.ChunkedArray", *, what: str) -> pd.Series:
    """Write typed values as a CSV would have them; "" where nothing is.

    Days are 2026-10-31, and 2026-10-31 08:15:00 where any of the column has a time of day, by
    the clock of the column's time zone. Identifiers kept as 17850.0 become 17850.

    Parameters
    ----------
    what : names the column in messages.

    Raises
    ------
    InputError : the column holds lists, records or bytes that are no text.

    Examples
    --------
    >>> import pyarrow as pa
    >>> column_as_text(pa.chunked_array([[17850.0, None]]), what="id").tolist()
    ['17850', '']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_nested(kind):
        raise InputError(f"{what} holds {kind}: a field must be one value")
    if pa.types.is_floating(kind):
        values = _whole_if_possible(values)
    elif pa.types.is_timestamp(kind):
        values = _clock_time(values)
    try:
        text = pc.fill_null(values.cast(pa.large_string()), "").to_pandas().astype("str")
    except pa.ArrowException as error:
        raise InputError(f"{what} holds {kind}, which can't be read as text") from error
    is_number = pa.types.is_floating(values.type) or pa.types.is_decimal(values.type)
    return unambiguous(text) if is_number else text


def _whole_if_possible(values: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pc.if_else(pc.is_finite(values), values, None)
    try:
        return values.cast(pa.int64())
    except pa.ArrowInvalid:  # some have decimals
        return values


def _clock_time(values: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    if values.type.tz:
        values = pc.local_timestamp(values)
    days = pc.floor_temporal(values, unit="day")
    is_midnight = pc.all(pc.equal(values, days), skip_nulls=True).as_py()
    if is_midnight is not False:
        return days.cast(pa.date32(), safe=False)
    return pc.floor_temporal(values, unit="second").cast(pa.timestamp("s"), safe=False)
