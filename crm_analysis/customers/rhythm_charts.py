"""The figures of chapter 01 on when and what customers buy; each title says what the data show."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, ORANGE, bars, blank, heat_map, label, line_with_band
from crm_analysis.customers.first_purchase import EVERYBODY
from crm_analysis.formats import count, money, percent
from crm_analysis.show import Sentence

__all__ = [
    "first_purchase_bars",
    "gap_histogram",
    "order_times",
    "order_value_histogram",
    "waiting_curve",
]

# Beyond this share of the values a histogram's last bar takes all, so that a few don't squeeze it.
_SHOWN = 0.95
_MOST_BARS = 12


def gap_histogram(gaps: pd.Series) -> go.Figure | Sentence:
    """Draw how long customers waited between purchases, with the middle and the nine-tenths mark.

    Parameters
    ----------
    gaps : days, as ``gaps_between_orders`` gives them.
    """
    if gaps.empty:
        return Sentence("Nobody has bought on two days yet, so there is no gap to draw.")
    half, nearly_all = gaps.quantile(0.5), gaps.quantile(0.9)
    title = (
        f"Half of all gaps ended within {count(half)} days, nine of ten within {count(nearly_all)}"
    )
    figure = _histogram(gaps, title, "days to the next purchase", "gaps, % of all", whole=True)
    _mark(figure, half, "half", 1.0)
    _mark(figure, nearly_all, "nine tenths", 0.88)
    return figure


def order_value_histogram(values: pd.Series, currency: str = "") -> go.Figure:
    """Draw what orders brought, with the middle one and the mean.

    Parameters
    ----------
    values : per order, as ``order_values`` gives them.
    """
    middle, mean = values.median(), values.mean()
    title = f"The middle order brings {money(middle, currency)}, the mean {money(mean, currency)}"
    axis = f"value of an order, {currency}" if currency else "value of an order"
    figure = _histogram(values, title, axis, "orders, % of all", whole=False)
    _mark(figure, middle, "middle", 1.0)
    _mark(figure, mean, "mean", 0.88)
    return figure


def _histogram(values: pd.Series, title: str, x: str, y: str, *, whole: bool) -> go.Figure:
    """Draw shares in some 30 bins of a round width; the last bar holds all larger values."""
    end = float(values.quantile(_SHOWN))
    start = min(0.0, float(values.quantile(1 - _SHOWN)))
    width = _round_width((end - start) / 30, whole=whole)
    edges = np.arange(np.floor(start / width), np.ceil(end / width) + 2) * width
    within = values.clip(edges[0], edges[-1] - width / 2)
    shares = np.histogram(within, edges)[0] / len(values) * 100
    left, right = edges[:-1], edges[1:]
    spans = [f"{a:,g} to {b:,g}" for a, b in zip(left, right, strict=True)]
    spans[-1] = f"{left[-1]:,g} and more"
    figure = blank(title, x=x, y=y, height=380)
    figure.add_bar(
        x=left + width / 2,
        y=shares,
        width=width * 0.92,
        marker_color=[BLUE] * (len(shares) - 1) + [GREY],
        customdata=spans,
        hovertemplate="%{customdata}: %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(showgrid=False, nticks=7, tickformat=",")
    return figure


def _round_width(width: float, *, whole: bool) -> float:
    """Return the next of 1, 2, 5, 10 … times a power of ten; at least 1 for whole numbers."""
    if width <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= width * 0.999)
    return max(width, 1.0) if whole else width


def _mark(figure: go.Figure, at: float, name: str, height: float) -> None:
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=0,
        y1=height,
        yref="paper",
        line={"color": GREY, "dash": "dot"},
    )
    figure.add_annotation(
        x=at,
        y=height,
        yref="paper",
        text=label(name),
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
    )


def waiting_curve(waiting: pd.DataFrame) -> go.Figure:
    """Draw how many purchases the next one has followed, by days: ended gaps, and all gaps.

    Parameters
    ----------
    waiting : as ``time_to_next_purchase`` gives it, for rising days.
    """
    last = waiting.iloc[-1]
    title = (
        f"Within {count(waiting.index[-1])} days {percent(last['bought_again'])} of purchases "
        f"are followed by another; among the gaps that have ended it looks like "
        f"{percent(last['ended'])}"
    )
    figure = blank(title, x="days since a purchase", y="bought again, %")
    days, shares = waiting.index, 100 * waiting
    figure.add_traces(
        line_with_band(
            days,
            shares["bought_again"],
            shares["low"],
            shares["high"],
            name="all gaps, with interval",
        )
    )
    line = {"color": ORANGE, "width": 2, "dash": "dash"}
    figure.add_scatter(
        x=days, y=shares["ended"], mode="lines", line=line, name="gaps that have ended"
    )
    figure.update_xaxes(rangemode="tozero", nticks=7, tickformat=",")
    return figure.update_yaxes(range=[0, 102])


def order_times(times: pd.DataFrame) -> go.Figure:
    """Draw mean orders by weekday, and hour or month, as colours.

    Parameters
    ----------
    times : as ``orders_by_time`` gives it.
    """
    cells = times.stack()  # noqa: PD013 - cells by weekday and time
    best, least = cells.idxmax(), cells.idxmin()
    when = "at" if times.columns.name == "hour" else "in"
    # Hours at night share the place of the least; naming one of them would say nothing.
    least_said = f"a {least[0]} {when} {least[1]} brings fewest, {cells.min():,.1f}"
    fewest = "some times bring hardly any" if cells.min() < 0.05 else least_said
    title = (
        f"A {best[0]} {when} {best[1]} brings most orders, {cells.max():,.1f} on average; {fewest}"
    )
    figure = heat_map(
        times.set_axis([day[:3] for day in times.index]), title, x=str(times.columns.name),
        y="", unit="orders",
    )  # fmt: skip
    figure.update_xaxes(dtick=len(times.columns) // 7 + 1, tickangle=0)  # 7 fit on a phone
    figure.update_traces(hovertemplate="%{y}, %{x}: %{z:,.1f} orders<extra></extra>")
    return figure.update_traces(colorbar_orientation="h", colorbar_y=-0.25, colorbar_yanchor="top")


def first_purchase_bars(first: pd.DataFrame, days: int, currency: str = "") -> go.Figure:
    """Draw what customers brought later, by what they bought first, with intervals.

    Parameters
    ----------
    first : as ``first_purchases`` gives it; the twelve that most customers began with are drawn.
    days : for how long they were followed.
    """
    everybody, kinds = first.loc[EVERYBODY], first.drop(index=EVERYBODY)
    shown = kinds.head(_MOST_BARS).sort_values("revenue", ascending=False, kind="stable")
    mean = money(everybody["revenue"], currency)
    title = f"After their first day customers brought {mean} each within {count(days)} days"
    if len(shown):
        best = shown.iloc[0]
        title += f"; those who began with {shown.index[0]} {money(best['revenue'], currency)}"
    axis = f"revenue each in {count(days)} days"
    figure = bars(
        shown["revenue"], title, x=f"{axis}, {currency}" if currency else axis,
        low=shown["revenue_low"], high=shown["revenue_high"],
    )  # fmt: skip
    figure.add_vline(x=everybody["revenue"], line={"color": ORANGE, "width": 2})
    return figure.update_xaxes(rangemode="tozero", tickformat=",")
