"""The likelihood that the models of purchases share: clock, staying, and perhaps having left.

All customers' purchases came when they came (the clock), and nobody left so far: both are sums
over few distinct values. To this comes, history by history, the other way to see no purchase
since the last one: that the customer left after it. Relative to the first way its weight is
e^d, so the logarithm of both together is higher by log(1 + e^d).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from crm_analysis.lifetime_value._clock import Clock
from crm_analysis.lifetime_value._histories import Histories

__all__ = ["Left", "PurchaseLikelihood", "blocks"]

_BLOCK = 4_096  # histories at once: what they need stays in the processor's cache


def blocks(n: int) -> Iterator[slice]:
    """Cut ``n`` histories into blocks."""
    return (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))


@dataclass(frozen=True)
class Left:
    """The odds of having left, for a block of histories.

    Parameters
    ----------
    count : customers per history.
    log_odds : d, the log of P(left) / P(stayed).
    slopes : of d in the four parameters, a row each.
    bend : gives the sum of the second derivatives of d, weighted by the histories' weights.
    """

    count: np.ndarray
    log_odds: np.ndarray
    slopes: np.ndarray
    bend: Callable[[np.ndarray], np.ndarray]

    def add(self) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the sum of log(1 + e^d), and each customer's weight and spread of leaving."""
        # The exponent is never positive, so nothing overflows.
        small = np.exp(-np.abs(self.log_odds))
        value = self.count @ (np.maximum(self.log_odds, 0) + np.log1p(small))
        left = np.where(self.log_odds > 0, 1.0, small) / (1 + small)
        return value, self.count * left, self.count * small / (1 + small) ** 2


class PurchaseLikelihood(ABC):
    """Log-likelihood of distinct histories, its slopes and its curvature.

    The first two parameters are those of the clock, the others those of leaving.
    """

    def __init__(self, histories: Histories):
        self.clock = Clock(histories)

    @abstractmethod
    def _stayed(self, one: float, other: float) -> tuple[float, np.ndarray]:
        """Return the log of the chance that all stayed so far, and its slopes."""

    @abstractmethod
    def _stayed_curvature(self, one: float, other: float) -> np.ndarray:
        """Return its second derivatives."""

    @abstractmethod
    def _left(self, parameters: np.ndarray) -> Iterator[Left]:
        """Give the odds of having left, block by block."""

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its slopes."""
        value, slopes = self._without_leaving(parameters)
        for block in self._left(parameters):
            more, weight, _ = block.add()
            value, slopes = value + more, slopes + block.slopes @ weight
        return value, slopes

    def curved(self, parameters: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value, its slopes and the matrix of its second derivatives."""
        value, slopes = self._without_leaving(parameters)
        curvature = np.zeros((4, 4))
        curvature[:2, :2] = self.clock.curvature(*parameters[:2])
        curvature[2:, 2:] = self._stayed_curvature(*parameters[2:])
        for block in self._left(parameters):
            more, weight, spread = block.add()
            value, slopes = value + more, slopes + block.slopes @ weight
            curvature += block.bend(weight) + (block.slopes * spread) @ block.slopes.T
        return value, slopes, curvature

    def _without_leaving(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        clock, clock_slopes = self.clock(*parameters[:2])
        stayed, stayed_slopes = self._stayed(*parameters[2:])
        return clock + stayed, np.concatenate([clock_slopes, stayed_slopes])
