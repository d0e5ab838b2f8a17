"""The figures of chapter 01; each title says what the data show."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, ORANGE, bars, blank, label
from crm_analysis.customers.concentration import Concentration
from crm_analysis.formats import count, money, percent
from crm_analysis.show import Sentence

__all__ = [
    "base_over_time",
    "completeness_bars",
    "gap_histogram",
    "lorenz_curve",
    "order_value_histogram",
    "orders_and_revenue",
    "repeat_curve",
    "revenue_over_time",
]

# Beyond this share of the values a histogram's last bar takes all, so that a few don't squeeze it.
_SHOWN = 0.95


def base_over_time(base: pd.DataFrame) -> go.Figure:
    """Draw the active customers by month, new and returning ones stacked.

    Parameters
    ----------
    base : by month, as ``base_by_month`` gives it; months that aren't complete are left out.
    """
    months = _complete(base)
    best = months["active"].idxmax()
    title = (
        f"{count(months['active'].iloc[-1])} customers bought in {months.index[-1]:%B %Y}, "
        f"{count(months['active'].max())} in the best month, {best:%B %Y}"
    )
    figure = blank(title, y="customers who bought")
    return _stack(figure, months["new"], months["returning"], "%{y:,}")


def revenue_over_time(base: pd.DataFrame, currency: str = "") -> go.Figure:
    """Draw the revenue by month, of new and returning customers stacked."""
    months = _complete(base)
    new, returning = months["revenue_new"], months["revenue_returning"]
    share = returning.sum() / (new.sum() + returning.sum())
    title = f"Returning customers brought {percent(share)} of the revenue of these months"
    figure = blank(title, y=_in("revenue a month", currency))
    return _stack(figure, new, returning, "%{y:,.0f}")


def _complete(base: pd.DataFrame) -> pd.DataFrame:
    return base[base["complete"]] if base["complete"].any() else base


def _stack(figure: go.Figure, new: pd.Series, returning: pd.Series, hover: str) -> go.Figure:
    for name, values, colour in (("returning", returning, BLUE), ("new", new, ORANGE)):
        figure.add_bar(
            x=values.index, y=values, name=name, marker_color=colour, hovertemplate=hover
        )
    figure.update_layout(barmode="stack", bargap=0.15, hovermode="x unified")
    # A month's bar starts at its first day; the tick belongs below its middle.
    figure.update_xaxes(showgrid=False, nticks=6, tickformat="%b<br>%Y", hoverformat="%B %Y")
    figure.update_yaxes(tickformat=",")
    return figure


def _in(what: str, currency: str) -> str:
    return f"{what}, {currency}" if currency else what


def orders_and_revenue(counts: pd.DataFrame) -> go.Figure:
    """Draw, by number of orders, the share of customers beside the share of revenue.

    Parameters
    ----------
    counts : as ``orders_per_customer`` gives it.
    """
    once, many = counts.iloc[0], counts.iloc[-1]
    title = (
        f"{_share(once['customer_share'])} of customers ordered once and brought "
        f"{_share(once['revenue_share'])} of revenue; those with {counts.index[-1]} brought "
        f"{_share(many['revenue_share'])}"
    )
    figure = blank(title, x="share of all, %", y="orders so far", height=130 + 38 * len(counts))
    columns = {"customers": ("customer_share", BLUE), "revenue": ("revenue_share", ORANGE)}
    for name, (column, colour) in columns.items():
        shape = {"orientation": "h", "marker_color": colour, "hovertemplate": "%{x:.1f} %"}
        figure.add_bar(y=list(counts.index), x=counts[column] * 100, name=name, **shape)
    figure.update_layout(barmode="group", bargap=0.25)
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category", dtick=1)
    return figure


def _share(share: float) -> str:
    """Write a share; with a decimal where it's small, so that little doesn't read as nothing."""
    return percent(share, 1 if 0 < share < 0.095 else 0)


def repeat_curve(rates: pd.DataFrame) -> go.Figure | Sentence:
    """Draw the share that bought again, by days since the first purchase, with intervals.

    Parameters
    ----------
    rates : as ``repeat_rates`` gives it.
    """
    if rates.empty:
        return Sentence("No customer could be observed long enough to say who buys again.")
    last = rates.iloc[-1]
    title = (
        f"Within {rates.index[-1]} days {percent(last['rate'])} of {count(last['n'])} "
        f"customers bought again"
    )
    names = [f"{span} days, of {count(n)}" for span, n in rates["n"].items()]
    shares = rates[["rate", "low", "high"]].set_axis(names) * 100
    figure = bars(
        shares["rate"], title, x="share who bought again, %", low=shares["low"], high=shares["high"]
    )
    figure.update_xaxes(range=[0, max(10, 1.08 * shares["high"].max())])
    figure.update_yaxes(dtick=1)
    return figure


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
    axis = _in("value of an order", currency)
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


def lorenz_curve(spread: Concentration, top: float = 0.2) -> go.Figure:
    """Draw the Lorenz curve of revenue, with the top customers marked.

    Parameters
    ----------
    spread : as ``concentration`` gives it.
    top : share of the customers that is called the top, 0..1.
    """
    share = spread.top_share(top)
    title = (
        f"The top {percent(top)} of customers brought {percent(share)} of revenue "
        f"(Gini {spread.gini.value:.2f})"
    )
    axis = "customers, least revenue first, %"
    figure = blank(title, x=axis, y="their share of revenue, %", height=440)
    # Two hundred points draw the same curve as a hundred thousand.
    at = np.linspace(0, 1, 201)
    curve = np.interp(at, spread.lorenz["customers"], spread.lorenz["value"])
    line = {"color": BLUE, "width": 2.5}
    figure.add_scatter(x=at * 100, y=curve * 100, mode="lines", line=line, name="customers")
    same = {"color": GREY, "dash": "dash", "width": 1.5}
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", line=same, name="if all brought the same"
    )
    figure.add_scatter(
        x=[100 * (1 - top)],
        y=[100 * (1 - share)],
        mode="markers",
        marker={"color": ORANGE, "size": 11},
        name=f"the top {percent(top)} begin here",
    )
    hover = "%{x:.0f} % of customers: %{y:.1f} % of revenue<extra></extra>"
    figure.update_traces(hovertemplate=hover)
    figure.update_xaxes(dtick=25)
    figure.update_yaxes(dtick=25)
    return figure


def completeness_bars(fields: pd.DataFrame) -> go.Figure | Sentence:
    """Draw for how many customers each field of the profile is filled.

    Parameters
    ----------
    fields : as ``profile_completeness`` gives it; empty where there are no profiles.
    """
    if fields.empty:
        return Sentence("There are no profiles, so there is nothing to draw.")
    least = fields.iloc[-1]
    title = (
        f"Least is known of {fields.index[-1]}: it is filled for {percent(least['share'])} of "
        f"{count(least['n'])} customers"
    )
    names = fields.index.str.replace("_", " ")
    shares = fields["share"].set_axis(names) * 100
    figure = bars(
        shares, title, x="filled, % of customers", text=[percent(s) for s in fields["share"]]
    )
    figure.update_xaxes(range=[0, 130], tickvals=[0, 25, 50, 75, 100])
    figure.update_yaxes(dtick=1)
    return figure
