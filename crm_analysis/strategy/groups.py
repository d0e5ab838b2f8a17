"""Customers grouped by what they are worth, whether they still live, and how content they are.

Three questions decide what a company should do about a customer (Reinartz and Kumar 2002, "The
mismanagement of customer loyalty", Harvard Business Review 80(7)): is there much to win or
lose, is the relation alive, and is the customer content? Each answer has few values, so that
every combination can be listed, and every combination belongs to exactly one group.
"""

from itertools import product

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InsufficientData

__all__ = [
    "GROUPS",
    "LIVES",
    "SATISFACTION",
    "WORTHS",
    "customer_groups",
    "group_of",
    "usual_gap",
]

WORTHS = ("high", "ordinary")
LIVES = ("new", "active", "slipping", "one-time", "gone")
SATISFACTION = ("satisfied", "dissatisfied", "unknown")

# First rule that fits wins; None fits everything. Disappointment is settled before anything
# else is offered; who is gone is gone whatever was said in a survey.
_RULES: tuple[tuple[str, str | None, str | None, str | None], ...] = (
    # group, worth, life, satisfaction
    ("gone", None, "gone", None),
    ("disappointed core", "high", None, "dissatisfied"),
    ("disappointed others", "ordinary", None, "dissatisfied"),
    ("newcomers", None, "new", None),
    ("one-time buyers", None, "one-time", None),
    ("core", "high", "active", None),
    ("regulars", "ordinary", "active", None),
    ("slipping core", "high", "slipping", None),
    ("slipping regulars", "ordinary", "slipping", None),
)
GROUPS = (
    "core",
    "slipping core",
    "disappointed core",
    "newcomers",
    "regulars",
    "slipping regulars",
    "disappointed others",
    "one-time buyers",
    "gone",
)


def group_of(worth: str, life: str, satisfaction: str) -> str:
    """Name the group of one combination.

    Examples
    --------
    >>> group_of("high", "slipping", "unknown")
    'slipping core'
    >>> group_of("high", "active", "dissatisfied")
    'disappointed core'
    """
    answers = (worth, life, satisfaction)
    for group, *conditions in _RULES:
        if all(want in (None, got) for want, got in zip(conditions, answers, strict=True)):
            return group
    raise ValueError(
        f"no group for worth {worth!r}, life {life!r}, satisfaction {satisfaction!r}; "
        f"known: {', '.join(WORTHS)}; {', '.join(LIVES)}; {', '.join(SATISFACTION)}"
    )


def usual_gap(customers: pd.DataFrame, share: float = 0.9) -> float:
    """Return the gap between purchases that ``share`` of the repeat customers stay below.

    Parameters
    ----------
    customers : columns frequency (repeat purchases) and recency (first to last purchase).
    share : between 0 and 1.

    Returns
    -------
    The gap, in the unit of recency.

    Raises
    ------
    InsufficientData : nobody bought twice, so that no gap was ever seen.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 2, 4], "recency": [0.0, 20.0, 8.0]})
    >>> usual_gap(customers, share=0.5)
    6.0
    """
    check_columns(customers, ["frequency", "recency"], table="customers")
    check_probability(share, name="share")
    repeat = customers[customers["frequency"] > 0]
    if repeat.empty:
        raise InsufficientData("the usual gap", "0 repeat customers", "at least 1 repeat customer")
    return float((repeat["recency"] / repeat["frequency"]).quantile(share))


def customer_groups(
    customers: pd.DataFrame,
    satisfied: pd.Series | None = None,
    *,
    high_value_share: float = 0.2,
    alive_limits: tuple[float, float] = (0.3, 0.8),
    welcome: float | None = None,
) -> pd.DataFrame:
    """Give each customer a worth, a life, a satisfaction, and the group these make.

    Worth is judged by *potential*: what the customer is worth if still there, the value and what
    is at stake together. Judged by the value itself, a good customer who slips away would look
    like a poor one, and nobody would call.

    Parameters
    ----------
    customers : by customer_id, with frequency (repeat purchases), recency and T (one unit),
        alive (probability, 0..1) and value (contribution over the horizon, money); at_stake
        (money) where it is known, otherwise value ÷ alive − value.
    satisfied : by customer_id, True or False for those who answered a survey.
    high_value_share : share of the customers (0..1) whose potential counts as high.
    alive_limits : below the first a customer is gone, from the second on active.
    welcome : how long after the only purchase a customer is new, in the unit of T; by default
        the gap that 90 % of the repeat customers stay below.

    Returns
    -------
    By customer_id: worth, life, satisfaction, group, and potential (money).

    Raises
    ------
    ValueError : a column is missing, or a probability isn't one.
    InsufficientData : nobody bought twice and ``welcome`` isn't given.
    """
    check_columns(customers, ["frequency", "recency", "T", "alive", "value"], table="customers")
    alive = customers["alive"]
    check_values(alive, alive.between(0, 1), rule="between 0 and 1", table="customers")
    check_probability(high_value_share, name="high_value_share")
    low, high = alive_limits
    if not 0 <= low < high <= 1:
        raise ValueError(f"alive_limits must rise within 0 and 1, got {alive_limits}")
    welcome = usual_gap(customers) if welcome is None else welcome

    potential = _potential(customers)
    answers = pd.DataFrame(
        {
            "worth": _worth(potential, high_value_share),
            "life": _life(customers, low, high, welcome),
            "satisfaction": _satisfaction(customers.index, satisfied),
        },
        index=customers.index,
    )
    return answers.assign(group=_group(answers), potential=potential)


def _potential(customers: pd.DataFrame) -> pd.Series:
    # A forecast that was corrected isn't alive times something: dividing by a P(alive) near 0
    # would make those with least hope the best of all.
    if "at_stake" in customers:
        return customers["value"] + customers["at_stake"]
    # Someone who is surely gone has no potential to speak of, not an infinite one.
    return (customers["value"] / customers["alive"].where(customers["alive"] > 0)).fillna(0.0)


def _worth(potential: pd.Series, share: float) -> np.ndarray:
    return np.where(potential >= potential.quantile(1 - share), "high", "ordinary")


def _life(customers: pd.DataFrame, low: float, high: float, welcome: float) -> np.ndarray:
    # Without a repeat purchase BG/NBD puts P(alive) at 1 whatever the silence: time decides.
    once = customers["frequency"] == 0
    states = [
        (once & (customers["T"] <= welcome), "new"),
        (once, "one-time"),
        (customers["alive"] < low, "gone"),
        (customers["alive"] < high, "slipping"),
    ]
    conditions, names = zip(*states, strict=True)
    return np.select(conditions, names, default="active")


def _satisfaction(index: pd.Index, satisfied: pd.Series | None) -> np.ndarray:
    if satisfied is None:
        return np.full(len(index), "unknown", dtype=object)
    answer = satisfied.reindex(index).map({True: "satisfied", False: "dissatisfied"})
    return answer.fillna("unknown").to_numpy(dtype=object)


def _group(answers: pd.DataFrame) -> pd.Series:
    table = {key: group_of(*key) for key in product(WORTHS, LIVES, SATISFACTION)}
    keys = zip(answers["worth"], answers["life"], answers["satisfaction"], strict=True)
    names = pd.Categorical([table[key] for key in keys], categories=GROUPS)
    return pd.Series(names, index=answers.index)
