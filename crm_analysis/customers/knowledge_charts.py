"""The figures of chapter 01 on what is known of customers; each title says what the data show."""

import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, bars, heat_map
from crm_analysis.customers.knowledge import InformationCompleteness
from crm_analysis.formats import count, percent
from crm_analysis.show import Readable, Sentence, table

__all__ = ["completeness_bars", "information_bars", "links_map", "links_table"]


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


def links_map(links: pd.DataFrame) -> go.Figure | Sentence:
    """Draw which share of the ids of each table is found in each other one.

    Parameters
    ----------
    links : as ``table_links`` gives it.
    """
    if len(links) < 2:
        return Sentence("Only one table holds ids of customers, so there is nothing to link.")
    others = links.drop(index="transactions", errors="ignore").get("transactions", links.iloc[:, 0])
    met = others.dropna()
    title = (
        f"The ids of {count((met > 0.95).sum())} of {count(len(others))} other tables are found "
        "among the buyers"
    )
    figure = heat_map(100 * links, title, x="are found in", y="ids of", unit="ids, %")
    bar = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "ticksuffix": " %", "title": None}
    figure.update_traces(colorbar=bar, zmin=0, zmax=100)
    figure.update_traces(hovertemplate="%{y} in %{x}: %{z:.0f} %<extra></extra>")
    return figure.update_xaxes(tickangle=-60)


def links_table(links: pd.DataFrame) -> Readable | Sentence:
    """Show the same shares as a table; nothing where there are no two tables.

    Parameters
    ----------
    links : as ``table_links`` gives it.
    """
    if len(links) < 2:
        return Sentence("A survey, profiles or any further table with ids would give a first link.")
    caption = "Share of the ids of a table (row) found in another (column)"
    return table(links, caption=caption, percent_columns=list(links.columns))


def information_bars(information: InformationCompleteness) -> go.Figure:
    """Draw the parts of the figure of information completeness, and the figure itself."""
    parts = information.parts["share"].dropna()
    least = parts.idxmin()
    title = (
        f"What is known of customers is complete to {percent(information.value)}; least of all: "
        f"{least}, {percent(parts[least])}"
    )
    shares = 100 * pd.concat([pd.Series({"in all": information.value}), parts])
    figure = bars(
        shares, title, x="complete, %", text=[percent(share / 100) for share in shares],
        colours=[BLUE, *[GREY] * len(parts)],
    )  # fmt: skip
    return figure.update_xaxes(range=[0, 125], tickvals=[0, 25, 50, 75, 100])
