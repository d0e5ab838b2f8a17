"""One look for every table that a person reads."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import pandas as pd
from great_tables import GT
from pandas.api import types

from crm_analysis.formats import count, money, percent

__all__ = ["table"]

_NOTHING = "–"


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    currency: str = "",
    money_columns: Sequence[str] = (),
    percent_columns: Sequence[str] = (),
    count_columns: Sequence[str] = (),
    decimals: int = 2,
    labels: Mapping[str, str] | None = None,
) -> GT:
    """Lay a small frame out as a table for reading.

    Parameters
    ----------
    frame : what to show; a named index becomes the first columns. Not changed.
    caption : what the table says, as a short sentence. Text from data is escaped.
    currency : ISO code for ``money_columns``.
    money_columns, percent_columns, count_columns : how these columns are written; shares are
        given as 0..1. Other decimal numbers get ``decimals``, whole numbers are counts.
    labels : heads for columns whose name with spaces doesn't read well.

    Examples
    --------
    >>> frame = pd.DataFrame({"segment": ["Champions"], "revenue": [1234.5]})
    >>> shown = table(frame, caption="Who pays", currency="USD", money_columns=["revenue"])
    >>> "$1,234" in shown.as_raw_html() and "Who pays" in shown.as_raw_html()
    True
    """
    named = any(name is not None for name in frame.index.names)
    source = frame.reset_index() if named else frame.reset_index(drop=True)
    writers: dict[str, Callable[[float], str]] = {}
    writers |= {name: lambda value: money(value, currency) for name in money_columns}
    writers |= {name: lambda value: percent(value, 1) for name in percent_columns}
    writers |= dict.fromkeys(count_columns, count)
    shown = pd.DataFrame(
        {str(n): _written(source[n], writers.get(n), decimals) for n in source.columns}
    )
    numeric = [str(n) for n in source.columns if _is_number(source[n])]
    heads = {name: (labels or {}).get(name, name.replace("_", " ")) for name in shown.columns}
    # The id comes from the content: a random one would make two equal runs differ.
    digest = sha256(f"{caption} {list(shown.columns)}".encode()).hexdigest()[:10]
    laid_out = GT(shown, id=f"table-{digest}").tab_header(title=caption).cols_label(**heads)
    laid_out = laid_out.tab_options(table_font_names=["system-ui", "sans-serif"])
    return laid_out.cols_align(align="right", columns=numeric) if numeric else laid_out


def _is_number(values: pd.Series) -> bool:
    return types.is_numeric_dtype(values) and not types.is_bool_dtype(values)


def _written(values: pd.Series, write: Callable[[float], str] | None, decimals: int) -> list[str]:
    """Write each value as text; what is missing becomes a dash."""
    if types.is_datetime64_any_dtype(values):
        return [f"{value:%Y-%m-%d}" if pd.notna(value) else _NOTHING for value in values]
    if write is None and types.is_integer_dtype(values):
        write = count
    elif write is None and _is_number(values):
        write = lambda value: f"{value:,.{decimals}f}".replace("-", "−")  # noqa: E731
    return [(write or str)(value) if pd.notna(value) else _NOTHING for value in values]
