"""The likelihood of the Gamma-Gamma model of spend."""

import numpy as np
from scipy.special import digamma, gammaln

from crm_analysis.lifetime_value._histories import levels
from crm_analysis.lifetime_value._rising import trigamma

__all__ = ["SpendLikelihood"]


class SpendLikelihood:
    """Log-likelihood of mean spends; gamma functions once per frequency."""

    def __init__(self, x: np.ndarray, m: np.ndarray):
        self.x, of_x = levels(x)
        self.n_x = np.bincount(of_x)
        self.log_m = np.bincount(of_x, np.log(m))
        self.each_x, self.each_sum = x, x * m

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its slopes."""
        p, q, v = parameters
        x, n_x = self.x, self.n_x
        rate = self.each_sum + v
        log_rate, one_over = np.log(rate), 1 / rate
        px = p * x
        value = n_x @ (gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) + px * np.log(x))
        value += (px - 1) @ self.log_m - (p * self.each_x + q) @ log_rate
        both = digamma(px + q)
        by_p = (
            n_x @ (x * (both - digamma(px) + np.log(x))) + x @ self.log_m - self.each_x @ log_rate
        )
        by_q = n_x @ (both - digamma(q) + np.log(v)) - log_rate.sum()
        by_v = n_x.sum() * q / v - (p * self.each_x + q) @ one_over
        return value, np.array([by_p, by_q, by_v])

    def curved(self, parameters: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value, its slopes and the matrix of its second derivatives."""
        p, q, v = parameters
        x, n_x, n = self.x, self.n_x, len(self.each_x)
        one_over = 1 / (self.each_sum + v)
        both = trigamma(p * x + q)
        pp, pq = n_x @ (x**2 * (both - trigamma(p * x))), n_x @ (x * both)
        pv, qv = -self.each_x @ one_over, n / v - one_over.sum()
        vv = (p * self.each_x + q) @ one_over**2 - n * q / v**2
        curvature = [[pp, pq, pv], [pq, n_x @ both - n * trigamma(q), qv], [pv, qv, vv]]
        return *self(parameters), np.array(curvature)
