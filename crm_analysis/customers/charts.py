"""The figures of chapter 01; each title says what the data show."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, ORANGE, RED, bars, blank
from crm_analysis.customers.concentration import Concentration
from crm_analysis.formats import count, counted, money, percent
from crm_analysis.show import Sentence

__all__ = [
    "base_balance",
    "base_over_time",
    "breadth_bars",
    "grade_move_bars",
    "lorenz_curve",
    "orders_and_revenue",
    "repeat_curve",
    "revenue_over_time",
]

_FEWEST_FOR_AREAS = 3  # an area over fewer months is a sliver


def base_over_time(base: pd.DataFrame) -> go.Figure:
    """Draw the active customers by month as areas, returning and new ones stacked.

    Parameters
    ----------
    base : by month, as ``base_by_month`` gives it; months that aren't complete are left out.
    """
    months = _complete(base)
    best = months["active"].idxmax()
    title = (
        f"{counted(months['active'].iloc[-1], 'customer')} bought in {months.index[-1]:%B %Y}, "
        f"{count(months['active'].max())} in the best month, {best:%B %Y}"
    )
    figure = blank(title, y="customers who bought")
    kinds = [("returning", months["returning"], BLUE), ("new", months["new"], ORANGE)]
    return _stack(figure, kinds, "%{y:,}")


def revenue_over_time(base: pd.DataFrame, currency: str = "") -> go.Figure:
    """Draw the revenue by month as areas, of returning and new customers stacked."""
    months = _complete(base)
    new, returning = months["revenue_new"], months["revenue_returning"]
    total = new.sum() + returning.sum()
    title = (
        f"Returning customers brought {percent(returning.sum() / total)} of the revenue of "
        "these months"
        if total > 0
        else f"These months brought {money(total, currency)} in all"
    )
    figure = blank(title, y=_in("revenue a month", currency))
    kinds = [("returning", returning, BLUE), ("new", new, ORANGE)]
    return _stack(figure, kinds, "%{y:,.0f}")


def base_balance(movement: pd.DataFrame) -> go.Figure:
    """Draw by month who came and came back above the line, and who was lost below it.

    Parameters
    ----------
    movement : by month, as ``base_movement`` gives it; months that aren't complete are left out.
    """
    months = _complete(movement)
    year = months.iloc[-12:]
    gained, lost = year["new"].sum() + year["reactivated"].sum(), year["lost"].sum()
    span = f"In the last {len(year)} months" if len(year) > 1 else f"In {year.index[0]:%B %Y}"
    came = count(year["new"].sum()) if year["new"].any() else "nobody"
    title = (
        f"{span} {came} came, {count(year['reactivated'].sum())} came back and {count(lost)} "
        f"{'was' if lost == 1 else 'were'} lost: {count(abs(gained - lost))} "
        f"{'more' if gained >= lost else 'fewer'} in the base"
    )
    figure = blank(title, y="customers a month")
    kinds = [
        ("new", months["new"], ORANGE),
        ("came back", months["reactivated"], GREEN),
        ("lost", -months["lost"], RED),
    ]
    for name, values, colour in kinds:
        figure.add_bar(
            x=values.index, y=values, name=name, marker_color=colour, customdata=values.abs(),
            hovertemplate="%{customdata:,}",
        )  # fmt: skip
    figure.update_layout(barmode="relative", bargap=0.15)
    figure.update_yaxes(zeroline=True, zerolinecolor=GREY)
    return _by_month(figure)


def _complete(base: pd.DataFrame) -> pd.DataFrame:
    return base[base["complete"]] if base["complete"].any() else base


def _stack(figure: go.Figure, kinds: list[tuple[str, pd.Series, str]], hover: str) -> go.Figure:
    for name, values, colour in kinds:
        shape = {"x": values.index, "y": values, "name": name, "hovertemplate": hover}
        if len(values) < _FEWEST_FOR_AREAS:
            figure.add_bar(**shape, marker_color=colour)
        else:
            line = {"color": colour, "width": 1}
            figure.add_scatter(**shape, mode="lines", line=line, stackgroup="all")
    figure.update_layout(barmode="stack", bargap=0.15)
    return _by_month(figure)


def _by_month(figure: go.Figure) -> go.Figure:
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(showgrid=False, nticks=6, tickformat="%b<br>%Y", hoverformat="%B %Y")
    return figure.update_yaxes(tickformat=",")


def _in(what: str, currency: str) -> str:
    return f"{what}, {currency}" if currency else what


def grade_move_bars(moves: pd.DataFrame, currency: str = "") -> go.Figure:
    """Draw by how much revenue changed with customers who came, rose, fell or left.

    Parameters
    ----------
    moves : as ``grade_moves`` gives it.
    """
    change, before = moves["change"], moves["revenue_before"].sum()
    total = change.sum()
    least = change.idxmin() if total < 0 else change.idxmax()
    way = "fell" if total < 0 else "rose"
    rate = f" ({percent(abs(total) / before)})" if before > 0 else ""
    title = (
        f"Revenue {way} by {money(abs(total), currency)}{rate}; the largest part: "
        f"{counted(moves['customers'][least], 'customer')} who {least}, "
        f"{money(change[least], currency)}"
        if change.any()
        else "Revenue stayed as it was, with every grade"
    )
    rows = zip(change.index, moves["customers"], change, strict=True)
    names = [f"{name} ({count(n)}): {money(value, currency)}" for name, n, value in rows]
    colours = [BLUE if value >= 0 else RED for value in change]
    figure = bars(
        change.set_axis(names), title, x=_in("change in revenue", currency), colours=colours
    )
    figure.update_layout(height=110 + 44 * len(change))
    return figure.update_xaxes(
        zeroline=True, zerolinecolor=GREY, nticks=4, tickangle=0, tickformat=","
    )


def orders_and_revenue(counts: pd.DataFrame) -> go.Figure:
    """Draw, by number of orders, the share of customers beside the share of revenue.

    Parameters
    ----------
    counts : as ``orders_per_customer`` gives it.
    """
    some = counts[counts["customers"] > 0]
    first, last = some.iloc[0], some.iloc[-1]
    title = (
        f"{_share(first['customer_share'])} of customers ordered {_times(some.index[0])} and "
        f"brought {_share(first['revenue_share'])} of revenue"
    )
    if len(some) > 1:
        title += f"; those with {some.index[-1]} brought {_share(last['revenue_share'])}"
    return _side_by_side(counts, title, "orders so far")


def _times(orders: str) -> str:
    return "once" if orders == "1" else f"{orders} times"


def breadth_bars(breadth: pd.DataFrame) -> go.Figure:
    """Draw, by number of categories bought from, the share of customers beside that of revenue.

    Parameters
    ----------
    breadth : as ``categories_per_customer`` gives it.
    """
    many, kinds = breadth.iloc[-1], str(breadth.index.name)
    title = (
        f"{_share(many['customer_share'])} of customers have bought from {breadth.index[-1]} "
        f"{kinds}; they brought {_share(many['revenue_share'])} of revenue"
    )
    return _side_by_side(breadth, title, f"{kinds} bought from")


def _side_by_side(counts: pd.DataFrame, title: str, y: str) -> go.Figure:
    figure = blank(title, x="share of all, %", y=y, height=130 + 38 * len(counts))
    columns = {"customers": ("customer_share", BLUE), "revenue": ("revenue_share", ORANGE)}
    for name, (column, colour) in columns.items():
        shape = {"orientation": "h", "marker_color": colour, "hovertemplate": "%{x:.1f} %"}
        figure.add_bar(y=list(counts.index), x=counts[column] * 100, name=name, **shape)
    figure.update_layout(barmode="group", bargap=0.25)
    return figure.update_yaxes(autorange="reversed", showgrid=False, type="category", dtick=1)


def _share(share: float) -> str:
    """Write a share; with a decimal where it's small, so that little doesn't read as nothing."""
    if pd.isna(share):
        return "an unknown share"
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
        f"Within {rates.index[-1]} days {percent(last['rate'])} of "
        f"{counted(last['n'], 'customer')} bought again"
    )
    names = [f"{span} days, of {count(n)}" for span, n in rates["n"].items()]
    shares = rates[["rate", "low", "high"]].set_axis(names) * 100
    figure = bars(
        shares["rate"], title, x="share who bought again, %", low=shares["low"], high=shares["high"]
    )
    figure.update_xaxes(range=[0, max(10, 1.08 * shares["high"].max())])
    figure.update_yaxes(dtick=1)
    return figure


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
