"""The figures of the chapter on lifetime value."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import (
    BLUE,
    GREY,
    ORANGE,
    bars,
    blank,
    heat_map,
    line_with_band,
)
from crm_analysis.formats import count, money, percent, signed
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.validation import Validation, frequency_class

__all__ = [
    "acquisition_limit",
    "alive_map",
    "history_map",
    "holdout_by_frequency",
    "life_of_one",
    "tracking",
    "value_by_tier",
    "value_concentration",
    "what_moves_value",
]

_FEW_TO_MANY = [1, 2, 3, 5, 8, 13]


def _silences(customers: pd.DataFrame) -> list[int]:
    """Return about six round limits of the weeks since the last purchase."""
    longest = max(float(customers["T"].max()), 6.0)
    step = max(int(np.ceil(longest / 6)), 1)
    return list(range(0, 6 * step + 1, step))


def history_map(customers: pd.DataFrame) -> go.Figure:
    """Show how many customers have which frequency and silence (weeks since the last purchase).

    Parameters
    ----------
    customers : ``frequency``, ``recency`` and ``T`` in weeks.
    """
    limits = _silences(customers)
    silence = pd.cut(
        customers["T"] - customers["recency"],
        limits,
        labels=[str(limit) for limit in limits[1:]],
        include_lowest=True,
    )
    table = pd.crosstab(frequency_class(customers["frequency"]), silence, dropna=False)
    once = (customers["frequency"] == 0).mean()
    title = f"{percent(once)} of {count(len(customers))} customers haven't bought a second time"
    names = {"x": "weeks since the last purchase, up to", "y": "repeat purchases", "unit": ""}
    # Roots, since a few cells hold most of the customers.
    figure = heat_map(np.sqrt(table), title, text=table.map(count), **names)
    figure.update_traces(showscale=False)
    return figure.update_layout(xaxis={"type": "category"}, yaxis={"type": "category"})


def alive_map(model: BetaGeo, customers: pd.DataFrame) -> go.Figure:
    """Show P(alive) by repeat purchases and silence, for the age of the oldest customers.

    Parameters
    ----------
    model : fitted, in weeks.
    customers : ``T`` in weeks.
    """
    age = float(customers["T"].max())
    table = _alive_grid(model, age)
    column = table.columns[len(table.columns) // 2]
    few, many = table[column].iloc[0], table[column].iloc[-1]
    title = (
        f"Customers of {age:.0f} weeks: after {column} weeks of silence P(alive) is {percent(few)} "
        f"with {table.index[0]} repeat purchase and {percent(many)} with {table.index[-1]}"
    )
    names = {"x": "weeks since the last purchase", "y": "repeat purchases", "unit": "P(alive)"}
    figure = heat_map(table, title, text=table.map(percent), **names)
    figure.update_traces(zmin=0, zmax=1, showscale=False)
    return figure.update_layout(xaxis={"type": "category"}, yaxis={"type": "category"})


def _alive_grid(model: BetaGeo, age: float) -> pd.DataFrame:
    """Return P(alive) at ``age``, repeat purchases in rows, weeks of silence in columns."""
    silences = np.unique(np.round(np.linspace(0, 0.9, 6) * age))
    x = np.array(_FEW_TO_MANY)
    history = {
        "frequency": np.repeat(x, len(silences)),
        "recency": age - np.tile(silences, len(x)),
        "T": age,
    }
    alive = model.predict_alive(pd.DataFrame(history))["alive"].to_numpy()
    columns = [f"{silence:.0f}" for silence in silences]
    return pd.DataFrame(alive.reshape(len(x), -1), index=x, columns=columns)


def life_of_one(path: pd.DataFrame) -> go.Figure:
    """Follow P(alive) of one customer, with the purchases as marks.

    Parameters
    ----------
    path : from ``alive_path``.
    """
    bought = path[path["bought"]]
    silence = (path["date"].iloc[-1] - bought["date"].iloc[-1]).days / 7
    title = (
        f"{len(bought)} purchases, then {silence:.0f} weeks of silence: P(alive) is "
        f"{percent(path['alive'].iloc[-1])} today"
    )
    figure = blank(title, y="P(alive)", height=360)
    line = {"color": BLUE, "width": 2.5}
    figure.add_scatter(x=path["date"], y=path["alive"], mode="lines", line=line, name="P(alive)")
    mark = {"symbol": "line-ns-open", "size": 14, "color": ORANGE, "line": {"width": 2}}
    ground = np.full(len(bought), 0.0)
    figure.add_scatter(x=bought["date"], y=ground, mode="markers", marker=mark, name="purchase")
    figure.update_yaxes(range=[-0.08, 1.05], tickformat=".0%")
    return figure.update_xaxes(nticks=5)


def tracking(validation: Validation) -> go.Figure:
    """Show cumulative repeat purchases as they were and as expected, before and after the cut."""
    table = validation.tracking
    last = table.iloc[-1]
    off = last["cumulative_expected"] / last["cumulative_actual"] - 1
    side = "above" if off > 0 else "below"
    title = (
        f"After {len(table)} weeks the expectation is {percent(abs(off), 1)} {side} the purchases "
        "made"
    )
    figure = blank(title, y="repeat purchases since the start", height=400)
    columns = (table[name] for name in ("cumulative_expected", "low", "high"))
    figure.add_traces(line_with_band(table["date"], *columns, name="expected"))
    line = {"color": ORANGE, "width": 2.5, "dash": "dot"}
    actual = table["cumulative_actual"]
    figure.add_scatter(x=table["date"], y=actual, mode="lines", line=line, name="actual")
    cut = validation.split.calibration_end
    figure.add_vrect(x0=cut, x1=table["date"].iloc[-1], fillcolor=GREY, opacity=0.12, line_width=0)
    first, end = table["date"].iloc[0], table["date"].iloc[-1]
    note = {"x": end, "y": 0.02, "yref": "paper", "xanchor": "right", "showarrow": False}
    figure.add_annotation(text="not seen by the model ", font={"color": GREY}, **note)
    figure.update_yaxes(tickformat=",")
    return figure.update_xaxes(nticks=5, range=[first, end])


def holdout_by_frequency(validation: Validation) -> go.Figure:
    """Show mean purchases in the holdout by what customers had bought before it."""
    known = validation.split.customers
    group = frequency_class(known["frequency"])
    means = validation.predictions.groupby(group, observed=True).mean()
    model = means.columns[0]
    worst = (means[model] - means["actual"]).abs().idxmax()
    off = means.loc[worst, model] - means.loc[worst, "actual"]
    title = (
        f"Furthest off for {worst} repeat purchases: expected {means.loc[worst, model]:,.1f}, "
        f"came {means.loc[worst, 'actual']:,.1f} ({signed(off, 1)})"
    )
    axis = f"purchases per customer in {validation.split.duration:.0f} weeks"
    figure = blank(title, x="repeat purchases before", y=axis, height=400)
    styles = {"actual": (ORANGE, "dot"), model: (BLUE, "solid"), "own rate": (GREY, "dash")}
    for name, (colour, dash) in styles.items():
        line = {"color": colour, "dash": dash, "width": 2.5}
        figure.add_scatter(
            x=means.index.astype(str), y=means[name], name=name, line=line, mode="lines+markers"
        )
    return figure.update_xaxes(type="category")


def value_by_tier(tiers: pd.DataFrame, currency: str = "") -> go.Figure:
    """Show the value of each tier of customers with its interval.

    Parameters
    ----------
    tiers : from ``value_tiers``.
    """
    first = tiers.iloc[0]
    title = (
        f"The {tiers.index[0]} of the customers holds {percent(first['share'])} of the value: "
        f"{money(first['value'], currency)}"
    )
    unit = f"expected contribution, {currency}".rstrip(", ")
    return bars(tiers["value"], title, x=unit, low=tiers["low"], high=tiers["high"]).update_xaxes(
        nticks=4, rangemode="tozero", tickformat=","
    )


def value_concentration(value: pd.Series) -> go.Figure:
    """Show which share of the expected value which share of the customers holds."""
    ordered = np.sort(value.to_numpy(dtype=float))[::-1]
    share = np.concatenate([[0.0], np.cumsum(ordered) / (ordered.sum() or 1.0)])
    customers = np.linspace(0, 1, len(share))
    thin = np.unique(np.linspace(0, len(share) - 1, 201).astype(int))
    fifth = float(np.interp(0.2, customers, share))
    figure = blank(
        f"A fifth of the customers holds {percent(fifth)} of the expected value",
        x="customers, most valuable first",
        y="share of the value",
        height=400,
    )
    line = {"color": BLUE, "width": 2.5}
    figure.add_scatter(x=customers[thin], y=share[thin], mode="lines", line=line, showlegend=False)
    equal = {"color": GREY, "dash": "dot"}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=equal, showlegend=False)
    dot = {"color": ORANGE, "size": 10}
    figure.add_scatter(x=[0.2], y=[fifth], mode="markers", marker=dot, showlegend=False)
    figure.update_xaxes(tickformat=".0%", nticks=6, range=[-0.02, 1.02])
    return figure.update_yaxes(tickformat=".0%", nticks=6, range=[-0.02, 1.04])


def what_moves_value(changes: pd.DataFrame, currency: str = "") -> go.Figure:
    """Show how a new customer's value moves with each assumption, widest first.

    Parameters
    ----------
    changes : a row per assumption with ``low``, ``high`` (money), ``low_at``, ``high_at`` (text)
        and, the same in each row, ``usual`` (money).
    """
    usual = changes["usual"].iloc[0]
    order = (changes["high"] - changes["low"]).sort_values(ascending=False).index
    table = changes.loc[order]
    title = f"{order[0].capitalize()} moves the value of a new customer most"
    figure = blank(title, x=f"value of a new customer, {currency}".rstrip(", "), height=300)
    # The changed values stand in the names: beside a bar a narrow screen has no room.
    names = table.index + "<br>" + table["low_at"] + " to " + table["high_at"]
    shape = {"base": usual, "orientation": "h", "showlegend": False}
    for end, colour in (("low", ORANGE), ("high", BLUE)):
        figure.add_bar(y=names, x=table[end] - usual, marker={"color": colour}, **shape)
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_xaxes(nticks=4)


def acquisition_limit(by_horizon: pd.DataFrame, horizon: float, currency: str = "") -> go.Figure:
    """Show what a new customer brings, by how far one looks ahead: the most one may cost.

    Parameters
    ----------
    by_horizon : from ``new_customer_by_horizon``, in weeks.
    horizon : the one that decides, in weeks.
    """
    weeks = by_horizon.index.to_numpy(dtype=float)
    value = float(np.interp(horizon, weeks, by_horizon["value"]))
    title = (
        f"Looking {horizon:.0f} weeks ahead, a new customer may cost up to {money(value, currency)}"
    )
    axis = f"contribution of a new customer, {currency}".rstrip(", ")
    figure = blank(title, x="weeks looked ahead", y=axis, height=380)
    columns = (by_horizon[name] for name in ("value", "low", "high"))
    figure.add_traces(line_with_band(weeks, *columns, name="new customer"))
    figure.add_scatter(x=[horizon], y=[value], mode="markers", marker={"color": ORANGE, "size": 10})
    figure.update_layout(showlegend=False)
    return figure.update_yaxes(rangemode="tozero")
