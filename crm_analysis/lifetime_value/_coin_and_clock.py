"""What a customer who is still there does next: a gamma clock and a beta coin.

Purchases come at a rate that is Gamma(shape R, rate beta) over customers; after each, a coin
with probability p ~ Beta(a, B) of leaving for good is thrown. BG/NBD and MBG/NBD differ in R,
beta, a and B only; given those, what follows is the same. All functions take arrays.

References
----------
Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284; the forms that stay finite are
derived here: the integral over the coin is taken where the hypergeometric form cancels.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import betainc, betaln, expit, hyp2f1

__all__ = ["at_least", "draw", "mean_purchases", "mean_square_purchases"]

# Near a = 1 and at a + B <= 1 the closed form is a difference of two infinite terms; with
# large a + B the hypergeometric series loses its digits.
_NEAR_ONE, _LARGE = 1e-2, 500.0
_NODES = np.linspace(-8.5, 8.5, 171)


def mean_purchases(R, beta, a, B, t):
    """Return the expected purchases in time ``t`` of a customer who is still there."""
    R, beta, a, B, t = np.broadcast_arrays(*np.atleast_1d(R, beta, a, B, t))
    closed = (np.abs(a - 1) > _NEAR_ONE) & (a + B > 1 + _NEAR_ONE) & (a + np.minimum(R, B) < _LARGE)
    with np.errstate(all="ignore"):
        mean = _closed_mean(R, beta, a, B, t)
    # No more than the clock alone brings, and no less than the first purchase's chance.
    most, least = R * t / beta, -np.expm1(-R * np.log1p(t / beta))
    stable = closed & (mean <= most * (1 + 1e-9)) & (mean >= least * (1 - 1e-9))
    if not stable.all():
        rest = ~stable
        mean[rest] = _integrated_mean(R[rest], beta[rest], a[rest], B[rest], t[rest])
    return mean


def _closed_mean(R, beta, a, B, t):
    """Euler's form of equation 10 of the paper: no power of 1 - z overflows at large R."""
    z = t / (beta + t)
    series = hyp2f1(a - 1, a + B - 1 - R, a + B - 1, z)
    return (a + B - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)


def _integrated_mean(R, beta, a, B, t):
    s = t / beta
    return _average_over_coin(lambda p: -np.expm1(-R * np.log1p(p * s)) / p, a, B)


def mean_square_purchases(R, beta, a, B, t):
    """Return the expected square of the purchases in time ``t`` of who is still there."""
    R, beta, a, B, t = np.broadcast_arrays(*np.atleast_1d(R, beta, a, B, t))
    s = t / beta

    def pairs(p):
        y = p * s
        left = 1 - np.exp(-R * np.log1p(y)) * (1 + R * y / (1 + y))
        # For a small p the difference cancels; its limit doesn't.
        return 2 * (1 - p) * np.where((R + 1) * y < 1e-4, R * (R + 1) * s**2 / 2, left / p**2)

    return mean_purchases(R, beta, a, B, t) + _average_over_coin(pairs, a, B)


def _average_over_coin(value: Callable, a, B):
    """Average ``value(p)`` over p ~ Beta(a, B).

    The trapezoid rule in the logit of p, stretched by sinh, converges exponentially, whether
    the density is a narrow peak (large a, B) or has long tails (small ones).
    """
    width, step = np.minimum(1.0, np.sqrt(1 / a + 1 / B)), _NODES[1] - _NODES[0]
    # Nodes are densest where the density bends; below 1, a and B only lengthen its tails.
    centre = np.log(np.maximum(a, 1) / np.maximum(B, 1))
    logit = centre + width * np.sinh(_NODES[:, None])
    pace = width * np.cosh(_NODES[:, None]) * step
    log_p, log_q = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    weight = np.exp(a * log_p + B * log_q - betaln(a, B)) * pace
    # What lies beyond the nodes, where the density is a plain exponential; only for a tiny a or B.
    weight[0] += np.exp(a * (logit[0] - pace[0] / 2) - np.log(a) - betaln(a, B))
    weight[-1] += np.exp(-B * (logit[-1] + pace[-1] / 2) - np.log(B) - betaln(a, B))
    return (weight * value(np.maximum(expit(logit), 1e-150))).sum(axis=0)


def at_least(k, R, beta, a, B, t):
    """Return the chance of at least ``k`` (1 or more) purchases in ``t`` of who is still there.

    The coin must fall well k - 1 times and the clock must ring k times; the two are independent
    given that the customer is still there.
    """
    coin = np.exp(betaln(a, B + k - 1) - betaln(a, B))
    return coin * betainc(k, R, t / (beta + t))


def draw(rng: np.random.Generator, R, beta, a, B, t) -> np.ndarray:
    """Draw the purchases in ``t`` of customers who are still there.

    The clock rings as if nobody ever left, and the coin ends it: the smaller of the two counts.
    """
    rings = rng.poisson(rng.gamma(R) / beta * t)
    # Nobody throws a coin a million million times.
    last = rng.geometric(np.clip(rng.beta(np.broadcast_to(a, np.shape(B)), B), 1e-12, 1.0))
    return np.minimum(rings, last)
