"""Figures of counts: Dick and Basu's cells as areas, complaints as a funnel."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, ORANGE, bars, blank
from crm_analysis.formats import percent

__all__ = ["complaint_funnel", "loyalty_mosaic"]

# Column (little or much warmth), cells from below, with their colours.
_COLUMNS = {"cool": ("none", "spurious"), "warm": ("latent", "loyal")}
_COLOUR = {"none": GREY, "spurious": ORANGE, "latent": BLUE, "loyal": GREEN}


def loyalty_mosaic(counted: pd.DataFrame) -> go.Figure:
    """Draw the four cells with areas in proportion to their customers.

    Parameters
    ----------
    counted : from ``count_cells``, with value.
    """
    share = counted["share"]
    loyal = counted.loc["loyal"]
    title = (
        f"{percent(loyal['share'])} of those who answered are loyal in heart and habit; they hold "
        f"{percent(loyal['value_share'])} of all their revenue"
    )
    figure = blank(title, x="attitude", y="share within the column", height=420)
    widths = {name: share[list(cells)].sum() for name, cells in _COLUMNS.items()}
    places = {"cool": widths["cool"] / 2, "warm": widths["cool"] + widths["warm"] / 2}
    for column, cells in _COLUMNS.items():
        for cell in cells:
            figure.add_bar(**_area(cell, counted.loc[cell], places[column], widths[column]))
    figure.update_layout(barmode="stack", showlegend=False, uniformtext={"mode": "hide"})
    figure.update_layout(uniformtext_minsize=10)
    words = ["cooler than the mean", "warmer"]
    figure.update_xaxes(tickvals=list(places.values()), ticktext=words, range=[0, 1])
    figure.update_yaxes(tickformat=".0%", range=[0, 1], nticks=5)
    return figure


def complaint_funnel(steps: pd.DataFrame) -> go.Figure:
    """Draw how many customers are left at each step from discontent to a content end.

    Parameters
    ----------
    steps : from ``complaint_steps``.
    """
    silent = 1 - steps.loc["complained", "share"]
    told = "" if pd.isna(silent) else f"; {percent(silent)} of them never complained"
    title = (
        f"{steps.loc['dissatisfied', 'customers']:,.0f} of {steps['customers'].iloc[0]:,.0f} who "
        f"answered are dissatisfied{told}"
    )
    text = [
        f" {row['customers']:,.0f}"
        + ("" if pd.isna(row["share"]) else f" ({percent(row['share'])})")
        for _, row in steps.iterrows()
    ]
    figure = bars(steps["customers"], title, x="customers (share of the step before)", text=text)
    # Room for what stands beside the longest bar.
    figure.update_xaxes(nticks=4, range=[0, 1.35 * steps["customers"].max()])
    return figure


def _area(cell: str, row: pd.Series, place: float, width: float) -> dict:
    """One cell: its width is the column's share, its height its share within the column."""
    buys = "buys much" if cell in ("loyal", "spurious") else "buys little"
    text = f"<b>{cell}</b>, {buys}<br>{row['customers']:,.0f} customers<br>"
    text += f"{percent(row['value_share'])} of revenue"
    return {
        "x": [place],
        "y": [row["share"] / width if width else 0.0],
        "width": [width],
        "name": cell,
        "marker": {"color": _COLOUR[cell], "line": {"color": "white", "width": 3}},
        "text": [text],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "hovertemplate": text + "<extra></extra>",
    }
