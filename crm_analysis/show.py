"""One look for every table and every computed sentence that a person reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pandas as pd
from great_tables import GT
from pandas.api import types

from crm_analysis.findings import Finding, literal
from crm_analysis.formats import count, money, percent

__all__ = ["Readable", "Sentence", "say", "table"]

_NOTHING = "–"


class Sentence(str):
    """A sentence that a notebook shows as a paragraph."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<p>{literal(self)}</p>" if self else ""


def say(*parts: str | Finding) -> Sentence:
    """Show computed sentences, or findings with what follows from them, in the middle of a page.

    Examples
    --------
    >>> say(Finding("cold", "The milk is cold.", "counted", "Keep it so."))
    'The milk is cold. Keep it so.'
    """
    told = [f"{x.statement} {x.consequence}" if isinstance(x, Finding) else x for x in parts]
    return Sentence(" ".join(told))


@dataclass(frozen=True)
class Readable:
    """A table laid out for reading: a caption that wraps, and the table under it."""

    caption: str
    body: GT

    def as_raw_html(self) -> str:
        """Return the HTML of both; text in it is escaped."""
        head = f'<figcaption style="font-weight: 600">{literal(self.caption)}</figcaption>'
        return f'<figure class="table">{head}{self.body.as_raw_html()}</figure>'

    def _repr_html_(self) -> str:
        return self.as_raw_html()


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    currency: str = "",
    money_columns: Sequence[str] = (),
    percent_columns: Sequence[str] = (),
    count_columns: Sequence[str] = (),
    intervals: Sequence[str] = (),
    decimals: int = 2,
    labels: Mapping[str, str] | None = None,
) -> Readable | Sentence:
    """Lay a small frame out as a table for reading; without rows, say that there are none.

    Parameters
    ----------
    frame : what to show; a named index becomes the first columns. Not changed.
    caption : what the table says, as a short sentence. Text from data is escaped.
    currency : ISO code for ``money_columns``.
    money_columns, percent_columns, count_columns : how these columns are written; shares are
        given as 0..1. Other decimal numbers get ``decimals``, whole numbers are counts.
    intervals : columns whose interval stands in ``<name>_low`` and ``<name>_high``; it's written
        beside the value, in the same way.
    labels : heads for columns whose name with spaces doesn't read well.

    Examples
    --------
    >>> frame = pd.DataFrame({"segment": ["Champions"], "revenue": [1234.5]})
    >>> shown = table(frame, caption="Who pays", currency="USD", money_columns=["revenue"])
    >>> "$1,234" in shown.as_raw_html() and "Who pays" in shown.as_raw_html()
    True
    """
    if frame.empty:
        return Sentence(f"There is nothing to list here: {caption[:1].lower()}{caption[1:]}.")
    named = any(name is not None for name in frame.index.names)
    source = frame.reset_index() if named else frame.reset_index(drop=True)
    writers: dict[str, Callable[[float], str]] = {}
    writers |= {name: lambda value: money(value, currency) for name in money_columns}
    writers |= {name: lambda value: percent(value, 1) for name in percent_columns}
    writers |= dict.fromkeys(count_columns, count)
    ends = {f"{name}{end}": name for name in intervals for end in ("_low", "_high")}
    written = {
        str(name): _written(source[name], writers.get(ends.get(name, name)), decimals)
        for name in source.columns
    }
    numeric = [str(name) for name in source.columns if _is_number(source[name])]
    for name in intervals:
        lows, highs = written.pop(f"{name}_low"), written.pop(f"{name}_high")
        rows = zip(written[name], lows, highs, strict=True)
        written[name] = [f"{value} ({low} to {high})" for value, low, high in rows]
    shown = pd.DataFrame(written)
    body = _laid_out(shown, [name for name in numeric if name in shown], caption, labels or {})
    return Readable(caption, body)


def _laid_out(
    shown: pd.DataFrame, numeric: list[str], caption: str, labels: Mapping[str, str]
) -> GT:
    # The id comes from the content: a random one would make two equal runs differ.
    digest = sha256(f"{caption} {list(shown.columns)}".encode()).hexdigest()[:10]
    heads = {name: labels.get(name, name.replace("_", " ")) for name in shown.columns}
    body = GT(shown, id=f"table-{digest}").cols_label(**heads)
    body = body.tab_options(table_font_names=["system-ui", "sans-serif"])
    return body.cols_align(align="right", columns=numeric) if numeric else body


def _is_number(values: pd.Series) -> bool:
    return types.is_numeric_dtype(values) and not types.is_bool_dtype(values)


def _written(values: pd.Series, write: Callable[[float], str] | None, decimals: int) -> list[str]:
    """Write each value as text; what is missing becomes a dash."""
    if types.is_datetime64_any_dtype(values):
        return [f"{value:%Y-%m-%d}" if pd.notna(value) else _NOTHING for value in values]
    if types.is_bool_dtype(values):
        return ["yes" if value else "no" for value in values]
    if write is None and types.is_integer_dtype(values):
        write = count
    elif write is None and _is_number(values):
        write = lambda value: f"{value:,.{decimals}f}".replace("-", "−")  # noqa: E731
    return [(write or str)(value) if pd.notna(value) else _NOTHING for value in values]
