"""Checks that public functions share: the columns are there, the numbers are possible."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

__all__ = ["check_columns", "check_dates", "check_probability", "check_values"]


def check_columns(frame: pd.DataFrame, needed: Iterable[str], *, table: str) -> None:
    """Raise if ``frame`` lacks one of the ``needed`` columns.

    Examples
    --------
    >>> check_columns(pd.DataFrame({"T": [1.0]}), ["recency", "T"], table="customers")
    Traceback (most recent call last):
    ...
    ValueError: customers lacks the column 'recency'; it has: T
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{table} must be a pandas DataFrame, got {type(frame).__name__}")
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        column = "column" if len(missing) == 1 else "columns"
        has = ", ".join(map(str, frame.columns)) or "none"
        raise ValueError(f"{table} lacks the {column} {names}; it has: {has}")


def check_dates(frame: pd.DataFrame, *, table: str) -> None:
    """Raise if the column date of ``frame`` holds something else than dates, such as text.

    Examples
    --------
    >>> check_dates(pd.DataFrame({"date": ["2026-01-31"]}), table="transactions")
    Traceback (most recent call last):
    ...
    ValueError: transactions has dates of type str: convert them by pd.to_datetime first
    """
    check_columns(frame, ["date"], table=table)
    kind = frame["date"].dtype
    if not pd.api.types.is_datetime64_any_dtype(kind):
        raise ValueError(f"{table} has dates of type {kind}: convert them by pd.to_datetime first")


def check_values(
    values: pd.Series, valid: pd.Series | np.ndarray, *, rule: str, table: str
) -> None:
    """Raise if any of ``values`` isn't ``valid``, naming the first row and its value.

    Examples
    --------
    >>> x = pd.Series([1, -2], index=["Ann", "Bo"], name="frequency")
    >>> check_values(x, x >= 0, rule="at least 0", table="customers")
    Traceback (most recent call last):
    ...
    ValueError: frequency must be at least 0: 1 of 2 rows of customers is not, first at 'Bo' with -2
    """
    bad = ~np.asarray(valid, dtype=bool)
    if not bad.any():
        return
    first, n_bad = int(np.argmax(bad)), int(bad.sum())
    row = values.index[first]
    row = row.item() if isinstance(row, np.generic) else row
    raise ValueError(
        f"{values.name} must be {rule}: {n_bad:,} of {len(values):,} rows of {table} "
        f"{'is' if n_bad == 1 else 'are'} not, first at {row!r} with {values.iloc[first]}"
    )


def check_probability(value: float, *, name: str) -> None:
    """Raise if ``value`` isn't strictly between 0 and 1.

    Examples
    --------
    >>> check_probability(90, name="confidence")
    Traceback (most recent call last):
    ...
    ValueError: confidence must lie between 0 and 1, got 90
    """
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {value}")
