"""Figures of the satisfaction chapter; they stay legible with thirty long items in any script."""

from html import unescape
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, RED, bars, blank, label
from crm_analysis.formats import percent, signed
from crm_analysis.satisfaction.gap import surely_below
from crm_analysis.satisfaction.lines import control_lines, price_crossings, revenue_curve
from crm_analysis.satisfaction.maps import importance_map, kano_map, map_key
from crm_analysis.satisfaction.mosaic import complaint_funnel, loyalty_mosaic
from crm_analysis.satisfaction.radar import dimension_radar
from crm_analysis.satisfaction.wave_charts import (
    again_bars,
    satisfaction_bars,
    settling_curve,
    wave_lines,
)

__all__ = [
    "again_bars",
    "complaint_funnel",
    "control_lines",
    "dimension_radar",
    "driver_bars",
    "gap_dumbbells",
    "importance_map",
    "kano_map",
    "loyalty_mosaic",
    "map_key",
    "price_crossings",
    "revenue_curve",
    "satisfaction_bars",
    "settling_curve",
    "wave_lines",
]

_WIDTH, _LINES = 24, 3
# A narrow screen wraps names anew, at this many letters; a row must have room for that.
_NARROW = 15
_LINE, _SPACE = 14, 16  # pixels


def wording(text: object, width: int = _WIDTH, lines: int = _LINES) -> str:
    """Wrap an item's wording for an axis, cut after some lines.

    Examples
    --------
    >>> wording("kept cold until it is at the door", width=12, lines=2)
    'kept cold<br>until it is…'
    """
    parts = label(text, width).split("<br>")
    return "<br>".join(parts[:lines]) + ("…" if len(parts) > lines else "")


def gap_dumbbells(gaps: pd.DataFrame, *, confidence: float = 0.95) -> go.Figure:
    """Draw expectation and perception of each row, the widest gap on top.

    Parameters
    ----------
    gaps : from ``gap``. Rows with too few answers are drawn hollow and say so.
    confidence : the one ``gaps`` was made with; decides what counts as surely below.
    """
    ordered = gaps.sort_values("gap", kind="stable")
    below = surely_below(ordered, confidence)
    kind = gaps.index.name or "row"
    title = f"Customers surely get less than they expect on {below.sum()} of {len(gaps)} {kind}s"
    names = [wording(name) for name in ordered.index]
    heights = np.array([_row_height(name) for name in names])
    place = heights.cumsum() - heights / 2
    figure = blank(title, x="points of the scale", height=int(152 + heights.sum()))
    figure.add_scatter(**_links(ordered, place))
    colours = np.where(below, RED, np.where(ordered["low"] > 0, GREEN, BLUE))
    figure.add_scatter(**_dots(ordered, place, "expectation", GREY))
    perceived = _dots(ordered, place, "perception", colours)
    figure.add_scatter(**perceived, error_x=_whiskers(ordered))
    figure.add_scatter(**_sizes(ordered, place))
    _name_the_ends(figure, ordered.iloc[0])
    ends = [float(heights.sum()), -22.0]
    figure.update_yaxes(tickvals=place, ticktext=names, range=ends, showgrid=False)
    figure.update_xaxes(nticks=6, range=_reach(ordered))
    return figure


def driver_bars(weights: pd.DataFrame, outcome: str) -> go.Figure:
    """Draw the relative weights, heaviest first, with their intervals.

    Parameters
    ----------
    weights : from ``relative_weights``.
    outcome : what they explain, in words: "overall satisfaction".
    """
    first, total = weights.index[0], weights["weight"].sum()
    title = f"Of {outcome}, {percent(total)} goes with what was asked; most with {first}"
    figure = bars(
        weights["weight"],
        title,
        x="share of its variance",
        low=weights["low"],
        high=weights["high"],
    )
    place = np.arange(len(weights))
    names = [wording(name) for name in weights.index]
    figure.update_yaxes(tickvals=place, ticktext=names)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", nticks=5)
    hover = "%{customdata}: %{x:.1%}<extra></extra>"
    figure.update_traces(y=place, customdata=names, hovertemplate=hover)
    return figure


