"""The chance that a customer of the Pareto/NBD has left, by quadrature that stays finite.

The closed form is a difference of hypergeometric functions that overflows from about 70
purchases on. Its integral, over the time y at which the customer left,

    s ∫ (alpha + y)^-(r + x) (beta + y)^-(s + 1) dy   from the last purchase to today,

has a positive, falling integrand, so nothing cancels. Derivatives in the parameters are averages
over the same nodes.
"""

from dataclasses import dataclass

import numpy as np

from crm_analysis.lifetime_value._histories import Histories

__all__ = ["Departure"]

# Gauss and Legendre on 0..1, in the log of the time since the last purchase, counted in units
# of the time in which the integrand falls to a third.
_NODES, _WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(32))
_NODES = _NODES + 0.5
_NEGLIGIBLE = 40.0  # e^-40 of the integrand at its start
_BLOCK = 4_096  # histories at once: what they need stays in the processor's cache


@dataclass(frozen=True)
class Departure:
    """Log of P(gone) / P(alive) for each history, ``log_odds``, and its ``slopes`` (4 rows)."""

    log_odds: np.ndarray
    slopes: np.ndarray

    @classmethod
    def of(cls, parameters, histories: Histories) -> "Departure":
        """Integrate for each history; the log odds are -inf where it ends with a purchase."""
        n = len(histories.x)
        log_odds, slopes = np.empty(n), np.empty((4, n))
        for start in range(0, n, _BLOCK):
            some = slice(start, start + _BLOCK)
            parts = (histories.x[some], histories.tx[some], histories.T[some])
            log_odds[some], slopes[:, some] = _integrate(parameters, *parts)
        return cls(log_odds, slopes)


def _integrate(parameters, x, tx, T) -> tuple[np.ndarray, np.ndarray]:
    r, alpha, s, beta = parameters
    power, clock, leave = r + x, alpha + tx, beta + tx
    fall = 1 / (power / clock + (s + 1) / leave)
    span = np.log1p(_reach(power, clock, s, leave, T - tx) / fall)
    stretched = span * _NODES[:, None]
    since = fall * np.expm1(stretched)
    by_clock, by_leave = np.log1p(since / clock), np.log1p(since / leave)
    density = _WEIGHTS[:, None] * np.exp(stretched - power * by_clock - (s + 1) * by_leave)
    total = density.sum(axis=0)

    def mean(value):
        return (density * value).sum(axis=0) / total

    stays_clock, stays_leave = np.log1p((T - tx) / clock), np.log1p((T - tx) / leave)
    with np.errstate(divide="ignore"):  # log 0: bought on the last day, surely there
        log_odds = np.log(s * fall * span * total / leave) + power * stays_clock + s * stays_leave
    slopes = [
        stays_clock - mean(by_clock),
        power * (1 / (alpha + T) - mean(1 / (clock + since))),
        1 / s + stays_leave - mean(by_leave),
        s / (beta + T) - (s + 1) * mean(1 / (leave + since)),
    ]
    return log_odds, np.array(slopes)


def _reach(power, clock, s, leave, time) -> np.ndarray:
    """Return how long after the last purchase the integrand still matters."""
    by_clock = clock * np.expm1(np.minimum(_NEGLIGIBLE / power, 500))
    by_leave = leave * np.expm1(np.minimum(_NEGLIGIBLE / (s + 1), 500))
    return np.minimum(time, np.minimum(by_clock, by_leave))
