"""The life-cycle grid: how long silent against how many orders, sixteen cells."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.formats import counted
from crm_analysis.segmentation._customers import by_customer, numbers, order_counts
from crm_analysis.segmentation.rfm import days_since_last

__all__ = ["CELLS", "LOYALTY", "STAGES", "cell_names", "gap_limits", "life_cycle_grid"]

STAGES = ("active", "silent", "dormant", "lost")
LOYALTY = ("new", "second-time", "regular", "fan")
CELLS = tuple(f"{stage}, {loyalty}" for stage in STAGES for loyalty in LOYALTY)

# Longer silent than half of the gaps that customers have come back from is no longer active,
# longer than 95 % of them is lost.
_GAP_SHARES = (0.50, 0.80, 0.95)
# Below this, 5 % of the gaps is less than one customer.
_FEWEST_REPEAT = 20


def life_cycle_grid(
    customers: pd.DataFrame,
    recency_limits: Sequence[float] | None = None,
    order_limits: Sequence[int] = (1, 2, 4),
) -> pd.DataFrame:
    """Place each customer in the life cycle by silence and by orders.

    Parameters
    ----------
    customers : a row per customer, with customer_id as index or column, recency and T (days or
        weeks), orders (a count, at least 1), [frequency] (repeat purchase days).
    recency_limits : longest silence of active, silent and dormant customers, in the unit of
        the table; by default ``gap_limits(customers)``.
    order_limits : most orders of new, second-time and regular customers.

    Returns
    -------
    Frame by customer_id with stage (active, silent, dormant, lost) and loyalty (new,
    second-time, regular, fan).

    Raises
    ------
    InsufficientData : no limits are given and too few customers came back to find them.
    InputError : limits aren't three rising numbers, or a customer has several rows.
    ValueError : a column is missing, or a row has no number or fewer than one order.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency": [0, 50, 9], "T": [20, 61, 900], "orders": [1, 6, 2]})
    >>> life_cycle_grid(customers, recency_limits=(30, 90, 365))
        stage      loyalty
    0  active          new
    1  active          fan
    2    lost  second-time
    """
    customers = by_customer(customers, "recency", "T", "orders")
    orders = order_counts(customers)
    if recency_limits is None:
        recency_limits = gap_limits(customers)
    _check_limits(recency_limits, "recency_limits")
    _check_limits(order_limits, "order_limits")
    cells = {
        "stage": _named(days_since_last(customers), recency_limits, STAGES),
        "loyalty": _named(orders, order_limits, LOYALTY),
    }
    return pd.DataFrame(cells, index=customers.index, dtype="str")


def gap_limits(customers: pd.DataFrame) -> tuple[float, float, float]:
    """Find the recency limits from the gaps between this company's own repeat purchases.

    Each customer who came back counts with the mean gap, recency / frequency; the limits are
    the gaps that 50 %, 80 % and 95 % of them don't exceed. A customer still waiting to come
    back has no gap yet, so in a young base these limits are on the short side.

    Parameters
    ----------
    customers : frame with recency (days or weeks) and frequency (repeat purchase days); where
        that isn't known, orders − 1 stands for it, which takes each order for a day of its own.

    Returns
    -------
    Longest silence of active, silent and dormant customers, in the unit of the table.

    Raises
    ------
    InsufficientData : fewer than 20 customers came back.

    Examples
    --------
    >>> gap_limits(pd.DataFrame({"frequency": 2, "recency": range(2, 42, 2)}))
    (10.0, 16.0, 19.0)
    """
    counted_by = "frequency" if "frequency" in customers else "orders"
    customers = by_customer(customers, "recency", counted_by)
    gaps = numbers(customers, counted_by) - (counted_by == "orders")
    repeat = gaps > 0
    if repeat.sum() < _FEWEST_REPEAT:
        raise InsufficientData(
            "finding recency limits in the gaps between purchases",
            f"{counted(int(repeat.sum()), 'customer')} who came back",
            f"at least {_FEWEST_REPEAT} who did, or recency_limits of your own",
        )
    mean_gaps = (numbers(customers, "recency") / gaps)[repeat].to_numpy(float)
    limits = np.quantile(mean_gaps, _GAP_SHARES, method="inverted_cdf")
    return tuple(float(limit) for limit in limits)


def cell_names(cells: pd.DataFrame) -> pd.Series:
    """Name each customer's cell by both of its sides.

    Examples
    --------
    >>> cell_names(pd.DataFrame({"stage": ["lost"], "loyalty": ["fan"]})).tolist()
    ['lost, fan']
    """
    check_columns(cells, ["stage", "loyalty"], table="cells")
    return (cells["stage"] + ", " + cells["loyalty"]).rename("cell")


def _named(values: pd.Series, limits: Sequence[float], names: Sequence[str]) -> np.ndarray:
    return np.array(names, dtype=object)[np.searchsorted(limits, values.to_numpy(float))]


def _check_limits(limits: Sequence[float], name: str) -> None:
    values = np.asarray(limits, dtype=float)
    if values.shape != (3,) or not np.isfinite(values).all() or (np.diff(values) < 0).any():
        raise InputError(f"{name} must be three rising numbers, got {tuple(limits)}")
