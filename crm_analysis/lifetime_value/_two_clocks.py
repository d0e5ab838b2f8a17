"""What a customer who is still there does next: one gamma clock buys, another one leaves.

Purchases come at a rate that is Gamma(R, rate beta) over customers, until a departure whose rate
is Gamma(s, rate B): a Pareto lifetime. All functions take arrays.

References
----------
Schmittlein, Morrison and Colombo (1987), "Counting your customers: who are they and what will
they do next?", Management Science 33(1), 1-24. The forms that stay finite are derived here.
"""

import numpy as np
from scipy.special import betainc, exprel

__all__ = ["at_least", "draw", "mean_purchases", "mean_square_purchases"]

# Gauss and Legendre on 0..1, over the share of departures that came before.
_NODES, _WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(20))
_NODES = _NODES + 0.5


def _mean_time(s, B, t):
    """Return the time until departure or ``t``, whichever comes first, on average."""
    log = np.log1p(t / B)
    # (1 - (1 + t/B)^(1-s)) / (s - 1), also at s = 1 and near it.
    return B * log * exprel((1 - s) * log)


def mean_purchases(R, beta, s, B, t):
    """Return the expected purchases in time ``t`` of a customer who is still there."""
    return R / beta * _mean_time(s, B, np.asarray(t, dtype=float))


def mean_square_purchases(R, beta, s, B, t):
    """Return the expected square of the purchases in time ``t`` of who is still there."""
    t = np.asarray(t, dtype=float)
    by_parts = 2 * B * (_mean_time(s - 1, B, t) - _mean_time(s, B, t))
    # Over a short time the difference cancels; its first two terms don't.
    square = np.where(t < 1e-4 * B, t**2 * (1 - 2 * s * t / (3 * B)), by_parts)
    return mean_purchases(R, beta, s, B, t) + R * (R + 1) / beta**2 * square


def at_least(k, R, beta, s, B, t):
    """Return the chance of at least ``k`` (1 or more) purchases in ``t`` of who is still there.

    Who leaves at a time y must have bought k times by then; averaged over the departures before
    ``t``, and those who stay.
    """
    k, R, beta, s, B, t = np.broadcast_arrays(*np.atleast_1d(k, R, beta, s, B, t))
    log_stays = -s * np.log1p(t / B)
    leaves = -np.expm1(log_stays)
    chance = np.exp(log_stays) * betainc(k, R, t / (beta + t))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        y = np.minimum(B * np.expm1(-np.log1p(-leaves * node) / s), t)
        chance = chance + weight * leaves * betainc(k, R, y / (beta + y))
    return chance


def draw(rng: np.random.Generator, R, beta, s, B, t) -> np.ndarray:
    """Draw the purchases in ``t`` of customers who are still there."""
    rate = rng.gamma(R) / beta
    # A Pareto lifetime by its inverse distribution; beyond t it doesn't matter how long.
    log = rng.standard_exponential(np.shape(R)) / s
    time = np.where(log < np.log1p(t / B), B * np.expm1(np.minimum(log, np.log1p(t / B))), t)
    return rng.poisson(rate * np.minimum(time, t))
