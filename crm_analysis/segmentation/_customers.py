"""The customer table as every scheme reads it: a row per customer, numbers where they belong."""

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError

__all__ = ["by_customer", "numbers", "order_counts"]


def by_customer(customers: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Return the table indexed by customer_id, also where that is a column, as in a file.

    Raises
    ------
    ValueError : one of the columns ``needed`` is missing.
    InputError : a customer has several rows.
    """
    check_columns(customers, needed, table="customers")
    if "customer_id" in customers.columns:
        customers = customers.set_index("customer_id")
    index = customers.index
    if index.name == "customer_id" and not index.is_unique:
        twice = index[index.duplicated()].tolist()[0]
        raise InputError(f"a customer has one row in customers, got several for {twice!r}")
    return customers


def numbers(customers: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as numbers; raise, naming the row, where one isn't a finite number."""
    values = customers[name]
    found = values if is_numeric_dtype(values) else pd.to_numeric(values, errors="coerce")
    finite = np.isfinite(found.to_numpy(float, na_value=np.nan))
    check_values(values, finite, rule="a number", table="customers")
    return found


def order_counts(customers: pd.DataFrame) -> pd.Series:
    """Return orders as numbers; raise, naming the row, where somebody has none."""
    orders = numbers(customers, "orders")
    check_values(orders, orders >= 1, rule="at least 1", table="customers")
    return orders
