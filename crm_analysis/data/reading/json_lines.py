"""JSON lines, a record per line; or one array of records."""

import json
from collections.abc import Iterator

import pandas as pd

from crm_analysis.data.reading.raw import RawTable, broken_rows, check_header, unambiguous
from crm_analysis.errors import InputError

__all__ = ["read_json_lines"]


def read_json_lines(text: str, name: str) -> RawTable:
    r"""Read records; a record within a record becomes columns such as "customer.id".

    Numbers stay as they are written. A field that a record doesn't have is empty. Of an array of
    records, the line of a record is its place in the array, the first being 1.

    Raises
    ------
    InputError : a record holds a list, or no line is a record.

    Examples
    --------
    >>> raw = read_json_lines('{"id": 1, "by": {"name": "A"}}\n{"id": 2}\nsoon\n', "x.jsonl")
    >>> raw.rows.to_dict("list"), raw.broken["reason"].tolist()
    ({'id': ['1', '2'], 'by.name': ['A', '']}, ['not a JSON record'])
    """
    records, lines, broken, nested = [], [], [], set()
    for line, record, written in _array(text) or _each_line(text):
        if record is None:
            broken.append((line, "not a JSON record", written.strip()[:500]))
            continue
        records.append(_flat(record, name, line, nested))
        lines.append(line)
    if not records:
        raise InputError(f"{name} isn't a file of JSON lines: no line is a record {{…}}")
    columns = list(dict.fromkeys(field for record in records for field in record))
    header = check_header(columns, name)
    index = pd.Index(lines, name="line", dtype="int64")
    filled = [[record.get(column, "") for column in columns] for record in records]
    frame = pd.DataFrame(filled, index=index, columns=header, dtype="str")
    return RawTable(name, frame, broken_rows(broken), _note(nested))


class _Number(str):
    """A number as it is written."""


def _each_line(text: str) -> Iterator[tuple[int, dict | None, str]]:
    for line, written in enumerate(text.split("\n"), start=1):
        if written.strip():
            yield line, _as_record(_value(written)), written


def _array(text: str) -> list[tuple[int, dict | None, str]]:
    """Return the elements of an array; none where the text isn't one."""
    held = _value(text) if text.lstrip().startswith("[") else None
    elements = held if isinstance(held, list) else []
    return [(at, _as_record(held), str(held)) for at, held in enumerate(elements, start=1)]


def _as_record(value: object) -> dict | None:
    return value if isinstance(value, dict) and value else None


def _value(written: str) -> object:
    try:
        return json.loads(
            written,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=lambda _: None,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, object]]) -> dict:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a field twice")
    return record


def _flat(record: dict, name: str, line: int, nested: set, before: str = "") -> dict[str, str]:
    flat = {}
    for field, value in record.items():
        if isinstance(value, dict):
            nested.add(before + field)
            flat |= _flat(value, name, line, nested, f"{before}{field}.")
        elif isinstance(value, list):
            raise InputError(
                f"{name} holds a list in {before + field!r} (line {line:,}): a record can be a "
                f"row only if each of its fields is one value; write a record per element"
            )
        else:
            flat[before + field] = _text(value)
    return flat


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, _Number):
        # A point within a number of JSON is always the decimal one.
        return unambiguous(pd.Series([str(value)]))[0] if value[-4:-3] == "." else str(value)
    return value.replace("\0", "")


def _note(nested: set[str]) -> tuple[str, ...]:
    if not nested:
        return ()
    return (f"the records within {', '.join(sorted(nested))} were spread over columns",)
