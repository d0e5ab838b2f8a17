"""The figures of the forecast: how it was chosen, tracked, and what it says of histories."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, ORANGE, bars, blank, heat_map, line_with_band
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import percent
from crm_analysis.lifetime_value.beta_discrete import BetaDiscrete
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.validation import Validation

__all__ = ["candidates", "contract_survival", "expected_map", "value_by_class", "weekly_tracking"]

_FEW_TO_MANY = [0, 1, 2, 3, 5, 8, 13]


def expected_map(model: BetaGeo, customers: pd.DataFrame, horizon: float) -> go.Figure:
    """Show expected purchases by repeat purchases and silence, for the age of the oldest.

    Parameters
    ----------
    model : fitted, in weeks.
    customers : ``T`` in weeks.
    horizon : weeks looked ahead.
    """
    age = float(customers["T"].max())
    silences = np.unique(np.round(np.linspace(0, 0.9, 6) * age))
    history = pd.DataFrame(
        [
            {"frequency": x, "recency": age - silence if x else 0.0, "T": age}
            for x in _FEW_TO_MANY
            for silence in silences
        ]
    )
    mean = model.predict_purchases(history, horizon)["purchases"].to_numpy()
    columns = [f"{silence:.0f}" for silence in silences]
    table = pd.DataFrame(mean.reshape(len(_FEW_TO_MANY), -1), _FEW_TO_MANY, columns)
    many, quiet = table.iloc[-1], columns[len(columns) // 2]
    title = (
        f"With {_FEW_TO_MANY[-1]} repeat purchases {many.iloc[0]:,.1f} more are expected in "
        f"{horizon:.0f} weeks right after one, {many[quiet]:,.1f} after {quiet} weeks of silence"
    )
    names = {"x": "weeks since the last purchase", "y": "repeat purchases", "unit": ""}
    # Without a repeat purchase the silence is the age: one number, whatever the column.
    figure = heat_map(np.sqrt(table), title, text=table.map(lambda value: f"{value:,.1f}"), **names)
    figure.update_traces(showscale=False)
    return figure.update_layout(xaxis={"type": "category"}, yaxis={"type": "category"})


def candidates(forecaster: Forecaster) -> go.Figure:
    """Show by how much each candidate's deviance at earlier days was above the smallest.

    Raises
    ------
    InsufficientData : nothing was compared, since a model was asked for or the log is short.
    """
    if forecaster.evidence is None:
        raise InsufficientData("a comparison of models", "0 earlier days compared", "at least 1")
    table = forecaster.evidence.sort_values("deviance")
    first = table.index[0]
    chosen = table.index[table["chosen"]][0]
    tail = " and was chosen" if first == chosen else f"; chosen was the {chosen}"
    title = f"On {table['trials'].max():.0f} earlier days {first} left the smallest error{tail}"
    above = 100 * (table["deviance"] / table["deviance"].iloc[0] - 1)
    figure = bars(above, title, x="error above the smallest, %")
    colours = [BLUE if chosen else GREY for chosen in table["chosen"]]
    return figure.update_traces(marker={"color": colours}).update_xaxes(nticks=5)


def weekly_tracking(validation: Validation) -> go.Figure:
    """Show repeat purchases week by week, as they were and as the model expects them."""
    table = validation.tracking
    ahead = table[table["holdout"]]
    inside = ahead["actual"].between(ahead["weekly_low"], ahead["weekly_high"])
    title = (
        f"{inside.sum()} of the {len(ahead)} weeks that the model hasn't seen lie inside its band"
    )
    figure = blank(title, y="repeat purchases per week", height=400)
    columns = (table[name] for name in ("expected", "weekly_low", "weekly_high"))
    figure.add_traces(line_with_band(table["date"], *columns, name="expected"))
    line = {"color": ORANGE, "width": 1.5}
    figure.add_scatter(x=table["date"], y=table["actual"], mode="lines", line=line, name="actual")
    cut, end = validation.split.calibration_end, table["date"].iloc[-1]
    figure.add_vrect(x0=cut, x1=end, fillcolor=GREY, opacity=0.12, line_width=0)
    note = {"x": end, "y": 0.98, "yref": "paper", "xanchor": "right", "showarrow": False}
    figure.add_annotation(text="not seen by the model ", font={"color": GREY}, **note)
    figure.update_yaxes(tickformat=",", rangemode="tozero")
    return figure.update_xaxes(nticks=5, range=[table["date"].iloc[0], end])


def value_by_class(by_frequency: pd.DataFrame, currency: str = "") -> go.Figure:
    """Show value by repeat purchases so far, with its intervals.

    Parameters
    ----------
    by_frequency : from ``value_by_frequency``.
    """
    best = by_frequency["share"].idxmax()
    row = by_frequency.loc[best]
    title = (
        f"Customers with {best} repeat purchases hold {percent(row['share'])} of the value, being "
        f"{percent(row['customers'] / by_frequency['customers'].sum())} of all"
    )
    unit = f"expected contribution, {currency}".rstrip(", ")
    ends = {"low": by_frequency["low"], "high": by_frequency["high"]}
    figure = bars(by_frequency["value"], title, x=unit, **ends)
    figure.update_yaxes(type="category", title="repeat purchases")
    return figure.update_xaxes(nticks=4, rangemode="tozero", tickformat=",")


def contract_survival(model: BetaDiscrete, months: int = 24) -> go.Figure:
    """Show which share of contracts outlasts how many months."""
    table = model.survival(months, interval=0.9)
    left = percent(table["survival"].iloc[-1])
    title = f"{left} of contracts are expected to outlast {months} months"
    figure = blank(title, x="months", y="share of contracts still running", height=380)
    columns = (table[name] for name in ("survival", "low", "high"))
    figure.add_traces(line_with_band(table.index, *columns, name="contracts"))
    figure.update_layout(showlegend=False)
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
