"""The schemes by name: learned from one customer table, then applied to any later one."""

from collections.abc import Callable

import pandas as pd

from crm_analysis.errors import unknown_name
from crm_analysis.segmentation.clusters import CustomerClusters
from crm_analysis.segmentation.life_cycle import (
    CELLS,
    STAGES,
    cell_names,
    gap_limits,
    life_cycle_grid,
)
from crm_analysis.segmentation.pyramid import GRADES, customer_pyramid
from crm_analysis.segmentation.rfm import rfm_cuts, rfm_scores
from crm_analysis.segmentation.segments import EIGHT, SEGMENTS, name_segments

__all__ = ["SCHEMES", "TITLES", "Assign", "learn_scheme", "scheme_states"]

Assign = Callable[[pd.DataFrame], pd.Series]


def learn_scheme(name: str, customers: pd.DataFrame) -> Assign:
    """Learn a scheme's cut-offs from a customer table; return what places customers by them.

    Parameters
    ----------
    name : "rfm" (the eleven names), "binary" (the eight of RFM in halves), "stage" (active …
        lost), "life_cycle" (the sixteen cells), "clusters" (k-means) or "pyramid", which has
        no cut-offs and grades whoever is in the table.
    customers : a row per customer, as ``crm_analysis.customers.summarize`` returns it.

    Raises
    ------
    InputError : there is no scheme of that name.
    InsufficientData : the customers can't support the cut-offs.

    Examples
    --------
    >>> then = pd.DataFrame({"recency": [0, 50], "T": [80, 70], "orders": 1, "revenue": [9.0, 80]})
    >>> place = learn_scheme("pyramid", then)
    >>> place(then).tolist()
    ['small', 'VIP']
    """
    if name not in SCHEMES:
        raise unknown_name("scheme", name, SCHEMES)
    return SCHEMES[name](customers)


def scheme_states(name: str) -> list[str]:
    """List the groups of a scheme, the best first; empty where the data decide on them."""
    return list(_STATES.get(name, ()))


def _rfm(customers: pd.DataFrame) -> Assign:
    cuts = rfm_cuts(customers)
    return lambda others: name_segments(rfm_scores(others, cuts=cuts))


def _binary(customers: pd.DataFrame) -> Assign:
    cuts = rfm_cuts(customers, bins=2)
    return lambda others: name_segments(rfm_scores(others, cuts=cuts), grid="binary")


def _stage(customers: pd.DataFrame) -> Assign:
    limits = gap_limits(customers)
    return lambda others: life_cycle_grid(others, limits)["stage"]


def _life_cycle(customers: pd.DataFrame) -> Assign:
    limits = gap_limits(customers)
    return lambda others: cell_names(life_cycle_grid(others, limits))


def _pyramid(customers: pd.DataFrame) -> Assign:
    return customer_pyramid


def _clusters(customers: pd.DataFrame) -> Assign:
    return CustomerClusters().fit(customers).predict


SCHEMES: dict[str, Callable[[pd.DataFrame], Assign]] = {
    "rfm": _rfm,
    "binary": _binary,
    "stage": _stage,
    "life_cycle": _life_cycle,
    "pyramid": _pyramid,
    "clusters": _clusters,
}
_STATES = {
    "rfm": SEGMENTS,
    "binary": EIGHT,
    "stage": STAGES,
    "life_cycle": CELLS,
    "pyramid": GRADES,
}
TITLES = {
    "rfm": "RFM's eleven names",
    "binary": "RFM in halves",
    "stage": "the life cycle's stages",
    "life_cycle": "the life cycle",
    "pyramid": "the pyramid",
    "clusters": "clusters",
}
