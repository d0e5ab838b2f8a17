"""The one shape of an uncertain number."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

from crm_analysis.checks import check_probability

__all__ = ["Estimate"]


@dataclass(frozen=True)
class Estimate:
    """A number with the interval it comes with and how that was made.

    Parameters
    ----------
    value : the point estimate, in the unit its name states.
    low, high : ends of the interval, same unit, low <= value <= high.
    confidence : share of such intervals that hold the truth, between 0 and 1.
    n : how many observations it rests on.
    method : how the interval was made, e.g. "Wilson" or "bootstrap, 2,000 draws".

    Examples
    --------
    >>> repeat = Estimate(0.42, 0.38, 0.46, confidence=0.9, n=410, method="Wilson")
    >>> print(repeat)
    0.42 (0.38 to 0.46)
    >>> print(f"{repeat:.0%}")
    42% (38% to 46%)
    >>> repeat.excludes(0.5)
    True
    """

    value: float
    low: float
    high: float
    confidence: float
    n: int
    method: str

    def __post_init__(self):
        check_probability(self.confidence, name="confidence")
        if any(isnan(number) for number in (self.value, self.low, self.high)):
            raise ValueError(
                f"an estimate needs numbers, got {self.value} ({self.low}, {self.high})"
            )
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"the value must lie in its interval, got {self.value} in ({self.low}, {self.high})"
            )

    def __format__(self, spec: str) -> str:
        spec = spec or ".3g"
        return self.text(lambda number: format(number, spec))

    def __str__(self) -> str:
        return format(self)

    def text(self, write: Callable[[float], str]) -> str:
        """Write the value and its interval with a number format of the caller's.

        Examples
        --------
        >>> from crm_analysis.formats import percent
        >>> Estimate(0.42, 0.38, 0.46, confidence=0.9, n=410, method="Wilson").text(percent)
        '42 % (38 % to 46 %)'
        """
        return f"{write(self.value)} ({write(self.low)} to {write(self.high)})"

    def excludes(self, number: float) -> bool:
        """Tell whether ``number`` lies outside the interval."""
        return not self.low <= number <= self.high
