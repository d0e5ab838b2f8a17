"""From a file to rows of text, each with its line; what the text means is decided later."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crm_analysis.errors import InputError

__all__ = ["SUFFIXES", "RawTable", "read_table"]

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class RawTable:
    """The rows of a file, all as text.

    Parameters
    ----------
    file : name of the file, for messages.
    rows : the columns as the file heads them, "" where a field is empty; the index is the line
        in the file, the header being line 1.
    broken : rows that don't have as many fields as the header: line, reason, row.
    """

    file: str
    rows: pd.DataFrame
    broken: pd.DataFrame

    @property
    def read(self) -> int:
        """How many rows the file holds; blank lines are none."""
        return len(self.rows) + len(self.broken)


def read_table(path: Path) -> RawTable:
    """Read a CSV, TSV or Parquet file as text.

    Raises
    ------
    InputError : the file can't be opened, is of another kind, is empty, has no rows, isn't
        UTF-8 text, or heads two columns alike.
    """
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        raise InputError(f"can't read {path.name}: it must be one of {kinds}; export it as CSV")
    try:
        raw = _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_text(path)
    except OSError as error:
        raise InputError(f"can't open {path}: {error.strerror or error}") from error
    if raw.read == 0:
        raise InputError(f"{path.name} has a header but no rows")
    return raw


def _read_text(path: Path) -> RawTable:
    with path.open("rb") as file:
        if b"\0" in file.read(65_536):
            raise InputError(f"{path.name} isn't a text table: it holds binary data")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _parse(file, path.name, "\t" if path.suffix.lower() == ".tsv" else None)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} isn't UTF-8 text (byte 0x{error.object[error.start]:02x}): "
            f"save it as CSV with the encoding UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(f"{path.name} can't be read as a table: {error}") from error


def _parse(file, name: str, delimiter: str | None) -> RawTable:
    first = file.readline()
    if not first.strip():
        raise InputError(f"{name} is empty: a table needs a header line and rows")
    file.seek(0)
    delimiter = delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
    header = _header(next(reader), name)
    lines, rows, broken, start = [], [], [], reader.line_num + 1
    for fields in reader:
        if len(fields) == len(header):
            lines.append(start)
            rows.append(fields)
        elif fields:  # a blank line has none
            reason = f"{len(fields)} fields where the header has {len(header)}"
            broken.append((start, reason, delimiter.join(fields)))
        start = reader.line_num + 1
    index = pd.Index(lines, name="line", dtype="int64")
    frame = pd.DataFrame(rows, index=index, columns=header, dtype="str")
    return RawTable(name, frame, pd.DataFrame(broken, columns=["line", "reason", "row"]))


def _header(names: list[str], file: str) -> list[str]:
    """Return the column names, stripped; an unnamed column is called by its position."""
    header = [name.strip() or f"column {at}" for at, name in enumerate(names, start=1)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(f"{file} heads more than one column {', '.join(map(repr, twice))}")
    if any(not character.isprintable() for name in header for character in name):
        raise InputError(f"{file} isn't a text table: its header holds control characters")
    return header


def _read_parquet(path: Path) -> RawTable:
    import pyarrow as pa

    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"{path.name} isn't a Parquet file that can be read: {error}") from error
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.columns = _header([str(name) for name in frame.columns], path.name)
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="line")
    text = pd.DataFrame({name: _as_text(frame[name]) for name in frame}, index=frame.index)
    return RawTable(path.name, text, pd.DataFrame(columns=["line", "reason", "row"]))


def _as_text(values: pd.Series) -> pd.Series:
    """Write typed values as a CSV would have them; identifiers kept as 17850.0 become 17850."""
    if pd.api.types.is_datetime64_any_dtype(values):
        text = values.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        text = values.astype("Int64").astype("str")
    else:
        text = values.astype("str")
    return text.where(values.notna(), "").astype("str")
