"""Rows that aren't used as they stand, laid out so that whoever keeps the records can find them."""

import pandas as pd

from crm_analysis.data.company import REJECTED_COLUMNS
from crm_analysis.data.recognition import looks_personal
from crm_analysis.data.tables import PERSONAL, Table

__all__ = ["lay_out", "stacked"]


def lay_out(rows: pd.DataFrame, reasons: pd.Series, table: Table, *, file: str) -> pd.DataFrame:
    """Lay rows out with table, file, line, reason and the row as text."""
    if rows.empty:
        return stacked([])
    named = [n for n in rows.columns if n not in PERSONAL and not looks_personal(n)]
    text = pd.Series("", index=rows.index, dtype="str")
    for name in named:
        value = rows[name].astype("str").fillna("")
        text = text + value.where(value == "", f"{name}=" + value + ", ")
    frame = pd.DataFrame(
        {
            "table": pd.Series(table.name, index=rows.index, dtype="str"),
            "file": pd.Series(file, index=rows.index, dtype="str"),
            "line": rows.index.to_numpy("int64"),
            "reason": reasons.astype("str"),
            "row": text.str.removesuffix(", "),
        }
    )
    return frame[REJECTED_COLUMNS].reset_index(drop=True)


def stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put rows one below the other, empty frames left away, with settled types."""
    types = {"table": "str", "file": "str", "line": "int64", "reason": "str", "row": "str"}
    held = [frame.astype(types) for frame in frames if len(frame)]
    empty = pd.DataFrame(columns=REJECTED_COLUMNS).astype(types)
    return pd.concat(held, ignore_index=True) if held else empty
