"""The clock that all models of purchases share: a gamma-distributed rate, as in the NBD."""

import numpy as np

from crm_analysis.lifetime_value._histories import Histories, levels
from crm_analysis.lifetime_value._rising import log_rising, rising_curvature, rising_slope

__all__ = ["Clock"]


class Clock:
    """Log-likelihood of purchases at the times they came, and none after, as if nobody left.

    Its terms depend on the frequency or on T alone, and are summed once per distinct value.
    """

    def __init__(self, histories: Histories):
        count = histories.count
        self.x, of_x = levels(histories.x)
        self.n_x = np.bincount(of_x, count)
        self.T, of_T = levels(histories.T)
        self.n_T, self.x_T = np.bincount(of_T, count), np.bincount(of_T, count * histories.x)

    def __call__(self, r: float, alpha: float) -> tuple[float, np.ndarray]:
        """Return the sum over customers, and its slopes in ``r`` and ``alpha``."""
        # As log1p, so that nothing cancels where r and alpha are both very large.
        over, x = np.log1p(self.T / alpha), self.x
        value = self.n_x @ (log_rising(r, x) - x * np.log(alpha)) - (r * self.n_T + self.x_T) @ over
        by_r = self.n_x @ rising_slope(r, x) - self.n_T @ over
        by_alpha = ((r * self.T * self.n_T / alpha - self.x_T) / (alpha + self.T)).sum()
        return value, np.array([by_r, by_alpha])

    def curvature(self, r: float, alpha: float) -> np.ndarray:
        """Return the second derivatives in ``r`` and ``alpha``."""
        share, over = self.T / alpha, 1 / (alpha + self.T)
        both = self.n_T @ (share * over)
        by_r = self.n_x @ rising_curvature(r, self.x)
        by_alpha = ((self.x_T - r * self.n_T * share * (2 + share)) * over**2).sum()
        return np.array([[by_r, both], [both, by_alpha]])
