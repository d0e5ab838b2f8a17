"""Figures of the strategy: what each group is worth, and what each action may bring."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREEN, GREY, ORANGE, blank, heat_map, label
from crm_analysis.formats import count, money, percent
from crm_analysis.strategy.groups import LIVES, WORTHS
from crm_analysis.strategy.plan import DO, LEAVE, NO_CHANNEL, TEST

__all__ = ["groups_map", "net_gain", "value_and_stake"]

_COLOUR_OF = {DO: GREEN, TEST: ORANGE, LEAVE: GREY}
_SYMBOL_OF = {DO: "circle", TEST: "diamond", LEAVE: "x"}  # not by colour alone


def groups_map(groups: pd.DataFrame) -> go.Figure:
    """Show how many customers fall where, by worth and life.

    Parameters
    ----------
    groups : by customer_id, with worth and life, from ``customer_groups``.
    """
    counts = pd.crosstab(groups["worth"], groups["life"]).reindex(
        index=list(WORTHS), columns=list(LIVES), fill_value=0
    )
    good = counts.loc["high"]
    leaving = percent(good[["slipping", "gone"]].sum() / good.sum())
    title = (
        f"Of the {count(good.sum())} customers with high potential {leaving} slip away or are gone"
    )
    told = counts.map(count)
    # The cells hold the numbers: a bar of colours would only take room.
    figure = heat_map(counts, title, x="life", y="worth", unit="customers", text=told)
    return figure.update_traces(showscale=False)


def value_and_stake(stakes: pd.DataFrame, *, currency: str, horizon: str) -> go.Figure:
    """Show for each group what it is expected to bring and what would be lost with it.

    Who is gone can't stay any more, so nothing is drawn on top for that group.

    Parameters
    ----------
    stakes : by group, with value and at_stake (money), each with _low and _high.
    horizon : how far ahead the money is counted, as words: "52 weeks".
    """
    first = stakes["value"].idxmax()
    share = percent(stakes.loc[first, "value"] / stakes["value"].sum())
    title = f"{first.capitalize()}: {share} of what all customers will bring in {horizon}"
    height = 150 + 58 * len(stakes)
    figure = blank(title, x=f"contribution in {horizon}, {currency or 'money'}", height=height)
    names = [label(group) for group in stakes.index]
    gone = stakes.index == "gone"
    for column, name, colour in (
        ("value", "expected", BLUE),
        ("at_stake", "on top, if all of them stayed", ORANGE),
    ):
        values = stakes[column].mask(gone & (column == "at_stake"))
        spread = {
            "type": "data",
            "array": stakes[f"{column}_high"] - values,
            "arrayminus": values - stakes[f"{column}_low"],
            "color": "#374151",
            "thickness": 1.2,
        }
        told = [money(value, currency, 0) for value in values.fillna(0)]
        figure.add_bar(
            y=names,
            x=values,
            name=name,
            orientation="h",
            marker={"color": colour},
            error_x=spread,
            customdata=told,
            hovertemplate="%{y}: %{customdata}<extra>" + name + "</extra>",
        )
    figure.update_layout(barmode="group", bargap=0.25)
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1)
    figure.update_xaxes(nticks=5, rangemode="tozero", tickformat=",")
    return figure


def net_gain(plan: pd.DataFrame, *, currency: str) -> go.Figure:
    """Show what each action brings net of its cost: cautious, likely, bold.

    Parameters
    ----------
    plan : from ``action_plan``: by group, with net, net_low, net_high (money) and decision.
    """
    tried = plan[plan["channel"] != NO_CHANNEL]
    sure = int((plan["decision"] == DO).sum())
    pays = int((plan["decision"] != LEAVE).sum())
    title = (
        f"{pays} of {len(tried)} actions pay in the likely case, {sure} even in the cautious one"
    )
    figure = blank(title, x=f"gain less cost, {currency or 'money'}", height=130 + 44 * len(tried))
    for decision in (DO, TEST, LEAVE):
        part = tried[tried["decision"] == decision]
        if part.empty:
            continue
        colour = _COLOUR_OF[decision]
        figure.add_scatter(
            x=part["net"],
            y=[label(f"{group}, by {channel}") for group, channel in part["channel"].items()],
            name=decision,
            mode="markers",
            marker={"color": colour, "symbol": _SYMBOL_OF[decision], "size": 12},
            error_x={
                "type": "data",
                "array": part["net_high"] - part["net"],
                "arrayminus": part["net"] - part["net_low"],
                "color": colour,
                "thickness": 3,
                "width": 0,
            },
            customdata=[money(value, currency, 0) for value in part["net"]],
            hovertemplate="%{y}: %{customdata}<extra>" + decision + "</extra>",
        )
    order = [label(f"{group}, by {channel}") for group, channel in tried["channel"].items()]
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], dtick=1)
    figure.update_xaxes(
        nticks=5, tickformat=",", zeroline=True, zerolinecolor="#374151", zerolinewidth=1.5
    )
    return figure
