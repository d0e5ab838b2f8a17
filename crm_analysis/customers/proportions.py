"""A share with its interval, by Wilson's score method, which holds for rare and common alike."""

from math import sqrt

from scipy.stats import norm

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate

__all__ = ["wilson"]


def wilson(successes: int, n: int, confidence: float = 0.90) -> Estimate:
    """Estimate a share from ``successes`` among ``n``.

    Raises
    ------
    InsufficientData : nobody was observed.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158);
    Brown, Cai, DasGupta (2001), Statistical Science 16(2), on why not the textbook interval.

    Examples
    --------
    >>> print(f"{wilson(80, 100, confidence=0.95):.3f}")
    0.800 (0.711 to 0.867)
    """
    check_probability(confidence, name="confidence")
    if n == 0:
        raise InsufficientData("a share", "0 observations", "at least 1")
    z2 = norm.ppf((1 + confidence) / 2) ** 2
    share = successes / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # Rounding may leave an end a hair beyond the value where the share is 0 or 1.
    low, high = min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)
    return Estimate(share, low, high, confidence=confidence, n=n, method="Wilson")
