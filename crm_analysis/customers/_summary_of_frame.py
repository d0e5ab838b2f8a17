"""The customer table of a frame in memory, by counting; ``customer_table`` says what it holds."""

from datetime import date

import numpy as np
import pandas as pd

from crm_analysis.customers._numbering import numbered
from crm_analysis.customers._purchase_days import by_the_clock

__all__ = ["ends_of_frame", "frame_customers"]


def ends_of_frame(transactions: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last moment; NaT where nothing is dated."""
    dates = by_the_clock(transactions["date"])
    return dates.min(), dates.max()


def frame_customers(transactions: pd.DataFrame, as_of: date, days_per_unit: int) -> pd.DataFrame:
    """Return what ``customer_table`` gives, by customer_id, without a database in between.

    Parameters
    ----------
    transactions : customer_id, date, amount, [order_id].
    as_of : the last day that counts.
    days_per_unit : of recency and T.
    """
    end = np.datetime64(as_of, "D")
    dates = by_the_clock(transactions["date"]).to_numpy().astype("datetime64[D]")
    seen = (dates <= end) & transactions["customer_id"].notna().to_numpy()
    if not seen.all():
        transactions, dates = transactions[seen], dates[seen]
    who, customers = numbered(transactions["customer_id"])
    days = dates.view("int64")
    amounts = transactions["amount"].to_numpy("float64", na_value=0.0)
    n = len(customers)
    first, last = np.full(n, np.iinfo("int64").max), np.full(n, np.iinfo("int64").min)
    np.minimum.at(first, who, days)
    np.maximum.at(last, who, days)
    # Of no lines at all it would count in whole numbers.
    revenue = np.bincount(who, amounts, n).astype("float64")
    again = revenue - np.bincount(who, np.where(days == first[who], amounts, 0.0), n)
    frequency = _distinct(who, days - days.min(initial=0), n) - 1
    return pd.DataFrame(
        {
            "first": first.view("datetime64[D]").astype("datetime64[us]"),
            "last": last.view("datetime64[D]").astype("datetime64[us]"),
            "orders": _orders(transactions, who, n),
            "revenue": revenue,
            "frequency": frequency,
            "recency": (last - first) / days_per_unit,
            "T": (end.astype("int64") - first) / days_per_unit,
            "monetary_value": np.where(frequency > 0, again / np.maximum(frequency, 1), 0.0),
        },
        index=customers.rename("customer_id"),
    )


def _distinct(who: np.ndarray, what: np.ndarray, n: int) -> np.ndarray:
    """Count the distinct values, not below 0, by customer."""
    span = int(what.max(initial=0)) + 1
    # Small numbers are sorted in half the time.
    pairs = np.sort((who * span + what).astype(np.min_scalar_type(n * span)))
    is_new = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
    return np.bincount(pairs[is_new] // span, minlength=n)


def _orders(transactions: pd.DataFrame, who: np.ndarray, n: int) -> np.ndarray:
    """Count distinct order ids, and lines that have none."""
    if "order_id" not in transactions:
        return np.bincount(who, minlength=n)
    order, _ = pd.factorize(transactions["order_id"])
    has_id = order >= 0
    distinct = _distinct(who[has_id], order[has_id], n)
    return distinct + np.bincount(who[~has_id], minlength=n)
