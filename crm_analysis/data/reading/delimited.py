"""Text with a delimiter between the fields: CSV, TSV and their kin."""

import csv
import io
import re
import sys
from collections import Counter
from dataclasses import replace

import pandas as pd

from crm_analysis.data.reading.fast import read_even_rows
from crm_analysis.data.reading.raw import RawTable, broken_rows, check_header
from crm_analysis.data.reading.titles import LOOKED_AT, rows_above, said_above
from crm_analysis.errors import InputError

__all__ = ["find_delimiter", "read_delimited"]

# The comma last: where another one does as well, commas stand within texts and numbers.
_DELIMITERS = ";\t|,"
_MARK = re.compile(r'"?sep=(?P<delimiter>[^"\r\n])"?(?=\r?\n)', re.IGNORECASE)
_LINES_LOOKED_AT = 50
# More line ends within one field than any note has: somewhere a quote wasn't closed.
_MOST_LINES_IN_A_FIELD = 1000
# Of the rows; beyond it the header or the delimiter is wrong, not the rows.
_MOST_BROKEN = 0.9
# Of the rows; beyond it those that are left can't stand for all. A single one may be a slip.
_FEW_BROKEN = 0.1


def find_delimiter(text: str, *, likely: str = "") -> str:
    r"""Find what stands between the fields: what gives the first lines the header's count.

    Parameters
    ----------
    text : the file, or its beginning.
    likely : the delimiter that the file's name speaks for; taken where the header has it.

    Examples
    --------
    >>> find_delimiter("name;price, EUR\nmilk;1,20\nbread;3,40\n")
    ';'
    """
    lines = _first_lines(text)
    if likely and likely in lines[0]:
        return likely
    return max(_DELIMITERS, key=lambda delimiter: _consistency(lines, delimiter))


def _first_lines(text: str) -> list[str]:
    head = io.StringIO(text[:262_144], newline=None)
    lines = [line for _, line in zip(range(_LINES_LOOKED_AT), head, strict=False) if line.strip()]
    return lines or [""]


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of lines with as many fields as the header, and how many these are."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        start = next((at for at, width in enumerate(widths) if width > 1), len(widths))
        return _below_a_title(widths[start:])
    return widths.count(widths[0]) / len(widths), widths[0]


def _below_a_title(widths: list[int]) -> tuple[float, int]:
    """Rate a delimiter that only the first lines lack: they may be titles."""
    width = max(widths, key=widths.count, default=1)
    alike = widths.count(width) / len(widths) if len(widths) > 2 else 0.0
    return (alike / 1000, width) if width > 1 and alike > _MOST_BROKEN else (0.0, 0)


def read_delimited(text: str, name: str, delimiter: str | None = None) -> RawTable:
    r"""Read rows of text, each with its line.

    Parameters
    ----------
    delimiter : any character; by default found by ``find_delimiter``.

    Raises
    ------
    InputError : nothing but blanks, a column twice, a quote that is never closed, or more than a
        tenth of the rows with more or fewer fields than the header.

    Examples
    --------
    >>> raw = read_delimited("a,b\n1,2\n3\n", "x.csv")
    >>> raw.rows.to_dict("list"), raw.broken.to_numpy().tolist()
    ({'a': ['1'], 'b': ['2']}, [[3, '1 field where the header has 2', '3']])
    """
    if not text.strip():
        raise InputError(f"{name} is empty: a table needs a header line and rows")
    text, delimiter = _without_mark(text, delimiter)
    likely = "\t" if name.lower().endswith(".tsv") else ""
    delimiter = _checked(delimiter) if delimiter else find_delimiter(text, likely=likely)
    csv.field_size_limit(sys.maxsize)
    try:
        text, above = _without_titles(text, delimiter)
        raw = read_even_rows(text, name, delimiter) or _read_rows(text, name, delimiter)
        return replace(raw, notes=said_above(above))
    except csv.Error as error:
        raise InputError(f"{name} can't be read as a table: {error}") from error


def _without_mark(text: str, delimiter: str | None) -> tuple[str, str | None]:
    r"""Take away the first line by which spreadsheets are told the delimiter (sep=;).

    The line stays, empty, so that rows keep their numbers.

    Examples
    --------
    >>> _without_mark("sep=;\na;b\n", None)
    ('\na;b\n', ';')
    """
    mark = _MARK.match(text)
    if mark is None:
        return text, delimiter
    return text[mark.end() :], delimiter or mark["delimiter"]


