"""Figures over time: waves of a survey, complaints until they are settled."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, bars, blank, line_with_band
from crm_analysis.formats import percent, signed

__all__ = ["again_bars", "satisfaction_bars", "settling_curve", "wave_lines"]


def wave_lines(by_wave: pd.DataFrame, what: str) -> go.Figure:
    """Draw the mean of each wave with its interval.

    Parameters
    ----------
    by_wave : from ``waves``.
    what : what was asked, with its unit: "overall satisfaction, points".
    """
    name, last = what.split(",")[0], by_wave.iloc[-1]
    moved = last["change_low"] > 0 or last["change_high"] < 0
    change = signed(last["change"])
    told = f"In the last wave {name} moved by {change}" if moved else f"No sure change of {name}"
    figure = blank(told, x="wave", y=what, height=380)
    ends = {"array": by_wave["high"] - by_wave["mean"], "color": "#374151", "thickness": 1.4}
    figure.add_scatter(
        x=by_wave.index.astype(str),
        y=by_wave["mean"],
        error_y={"type": "data", **ends},
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 9},
        customdata=by_wave["n"],
        hovertemplate="%{x}: %{y:.2f} from %{customdata:,} respondents<extra></extra>",
    )
    figure.update_xaxes(type="category")
    return figure.update_yaxes(nticks=6)


def settling_curve(settled: pd.DataFrame) -> go.Figure:
    """Draw the share of complaints that are settled within so many days.

    Parameters
    ----------
    settled : from ``time_to_resolve``.
    """
    reached = settled[settled["share"] >= 0.5]
    told = (
        f"Half of the complaints are settled within {reached.index[0]:,} days"
        if len(reached)
        else f"After {settled.index[-1]:,} days {percent(settled['share'].iloc[-1])} are settled"
    )
    figure = blank(told, x="days since the complaint", y="share settled", height=380)
    shown = settled[["share", "low", "high"]]
    figure.add_traces(
        line_with_band(shown.index, shown["share"], shown["low"], shown["high"], name="settled")
    )
    figure.update_traces(line_shape="hv")
    figure.update_layout(showlegend=False)
    figure.update_xaxes(nticks=6, rangemode="tozero")
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.02], nticks=6)


def again_bars(handled: pd.DataFrame) -> go.Figure:
    """Draw who bought again after a complaint, by how it ended.

    Parameters
    ----------
    handled : from ``repurchase_after_complaint``.
    """
    ordered = handled.sort_values("again", ascending=False, kind="stable")
    best = ordered.iloc[0]
    title = f"{percent(best['again'])} bought again where it ended “{ordered.index[0]}”"
    figure = bars(
        ordered["again"],
        title,
        x="share that bought again",
        low=ordered["low"],
        high=ordered["high"],
    )
    return figure.update_xaxes(tickformat=".0%", range=[0, 1], nticks=5)


def satisfaction_bars(by_group: pd.DataFrame) -> go.Figure:
    """Draw the mean satisfaction of groups of customers, with intervals.

    Parameters
    ----------
    by_group : from ``satisfaction_by_group``.
    """
    lowest, highest = by_group["satisfaction"].idxmin(), by_group["satisfaction"].idxmax()
    apart = by_group.loc[lowest, "high"] < by_group.loc[highest, "low"]
    title = (
        f"{highest} are surely more content than {lowest}"
        if apart
        else "No group is surely more content than another"
    )
    figure = blank(title, x="satisfaction, points", height=150 + 40 * len(by_group))
    plus, minus = by_group["high"] - by_group["satisfaction"], by_group["satisfaction"]
    whisker = {"array": plus, "arrayminus": minus - by_group["low"], "color": "#374151"}
    figure.add_scatter(
        x=by_group["satisfaction"],
        y=by_group.index.astype(str),
        error_x={"type": "data", **whisker},
        mode="markers",
        marker={"size": 11, "color": BLUE},
        customdata=by_group["n"],
        hovertemplate="%{y}: %{x:.2f} from %{customdata:,} customers<extra></extra>",
    )
    figure.update_yaxes(type="category", autorange="reversed", dtick=1)
    return figure.update_xaxes(nticks=6)
