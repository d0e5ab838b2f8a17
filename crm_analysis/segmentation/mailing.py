"""What a customer is worth by the time since the last purchase, and when to stop mailing.

A Markov chain on recency: a customer who buys goes back to the first state, one who doesn't
moves to the next; beyond the last state that is mailed the customer is given up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError, InsufficientData

__all__ = ["MailingValue", "mailing_value"]

_DRAWS = 2_000


@dataclass(frozen=True)
class MailingValue:
    """The value of a customer in each state, and how far mailing pays.

    Parameters
    ----------
    table : frame by state: value_if_all_mailed, value (mailing only as far as it pays), both in
        money, mailed (whether a customer in that state is), and value_low, value_high where
        the matrix was counted.
    mail_until : the last state that is mailed; empty where mailing doesn't pay at all.
    """

    table: pd.DataFrame
    mail_until: str

    @property
    def recent(self) -> float:
        """What a customer who has just bought is worth, in money."""
        return float(self.table["value"].iloc[0])

    def summary(self) -> pd.DataFrame:
        """Return the table for reading, with yes and no for who is mailed."""
        return self.table.assign(mailed=self.table["mailed"].map({True: "yes", False: "no"}))


def mailing_value(
    matrix: pd.DataFrame,
    margin: float,
    cost: float,
    discount_rate: float,
    *,
    counts: pd.DataFrame | None = None,
    confidence: float = 0.90,
    seed: int = 0,
) -> MailingValue:
    """Work out the Markov value per state of recency: V = (I − P / (1 + d))⁻¹ R.

    A customer in the first state has just bought and brings the margin; in every state that is
    mailed a mailing goes out and costs ``cost``. Of all ways to stop after a state the one
    that is best for a customer who has just bought is taken. What customers buy once they are
    given up isn't counted, since it comes without mailing too.

    Parameters
    ----------
    matrix : shares that move from each state (row) to each (column) within a period; states in
        the order of recency, the last one given up.
    margin : what a purchase leaves, in money.
    cost : what a mailing to one customer costs, in money.
    discount_rate : per period, at least 0.
    counts : moves that the matrix was counted from, for intervals: 2,000 matrices are drawn
        from them (Dirichlet, with Jeffreys' prior).
    confidence : of these intervals, between 0 and 1.

    Raises
    ------
    InputError : the matrix isn't one of shares between the same states, or a number is negative.
    InsufficientData : nobody was seen to leave one of the states that could be mailed.

    References
    ----------
    Pfeifer, P. E., Carraway, R. L. (2000), Modeling customer relationships as Markov chains,
    Journal of Interactive Marketing 14(2), 43-55.

    Examples
    --------
    >>> states = ["now", "before", "long ago"]
    >>> P = pd.DataFrame([[0.5, 0.5, 0], [0.25, 0, 0.75], [0, 0, 1]], states, states)
    >>> found = mailing_value(P, margin=20, cost=2, discount_rate=0.25)
    >>> found.mail_until, found.table["value"].round(2).tolist()
    ('before', [33.08, 4.62, 0.0])
    """
    _check_money(margin, cost, discount_rate)
    states = _check_matrix(matrix)
    shares = matrix.reindex(states).fillna(0.0).to_numpy(float)[None]
    policies = [_values(shares, n, margin, cost, discount_rate)[0] for n in range(len(states))]
    best = int(np.argmax([round(values[0], 9) for values in policies]))
    table = pd.DataFrame(
        {
            "value_if_all_mailed": policies[-1],
            "value": policies[best],
            "mailed": np.arange(len(states)) < best,
        },
        index=matrix.columns.rename("state"),
    )
    if counts is not None:
        drawn = _drawn(counts.reindex(states).fillna(0.0).to_numpy(float), seed)
        values = _values(drawn, best, margin, cost, discount_rate)
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        ends = np.quantile(values, tails, axis=0)
        table["value_low"] = np.minimum(ends[0], table["value"])
        table["value_high"] = np.maximum(ends[1], table["value"])
    return MailingValue(table, states[best - 1] if best else "")


def _values(
    shares: np.ndarray, mailed: int, margin: float, cost: float, discount_rate: float
) -> np.ndarray:
    """Return the value per state for a stack of matrices, the first ``mailed`` states mailed."""
    draws, n = shares.shape[:2]
    moving = shares.copy()
    moving[:, mailed:] = 0.0  # given up: worth nothing from here on
    moving[:, :, n - 1] = 0.0
    reward = np.where(np.arange(n) < mailed, -cost, 0.0)
    reward[0] += margin
    rewards = np.broadcast_to(reward[:, None], (draws, n, 1))
    return np.linalg.solve(np.eye(n) - moving / (1 + discount_rate), rewards)[..., 0]


def _drawn(counts: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    # Only moves that can happen: a state is left for the first one or for the next.
    possible = np.eye(len(counts), k=1)
    possible[:, 0] = 1.0
    draws = rng.gamma((counts + 0.5) * possible, size=(_DRAWS, *counts.shape))
    return draws / draws.sum(axis=2, keepdims=True)


def _check_money(margin: float, cost: float, discount_rate: float) -> None:
    given = {"margin": margin, "cost": cost, "discount_rate": discount_rate}
    for name, value in given.items():
        if not 0 <= value < np.inf:
            raise InputError(f"{name} must be finite and at least 0, got {value}")


def _check_matrix(matrix: pd.DataFrame) -> Sequence[str]:
    states = list(matrix.columns)
    if len(states) < 2 or not set(matrix.index) <= set(states):
        raise InputError(
            f"matrix must hold moves between the same states, got rows {list(matrix.index)} "
            f"and columns {states}"
        )
    unseen = [state for state in states[:-1] if state not in matrix.index]
    if unseen:
        have = f"0 customers who were seen to leave {unseen[0]!r}"
        raise InsufficientData("the value per state", have, "records that run longer")
    sums = matrix.sum(axis=1)
    if (matrix < 0).any(axis=None) or (abs(sums - 1) > 1e-6).any():
        raise InputError(f"each row of matrix must be shares that add up to 1, got {sums.tolist()}")
    return states
