"""What a chapter hands over, read by another: the way back from ``crm.hand_over``."""

from pathlib import Path

import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError

__all__ = ["read_handed_over", "read_values"]


def read_handed_over(path: str | Path | None, column: str) -> pd.Series | None:
    """Read one column of a hand-over table, such as ``segment`` of ``customers_scored``.

    Parameters
    ----------
    path : a CSV or Parquet file with customer_id and the column; None or "" for none.
    column : "segment", "value" or another.

    Returns
    -------
    Series by customer_id, as it's written there (007 stays 007); None without a file.

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
    name = Path(path).name
    try:
        if name.endswith(".parquet"):
            table = pd.read_parquet(path)
        else:
            # Ids are texts: 007 is no 7, and a customer may be called NA.
            empty, texts = {column: [""]}, {"customer_id": "str"}
            table = pd.read_csv(path, dtype=texts, na_values=empty, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise InputError(f"the table {str(path)!r} can't be read: {error}") from error
    check_columns(table, ["customer_id", column], table=name)
    customers = table["customer_id"].astype("str")
    check_values(customers, ~customers.duplicated(), rule="given once", table=name)
    return table[column].set_axis(pd.Index(customers))


def read_values(path: str | Path | None) -> pd.Series | None:
    """Read lifetime values from a hand-over table, such as ``customer_value`` of chapter 03.

    Parameters
    ----------
    path : a CSV or Parquet file with customer_id and value (in money); None or "" for none.

    Returns
    -------
    Series by customer_id, in money; None without a file.

    Raises
    ------
    InputError : the file isn't there, or can't be read as a table.
    ValueError : a column is missing, a value isn't a number, or a customer is there twice.

    Examples
    --------
    >>> read_values("") is None
    True
    """
    given = read_handed_over(path, "value")
    if given is None:
        return None
    values = pd.to_numeric(given, errors="coerce").astype(float)
    check_values(given, values.notna(), rule="a number", table=Path(path).name)
    return values
