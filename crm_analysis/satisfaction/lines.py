"""Figures with lines: opinions and revenue over the price, waves within their limits."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, ORANGE, RED, blank, label, line_with_band
from crm_analysis.formats import money
from crm_analysis.satisfaction.demand import Demand
from crm_analysis.satisfaction.price import PriceSensitivity

__all__ = ["control_lines", "price_crossings", "revenue_curve"]

_OPINIONS = {
    "too_cheap": ("too cheap", ORANGE, "solid"),
    "not_cheap": ("not cheap", GREEN, "dot"),
    "not_expensive": ("not expensive", BLUE, "dot"),
    "too_expensive": ("too expensive", RED, "solid"),
}


def price_crossings(meter: PriceSensitivity, currency: str = "") -> go.Figure:
    """Draw the opinions over the price, with the acceptable range and the optimal price.

    Parameters
    ----------
    meter : from ``price_sensitivity``.
    currency : ISO code of the prices.
    """
    lower, upper = money(meter.lower.value, currency), money(meter.upper.value, currency)
    optimal = money(meter.optimal.value, currency)
    title = f"Acceptable from {lower} to {upper}; fewest object at {optimal}"
    figure = blank(title, x=f"price {currency}".rstrip(), y="share of respondents", height=460)
    for name, (words, colour, dash) in _OPINIONS.items():
        line = {"color": colour, "dash": dash, "width": 2.5}
        shares = meter.curves[name]
        hover = f"{words}: %{{y:.0%}} at %{{x:,.2f}}<extra></extra>"
        figure.add_scatter(
            x=shares.index, y=shares, name=words, mode="lines", line=line, hovertemplate=hover
        )
    figure.add_vrect(
        x0=meter.lower.value, x1=meter.upper.value, fillcolor=GREEN, opacity=0.1, line_width=0
    )
    _mark(figure, meter.optimal.value, f"optimal {optimal}")
    figure.update_yaxes(tickformat=".0%", range=[0, 1.1], nticks=6)
    figure.update_xaxes(nticks=6)
    return figure


def _mark(figure: go.Figure, price: float, text: str) -> None:
    """Draw a line at a price and say what it is."""
    figure.add_vline(x=price, line={"color": "#374151", "dash": "dash", "width": 1.5})
    place = {"x": price, "y": 1, "yref": "paper", "xanchor": "left", "xshift": 4}
    figure.add_annotation(text=label(text), showarrow=False, **place)


def revenue_curve(found: Demand, currency: str = "") -> go.Figure:
    """Draw the revenue per person asked over the price, with its band and its peak.

    Parameters
    ----------
    found : from ``demand``.
    currency : ISO code of the prices.
    """
    best = money(found.most_revenue.value, currency)
    curve = found.curve
    y = f"revenue per person asked {currency}".rstrip()
    title = f"Revenue is highest at {best}, as far as people say"
    figure = blank(title, x=f"price {currency}".rstrip(), y=y, height=420)
    ends = curve["revenue_low"], curve["revenue_high"]
    figure.add_traces(line_with_band(curve.index, curve["revenue"], *ends, name="revenue"))
    _mark(figure, found.most_revenue.value, f"most revenue {best}")
    figure.update_layout(showlegend=False)
    figure.update_xaxes(nticks=6)
    return figure.update_yaxes(nticks=6, range=[0, 1.15 * float(curve["revenue_high"].max())])


def control_lines(chart: pd.DataFrame, what: str) -> go.Figure:
    """Draw a figure over time with its centre and limits; signals stand out.

    Parameters
    ----------
    chart : from ``control_chart``.
    what : what the figure is, with unit: "overall satisfaction, points".
    """
    odd = chart[chart["signal"] != ""]
    told = f"{len(odd)} of {len(chart)} periods" if len(odd) else "No period"
    figure = blank(f"{told} beyond the usual wobble", y=what, height=400)
    line = {"color": BLUE, "width": 2.5}
    figure.add_scatter(x=chart.index, y=chart["value"], mode="lines+markers", line=line)
    marker = {"color": RED, "size": 12, "symbol": "diamond"}
    said = "%{customdata}: %{y:.2f}<extra></extra>"
    signals = {"customdata": odd["signal"], "hovertemplate": said, "marker": marker}
    figure.add_scatter(x=odd.index, y=odd["value"], mode="markers", **signals)
    for name, dash in (("low", "dot"), ("centre", "solid"), ("high", "dot")):
        shape = {"color": "#6B7280", "dash": dash, "width": 1.2}
        figure.add_hline(y=chart[name].iloc[0], line=shape)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(nticks=6)
    return figure
