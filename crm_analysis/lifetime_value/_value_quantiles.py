"""How much a single customer may bring: number of purchases and spend, mixed.

Given the number k of purchases, what they bring together is a beta prime variable; the number
has the chances of the model of purchases. The mixture of both is inverted numerically.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc
from scipy.stats import norm

from crm_analysis.lifetime_value._uncertainty import standard_error_of

__all__ = ["value_quantiles"]

# Up to so many groups of counts stand for all counts that a customer may reach.
_GROUPS = 24
_NEGLIGIBLE = 1e-4
_STEPS = 12


def value_quantiles(purchases, spend, prospect, shares) -> list[np.ndarray]:
    """Return what each customer brings at most with each chance of ``shares``, undiscounted.

    The parameters' uncertainty enters by the chances of the counts (averaged over it) and, for
    spend, by the standard error of the expected spend.
    """
    chance, k = _chances(purchases, prospect)
    first, row = _distinct(prospect)
    history = prospect.histories.row_of[first]
    mixture = _Mixture(chance[history], k[history], prospect.x[first], prospect.m[first])
    return [mixture.quantile(spend, share)[row] for share in shares]


def _distinct(prospect) -> tuple[np.ndarray, np.ndarray]:
    """Return the first customer of each distinct history and spend, and everybody's row."""
    _, of_m = np.unique(prospect.m, return_inverse=True)
    code = prospect.histories.row_of.astype(np.int64) * (of_m.max(initial=0) + 1) + of_m
    _, first, row = np.unique(code, return_index=True, return_inverse=True)
    return first, row


def _chances(purchases, prospect) -> tuple[np.ndarray, np.ndarray]:
    """Return for each history the chances of groups of counts, and each group's middle."""
    histories, horizon = prospect.histories, prospect.terms.horizon
    most = np.maximum(purchases._count_quantile(1 - 1e-3, histories, horizon), 1.0)[:, None]
    # Each count is its own group while counts are low; then groups widen with the count.
    steps = np.arange(_GROUPS + 1)
    wider = np.maximum(most - _GROUPS, 0) * (steps / _GROUPS) ** 2
    edges = np.minimum(1 + steps + np.floor(wider), most + 1)
    row, edge = np.nonzero(edges <= most)  # what little lies beyond is counted with the last
    exceeded = np.zeros_like(edges)
    exceeded[row, edge] = purchases._at_least(
        edges[row, edge], purchases._points(), histories, horizon, row
    )
    return exceeded[:, :-1] - exceeded[:, 1:], (edges[:, :-1] + edges[:, 1:] - 1) / 2


@dataclass(frozen=True)
class _Mixture:
    """Chances of counts ``k`` per customer, and what is known of the customer's spend."""

    chance: np.ndarray
    k: np.ndarray
    x: np.ndarray
    m: np.ndarray

    def quantile(self, spend, share: float) -> np.ndarray:
        some = self.chance.sum(axis=1) > 1 - share
        part = _Mixture(*(values[some] for values in (self.chance, self.k, self.x, self.m)))
        quantile = np.zeros(len(some))
        quantile[some] = part._widened(part._invert(spend._fitted(), share), spend, share)
        return quantile

    def _invert(self, parameters, share: float) -> np.ndarray:
        """Solve by false position, on the log of the sum in units of the customer's rate."""
        p, q, v = parameters
        row, group = np.nonzero(self.chance > _NEGLIGIBLE)
        weight, shape, rest = self.chance[row, group], p * self.k[row, group], q + p * self.x
        none = 1 - np.bincount(row, weight, minlength=len(self.x))

        def excess(log_odds):
            odds = np.exp(log_odds)
            below = weight * betainc(shape, rest[row], (odds / (1 + odds))[row])
            return none + np.bincount(row, below, minlength=len(log_odds)) - share

        middle = np.log((self.chance * self.k).sum(axis=1) * p / rest)
        return (v + self.x * self.m) * np.exp(_false_position(excess, middle - 6, middle + 4))

    def _widened(self, quantile, spend, share: float) -> np.ndarray:
        """Move each quantile from the mean by the standard error of the expected spend too."""
        mean = (self.chance * self.k).sum(axis=1) * spend._expected(spend._fitted(), self.x, self.m)
        error = standard_error_of(
            lambda point: np.log(spend._expected(point, self.x, self.m)),
            spend._fitted(),
            spend._log_covariance,
        )
        away = np.log(quantile / mean)
        return mean * np.exp(np.sign(away) * np.hypot(away, norm.ppf(share) * error))


def _false_position(function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Find the root of an increasing function in each place.

    Four halvings come near; then straight lines, where an end that stays twice counts half
    (the Illinois rule), so that it doesn't get stuck.
    """
    at_low, at_high = function(low), function(high)
    was_under = np.full(len(low), np.nan)
    root = high
    for step in range(_STEPS):
        line = high - at_high * (high - low) / (at_high - at_low)
        root = (low + high) / 2 if step < 4 else line
        value = function(root)
        under = value < 0
        at_high = np.where(under, np.where(was_under == 1, at_high / 2, at_high), value)
        at_low = np.where(under, value, np.where(was_under == 0, at_low / 2, at_low))
        low, high = np.where(under, root, low), np.where(under, high, root)
        was_under = under.astype(float)
    return root
