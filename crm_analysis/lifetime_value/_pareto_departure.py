"""The chance that a customer of the Pareto/NBD has left, by quadrature that stays finite.

The closed form is a difference of hypergeometric functions that overflows from about 70
purchases on. Its integral, over the time y at which the customer left,

    s ∫ (alpha + y)^-(r + x) (beta + y)^-(s + 1) dy   from the last purchase to today,

has a positive, falling integrand, so nothing cancels. Derivatives in the parameters are averages
over the same nodes.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Departure"]

# Gauss and Legendre on 0..1, in the log of the time since the last purchase, counted in units
# of the time in which the integrand falls to a third.
_NODES, _WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(32))
_NODES = _NODES + 0.5
_NEGLIGIBLE = 40.0  # e^-40 of the integrand at its start


@dataclass(frozen=True)
class Departure:
    """The odds of having left, for some histories.

    Parameters
    ----------
    log_odds : log of P(gone) / P(alive); -inf where a history ends with a purchase.
    slopes : of the log odds in the four parameters, a row each.
    chance : of having left at each node (a row each), given that the customer left.
    scores : slopes of the log of the integrand at the nodes, less their mean.
    """

    log_odds: np.ndarray
    slopes: np.ndarray
    chance: np.ndarray
    scores: np.ndarray
    further: tuple

    @classmethod
    def of(cls, parameters, x, tx, T) -> "Departure":
        """Integrate for each history of frequency ``x``, recency ``tx`` and ``T``."""
        r, alpha, s, beta = parameters
        power, clock, leave = r + x, alpha + tx, beta + tx
        fall = 1 / (power / clock + (s + 1) / leave)
        span = np.log1p(_reach(power, clock, s, leave, T - tx) / fall)
        stretched = span * _NODES[:, None]
        since = fall * np.expm1(stretched)
        by_clock, by_leave = np.log1p(since / clock), np.log1p(since / leave)
        chance = _WEIGHTS[:, None] * np.exp(stretched - power * by_clock - (s + 1) * by_leave)
        total = chance.sum(axis=0)
        chance /= total
        stays_clock, stays_leave = np.log1p((T - tx) / clock), np.log1p((T - tx) / leave)
        with np.errstate(divide="ignore"):  # log 0: bought on the last day, surely there
            log_odds = np.log(s * fall * span * total / leave)
        log_odds += power * stays_clock + s * stays_leave
        over = 1 / (clock + since), 1 / (leave + since), 1 / (alpha + T), 1 / (beta + T)
        scores = np.array([-by_clock, -power * over[0], -by_leave, -(s + 1) * over[1]])
        mean = (scores * chance).sum(axis=1)
        stays = np.array([stays_clock, power * over[2], 1 / s + stays_leave, s * over[3]])
        return cls(log_odds, mean + stays, chance, scores - mean[:, None], (power, s, *over))

    def bend(self, weight: np.ndarray) -> np.ndarray:
        """Return the weighted sum of the second derivatives of the log odds.

        The logarithm of an integral bends by the mean bend of the logarithm of the integrand,
        and by the covariance of its slopes.
        """
        power, s, by_clock, by_leave, at_T_clock, at_T_leave = self.further
        each = self.chance * weight
        scores = self.scores.reshape(4, -1)
        bend = (scores * each.ravel()) @ scores.T
        bend[2, 2] -= weight.sum() / s**2
        bend[0, 1] += weight @ at_T_clock - (each * by_clock).sum()
        bend[2, 3] += weight @ at_T_leave - (each * by_leave).sum()
        bend[1, 1] += power @ ((each * by_clock**2).sum(axis=0) - weight * at_T_clock**2)
        bend[3, 3] += (s + 1) * (each * by_leave**2).sum() - s * (weight @ at_T_leave**2)
        bend[1, 0], bend[3, 2] = bend[0, 1], bend[2, 3]
        return bend


def _reach(power, clock, s, leave, time) -> np.ndarray:
    """Return how long after the last purchase the integrand still matters."""
    by_clock = clock * np.expm1(np.minimum(_NEGLIGIBLE / power, 500))
    by_leave = leave * np.expm1(np.minimum(_NEGLIGIBLE / (s + 1), 500))
    return np.minimum(time, np.minimum(by_clock, by_leave))
