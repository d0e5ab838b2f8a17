"""The chapter's figures: scores as a map, segments as bars, moves as flows."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, GREY, ORANGE, blank, heat_map, label
from crm_analysis.charts import bars as horizontal_bars
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import count, counted, percent
from crm_analysis.segmentation.clusters import REASONABLE, CustomerClusters
from crm_analysis.segmentation.comparison import Comparison
from crm_analysis.segmentation.life_cycle import LOYALTY, STAGES
from crm_analysis.segmentation.migration import PERIODS, Migration
from crm_analysis.segmentation.profile import score_cells
from crm_analysis.segmentation.rfm import RFMCuts, days_since_last
from crm_analysis.segmentation.schemes import TITLES
from crm_analysis.segmentation.segment_charts import light

__all__ = [
    "cluster_search",
    "comparison_bars",
    "life_cycle_map",
    "migration_flow",
    "migration_map",
    "recency_frequency",
    "score_map",
    "segment_bars",
]

_UP, _DOWN, _STAYED = "rgba(0,114,178,0.55)", "rgba(213,94,0,0.55)", "rgba(107,114,128,0.22)"
_MOST_POINTS = 1_500  # more make the page heavy and the cloud no clearer


def segment_bars(profile: pd.DataFrame) -> go.Figure:
    """Compare each segment's share of customers with its share of revenue.

    Parameters
    ----------
    profile : what ``segment_profile`` returns for one column of segments.
    """
    profile = profile.fillna({"share_of_revenue": 0.0})
    top = profile.iloc[0]
    title = (
        f"{profile.index[0]}: {percent(top['share_of_customers'])} of customers brought "
        f"{percent(top['share_of_revenue'])} of revenue"
    )
    figure = blank(title, x="share of all, %", height=150 + 46 * len(profile))
    for name, column, colour in (
        ("customers", "share_of_customers", GREY),
        ("revenue", "share_of_revenue", BLUE),
    ):
        figure.add_bar(
            y=[label(segment) for segment in profile.index],
            x=100 * profile[column],
            name=name,
            orientation="h",
            marker={"color": colour},
            text=[_share(share) for share in profile[column]],
            textposition="outside",
            cliponaxis=False,
        )
    # Every name, also where plotly would think that two lines leave no room for it.
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=4, dtick=1)
    longest = 100 * profile[["share_of_customers", "share_of_revenue"]].max(axis=None)
    figure.update_xaxes(range=[0, 1.25 * longest])  # room for the number at its end
    figure.update_layout(bargap=0.3, bargroupgap=0.05)
    return figure


def score_map(scores: pd.DataFrame, customers: pd.DataFrame) -> go.Figure:
    """Draw recency against frequency scores: colour for revenue, customers counted.

    Parameters
    ----------
    scores : what ``rfm_scores`` returns.
    customers : the table that was scored.
    """
    cells = score_cells(scores, customers)
    shares = cells["share_of_revenue"].fillna(0.0)
    text = cells["customers"].map(count) + "<br>" + shares.map(_share)
    figure = heat_map(
        100 * _square(shares),
        _map_title(cells, shares),
        x="F: how often (best on the right)",
        y="R: how recent (best on top)",
        unit="revenue, %",
        text=_square(text),
    )
    # Scores are ranks: a tick at 2.5 would mean nothing.
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category", autorange=True)
    return _without_scale(figure)


def _map_title(cells: pd.DataFrame, shares: pd.Series) -> str:
    """Speak of the best cell, or of the largest where nobody has both best scores."""
    at = cells.index[-1] if cells["customers"].iloc[-1] else cells["customers"].idxmax()
    which = "the best R and F" if at == cells.index[-1] else f"R {at[0]} and F {at[1]}"
    n = counted(cells["customers"][at], "customer")
    return f"{n} with {which} brought {percent(shares[at])} of revenue"


def life_cycle_map(profile: pd.DataFrame) -> go.Figure:
    """Draw the sixteen cells of the life cycle: colour for customers, text for both shares.

    Parameters
    ----------
    profile : what ``segment_profile`` returns for stage and loyalty.
    """
    cells = pd.MultiIndex.from_product([STAGES, LOYALTY], names=["stage", "loyalty"])
    shares = profile[["share_of_customers", "share_of_revenue"]].reindex(cells).fillna(0)
    text = shares.map(_share).agg("<br>".join, axis=1)
    lost = shares.loc["lost"].sum()
    figure = heat_map(
        100 * _square(shares["share_of_customers"]),
        f"{percent(lost['share_of_customers'])} of customers count as lost; they brought "
        f"{percent(lost['share_of_revenue'])} of revenue",
        x="orders so far",
        y="silence",
        unit="customers, %",
        text=_square(text),
    )
    names = [name.replace("-", "-<br>") for name in LOYALTY]
    figure.update_xaxes(tickangle=0, tickvals=list(LOYALTY), ticktext=names)
    return _without_scale(figure)


def recency_frequency(customers: pd.DataFrame, cuts: RFMCuts, unit: str = "days") -> go.Figure:
    """Show customers by silence and orders, with the cut-offs laid over them.

    Of many customers, 1,500 evenly spaced by id are drawn.

    Raises
    ------
    InsufficientData : there are no customers.
    """
    if customers.empty:
        raise InsufficientData("the view of customers", "0 customers", "at least 1 customer")
    places = np.linspace(0, len(customers) - 1, min(len(customers), _MOST_POINTS)).astype(int)
    drawn = customers.sort_index().iloc[places]
    once = (customers["orders"] == 1).mean()
    title = f"{percent(once)} of customers have one order; the lines are the cut-offs"
    figure = blank(title, x=f"{unit} since the last order", y="orders (doubling)", height=460)
    marker = {"color": BLUE, "opacity": 0.3, "size": 6}
    points = light(pd.DataFrame({"x": days_since_last(drawn), "y": drawn["orders"]}))
    figure.add_scatter(x=points["x"], y=points["y"], mode="markers", marker=marker, name="customer")
    # Halfway to the next whole number, so that no customer sits on a line.
    beside = 0.5 if cuts.method == "quantile" else -0.5
    for at in sorted(set(cuts.recency)):
        figure.add_vline(x=at + beside, line={"color": ORANGE, "width": 1.5})
    for at in sorted(set(cuts.frequency)):
        figure.add_hline(y=at + beside, line={"color": ORANGE, "width": 1.5})
    doublings = [2**k for k in range(int(np.log2(customers["orders"].max())) + 1)]
    figure.update_yaxes(type="log", tickvals=doublings, ticktext=[count(n) for n in doublings])
    figure.update_xaxes(rangemode="tozero")
    return figure.update_layout(showlegend=False)


def migration_flow(moves: Migration) -> go.Figure:
    """Draw who moved where in the last period: groups before on the left, after on the right.

    Parameters
    ----------
    moves : of a scheme whose groups are ordered, the best first (pyramid, stage, recency).
        Those who stayed in the lowest group are counted but not drawn.
    """
    counts = moves.latest.loc[:, moves.latest.sum() + moves.latest.sum(axis=1) > 0]
    counts = counts.reindex(counts.columns)
    n, total = len(counts), max(counts.to_numpy().sum(), 1)
    up, down = (np.tril(counts, -1).sum() / total, np.triu(counts, 1).sum() / total)
    noun = PERIODS[moves.period][0]
    title = f"In the last whole {noun} {_share(up)} of customers moved up, {_share(down)} down"
    figure = blank(title, height=150 + 70 * n)
    known = np.concatenate([counts.sum(axis=1), counts.sum()])
    names = [label(name, 14) for name in counts.columns] * 2
    drawn = counts.to_numpy(copy=True)
    drawn[-1, -1] = 0  # most of a base sits in the lowest group and would hide the moves
    sizes = [drawn.sum(axis=1), drawn.sum(axis=0)]
    before, after = np.nonzero(drawn)
    colours = np.where(after < before, _UP, np.where(after > before, _DOWN, _STAYED))
    figure.add_sankey(
        node={
            "label": [f"{name} {count(size)}" for name, size in zip(names, known, strict=True)],
            "color": GREY,
            "thickness": 12,
            "x": [0.001] * n + [0.999] * n,
            "y": np.concatenate([_middles(side) for side in sizes]),
        },
        link={
            "source": before,
            "target": after + n,
            "value": drawn[before, after],
            "color": colours,
        },
        arrangement="fixed",
    )
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 56, "b": 16})


def migration_map(moves: Migration) -> go.Figure:
    """Draw the matrix of moves: from which group (rows) how many went to which (columns)."""
    noun = PERIODS[moves.period][0]
    shown = moves.matrix.map(_share).where(moves.matrix > 0, "")
    figure = heat_map(
        100 * moves.matrix,
        _migration_title(moves, noun),
        x=f"group at the end of a {noun}",
        y=f"group before that {noun}",
        unit="of a row, %",
        text=shown,
    )
    # The axis says which periods are meant; five times "quarters" don't fit on a phone.
    short = [str(name).replace(f" {noun}s", "").replace(f" {noun}", "") for name in shown.columns]
    full = [label(name, 14) for name in shown.columns]
    figure.update_xaxes(tickangle=0, tickvals=full, ticktext=[label(name, 9) for name in short])
    return _without_scale(figure)


def _migration_title(moves: Migration, noun: str) -> str:
    if moves.scheme != "recency":
        return f"{percent(moves.stayed)} of customers end a {noun} in the group they began it in"
    again = moves.matrix.iloc[:, 0].map(_share)
    return (
        f"Of those who bought in a {noun} {again.iloc[0]} buy again in the next; of those who "
        f"last bought {again.index[-1]} {again.iloc[-1]} do"
    )


def cluster_search(clusters: CustomerClusters) -> go.Figure:
    """Show how far apart the groups are at each number that was tried, and where groups begin."""
    tried = clusters.candidates_
    best = tried["silhouette"].max() if len(tried) else 0.0
    found = f"{len(clusters.profile_)} groups are apart and come back in other samples"
    nothing = f"No number of groups holds: silhouettes reach {best:.2f} at most"
    names = [f"{k} groups" for k in tried.index]
    figure = horizontal_bars(
        tried["silhouette"].set_axis(names),
        found if clusters.found_ else nothing,
        x=f"silhouette (groups begin at {REASONABLE:.2f})",
        text=[f"{value:.2f}" for value in tried["silhouette"]],
        colours=[BLUE if accepted else GREY for accepted in tried["accepted"]],
    )
    figure.add_vline(x=REASONABLE, line={"color": ORANGE, "width": 2})
    return figure.update_xaxes(range=[0, max(0.7, 1.15 * best)])


def comparison_bars(comparison: Comparison) -> go.Figure:
    """Compare the schemes by what their top fifth brought in a period that they hadn't seen."""
    table = comparison.table.rename(TITLES)
    best = table.loc[TITLES[comparison.recommended]]
    named = [name == TITLES[comparison.recommended] for name in table.index]
    title = (
        f"The top fifth by {TITLES[comparison.recommended]} brought "
        f"{percent(best['top_fifth'])} of the revenue that came next"
    )
    figure = horizontal_bars(
        100 * table["top_fifth"],
        title,
        x="revenue from the top fifth, %",
        low=100 * table["top_fifth_low"],
        high=100 * table["top_fifth_high"],
        colours=[BLUE if recommended else GREY for recommended in named],
    )
    figure.add_vline(x=20, line={"color": ORANGE, "width": 2})
    return figure.update_xaxes(range=[0, 100])


def _middles(sizes: np.ndarray) -> np.ndarray:
    """Place boxes of these sizes below each other with gaps; return their middles, 0 to 1."""
    gap = 0.06
    heights = (1 - gap * (len(sizes) - 1)) * sizes / max(sizes.sum(), 1)
    return np.clip(np.cumsum(heights + gap) - gap - heights / 2, 0.001, 0.999)


def _square(cells: pd.Series) -> pd.DataFrame:
    rows, columns = (cells.index.unique(level) for level in (0, 1))
    return pd.DataFrame(cells.to_numpy().reshape(len(rows), len(columns)), rows, columns)


def _share(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else percent(share)


def _without_scale(figure: go.Figure) -> go.Figure:
    """Drop the colour bar: the cells hold the numbers, and it takes a third of a phone."""
    return figure.update_traces(showscale=False, textfont={"size": 11})
