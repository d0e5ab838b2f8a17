"""Figures of the segments: their revenue as areas, their customers as a cloud."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from crm_analysis.charts import COLOURS, blank, label
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import count, money, percent
from crm_analysis.segmentation.rfm import days_since_last
from crm_analysis.show import Sentence

__all__ = ["light", "segment_cloud", "segment_treemap"]

_MOST_POINTS = 1_000  # more make the page heavy and the cloud no clearer
_FEWEST_POINTS = 15  # of a segment, so that a small one is seen too
_DARK = [[0, "#3C7FB1"], [1, "#083B63"]]  # white text can be read on all of it
# Colour tells eight segments apart, the mark tells the rest from these.
_MARKS = ("circle", "diamond-open", "x-thin-open")


def segment_treemap(profile: pd.DataFrame, currency: str = "") -> go.Figure | Sentence:
    """Draw segments as areas by revenue; the darker, the more a customer of it brought.

    Parameters
    ----------
    profile : what ``segment_profile`` returns for one column of segments; segments whose revenue
        isn't above 0 have no area.
    currency : ISO code of the revenue.
    """
    drawn = profile[profile["revenue"] > 0]
    if drawn.empty:
        return Sentence("No segment has brought revenue, so there are no areas to draw.")
    each = drawn["mean_revenue"]
    best = each.idxmax()
    title = (
        f"{drawn.index[0]} brought most, {money(drawn['revenue'].iloc[0], currency)}; a customer "
        f"brought most in {best}, {money(each[best], currency)} on average"
    )
    figure = blank(title, height=440)
    shares = drawn["revenue"] / drawn["revenue"].sum()
    rows = zip(drawn["revenue"], drawn["customers"], strict=True)
    told = [f"{money(revenue, currency)}<br>{count(n)} customers" for revenue, n in rows]
    depth = np.log(each.clip(lower=1e-9))
    depth = (depth - depth.min()) / max(depth.max() - depth.min(), 1e-9)
    figure.add_treemap(
        labels=[label(name, 12) for name in drawn.index],
        parents=[""] * len(drawn),
        values=drawn["revenue"],
        text=[_share(share) for share in shares],
        customdata=told,
        texttemplate="%{label}<br>%{text}",
        hovertemplate="%{label}, %{text}<br>%{customdata}<extra></extra>",
        marker={"colors": sample_colorscale(_DARK, depth.to_numpy())},
        textfont={"color": "white"},
        tiling={"pad": 2},
        pathbar={"visible": False},
        root={"color": "white"},
    )
    # What doesn't fit into an area at a readable size stands in the table.
    unreadable = {"minsize": 11, "mode": "hide"}
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 56, "b": 8}, uniformtext=unreadable)


def segment_cloud(customers: pd.DataFrame, segments: pd.Series, unit: str = "days") -> go.Figure:
    """Show customers by silence and orders, each in the colour of the segment.

    Of many customers some 1,000 are drawn, evenly spaced by id, of each segment in proportion
    but at least 15.

    Parameters
    ----------
    customers : a row per customer, indexed by customer_id, with recency, T, orders.
    segments : each customer's segment.
    unit : of recency and T.

    Raises
    ------
    InsufficientData : there are no customers.
    """
    if customers.empty:
        raise InsufficientData("the view of segments", "0 customers", "at least 1 customer")
    facts = pd.DataFrame({"x": days_since_last(customers), "y": customers["orders"]}).sort_index()
    placed = segments.reindex(facts.index)
    nearest = facts["x"].groupby(placed).median().sort_values(kind="stable").index
    silence = facts["x"].groupby(placed).median()
    title = f"The middle customer in {nearest[0]} has been silent for {count(silence.min())} {unit}"
    if len(nearest) > 1:
        title += f", in {nearest[-1]} for {count(silence.max())}"
    figure = blank(title, x=f"{unit} since the last order", y="orders (doubling)", height=520)
    for place, name in enumerate(nearest):
        drawn = _evenly(facts[placed == name], _MOST_POINTS / len(facts))
        marker = {
            "color": COLOURS[place % len(COLOURS)],
            "symbol": _MARKS[place // len(COLOURS) % len(_MARKS)],
            "opacity": 0.65,
            "size": 7,
        }
        figure.add_scatter(
            x=drawn["x"], y=drawn["y"], mode="markers", marker=marker, name=label(name)
        )
    doublings = [2**k for k in range(int(np.log2(facts["y"].max())) + 1)]
    figure.update_yaxes(type="log", tickvals=doublings, ticktext=[count(n) for n in doublings])
    return figure.update_xaxes(rangemode="tozero", tickformat=",")


def _evenly(facts: pd.DataFrame, share: float) -> pd.DataFrame:
    n = min(len(facts), max(_FEWEST_POINTS, round(share * len(facts))))
    return light(facts.iloc[np.linspace(0, len(facts) - 1, n).astype(int)])


def light(points: pd.DataFrame) -> pd.DataFrame:
    """Return points as small whole numbers where they are that: the page is lighter for it.

    Examples
    --------
    >>> light(pd.DataFrame({"days": [3.0, 90.0]})).dtypes.tolist(), light(
    ...     pd.DataFrame({"weeks": [0.5]})).dtypes.tolist()
    ([dtype('int16')], [dtype('float64')])
    """
    whole = (points % 1 == 0).all(axis=None) and points.max(axis=None) < np.iinfo("int16").max
    return points.astype("int16") if whole else points


def _share(share: float) -> str:
    return "&lt;1 %" if share < 0.005 else percent(share)
