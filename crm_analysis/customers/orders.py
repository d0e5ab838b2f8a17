"""How many orders a customer has, how long the gaps between them are, what an order brings."""

import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.errors import InsufficientData

__all__ = ["gap_quantiles", "gaps_between_orders", "order_values", "orders_per_customer"]


def orders_per_customer(customers: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """Count the customers by their number of orders.

    Parameters
    ----------
    customers : a row per customer with orders and revenue, as ``summarize`` gives it.
    most : from this number on, customers are counted together.

    Returns
    -------
    Frame by orders ("1", "2", … "10 or more"): customers, revenue, and the share (0..1) that
    each has of all; numbers of orders that nobody has are there with 0.

    Examples
    --------
    >>> customers = pd.DataFrame({"orders": [1, 1, 2, 9], "revenue": [5.0, 5.0, 10.0, 80.0]})
    >>> orders_per_customer(customers, most=3)["revenue_share"].to_dict()
    {'1': 0.1, '2': 0.1, '3 or more': 0.8}
    """
    check_columns(customers, ["orders", "revenue"], table="customers")
    group = customers["orders"].clip(upper=most)
    found = customers.groupby(group)["revenue"].agg(customers="size", revenue="sum")
    counts = found.reindex(range(1, most + 1), fill_value=0)
    counts["customer_share"] = counts["customers"] / counts["customers"].sum()
    total = counts["revenue"].sum()
    counts["revenue_share"] = counts["revenue"] / total if total > 0 else float("nan")
    names = [*map(str, range(1, most)), f"{most} or more"]
    return counts.set_axis(pd.Index(names, name="orders", dtype="str"))


def gaps_between_orders(transactions: pd.DataFrame) -> pd.Series:
    """Return the days from each purchase day of a customer to the next.

    Only gaps that have ended are seen: who is still waiting isn't in it, so long gaps are rarer
    here than in truth.

    Parameters
    ----------
    transactions : customer_id, date. Several purchases on one day are one.

    Returns
    -------
    Days, 1 or more, one value per gap, by customer_id; empty where nobody bought on two days.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": list("AABA"), "date": pd.to_datetime(
    ...     ["2026-01-01", "2026-01-08", "2026-01-02", "2026-01-31"])})
    >>> gaps_between_orders(lines).tolist()
    [7, 23]
    """
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    check_dates(transactions, table="transactions")
    days = transactions[["customer_id"]].assign(date=transactions["date"].dt.normalize())
    days = days.drop_duplicates()
    days = days.sort_values(["customer_id", "date"]).set_index("customer_id")["date"]
    gaps = days.groupby(level=0).diff().dropna()
    return gaps.dt.days.astype("int64").rename("gap_days")


def order_values(transactions: pd.DataFrame) -> pd.Series:
    """Return what each order brought: the sum of its lines; lines without order id stand alone.

    Parameters
    ----------
    transactions : amount, [order_id].

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [2.0, 3.0, 4.0], "order_id": ["o1", "o1", None]})
    >>> order_values(lines).tolist()
    [5.0, 4.0]
    """
    check_columns(transactions, ["amount"], table="transactions")
    amount = transactions["amount"]
    if "order_id" not in transactions:
        return amount.rename("order_value").reset_index(drop=True)
    order_id = transactions["order_id"]
    together = amount.groupby(order_id).sum()
    alone = amount[order_id.isna()]
    return pd.concat([together, alone], ignore_index=True).rename("order_value")


def gap_quantiles(gaps: pd.Series) -> pd.DataFrame:
    """Return within how many days which share of the gaps has ended.

    Parameters
    ----------
    gaps : days, as ``gaps_between_orders`` gives them.

    Returns
    -------
    Frame with share (0 to 1) and days: the shortest time within which so many gaps ended.

    Raises
    ------
    InsufficientData : nobody bought on two days.

    Examples
    --------
    >>> gap_quantiles(pd.Series([7, 7, 9, 30]))["days"].tolist()
    [7, 7, 9, 30, 30, 30]
    """
    if gaps.empty:
        raise InsufficientData("the gaps between purchases", "0 gaps", "at least 1 gap that ended")
    shares = [0.10, 0.25, 0.50, 0.75, 0.90, 0.95]
    days = gaps.quantile(shares, interpolation="higher").astype("int64")
    return days.rename("days").rename_axis("share").reset_index()
