"""``read_table``: the reader that fits a file's kind."""

import os
from dataclasses import replace
from pathlib import Path

from crm_analysis.data.reading.columnar import read_parquet
from crm_analysis.data.reading.delimited import read_delimited
from crm_analysis.data.reading.encodings import decode
from crm_analysis.data.reading.json_lines import read_json_lines
from crm_analysis.data.reading.opening import COMPRESSED, LONGEST_LINE, open_bytes, read_bytes
from crm_analysis.data.reading.raw import RawTable
from crm_analysis.data.reading.workbook import WORKBOOKS, read_workbook
from crm_analysis.errors import InputError

__all__ = ["SUFFIXES", "read_table", "split_sheet", "table_stem"]

_DELIMITED = (".csv", ".tsv", ".txt")
_JSON = (".jsonl", ".ndjson", ".json")
_TEXT = (*_DELIMITED, *_JSON)
SUFFIXES = (
    *_TEXT,
    *(text + packed for text in _TEXT for packed in COMPRESSED),
    ".zip",
    *WORKBOOKS,
    ".parquet",
)
# Bytes of an array of records, all of which may stand on one line.
_LONGEST_ARRAY = 256 << 20
# Files that are databases, with the beginning of their address.
_DATABASES = {".duckdb": "duckdb", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite"}
_ENCODINGS = {
    "latin-1": "Latin-1",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "iso8859_2": "ISO 8859-2",
    "koi8_r": "KOI8-R",
}


def table_stem(path: Path) -> str:
    """Return a file's name without the endings that say what kind it is.

    Examples
    --------
    >>> table_stem(Path("orders.csv.gz")), table_stem(Path("orders.2026.xlsx"))
    ('orders', 'orders.2026')
    """
    name = path.name
    # The longest first: .csv.gz before .gz
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return path.stem


def split_sheet(source: str | os.PathLike[str]) -> tuple[Path, str | None]:
    """Tell the workbook and the sheet in "book.xlsx#Sheet".

    Examples
    --------
    >>> split_sheet("shop.xlsx#Orders 2026")
    (PosixPath('shop.xlsx'), 'Orders 2026')
    """
    text = os.fspath(source)
    for kind in WORKBOOKS:
        at = text.lower().rfind(kind + "#")
        if at >= 0 and not Path(text).exists():
            return Path(text[: at + len(kind)]), text[at + len(kind) + 1 :]
    return Path(text), None


def read_table(
    source: str | Path,
    *,
    table: str = "",
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    date_format: str | None = None,
    longest_line: int = LONGEST_LINE,
) -> RawTable:
    """Read a file as text: CSV, TSV, JSON (compressed too), a workbook's sheet, Parquet.

    Parameters
    ----------
    source : the file; "book.xlsx#Sheet" names a sheet.
    table : what the file is read for: the sheet called so is taken where there are several.
    sheet : name of the sheet.
    encoding : of a text; by default found by what is in it (see ``encodings.decode``).
    delimiter : between the fields of a text; by default found (see ``delimited``).
    decimal, date_format : kept with the rows for those who read numbers and dates out of them.
    longest_line : bytes; a text with a longer line is refused before it fills the memory.

    Raises
    ------
    InputError : the file can't be opened, is of another kind, damaged, empty, has no rows, or
        heads two columns alike; a sheet, encoding or delimiter doesn't fit.
    """
    path, named = split_sheet(source)
    _check_kind(path)
    try:
        if path.name.lower().endswith(".parquet"):
            raw = read_parquet(path)
        elif path.name.lower().endswith(WORKBOOKS):
            raw = read_workbook(path, sheet or named, table)
        else:
            raw = _read_text(path, encoding, delimiter, longest_line)
    except OSError as error:
        raise InputError(f"can't open {path}: {error.strerror or error}") from error
    if raw.read == 0:
        raise InputError(f"{raw.file} has a header but no rows")
    return replace(raw, decimal=decimal, date_format=date_format)


def _check_kind(path: Path) -> None:
    name, kind = path.name, _DATABASES.get(path.suffix.lower())
    if kind:
        raise InputError(f"{name} is a database: give its address, {kind}:///{path}")
    if not name.lower().endswith(SUFFIXES):
        kinds = ", ".join((*_TEXT, *WORKBOOKS, ".parquet"))
        packed = ", ".join(COMPRESSED)
        raise InputError(
            f"can't read {name}: it must be one of {kinds} (texts also as {packed}); "
            f"export it as CSV"
        )


def _read_text(
    path: Path, encoding: str | None, delimiter: str | None, longest_line: int
) -> RawTable:
    with open_bytes(path) as (stream, inner):
        if inner.lower().endswith((*WORKBOOKS, ".parquet")):
            raise InputError(f"{path.name} must hold a text, but holds {inner}: unpack it")
        at_least = _LONGEST_ARRAY if inner.lower().endswith(".json") else 0
        data = read_bytes(stream, path.name, max(at_least, longest_line))
    text, found = decode(data, path.name, encoding)
    if inner.lower().endswith(_JSON):
        raw = read_json_lines(text, path.name)
    else:
        raw = read_delimited(text, path.name, delimiter)
    if encoding is None and found != "utf-8":
        called = _ENCODINGS.get(found) or found.upper().replace("CP", "Windows-")
        said = f"read as {called}, since it isn't UTF-8"
        raw = replace(raw, notes=(said, *raw.notes))
    return raw
