"""Purchase histories (frequency, recency, T): checked, and reduced to the distinct ones."""

from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Self

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values

__all__ = ["HISTORY", "Histories", "check_horizon", "levels"]

HISTORY = ["frequency", "recency", "T"]
_LARGEST = np.iinfo(np.uint16).max


def _checked(customers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return frequency, recency and T as numbers; the first row that is impossible is named."""
    check_columns(customers, HISTORY, table="customers")
    # Columns that may hold missing values or text are judged by the numbers in them.
    columns = (pd.to_numeric(customers[name], errors="coerce").astype(float) for name in HISTORY)
    x, tx, age = (column.to_numpy() for column in columns)
    possible = (x >= 0) & (x == np.floor(x)) & (tx >= 0) & (tx <= age) & (age < np.inf)
    possible &= (x > 0) | (tx == 0)
    if not (possible & (x < np.inf)).all():
        _name_the_fault(customers, x, tx, age)
    return x, tx, age


def _name_the_fault(customers: pd.DataFrame, x, tx, age) -> None:
    given = customers[HISTORY]
    for name, numbers in zip(HISTORY, (x, tx, age), strict=True):
        check_values(given[name], np.isfinite(numbers), rule="a number", table="customers")
        check_values(given[name], numbers >= 0, rule="at least 0", table="customers")
    rules = {
        "a whole number of purchases": ("frequency", x == np.floor(x)),
        "at most T": ("recency", tx <= age),
        "0 without a repeat purchase": ("recency", (x > 0) | (tx == 0)),
    }
    for rule, (name, valid) in rules.items():
        check_values(given[name], valid, rule=rule, table="customers")


def levels(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values, rising, and the place of each value among them."""
    whole = _small_numbers(values)
    if whole is None:
        places, distinct = pd.factorize(values, sort=True)
        return distinct, places
    seen = np.bincount(whole) > 0
    return np.flatnonzero(seen).astype(float), (np.cumsum(seen) - 1)[whole]


def _small_numbers(values: np.ndarray) -> np.ndarray | None:
    """Return values that are whole numbers of 16 bits as such, and None for others."""
    if not (len(values) and values.min() >= 0 and values.max() <= _LARGEST):
        return None
    whole = values.astype(np.uint16)
    return whole if (whole == values).all() else None


def _group(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first position, group of each row and size of each group of equal rows.

    Groups are sorted, so that the order of the rows doesn't change the sums that follow.
    """
    places = [_short(levels(column)[1]) for column in columns]
    order = np.lexsort(places[::-1])
    begins = np.arange(len(order)) == 0
    for place in places:
        begins[1:] |= np.diff(place[order]) != 0
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(begins) - 1
    return order[begins], group, np.diff(np.flatnonzero(begins), append=len(order))


def _short(places: np.ndarray) -> np.ndarray:
    """Hold few distinct places in 16 bits, which are sorted digit by digit."""
    return places.astype(np.uint16) if places.max(initial=0) <= _LARGEST else places


@dataclass(frozen=True)
class Histories:
    """The distinct histories of some customers.

    Parameters
    ----------
    x : repeat purchases.
    tx, T : time from the first purchase to the last one and to today, in one unit.
    count : customers that have the history.
    row_of : for each customer the position of its history.
    """

    x: np.ndarray
    tx: np.ndarray
    T: np.ndarray
    count: np.ndarray
    row_of: np.ndarray

    @classmethod
    def of(cls, customers: pd.DataFrame, weights: np.ndarray | None = None) -> Self:
        """Check customers (``frequency``, ``recency``, ``T``) and keep the distinct histories."""
        x, tx, age = _checked(customers)
        first, row_of, sizes = _group([x, tx, age])
        if weights is not None:
            weights = pd.Series(np.asarray(weights, dtype=float), customers.index, name="weights")
            check_values(weights, weights >= 0, rule="at least 0", table="customers")
            sizes = np.bincount(row_of, weights=weights, minlength=len(first))
        return cls(x[first], tx[first], age[first], sizes.astype(float), row_of)

    @classmethod
    def each(cls, customers: pd.DataFrame) -> Self:
        """Check customers and keep every one, for work quicker than finding the distinct."""
        x, tx, age = _checked(customers)
        return cls(x, tx, age, np.ones(len(x)), np.arange(len(x)))

    def every(self, step: int) -> Self:
        """Return each ``step``-th history, for a first look."""
        parts = (self.x, self.tx, self.T, self.count)
        return type(self)(*(part[::step] for part in parts), self.row_of[:0])

    def futures(self, beside: np.ndarray) -> tuple[Self, np.ndarray]:
        """Return the histories that differ in x, T or ``beside``, and the place of each.

        What who is still there does next depends on these alone. ``row_of`` of the result holds
        the first history of each kind.
        """
        first, place, _ = _group([self.x, self.T, beside])
        return type(self)(self.x[first], self.tx[first], self.T[first], 1, first), place

    @cached_property
    def ahead(self) -> tuple[Self, np.ndarray]:
        """The histories that differ in x or T, far fewer, and the place of each."""
        return self.futures(np.zeros_like(self.x))

    def for_each_customer(self) -> Self:
        """Return every customer's own history, in the order of the table."""
        parts = (self.x, self.tx, self.T)
        rows = np.arange(len(self.row_of))
        return type(self)(*(part[self.row_of] for part in parts), np.ones(len(rows)), rows)

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.count.sum())


def check_horizon(horizon: float) -> float:
    """Raise unless ``horizon`` is a length of time."""
    if not (isinstance(horizon, Real) and np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon must be at least 0 and finite, got {horizon}")
    return float(horizon)
