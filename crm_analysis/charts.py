"""The one theme of the figures, and the few shapes that several chapters draw.

A figure's title states the point that the data make; the page sets it as a caption above the
figure, so that it wraps on a narrow screen. Colours are those of Okabe and Ito (2008), which
colour-blind readers can tell apart.
"""

import re
from collections.abc import Sequence
from html import escape
from textwrap import wrap
from unicodedata import east_asian_width

import pandas as pd
import plotly.graph_objects as go

__all__ = [
    "BLUE",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "bars",
    "blank",
    "heat_map",
    "label",
    "line_with_band",
]

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PINK, SKY, YELLOW, GREY = "#CC79A7", "#56B4E9", "#F0E442", "#6B7280"
COLOURS = (BLUE, ORANGE, GREEN, RED, PINK, SKY, YELLOW, GREY)
SEQUENTIAL = [
    [0, "#F1F7FB"],
    [0.25, "#B5D6EA"],
    [0.5, "#62A9D2"],
    [0.75, "#1F78B0"],
    [1, "#083B63"],
]
DIVERGING = [[0, RED], [0.5, "#F5F5F5"], [1, BLUE]]

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": _FONT, "size": 13, "color": "#1F2933"},
        "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
        "colorway": COLOURS,
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 8, "r": 16, "t": 56, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
        "hoverlabel": {"align": "left"},
        "xaxis": {
            "automargin": True,
            "gridcolor": "#E5E7EB",
            "zeroline": False,
            "title": {"standoff": 8},
        },
        "yaxis": {
            "automargin": True,
            "gridcolor": "#E5E7EB",
            "zeroline": False,
            "title": {"standoff": 8},
        },
        "separators": ".,",
    }
)


# Punctuation that mustn't begin a line goes to the end of the one before.
_CLOSES = re.compile(r"\n([，。、；：！？）》」』】])\n?")


def label(text: object, width: int = 26) -> str:
    """Make text from data safe and short-lined for a figure: escaped, wrapped at ``width``.

    Wide characters (Chinese, Korean) count twice, and texts without spaces are broken at the
    width too.

    Examples
    --------
    >>> label("fresh & cold at the <door>", width=12)
    'fresh &amp; cold<br>at the<br>&lt;door&gt;'
    >>> label("每天早上送到门口", width=8)
    '每天早上<br>送到门口'
    """
    text = str(text)
    cells = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    letters = max(4, round(width * len(text) / max(cells, 1)))
    wrapped = _CLOSES.sub(r"\1\n", "\n".join(wrap(text, width=letters)))
    lines = wrapped.rstrip("\n").split("\n")
    return "<br>".join(escape(line, quote=False) for line in lines)


def blank(title: str, *, x: str = "", y: str = "", height: int = 420) -> go.Figure:
    """Start a figure in the house's theme.

    Parameters
    ----------
    title : the point, as a sentence that the data wrote.
    x, y : what the axes show, with units: "weeks since the last purchase".
    height : in pixels; the width follows the page.
    """
    figure = go.Figure()
    figure.update_layout(
        template=_TEMPLATE, title={"text": escape(title, quote=False)}, height=height
    )
    figure.update_xaxes(title={"text": x})
    figure.update_yaxes(title={"text": y})
    return figure


def bars(
    values: pd.Series,
    title: str,
    *,
    x: str,
    low: pd.Series | None = None,
    high: pd.Series | None = None,
    text: Sequence[str] | None = None,
    colours: str | Sequence[str] = BLUE,
) -> go.Figure:
    """Draw horizontal bars, first row on top, with intervals where given.

    Parameters
    ----------
    values : one value per bar; the index labels them.
    x : what the bars measure, with unit.
    low, high : ends of each interval, in the unit of the values.
    text : written at the end of each bar.
    """
    figure = blank(title, x=x, height=110 + 34 * len(values))
    errors = None
    if low is not None and high is not None:
        plus, minus = (high - values).to_numpy(), (values - low).to_numpy()
        errors = {
            "type": "data",
            "array": plus,
            "arrayminus": minus,
            "color": "#374151",
            "thickness": 1.2,
        }
    names = [label(name) for name in values.index]
    shape = {
        "orientation": "h",
        "marker": {"color": colours},
        "error_x": errors,
        "cliponaxis": False,
    }
    figure.add_bar(
        y=names, x=values.to_numpy(), text=text, textposition="outside" if text else None, **shape
    )
    # dtick: on a narrow screen plotly would leave out every second name.
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1)
    return figure


def heat_map(
    matrix: pd.DataFrame,
    title: str,
    *,
    x: str,
    y: str,
    unit: str,
    text: pd.DataFrame | None = None,
    diverging: bool = False,
) -> go.Figure:
    """Draw a matrix as colours, columns along x, first row on top.

    Parameters
    ----------
    unit : what the colours measure; heads the colour bar.
    text : written into each cell, same shape as ``matrix``.
    diverging : centre the colours on 0 (for differences).
    """
    figure = blank(title, x=x, y=y, height=130 + 44 * len(matrix))
    scale = {"colorscale": DIVERGING, "zmid": 0} if diverging else {"colorscale": SEQUENTIAL}
    figure.add_heatmap(
        z=matrix.to_numpy(),
        x=[label(name, 14) for name in matrix.columns],
        y=[label(name) for name in matrix.index],
        text=None if text is None else text.to_numpy(),
        texttemplate=None if text is None else "%{text}",
        colorbar={"title": {"text": label(unit, 12)}, "thickness": 12},
        xgap=2,
        ygap=2,
        **scale,
    )
    # Names that look like numbers would make the axes linear.
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, dtick=1)
    figure.update_xaxes(type="category", showgrid=False, dtick=1)
    return figure


def line_with_band(
    x: Sequence,
    values: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    name: str,
    colour: str = BLUE,
) -> list[go.Scatter]:
    """Return the traces of a line with its interval as a band, for ``figure.add_traces``."""
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    fill = f"rgba({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)}, 0.18)"
    return [
        go.Scatter(x=x, y=low, **edge),
        go.Scatter(x=x, y=high, fill="tonexty", fillcolor=fill, **edge),
        go.Scatter(x=x, y=values, name=name, mode="lines", line={"color": colour, "width": 2.5}),
    ]
