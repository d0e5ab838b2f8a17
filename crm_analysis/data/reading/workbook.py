"""Workbooks of Excel and LibreOffice: a sheet is a table, its first filled row the header."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analysis.data.reading.raw import RawTable, broken_rows, check_header
from crm_analysis.errors import InputError, unknown_name

__all__ = ["WORKBOOKS", "read_workbook", "sheet_names"]

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def read_workbook(path: Path, sheet: str | None = None, table: str = "") -> RawTable:
    """Read a sheet of a workbook; the line of a row is its number in the sheet.

    Parameters
    ----------
    sheet : its name; by default the sheet that is called after the table, or else the only one
        with anything in it.
    table : what the sheet is read for.

    Raises
    ------
    InputError : the workbook has a password or is damaged, the sheet isn't there, or several
        could be meant.
    """
    with _opened(path) as book:
        name = _choose(book, sheet, table, path.name)
        grid = book.get_sheet_by_name(name)
        first_row = (grid.start or (0, 0))[0] + 1
        rows = grid.to_python(skip_empty_area=True)
        several = len(book.sheet_names) > 1
    file = f"{path.name}#{name}" if several else path.name
    return _as_table(rows, first_row, file)


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets that hold anything.

    Raises
    ------
    InputError : the workbook has a password or is damaged.
    """
    with _opened(path) as book:
        return [name for name in book.sheet_names if _is_filled(book, name)]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import python_calamine as calamine

    try:
        with calamine.load_workbook(path) as book:
            yield book
    except calamine.PasswordError as error:
        raise InputError(
            f"{path.name} is protected by a password: save it without one, or as CSV"
        ) from error
    except calamine.CalamineError as error:
        told = " ".join(str(error).split())
        raise InputError(f"{path.name} isn't a workbook that can be read: {told:.200}") from error


def _choose(book, sheet: str | None, table: str, file: str) -> str:
    names = book.sheet_names
    if sheet is not None:
        if sheet not in names:
            raise unknown_name(f"sheet of {file}", sheet, names)
        return sheet
    called = [name for name in names if table and name.strip().casefold() == table.casefold()]
    filled = called or [name for name in names if _is_filled(book, name)]
    if not filled:
        raise InputError(f"{file} is empty: a sheet needs a header row and rows")
    if len(filled) > 1:
        raise InputError(
            f"{file} has several sheets: {', '.join(filled)}; say which is meant, such as "
            f"{file}#{filled[0]}"
        )
    return filled[0]


def _is_filled(book, name: str) -> bool:
    import python_calamine as calamine

    try:
        return book.get_sheet_by_name(name).height > 0
    except calamine.CalamineError:  # a sheet that is a chart
        return False


def _as_table(rows: list[list], first_row: int, file: str) -> RawTable:
    numbered = [
        (at, cells) for at, cells in enumerate(rows, start=first_row) if any(_filled(cells))
    ]
    if not numbered:
        raise InputError(f"{file} is empty: a sheet needs a header row and rows")
    (_, heads), *body = numbered
    # A column without a head and without values is but formatting.
    used = [at for at, head in enumerate(heads) if head != "" or any(c[at] != "" for _, c in body)]
    header = check_header([_as_text(heads[at]) for at in used], file)
    index = pd.Index([line for line, _ in body], name="line", dtype="int64")
    timed = {at for at in used if any(_has_time(row[at]) for _, row in body)}
    cells = [[_as_text(row[at], timed=at in timed) for at in used] for _, row in body]
    frame = pd.DataFrame(cells, index=index, columns=header, dtype="str")
    return RawTable(file, frame, broken_rows())


def _filled(cells: list) -> list[bool]:
    return [cell != "" and str(cell).strip() != "" for cell in cells]


def _has_time(cell) -> bool:
    return isinstance(cell, datetime) and cell.time() != time()


def _as_text(cell, *, timed: bool = False) -> str:
    """Write a cell as a CSV would have it; an identifier kept as the number 17850 stays whole.

    Parameters
    ----------
    timed : whether any cell of the column has a time of day, so that midnight is one.
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, date):  # calamine gives midnight as a day
        return f"{cell:%Y-%m-%d %H:%M:%S}" if timed else f"{cell:%Y-%m-%d}"
    if isinstance(cell, time | timedelta | int):
        return str(cell)
    return cell.replace("\0", "")


def _number(value: float) -> str:
    if value % 1 == 0 and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    # A third decimal might be taken for thousands by the reader of text.
    return text + "0" if text[-4:-3] == "." else text
