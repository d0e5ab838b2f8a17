"""What other chapters know of each customer, from the tables that they hand over."""

from pathlib import Path

import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError

__all__ = ["read_handed_over"]


def read_handed_over(path: str | Path, column: str) -> pd.Series | None:
    """Read one column of a hand-over table, such as ``customers_scored`` or ``customer_value``.

    Parameters
    ----------
    path : a CSV or Parquet file with customer_id and the column; "" for none.
    column : "segment", "value" or another.

    Returns
    -------
    Series by customer_id (text), without those for whom it is missing; None without a file.

    Raises
    ------
    InputError : the file isn't there, or can't be read as a table.
    ValueError : a column is missing, or a customer is there twice.

    Examples
    --------
    >>> read_handed_over("", "segment") is None
    True
    """
    if not path:
        return None
    read = pd.read_parquet if str(path).endswith(".parquet") else pd.read_csv
    try:
        table = read(path)
    except (OSError, ValueError) as error:
        raise InputError(f"the table {str(path)!r} can't be read: {error}") from error
    check_columns(table, ["customer_id", column], table=Path(path).name)
    customers = table["customer_id"].astype("str")
    once = ~customers.duplicated()
    check_values(customers, once, rule="there once", table=Path(path).name)
    return table[column].set_axis(pd.Index(customers)).dropna()
