"""Lives of new customers, purchase by purchase, as the models of purchases tell them."""

import numpy as np

__all__ = ["live"]


def live(
    rng: np.random.Generator, rate: np.ndarray, end: np.ndarray, leaves: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return repeat purchases, time of the last one and whether the coin let each customer stay.

    Parameters
    ----------
    rng : of the draws.
    rate : purchases per unit of time, by customer.
    end : time until which a customer is seen and there.
    leaves : chance that a repeat purchase is the last, by customer or one for all.
    """
    frequency, recency, now = np.zeros((3, len(rate)))
    leaves, stayed = np.broadcast_to(leaves, len(rate)), np.full(len(rate), True)
    buying = np.flatnonzero(rate > 0)
    while len(buying):  # one round per purchase, of those who still buy
        now[buying] += rng.exponential(1 / rate[buying])
        buying = buying[now[buying] <= end[buying]]
        frequency[buying] += 1
        recency[buying] = now[buying]
        stayed[buying] = rng.random(len(buying)) >= leaves[buying]
        buying = buying[stayed[buying]]
    return frequency, recency, stayed
