"""What a notebook leaves behind beside its page: measured figures and hand-over tables."""

import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import crm_analysis
from crm_analysis.estimates import Estimate

if TYPE_CHECKING:
    from crm_analysis.show import Readable

__all__ = ["METRIC_MIME", "TABLES_FOLDER", "as_text", "hand_over", "record", "versions"]

METRIC_MIME = "application/vnd.crm-analysis.metric+json"
# Set by a run for its kernels; unset in JupyterLab, where nothing is written.
TABLES_FOLDER = "CRM_ANALYSIS_TABLES"
# What a spreadsheet would take for a formula.
_FORMULA = re.compile(r"^[=+\-@\t\r\n]")
_SLUG = re.compile(r"^[a-z][a-z0-9_]*$")


def _check_slug(name: str) -> None:
    if not _SLUG.match(name):
        raise ValueError(f"a name is lower-case letters, digits and _, got {name!r}")


def record(
    name: str, value: float | int | str | Estimate, unit: str = "", headline: str = ""
) -> None:
    """Keep a measured figure in the executed notebook.

    The archive, the comparison with the previous run and the tests read it from there.

    Parameters
    ----------
    name : stable slug, e.g. "repeat_rate".
    value : a number, a word, or an Estimate (kept with its interval).
    unit : what one of it is, e.g. "share", "EUR", "purchases in 52 weeks".
    headline : what the first page of a report calls it; only figures that have one are there.
    """
    from IPython.display import display

    _check_slug(name)
    metric: dict = {"name": name, "unit": unit, "headline": headline}
    if isinstance(value, Estimate):
        ends = {"low": value.low, "high": value.high, "confidence": value.confidence}
        metric |= {"value": value.value, **ends, "n": value.n, "method": value.method}
    else:
        metric["value"] = value.item() if hasattr(value, "item") else value
    text = f"recorded {name}: {value} {unit}".rstrip()
    display({METRIC_MIME: metric, "text/plain": text}, raw=True)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text cell and no head starts a spreadsheet formula.

    Examples
    --------
    >>> as_text(pd.DataFrame({"name": ["=HYPERLINK(1)", "Ann"], "x": [-1, 2]}))["name"].tolist()
    ["'=HYPERLINK(1)", 'Ann']
    """
    safe = frame.copy()
    for column in safe.columns:
        if pd.api.types.is_numeric_dtype(safe[column]):
            continue
        if pd.api.types.is_datetime64_any_dtype(safe[column]):
            continue
        # As objects: a category that isn't known yet can't be written among categories.
        cells = safe[column].astype(object)
        is_formula = cells.map(_is_formula).astype(bool)
        if is_formula.any():
            safe[column] = cells.where(~is_formula, "'" + cells.astype(str))
    return safe.rename(columns=lambda head: f"'{head}" if _is_formula(head) else head)


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and bool(_FORMULA.match(cell))


def hand_over(frame: pd.DataFrame, name: str) -> "Readable":
    """Give a table to whoever works on with it, and show its first rows.

    In a run it's written to ``tables/`` as ``<name>.csv`` and ``<name>.parquet``; the index
    becomes the first columns. In JupyterLab nothing is written. A CSV whose heads aren't ASCII
    begins with the mark by which Excel knows UTF-8.
    """
    from crm_analysis.show import table as show

    _check_slug(name)
    named = [level for level in frame.index.names if level is not None]
    table = frame.reset_index() if named else frame.reset_index(drop=True)
    rows = f"{len(table):,} rows" if len(table) != 1 else "1 row"
    folder = os.environ.get(TABLES_FOLDER)
    if folder:
        # Excel takes a file for one of its own country unless a mark says that it's UTF-8.
        encoding = "utf-8" if "".join(map(str, table.columns)).isascii() else "utf-8-sig"
        path = Path(folder) / f"{name}.csv"
        as_text(table).to_csv(path, index=False, date_format="%Y-%m-%d", encoding=encoding)
        table.to_parquet(Path(folder) / f"{name}.parquet", index=False)
    return show(table.head(), caption=f"{name}: {rows}, {len(table.columns)} columns; it begins")


def versions() -> pd.DataFrame:
    """Name the packages that the figures of a notebook depend on, with their versions."""
    names = ["numpy", "pandas", "scipy", "statsmodels", "lifetimes", "plotly"]
    rows = [("crm-analysis", crm_analysis.__version__), *((name, version(name)) for name in names)]
    return pd.DataFrame(rows, columns=["package", "version"])
