"""What customers bought first, and what it led to."""

import numpy as np
import pandas as pd
from scipy.stats import t

from crm_analysis.checks import check_columns, check_dates, check_probability
from crm_analysis.customers.proportions import wilson
from crm_analysis.errors import InsufficientData

__all__ = ["EVERYBODY", "assortment_column", "first_purchases"]

EVERYBODY = "all customers"
_COLUMNS = ("product", "product_id", "category")


def assortment_column(transactions: pd.DataFrame, columns: tuple[str, ...] = _COLUMNS) -> str:
    """Return the first of the columns that says what was bought, in more than one kind.

    Raises
    ------
    InsufficientData : no column says what was bought, or all bought the same.

    Examples
    --------
    >>> assortment_column(pd.DataFrame({"product": ["milk", "milk"], "category": ["a", "b"]}))
    'category'
    """
    for name in columns:
        if name in transactions and transactions[name].dropna().drop_duplicates().size > 1:
            return name
    have, need = "no such columns with more than one value", f"a column {' or '.join(columns)}"
    raise InsufficientData("a view of what was bought", have, need)


def first_purchases(
    transactions: pd.DataFrame,
    as_of: pd.Timestamp | None = None,
    days: int = 365,
    by: str | None = None,
    fewest: int = 30,
    confidence: float = 0.90,
) -> pd.DataFrame:
    """Follow customers by what they bought on their first day.

    Only customers whose first purchase lies at least ``days`` back count, so that all had the
    same time. Who bought several things on the first day counts with each of them.

    Parameters
    ----------
    transactions : customer_id, date, amount and what was bought.
    as_of : the last day known; by default the last date.
    days : for how long customers are followed after their first day.
    by : the column with what was bought; by default product, product_id or category.
    fewest : customers that a row needs, 2 or more.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame by what was bought first, most customers first, below "all customers": customers,
    repeated (who bought again), rate (0..1, Wilson's interval in rate_low and rate_high),
    revenue (mean per customer in the ``days`` after the first day, in money; Student's interval
    in revenue_low and revenue_high).

    Raises
    ------
    InsufficientData : nothing says what was bought, or too few customers can be followed.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": list("AABBC"), "product": ["tea", "tea", "cup", "tea",
    ...     "cup"], "date": pd.to_datetime(["2026-01-01", "2026-01-09", "2026-01-02", "2026-01-12",
    ...     "2026-01-03"]), "amount": [3.0, 4.0, 9.0, 6.0, 9.0]})
    >>> found = first_purchases(lines, "2026-02-28", days=30, fewest=2)
    >>> found[["customers", "repeated", "revenue"]].round(2).to_dict("index")["cup"]
    {'customers': 2, 'repeated': 1, 'revenue': 3.0}
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    check_dates(transactions, table="transactions")
    check_probability(confidence, name="confidence")
    by = by or assortment_column(transactions)
    check_columns(transactions, [by], table="transactions")
    day = transactions["date"].dt.normalize()
    end = day.max() if as_of is None else pd.Timestamp(as_of)
    lines = transactions[["customer_id", "amount", by]].assign(date=day)[day <= end]
    since = (lines["date"] - lines.groupby("customer_id")["date"].transform("min")).dt.days
    later = lines[since.between(1, days)].groupby("customer_id")["amount"]
    began = lines[(since == 0) & (lines["date"] <= end - pd.Timedelta(days=days))]
    first = began[["customer_id", by]].dropna().drop_duplicates()
    followed = pd.Index(began["customer_id"].unique())
    if len(followed) < fewest:
        have = f"{len(followed):,} whose first purchase lies {days} days back"
        raise InsufficientData("what first purchases lead to", have, f"at least {fewest} customers")
    spent = later.sum().reindex(followed, fill_value=0.0)
    again = pd.Series(followed.isin(list(later.groups)), index=followed)
    rows = {EVERYBODY: followed} | {
        name: pd.Index(part)
        for name, part in first.groupby(by)["customer_id"]
        if len(part) >= fewest
    }
    return _described({str(k): (again[ids], spent[ids]) for k, ids in rows.items()}, confidence)


def _described(rows: dict, confidence: float) -> pd.DataFrame:
    found = [_row(again, spent, confidence) for again, spent in rows.values()]
    frame = pd.DataFrame(found, index=pd.Index(list(rows), name="first bought"))
    return frame.sort_values("customers", ascending=False, kind="stable")


def _row(again: pd.Series, spent: pd.Series, confidence: float) -> dict[str, float]:
    n = len(again)
    rate = wilson(int(again.sum()), n, confidence)
    half = t.ppf((1 + confidence) / 2, n - 1) * spent.std() / np.sqrt(n)
    return {
        "customers": n,
        "repeated": int(again.sum()),
        "rate": rate.value,
        "rate_low": rate.low,
        "rate_high": rate.high,
        "revenue": spent.mean(),
        "revenue_low": spent.mean() - half,
        "revenue_high": spent.mean() + half,
    }
