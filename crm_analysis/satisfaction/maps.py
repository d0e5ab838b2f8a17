"""Maps of items on two axes; numbers stand for the items, so that thirty stay legible."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, ORANGE, RED, blank, label
from crm_analysis.satisfaction.importance_performance import QUADRANTS
from crm_analysis.satisfaction.kano import CATEGORY_NAMES

__all__ = ["importance_map", "kano_map", "map_key"]

_QUADRANT_COLOUR = dict(zip(QUADRANTS.values(), (RED, GREEN, GREY, ORANGE), strict=True))
# Share of the surveys whose ellipse holds the true point.
_ELLIPSE = 0.9
_CATEGORY_COLOUR = {"M": RED, "O": BLUE, "A": GREEN, "I": GREY, "R": ORANGE, "Q": ORANGE}
# How a number is tied to its dot.
_NUMBER = {
    "showarrow": True,
    "arrowhead": 0,
    "arrowwidth": 0.7,
    "arrowcolor": "#9CA3AF",
    "standoff": 4,
    "font": {"size": 12},
}


def importance_map(quadrants: pd.DataFrame) -> go.Figure:
    """Map importance over performance; numbers stand for the items, ``map_key`` names them.

    Parameters
    ----------
    quadrants : from ``importance_performance``. Items whose quadrant is less than 90 % certain are
        hollow. An ellipse holds both of an item's true means in nine of ten surveys like this one.
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
    figure.add_traces(_ellipses(quadrants))
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


def _ellipses(quadrants: pd.DataFrame) -> list[go.Scatter]:
    """Where each item's two means may lie together, a trace per quadrant."""
    turn = np.linspace(0, 2 * np.pi, 40)
    reach = np.sqrt(-2 * np.log(1 - _ELLIPSE))  # of a normal pair, in standard errors
    of = {name: quadrants[name].to_numpy()[:, None] for name in quadrants if name != "quadrant"}
    up = of["together"] * np.cos(turn) + np.sqrt(1 - of["together"] ** 2) * np.sin(turn)
    x = of["performance"] + reach * of["performance_error"] * np.cos(turn)
    y = of["importance"] + reach * of["importance_error"] * up
    held = {name: quadrants["quadrant"].eq(name).to_numpy() for name in _QUADRANT_COLOUR}
    return [_outlines(x[rows], y[rows], _QUADRANT_COLOUR[name]) for name, rows in held.items()]


def _outlines(x: np.ndarray, y: np.ndarray, colour: str) -> go.Scatter:
    """Several closed lines as one trace, with breaks between them."""
    gap = np.full((len(x), 1), np.nan)
    return go.Scatter(
        x=np.hstack([x, gap]).ravel(),
        y=np.hstack([y, gap]).ravel(),
        mode="lines",
        fill="toself",
        line={"color": colour, "width": 0.8},
        opacity=0.4,
        hoverinfo="skip",
        showlegend=False,
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
    symbols = np.where(filled, "circle", "circle-open")
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        showlegend=False,
        marker={"size": 9, "color": colours, "symbol": symbols},
        customdata=[f"{n} {label(name, 40)}" for n, name in zip(numbers, x.index, strict=True)],
        hovertemplate="%{customdata}<br>%{x:.2f}, %{y:.2f}<extra></extra>",
    )
    for number, across, up, shift in zip(numbers, x, y, _apart(x, y, ends), strict=True):
        place = {"x": across, "y": up, "ax": shift[0], "ay": -shift[1]}
        figure.add_annotation(**place, text=str(number), **_NUMBER)
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
