"""What a model is fitted on, from whatever holds it: a frame, three arrays, a database's table.

A table in a database is counted there, so only its distinct histories come over.
"""

from typing import Any

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError
from crm_analysis.lifetime_value._histories import HISTORY

__all__ = ["as_counts"]


def as_counts(customers: Any, recency=None, T=None, weights=None) -> tuple[pd.DataFrame, Any]:
    """Return a frame of ``frequency``, ``recency`` and ``T``, and the customers per row.

    Parameters
    ----------
    customers : a frame, or a table of Ibis, DuckDB or Spark, with these columns and perhaps ``n``;
        or the array of frequencies, with those of ``recency`` and ``T``.
    weights : customers per row of a frame or of arrays, or None for ``n``, else 1.
    """
    if recency is not None or T is not None:
        arrays = {"frequency": customers, "recency": recency, "T": T}
        missing = [name for name, part in arrays.items() if part is None]
        if missing:
            raise InputError(f"three arrays are needed, and {missing[0]} isn't given")
        return pd.DataFrame({name: np.asarray(part) for name, part in arrays.items()}), weights
    count = _COUNTERS.get(type(customers).__module__.split(".")[0])
    if count is None:
        check_columns(customers, HISTORY, table="customers")
        return customers, customers.get("n") if weights is None else weights
    check_columns(pd.DataFrame(columns=list(customers.columns)), HISTORY, table="customers")
    table = count(customers, "n" in customers.columns).sort_values(HISTORY, ignore_index=True)
    return table[HISTORY].astype(float), table["n"].to_numpy(dtype=float)


def _count_ibis(table: Any, counted: bool) -> pd.DataFrame:
    return table.group_by(HISTORY).agg(n=table.n.sum() if counted else table.count()).to_pandas()


def _count_duckdb(relation: Any, counted: bool) -> pd.DataFrame:
    names = ", ".join(HISTORY)
    return relation.aggregate(f"{names}, {'sum(n)' if counted else 'count(*)'} AS n", names).df()


def _count_spark(table: Any, counted: bool) -> pd.DataFrame:
    groups = table.groupBy(*HISTORY)
    sums = groups.agg({"n": "sum"}) if counted else groups.count()
    return sums.toDF(*HISTORY, "n").toPandas()


_COUNTERS = {
    "ibis": _count_ibis,
    "duckdb": _count_duckdb,
    "_duckdb": _count_duckdb,
    "pyspark": _count_spark,
}
