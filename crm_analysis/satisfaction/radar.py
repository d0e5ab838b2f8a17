"""The dimensions of quality as a radar: what is expected around, what is perceived within."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, blank, label
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import signed

__all__ = ["dimension_radar"]

# Names stand left and right of the circle, where a narrow screen has little room.
_NAME = 15


def dimension_radar(dimensions: pd.DataFrame) -> go.Figure:
    """Draw expectation and perception of each dimension, with the interval as a band.

    Parameters
    ----------
    dimensions : from ``gap`` by dimension: expectation, perception, gap, low, high. The band is the
        interval of the gap, drawn at the perception.

    Raises
    ------
    InsufficientData : fewer than 3 dimensions make no area; the dumbbells show them as well.
    """
    if len(dimensions) < 3:
        raise InsufficientData("the radar", f"{len(dimensions)} dimensions", "at least 3")
    widest = dimensions["gap"].idxmin()
    size = signed(dimensions.loc[widest, "gap"])
    title = f"Of {len(dimensions)} dimensions, {widest} falls short most: {size} points"
    figure = blank(title, height=430)
    names = [label(name, _NAME) for name in dimensions.index]
    band = dimensions["perception"] - dimensions["gap"]
    figure.add_trace(_ring(names, (band + dimensions["low"]), (band + dimensions["high"])))
    for column, colour, dash in (("expectation", GREY, "dot"), ("perception", BLUE, "solid")):
        figure.add_trace(_around(names, dimensions[column], column, colour, dash))
    ends = dimensions[["expectation", "perception"]].to_numpy()
    room = 0.35 * max(ends.max() - ends.min(), 0.5)
    axis = {"range": [ends.min() - 2 * room, ends.max() + room / 2], "nticks": 5, "angle": 90}
    axis |= {"tickangle": 90, "tickfont": {"size": 11}, "gridcolor": "#E5E7EB"}
    around = {"rotation": 90, "direction": "clockwise", "gridcolor": "#E5E7EB"}
    around |= {"tickfont": {"size": 12}}
    # The circle leaves room for the names at its sides, on a narrow screen too.
    place = {"x": [0.25, 0.75], "y": [0.05, 0.9]}
    polar = {"radialaxis": axis, "angularaxis": around, "domain": place, "bgcolor": "white"}
    return figure.update_layout(polar=polar)


def _around(names: list[str], values: pd.Series, what: str, colour: str, dash: str) -> dict:
    """A closed line through the values."""
    return go.Scatterpolar(
        theta=[*names, names[0]],
        r=[*values, values.iloc[0]],
        name=what,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2.5},
        marker={"size": 7},
        hovertemplate=f"%{{theta}}: {what} %{{r:.2f}}<extra></extra>",
    )


def _ring(names: list[str], low: pd.Series, high: pd.Series) -> go.Scatterpolar:
    """The area between two closed lines; a dimension without an interval has no width."""
    low, high = low.fillna(high), high.fillna(low)
    return go.Scatterpolar(
        theta=[*names, names[0], names[0], *reversed(names)],
        r=[*high, high.iloc[0], low.iloc[0], *reversed(list(low))],
        fill="toself",
        fillcolor="rgba(0, 114, 178, 0.25)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
