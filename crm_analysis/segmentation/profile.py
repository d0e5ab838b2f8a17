"""What each segment is made of and what it brings."""

import pandas as pd

from crm_analysis.errors import InputError
from crm_analysis.formats import count, percent
from crm_analysis.segmentation._customers import by_customer, numbers
from crm_analysis.segmentation.rfm import days_since_last

__all__ = ["score_cells", "score_square", "segment_profile", "segment_spread"]

_MONEY = ("margin", "cost_to_serve", "contribution", "value")


def segment_profile(customers: pd.DataFrame, segments: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Describe each segment: how many customers, what they brought, how long ago.

    Parameters
    ----------
    customers : a row per customer, with customer_id as index or column, recency, T, orders,
        revenue, [margin, cost_to_serve, contribution, value] (in money).
    segments : each customer's segment, or several columns whose combinations are the segments
        (stage and loyalty of the life-cycle grid).

    Returns
    -------
    Frame by segment, most revenue first: customers, share_of_customers (0 to 1), orders,
    revenue, share_of_revenue (0 to 1; missing where the company's revenue isn't above 0),
    mean_orders, mean_revenue (per customer), median_days_since_last (in the unit of the
    table) and the sums of margin, cost_to_serve, contribution and value where customers have
    them. Segments without customers aren't listed.

    Raises
    ------
    InputError : a customer has no segment, or several.
    ValueError : a column is missing, or a row has no number.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency": [0, 5, 9], "T": [2, 9, 9], "orders": [1, 3, 2], "revenue": [10.0, 50, 40]},
    ...     index=["Ann", "Bo", "Cem"],
    ... )
    >>> segments = pd.Series(["new", "old", "old"], index=customers.index, name="segment")
    >>> profile = segment_profile(customers, segments)
    >>> profile["share_of_revenue"].to_dict(), profile["mean_orders"].to_dict()
    ({'old': 0.9, 'new': 0.1}, {'old': 2.5, 'new': 1.0})
    """
    customers = by_customer(customers, "recency", "T", "orders", "revenue")
    keys = segments.to_frame() if isinstance(segments, pd.Series) else segments
    if keys.index.has_duplicates:
        twice = keys.index[keys.index.duplicated()][0]
        raise InputError(f"a customer has one segment, got several for {twice!r}")
    placed = customers.index.isin(keys.dropna().index)
    if not placed.all():
        raise InputError(
            f"every customer needs a segment: {(~placed).sum():,} of {len(placed):,} have none, "
            f"first {customers.index[~placed][0]!r}"
        )
    money = [name for name in _MONEY if name in customers.columns]
    facts = pd.DataFrame({name: numbers(customers, name) for name in ("orders", "revenue", *money)})
    facts["days"] = days_since_last(customers)
    grouped = facts.groupby([keys[name].reindex(facts.index) for name in keys.columns])
    profile = grouped.agg(
        customers=("orders", "size"),
        orders=("orders", "sum"),
        revenue=("revenue", "sum"),
        mean_orders=("orders", "mean"),
        mean_revenue=("revenue", "mean"),
        median_days_since_last=("days", "median"),
        **{name: (name, "sum") for name in money},
    )
    total = profile["revenue"].sum()
    profile.insert(1, "share_of_customers", profile["customers"] / len(customers))
    profile.insert(4, "share_of_revenue", profile["revenue"] / total if total > 0 else float("nan"))
    return profile.sort_values("revenue", ascending=False, kind="stable")


def score_cells(scores: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Count customers and revenue for every pair of recency and frequency scores.

    Parameters
    ----------
    scores : frame by customer_id with r and f, as ``rfm_scores`` returns it.
    customers : the table that was scored, with revenue.

    Returns
    -------
    Frame by r and f, every pair of scores: customers, revenue (in money), share_of_revenue (0 to
    1; missing where the company's revenue isn't above 0).

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [1, 2], "f": [2, 2]})
    >>> score_cells(scores, pd.DataFrame({"revenue": [3.0, 1.0]}))["share_of_revenue"].tolist()
    [0.0, 0.75, 0.0, 0.25]
    """
    customers = by_customer(customers, "revenue")
    best = scores.attrs.get("bins", int(scores[["r", "f"]].max(axis=None)))
    grouped = customers["revenue"].groupby([scores["r"], scores["f"]]).agg(["size", "sum"])
    every = pd.MultiIndex.from_product([range(1, best + 1)] * 2, names=["r", "f"])
    cells = grouped.reindex(every, fill_value=0).set_axis(["customers", "revenue"], axis=1)
    total = cells["revenue"].sum()
    return cells.assign(share_of_revenue=cells["revenue"] / total if total > 0 else float("nan"))


def score_square(cells: pd.DataFrame) -> pd.DataFrame:
    """Lay the pairs of scores out as a square of texts: customers, and their share of revenue.

    Parameters
    ----------
    cells : what ``score_cells`` returns.

    Returns
    -------
    Frame by R, the best on top, with a column for each F: text such as "1,343 (6.5 %)"; a dash
    where nobody is, no share where the company's revenue isn't above 0.

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [1, 2], "f": [2, 2]})
    >>> score_square(score_cells(scores, pd.DataFrame({"revenue": [3.0, 1.0]}))).loc[2].tolist()
    ['–', '1 (25.0 %)']
    """
    shares = cells["share_of_revenue"].map(lambda share: f" ({percent(share, 1)})", "ignore")
    text = (cells["customers"].map(count) + shares.fillna("")).where(cells["customers"] > 0, "–")
    square = text.unstack("f").sort_index(ascending=False).rename_axis("R")  # noqa: PD010
    return square.set_axis([f"F {score}" for score in square.columns], axis=1)


def segment_spread(customers: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    """Say where each segment lies: quartiles of silence and of orders.

    Parameters
    ----------
    customers : a row per customer, indexed by customer_id, with recency, T, orders.
    segments : each customer's segment.

    Returns
    -------
    Frame by segment, the one silent for the shortest first: customers, silence (median, in the
    unit of the table), silence_low, silence_high (quartiles), orders, orders_low, orders_high.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency": [0, 0], "T": [2, 4], "orders": [1, 3]})
    >>> spread = segment_spread(customers, pd.Series(["new", "new"], name="segment"))
    >>> spread.loc["new", ["silence_low", "silence", "silence_high"]].tolist()
    [2.5, 3.0, 3.5]
    """
    customers = by_customer(customers, "recency", "T", "orders")
    facts = pd.DataFrame({"silence": days_since_last(customers), "orders": customers["orders"]})
    grouped = facts.groupby(segments.reindex(facts.index).rename("segment"))
    spread = grouped.size().to_frame("customers")
    for name in facts.columns:
        for end, share in (("", 0.5), ("_low", 0.25), ("_high", 0.75)):
            spread[name + end] = grouped[name].quantile(share)
    return spread.sort_values("silence", kind="stable")
