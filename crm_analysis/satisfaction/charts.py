"""Figures of the satisfaction chapter; they stay legible with thirty long items in any script."""

from collections.abc import Sequence
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, ORANGE, RED, bars, blank, label
from crm_analysis.formats import percent, signed
from crm_analysis.satisfaction.gap import surely_below
from crm_analysis.satisfaction.importance_performance import QUADRANTS
from crm_analysis.satisfaction.kano import CATEGORY_NAMES

__all__ = ["driver_bars", "gap_dumbbells", "importance_map", "kano_map", "map_key"]

_WIDTH, _LINES = 24, 3
# A narrow screen wraps names anew, at this many letters; a row must have room for that.
_NARROW = 15
_LINE, _SPACE = 14, 16  # pixels
_QUADRANT_COLOUR = dict(zip(QUADRANTS.values(), (RED, GREEN, GREY, ORANGE), strict=True))
_CATEGORY_COLOUR = {"M": RED, "O": BLUE, "A": GREEN, "I": GREY, "R": ORANGE, "Q": ORANGE}


def wording(text: object, width: int = _WIDTH, lines: int = _LINES) -> str:
    """Wrap an item's wording for an axis, cut after some lines.

    Wide characters (Chinese, Korean) count twice.

    Examples
    --------
    >>> wording("kept cold until it is at the door", width=12, lines=2)
    'kept cold<br>until it is…'
    """
    text = str(text)
    cells = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    letters = max(4, round(width * len(text) / max(cells, 1)))
    parts = label(text, letters).split("<br>")
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
    told = [_hover(name, line) for name, line in ordered.iterrows()]
    figure.add_scatter(**_links(ordered, place))
    for column, colour in (("expectation", GREY), ("perception", None)):
        colours = colour or np.where(below, RED, np.where(ordered["low"] > 0, GREEN, BLUE))
        figure.add_scatter(
            x=ordered[column],
            y=place,
            mode="markers",
            name=column,
            showlegend=False,
            marker={
                "size": 11,
                "color": colours,
                "symbol": np.where(ordered["enough"], "circle", "circle-open"),
            },
            error_x=None if colour else _whiskers(ordered),
            customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_scatter(**_sizes(ordered, place))
    _name_the_ends(figure, ordered.iloc[0])
    ends = [float(heights.sum()), -22.0]
    figure.update_yaxes(tickvals=place, ticktext=names, range=ends, showgrid=False)
    figure.update_xaxes(nticks=6, range=_reach(ordered))
    return figure


def importance_map(quadrants: pd.DataFrame) -> go.Figure:
    """Map importance over performance; numbers stand for the items, ``map_key`` names them.

    Parameters
    ----------
    quadrants : from ``importance_performance``. Items whose quadrant is less than 90 % certain are
        hollow.
    """
    first = quadrants["quadrant"].eq(QUADRANTS[True, False])
    sure = int((first & (quadrants["certainty"] >= 0.9)).sum())
    title = f"{first.sum()} of {len(quadrants)} items call for work first, {sure} of them surely"
    figure = blank(title, x="performance (mean)", y="importance (mean)", height=520)
    cut = quadrants.iloc[0]
    _cross(figure, cut["performance_cut"], cut["importance_cut"])
    _name_the_corners(figure, list(QUADRANTS.values()), list(_QUADRANT_COLOUR.values()))
    x, y = quadrants["performance"], quadrants["importance"]
    ends = _padded(x, cut["performance_cut"]), _padded(y, cut["importance_cut"])
    sure_of = quadrants["certainty"] >= 0.9
    _numbered(figure, x, y, ends, quadrants["quadrant"].map(_QUADRANT_COLOUR), sure_of)
    return figure


def kano_map(features: pd.DataFrame) -> go.Figure:
    """Map what pleases when it is there over what hurts when it is missing.

    Parameters
    ----------
    features : from ``kano``. Hollow where Fong's test can't tell the category from the next;
        orange where it is none of the four in the corners (reverse, questionable).
    """
    usable = features.dropna(subset=["better", "worse"])
    must = int((features["category"].eq("M") & features["distinct"]).sum())
    title = f"{must} of {len(features)} features are clearly must-bes"
    figure = blank(title, x="hurts when missing (−worse)", y="pleases when there", height=520)
    _cross(figure, 0.5, 0.5)
    corners = list("AOIM")
    named = [CATEGORY_NAMES[letter] for letter in corners]
    _name_the_corners(figure, named, [_CATEGORY_COLOUR[letter] for letter in corners])
    colours = usable["category"].map(_CATEGORY_COLOUR)
    ends = [-0.08, 1.08], [-0.12, 1.12]
    _numbered(figure, -usable["worse"], usable["better"], ends, colours, usable["distinct"])
    figure.update_layout(xaxis_tickformat=".0%", yaxis_tickformat=".0%")
    return figure


def map_key(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Name the numbers of a map: one row per number, with these columns of its table."""
    named = table.reset_index()[[table.index.name, *columns]]
    flags = named.select_dtypes(bool).columns
    named[flags] = named[flags].astype(object).replace({True: "yes", False: "no"})
    return named.set_axis(pd.RangeIndex(1, len(named) + 1, name="number"))


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
    """The gap in figures, right of both dots and the whisker."""
    end = rows["perception"] + (rows["high"] - rows["gap"]).fillna(0)
    return {
        "x": np.maximum(rows["expectation"], end),
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
    """Pixels that a name needs on a narrow screen."""
    whole = name.replace("<br>", " ")
    return _SPACE + _LINE * (wording(whole, _NARROW, 99).count("<br>") + 1)


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


def _cross(figure: go.Figure, x: float, y: float) -> None:
    line = {"color": "#9CA3AF", "dash": "dot"}
    figure.add_vline(x=x, line=line)
    figure.add_hline(y=y, line=line)


def _name_the_corners(figure: go.Figure, names: list[str], colours: list[str]) -> None:
    """Write names into the corners: top left, top right, bottom left, bottom right."""
    corners = [(0, 1), (1, 1), (0, 0), (1, 0)]
    for name, colour, (x, y) in zip(names, colours, corners, strict=True):
        figure.add_annotation(
            x=x,
            y=y,
            xref="paper",
            yref="paper",
            text=f"<b>{name}</b>",
            xanchor="right" if x else "left",
            yanchor="top" if y else "bottom",
            showarrow=False,
            font={"size": 12, "color": colour},
        )


def _padded(values: pd.Series, cut: float) -> list[float]:
    """The ends of an axis that holds the values and the crosshair, with room for the corners."""
    low, high = min(values.min(), cut), max(values.max(), cut)
    room = 0.12 * max(high - low, 0.1)
    return [low - room, high + room]


def _numbered(
    figure: go.Figure,
    x: pd.Series,
    y: pd.Series,
    ends: tuple[list[float], list[float]],
    colours: pd.Series,
    filled: pd.Series,
) -> None:
    """Draw a dot per item and beside it its number, moved apart where dots crowd."""
    numbers = np.arange(1, len(x) + 1)
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        showlegend=False,
        marker={
            "size": 9,
            "color": colours,
            "symbol": np.where(filled, "circle", "circle-open"),
        },
        customdata=[f"{n} {label(name, 40)}" for n, name in zip(numbers, x.index, strict=True)],
        hovertemplate="%{customdata}<br>%{x:.2f}, %{y:.2f}<extra></extra>",
    )
    for number, across, up, shift in zip(numbers, x, y, _apart(x, y, ends), strict=True):
        figure.add_annotation(
            x=across,
            y=up,
            text=str(number),
            ax=shift[0],
            ay=-shift[1],
            showarrow=True,
            arrowhead=0,
            arrowwidth=0.7,
            arrowcolor="#9CA3AF",
            standoff=4,
            font={"size": 12},
        )
    figure.update_xaxes(range=ends[0], nticks=5)
    figure.update_yaxes(range=ends[1], nticks=6)


def _apart(
    x: pd.Series, y: pd.Series, ends: tuple[list[float], list[float]], room: float = 19.0
) -> np.ndarray:
    """Shift of each number from its dot, in pixels, so that none covers another.

    Worked out for a plot on a narrow screen; on a wider one dots lie further apart.
    """
    extent = np.array([high - low for low, high in ends])
    dots = np.column_stack([x, y]).astype(float) / extent * [290.0, 390.0]
    # A number starts on the far side of its neighbours; the turn breaks ties of equal dots.
    turn = np.column_stack([np.cos(np.arange(len(dots))), np.sin(np.arange(len(dots)))])
    away = _push(dots + 0.1 * turn, dots, 4 * room) + turn
    labels = dots + away / np.linalg.norm(away, axis=1, keepdims=True) * room
    for _ in range(200):
        push = _push(labels, labels, room) + _push(labels, dots, 0.75 * room)
        labels = labels + 0.4 * push
    return labels - dots


def _push(labels: np.ndarray, others: np.ndarray, room: float) -> np.ndarray:
    """How far each label is pushed by the others that come nearer than ``room``."""
    difference = labels[:, None] - others[None]
    distance = np.linalg.norm(difference, axis=2, keepdims=True)
    near = (distance > 0) & (distance < room)
    direction = difference / np.where(distance > 0, distance, 1.0)
    return np.where(near, direction * (room - distance), 0.0).sum(axis=1)
