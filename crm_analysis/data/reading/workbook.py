"""Workbooks of Excel and LibreOffice: a sheet is a table, below its title if it has one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analysis.data.reading.raw import RawTable, broken_rows, check_header
from crm_analysis.data.reading.titles import LOOKED_AT, rows_above, said_above
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
    """Return the names of a workbook's sheets that hold anything and aren't hidden.

    Raises
    ------
    InputError : the workbook has a password or is damaged.
    """
    with _opened(path) as book:
        return _filled_sheets(book)


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
    filled = called or _filled_sheets(book)
    if not filled:
        raise InputError(f"{file} is empty: a sheet needs a header row and rows")
    if len(filled) > 1:
        raise InputError(
            f"{file} has several sheets: {', '.join(filled)}; say which is meant, such as "
            f"{file}#{filled[0]}"
        )
    return filled[0]


def _filled_sheets(book) -> list[str]:
    import python_calamine as calamine

    seen = calamine.SheetVisibleEnum.Visible
    shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == seen]
    return [name for name in shown if _is_filled(book, name)]


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
    above = rows_above([[_as_text(cell) for cell in cells] for _, cells in numbered[:LOOKED_AT]])
    (_, heads), *body = numbered[above:]
    # A column without a head and without values is but formatting.
    used = [at for at, head in enumerate(heads) if head != "" or any(c[at] != "" for _, c in body)]
    header = check_header([_as_text(heads[at]) for at in used], file)
    index = pd.Index([line for line, _ in body], name="line", dtype="int64")
    timed = {at for at in used if any(_has_time(row[at]) for _, row in body)}
    cells = [[_as_text(row[at], timed=at in timed) for at in used] for _, row in body]
    frame = pd.DataFrame(cells, index=index, columns=header, dtype="str")
    return RawTable(file, frame, broken_rows(), said_above(above))


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
