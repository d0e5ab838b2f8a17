"""How much of the assortment customers buy from."""

import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.customers.first_purchase import assortment_column

__all__ = ["categories_per_customer"]


def categories_per_customer(
    transactions: pd.DataFrame, as_of: pd.Timestamp | None = None, most: int = 5
) -> pd.DataFrame:
    """Group customers by the number of categories that they have bought from.

    Parameters
    ----------
    transactions : customer_id, date, amount and category, or else product or product_id.
    as_of : the last day that counts; by default the last date.
    most : so many and more are one group.

    Returns
    -------
    Frame by categories or products ("1" to "<most> or more", those that occur): customers,
    revenue (in money), customer_share, revenue_share (0..1; the latter missing where revenue
    isn't above 0), revenue_each (mean per customer), days_each (mean number of purchase days).
    Lines whose category isn't known count in revenue only.

    Raises
    ------
    InsufficientData : nothing says what was bought, or all bought the same.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": list("AAB"), "date": pd.Timestamp("2026-01-01"),
    ...     "amount": [6.0, 2.0, 2.0], "category": ["milk", "cheese", "milk"]})
    >>> categories_per_customer(lines)[["customers", "revenue_share"]].to_dict("index")
    {'1': {'customers': 1, 'revenue_share': 0.2}, '2': {'customers': 1, 'revenue_share': 0.8}}
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    check_dates(transactions, table="transactions")
    by = assortment_column(transactions, ("category", "product", "product_id"))
    day = transactions["date"].dt.normalize()
    end = day.max() if as_of is None else pd.Timestamp(as_of)
    lines = transactions.assign(date=day)[day <= end]
    each = lines.groupby("customer_id").agg(
        kinds=(by, "nunique"), revenue=("amount", "sum"), days=("date", "nunique")
    )
    each = each[each["kinds"] > 0]
    grouped = each.groupby(each["kinds"].clip(upper=most))
    frame = grouped.agg(customers=("revenue", "size"), revenue=("revenue", "sum"))
    total = frame["revenue"].sum()
    frame["customer_share"] = frame["customers"] / frame["customers"].sum()
    frame["revenue_share"] = frame["revenue"] / total if total > 0 else float("nan")
    frame["revenue_each"], frame["days_each"] = grouped["revenue"].mean(), grouped["days"].mean()
    names = [str(n) if n < most else f"{most} or more" for n in frame.index]
    kinds = "categories" if by == "category" else "products"
    return frame.set_axis(pd.Index(names, name=kinds, dtype="str"))