def _hover(name: object, row: pd.Series) -> str:
    interval = "" if pd.isna(row["low"]) else f" ({signed(row['low'])} to {signed(row['high'])})"
    return (
        f"{label(name, 40)}<br>expected {row['expectation']:.2f}, perceived "
        f"{row['perception']:.2f}<br>gap {signed(row['gap'])}{interval}, n {row['n']:,}"
        f"{'' if row['enough'] else ': too few to decide on'}"
    )


def _dots(rows: pd.DataFrame, place: np.ndarray, column: str, colours: str | np.ndarray) -> dict:
    """One dot per row, hollow where too few answered."""
    symbols = np.where(rows["enough"], "circle", "circle-open")
    return {
        "x": rows[column],
        "y": place,
        "mode": "markers",
        "name": column,
        "showlegend": False,
        "marker": {"size": 11, "color": colours, "symbol": symbols},
        "customdata": [_hover(name, row) for name, row in rows.iterrows()],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _links(rows: pd.DataFrame, place: np.ndarray) -> dict:
    """The lines between the two dots, as one trace with breaks."""
    gaps = np.full(len(rows), np.nan)
    x = np.column_stack([rows["expectation"], rows["perception"], gaps]).ravel()
    line = {"color": "#C4C9D1", "width": 4}
    return {
        "x": x,
        "y": np.column_stack([place, place, gaps]).ravel(),
        "mode": "lines",
        "line": line,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _whiskers(rows: pd.DataFrame) -> dict:
    """The interval of the gap, drawn at the perception."""
    plus, minus = rows["high"] - rows["gap"], rows["gap"] - rows["low"]
    return {
        "type": "data",
        "array": plus.fillna(0),
        "arrayminus": minus.fillna(0),
        "color": "#374151",
        "thickness": 1.2,
    }


def _sizes(rows: pd.DataFrame, place: np.ndarray) -> dict:
    """The gap in figures, right of both dots and the whisker, as far as that is on the figure."""
    end = rows["perception"] + (rows["high"] - rows["gap"]).fillna(0)
    low, high = _reach(rows)
    return {
        "x": np.maximum(rows["expectation"], end).clip(upper=high - 0.22 * (high - low)),
        "y": place,
        "mode": "text",
        "text": [f"  {signed(value)}" for value in rows["gap"]],
        "textposition": "middle right",
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _reach(rows: pd.DataFrame) -> list[float]:
    """The ends of the x-axis, with room on the right for the figures."""
    ends = rows[["expectation", "perception"]].to_numpy()
    low, high = min(ends.min(), rows["low"].add(rows["expectation"]).min()), ends.max()
    span = max(high - low, 0.1)
    return [low - 0.06 * span, high + 0.38 * span]


def _row_height(name: str) -> int:
    """Pixels that a name needs on a narrow screen, where wide letters take the room of two."""
    lines, used = 1, 0
    for word in unescape(name.replace("<br>", " ")).split():
        cells = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in word)
        if used and used + 1 + cells > _NARROW:
            lines, used = lines + 1, 0
        # A word of wide letters is broken at the end of a line, which may leave one cell free.
        whole, rest = divmod(cells, _NARROW - 1) if cells > _NARROW else (0, cells)
        lines, used = lines + whole, used + bool(used) + rest
    return _SPACE + _LINE * lines


def _name_the_ends(figure: go.Figure, row: pd.Series) -> None:
    """Write "perceived" and "expected" over the first row, each above its dot."""
    words = {"perception": "perceived", "expectation": "expected"}
    order = sorted(words, key=lambda name: row[name])
    for name, anchor in zip(order, ("center", "left"), strict=True):
        figure.add_annotation(
            x=row[name],
            y=0,
            text=words[name],
            xanchor=anchor,
            yanchor="bottom",
            showarrow=False,
            font={"size": 12, "color": "#4B5563"},
        )
