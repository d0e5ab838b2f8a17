"""The pace at which all customers bought, as far as it was seen, and a clock that goes by it.

Where a log ends at the height of a season, or in a price-off, the models take everybody's haste
for their rate and carry it on. Customers who leave can slow a company down, and the models know
that; none of them knows why all should buy more at once. Measured by the pace seen, a customer's
rate is steady again, and what comes is expected at the mean pace, neither at the last one nor at
one that nobody has seen.

References
----------
Time deformed by an intensity: Daley and Vere-Jones (2003), "An introduction to the theory of
point processes", section 7.4. Cosines of one to six half waves over the log, held the tighter
the shorter they are: Wahba (1990), "Spline models for observational data", chapter 2.
"""

from dataclasses import dataclass

import numpy as np

from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.seasonality import poisson_ridge, weekly_ratio

__all__ = ["PaceClock", "pace_clock"]

_WAVES = 6
_LONGEST_SWING = 8.0  # weeks of the log that each half wave must have to itself
_ROUNDS = 4  # of the pace by the model and the model by the pace
_ROUGHEST = 10.0  # times a Poisson's variance that hold a wave at most


@dataclass(frozen=True)
class PaceClock:
    """A clock whose pace is that of all customers: on average 1 over the log, and 1 after it.

    Parameters
    ----------
    coefficients : of cosines of half waves over the log, for the log of the pace.
    start, end : of the log, in weeks since its origin.
    """

    coefficients: np.ndarray
    start: float
    end: float

    def pace(self, weeks) -> np.ndarray:
        """Return the pace (1: the mean of the log) at calendar weeks since the origin."""
        weeks = np.asarray(weeks, dtype=float)
        inside = (weeks >= self.start) & (weeks <= self.end)
        log_pace = _half_waves(weeks, self.start, self.end, len(self.coefficients))
        return np.where(inside, np.exp(log_pace @ self.coefficients) / self._mean, 1.0)

    @property
    def _days(self) -> np.ndarray:
        return np.linspace(self.start, self.end, max(round((self.end - self.start) * 7), 1) + 1)

    @property
    def _mean(self) -> float:
        middle = (self._days[1:] + self._days[:-1]) / 2
        waves = _half_waves(middle, self.start, self.end, len(self.coefficients))
        return float(np.exp(waves @ self.coefficients).mean())

    def __call__(self, weeks) -> np.ndarray:
        """Return the clock's weeks since the origin, for calendar weeks."""
        weeks, days = np.asarray(weeks, dtype=float), self._days
        step = np.diff(days)
        ticks = np.cumsum(np.r_[self.start, self.pace(days[:-1] + step / 2) * step])
        # On average 1: outside the log, both clocks say the same.
        inside = (weeks >= self.start) & (weeks <= self.end)
        return np.where(inside, np.interp(weeks, days, ticks), weeks)

    def calendar(self, ticks) -> np.ndarray:
        """Return the calendar weeks at which this clock stands so."""
        return np.interp(ticks, self(self._days), self._days)


def _half_waves(weeks: np.ndarray, start: float, end: float, n: int) -> np.ndarray:
    share = (weeks - start) / max(end - start, 1e-9)
    return np.cos(np.pi * share[..., None] * np.arange(1, n + 1))


def pace_clock(log: PurchaseLog) -> PaceClock | None:
    """Learn the pace of a log, the model by the pace and the pace by the model in turn.

    Returns
    -------
    PaceClock : None where the log is too short to show a swing.

    Raises
    ------
    InsufficientData : too few customers bought again.
    """
    n = int(min(_WAVES, log.weeks // _LONGEST_SWING))
    if n < 1:
        return None
    clock = PaceClock(np.zeros(n), log.start, log.end)
    held = None
    for _ in range(_ROUNDS):
        table = weekly_ratio(log.by(clock))
        waves = _half_waves(clock.calendar(table["week"].to_numpy()), log.start, log.end, n)
        actual, expected = table["actual"].to_numpy(), table["expected"].to_numpy()
        if held is None:
            rough = ((actual - expected) ** 2 / expected).sum() / max(len(table) - n, 1)
            held = np.r_[0.0, np.arange(1, n + 1) ** 2 * np.clip(rough, 1.0, _ROUGHEST)]
        design = np.column_stack([np.ones(len(table)), waves])
        offset = np.log(expected) - waves @ clock.coefficients
        slopes = poisson_ridge(design, actual, offset, held)[1:]
        clock = PaceClock(slopes, log.start, log.end)
    return clock
