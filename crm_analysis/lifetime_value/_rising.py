"""Ratios of gamma functions, Gamma(z + k) / Gamma(z), that keep their digits for any z."""

import numpy as np
from scipy.special import digamma, gammaln, zeta

__all__ = ["log_rising", "rising_curvature", "rising_slope", "trigamma"]

# Above it the logarithms of the gamma functions agree in so many digits that Stirling's series,
# subtracted term by term, is nearer.
_LARGE = 1e3


def log_rising(z: float, k: np.ndarray) -> np.ndarray:
    """Return ln Gamma(z + k) - ln Gamma(z).

    Examples
    --------
    >>> log_rising(1.0, np.array([0, 3])).round(4), np.log(6).round(4)
    (array([0.    , 1.7918]), np.float64(1.7918))
    """
    if z < _LARGE:
        return gammaln(z + k) - gammaln(z)
    return (z + k - 0.5) * np.log1p(k / z) + k * np.log(z) - k + _inverse(z, k, 1) / 12


def rising_slope(z: float, k: np.ndarray) -> np.ndarray:
    """Return the derivative of ``log_rising`` in ``z``."""
    if z < _LARGE:
        return digamma(z + k) - digamma(z)
    return np.log1p(k / z) - _inverse(z, k, 1) / 2 - _inverse(z, k, 2) / 12


def rising_curvature(z: float, k: np.ndarray) -> np.ndarray:
    """Return the second derivative of ``log_rising`` in ``z``."""
    if z < _LARGE:
        return trigamma(z + k) - trigamma(z)
    return _inverse(z, k, 1) + _inverse(z, k, 2) / 2 + _inverse(z, k, 3) / 6


def trigamma(z):
    """Return the second derivative of ln Gamma(z)."""
    return zeta(2, z)


def _inverse(z: float, k: np.ndarray, power: int) -> np.ndarray:
    return (z + k) ** -power - z**-power