def _without_titles(text: str, delimiter: str) -> tuple[str, int]:
    r"""Empty the lines above the header, so that rows keep their numbers; return how many rows.

    Examples
    --------
    >>> _without_titles("Sales,,\na,b,c\n1,2,3\n4,5,6\n", ",")
    ('\na,b,c\n1,2,3\n4,5,6\n', 1)
    """
    head = io.StringIO(text[:262_144], newline="")
    reader = csv.reader(head, delimiter=delimiter)
    rows, ends = [], []
    for fields in reader:
        if any(field.strip() for field in fields):
            rows.append(fields)
            ends.append(reader.line_num)
        if len(rows) == LOOKED_AT:
            break
    above = rows_above(rows)
    if above == 0:
        return text, 0
    lines = io.StringIO(text, newline="").readlines()
    return "\n" * ends[above - 1] + "".join(lines[ends[above - 1] :]), above


def _checked(delimiter: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise InputError(f"a delimiter is one character such as ; or tab, got {delimiter!r}")
    return delimiter


def _read_rows(text: str, name: str, delimiter: str) -> RawTable:
    """Read row by row: slower, but rows of any length are told apart."""
    # Only where a quote stands behind a blank: elsewhere blanks belong to the field.
    skip = f'{delimiter} "' in text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=skip)
    start, header = _next_row(reader, 1)
    header = check_header(header, name)
    lines, rows, broken = [], [], []
    start = reader.line_num + 1
    for fields in reader:
        fields = _without_blank_end(fields, len(header))
        if len(fields) == len(header):
            lines.append(start)
            rows.append(fields)
        elif fields:  # a blank line has none
            broken.append((start, _miscounted(fields, header), delimiter.join(fields)))
        if reader.line_num - start > _MOST_LINES_IN_A_FIELD:
            _refuse_open_quote(fields, start, name)
        start = reader.line_num + 1
    _refuse_unclosed_end(text, name, delimiter, [*lines, *(line for line, *_ in broken)])
    if len(broken) > max(1, _FEW_BROKEN * (len(rows) + len(broken))):
        _refuse_broken(len(rows), broken, name, delimiter)
    index = pd.Index(lines, name="line", dtype="int64")
    frame = pd.DataFrame(rows, index=index, columns=header, dtype="str")
    return RawTable(name, frame, broken_rows(broken))


def _without_blank_end(fields: list[str], width: int) -> list[str]:
    """Cut empty fields behind the last column, which a delimiter at the line's end makes."""
    return fields if any(field.strip() for field in fields[width:]) else fields[:width]


def _next_row(reader, start: int) -> tuple[int, list[str]]:
    for fields in reader:
        if any(field.strip() for field in fields):
            return start, fields
        start = reader.line_num + 1
    return start, []


def _miscounted(fields: list[str], header: list[str]) -> str:
    plural = "field" if len(fields) == 1 else "fields"
    return f"{len(fields)} {plural} where the header has {len(header)}"


def _refuse_open_quote(fields: list[str], line: int, name: str) -> None:
    if max(field.count("\n") for field in fields) > _MOST_LINES_IN_A_FIELD:
        raise InputError(
            f"{name} opens a quote in line {line:,} that isn't closed for more than "
            f"{_MOST_LINES_IN_A_FIELD:,} lines: close it, or double a quote that is meant"
        )


def _refuse_unclosed_end(text: str, name: str, delimiter: str, starts: list[int]) -> None:
    """Refuse a last row that runs to the end of the file because its quote isn't closed."""
    start = max(starts, default=1)
    rest = io.StringIO(text, newline="").readlines()[start - 1 :] if '"' in text else []
    if len(rest) < 2:
        return
    try:
        list(csv.reader(rest, delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputError(
                f"{name} opens a quote in line {start:,} that isn't closed, which swallows the "
                f"{len(rest) - 1:,} lines below: close it, or double a quote that is meant"
            ) from error


def _refuse_broken(sound: int, broken: list[tuple], name: str, delimiter: str) -> None:
    """Say why so many rows don't fit the header; few are rejected one by one."""
    read = sound + len(broken)
    (reason, _), *_ = Counter(reason for _, reason, _ in broken).most_common(1)
    if len(broken) > _MOST_BROKEN * read:
        raise InputError(
            f"nearly all rows of {name} ({len(broken):,} of {read:,}) don't fit its first line, "
            f"mostly {reason}: the first line must head the columns, and {delimiter!r} stand "
            "between the fields (delimiter)"
        )
    first = ", ".join(f"{line:,}" for line, *_ in broken[:3])
    raise InputError(
        f"the rows of {name} change length: {len(broken):,} of {read:,} don't fit its first line, "
        f"mostly {reason}, the first in line {first}; quote fields that hold {delimiter!r}, and "
        "mend or delete these rows"
    )
