"""The year's pattern of purchases, and a clock that goes by it.

In a season of many purchases the clock runs fast, in a quiet one slowly; measured by it a
customer's rate is steady again, which is what the models of purchases suppose.

References
----------
Harmonic (Fourier) terms in a Poisson regression: Cleveland and Devlin (1980), "Calendar effects
in monthly time series", JASA 75, 487-496. Time deformed by an intensity is the time change of
an inhomogeneous Poisson process: Daley and Vere-Jones (2003), section 7.4.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.beta_geo import BetaGeo

__all__ = ["SEASON_WEEKS", "SeasonalClock", "poisson_ridge", "seasonal_clock", "weekly_ratio"]

SEASON_WEEKS = 365.25 / 7
_HARMONICS = 6
_BURN_IN = 4  # weeks until there are customers whose repeat purchases can be compared
_YEARS = 60  # that the clock can be read ahead
_STEPS = 25  # of Newton's method


@dataclass(frozen=True)
class SeasonalClock:
    """A clock whose pace is the season's index: on average 1 over a year.

    Parameters
    ----------
    coefficients : of cosine and sine of one to six waves per year, for the log of the index.
    origin : day at which both clocks stand at 0.
    agreement : correlation of the last year's weekly purchases with what the time before it
        says of the season: 1 where the years are the same, about 0 where there's no season.
    """

    coefficients: np.ndarray
    origin: pd.Timestamp
    agreement: float

    def index(self, weeks) -> np.ndarray:
        """Return the season's index (1: an average week) at calendar weeks since the origin."""
        log_index = _waves(np.asarray(weeks, dtype=float), self.origin) @ self.coefficients
        return np.exp(log_index) / self._mean

    @property
    def _mean(self) -> float:
        days = np.arange(0, SEASON_WEEKS, 1 / 7)
        return float(np.exp(_waves(days, self.origin) @ self.coefficients).mean())

    def __call__(self, weeks) -> np.ndarray:
        """Return the clock's weeks since the origin, for calendar weeks."""
        days = np.arange(-7, _YEARS * 366) / 7
        ticks = np.concatenate([[0.0], np.cumsum(self.index(days[:-1] + 1 / 14)) / 7])
        ticks -= np.interp(0.0, days, ticks)
        return np.interp(weeks, days, ticks)


def _waves(weeks: np.ndarray, origin: pd.Timestamp) -> np.ndarray:
    year = (weeks * 7 + origin.day_of_year) / 365.25
    phases = 2 * np.pi * year[..., None] * np.arange(1, _HARMONICS + 1)
    return np.concatenate([np.cos(phases), np.sin(phases)], axis=-1)


def weekly_ratio(log: PurchaseLog) -> pd.DataFrame:
    """Compare weekly repeat purchases with what BG/NBD, which knows no season, expects.

    Returns
    -------
    frame : a row per whole week of the log: ``week`` (its middle, since the origin), ``actual``,
        ``expected`` and their ``ratio``. The first four weeks are left out.

    Raises
    ------
    InsufficientData : too few customers bought again.
    """
    model, (first, _) = BetaGeo().fit(log.customers()), log.first_and_last()
    ends = log.end - np.arange(int(log.weeks), -1, -1.0)
    repeat = log.time[log.time > first[log.customer]]
    actual = np.histogram(repeat, ends + 0.5 / 7)[0].astype(float)
    starts, count = np.unique(first[np.isfinite(first)], return_counts=True)
    ages, place = np.unique(np.maximum(ends[:, None] - starts, 0), return_inverse=True)
    mean = model.expected_purchases_new(ages)[place.reshape(len(ends), -1)]
    expected = np.diff(mean @ count)
    table = {"week": ends[1:] - 0.5, "actual": actual, "expected": expected}
    frame = pd.DataFrame(table)[_BURN_IN:]
    frame = frame[frame["expected"] > 0].reset_index(drop=True)
    return frame.assign(ratio=frame["actual"] / frame["expected"])


def seasonal_clock(log: PurchaseLog) -> SeasonalClock:
    """Learn the season's index from two or more years of purchases.

    Raises
    ------
    InsufficientData : the log is shorter than two years: what looks like a season in one year
        can as well be a trend or a campaign.
    """
    if log.weeks < 2 * SEASON_WEEKS - 1:
        have, need = f"{log.weeks:.0f} weeks", f"at least two years ({2 * SEASON_WEEKS:.0f} weeks)"
        raise InsufficientData("a season's index", have, need)
    table = weekly_ratio(log)
    coefficients = _fit(table, log.origin)
    last_year = table["week"] > table["week"].iloc[-1] - SEASON_WEEKS
    earlier = _fit(table[~last_year], log.origin)
    said = _waves(table.loc[last_year, "week"].to_numpy(), log.origin) @ earlier
    came = np.log((table["actual"] + 0.5) / (table["expected"] + 0.5))[last_year]
    agreement = np.corrcoef(said, came)[0, 1] if np.ptp(said) > 0 and np.ptp(came) > 0 else 0.0
    return SeasonalClock(coefficients, log.origin, float(agreement))


def _fit(table: pd.DataFrame, origin: pd.Timestamp) -> np.ndarray:
    """Fit the waves beside a trend, the shorter waves held the tighter."""
    week = table["week"].to_numpy()
    trend = np.column_stack([np.ones(len(week)), (week - week.mean()) / SEASON_WEEKS])
    actual, offset = table["actual"].to_numpy(), np.log(table["expected"].to_numpy())
    plain = np.exp(offset + trend @ poisson_ridge(trend, actual, offset, np.zeros(2)))
    spread = max(1.0, float(((actual - plain) ** 2 / plain).sum()) / max(len(week) - 2, 1))
    held = np.tile(np.arange(1, _HARMONICS + 1) ** 2, 2) * min(spread, 10.0)
    design = np.column_stack([trend, _waves(week, origin)])
    return poisson_ridge(design, actual, offset, np.concatenate([np.zeros(2), held]))[2:]


def poisson_ridge(design, actual, offset, penalty) -> np.ndarray:
    """Return the slopes of a Poisson regression of counts, each held to 0 by its penalty."""
    slopes = np.zeros(design.shape[1])
    slopes[0] = np.log(max(actual.sum(), 0.5) / np.exp(offset).sum())
    for _ in range(_STEPS):
        mean = np.exp(offset + design @ slopes)
        curvature = (design * mean[:, None]).T @ design + np.diag(penalty + 1e-9)
        gradient = design.T @ (actual - mean) - penalty * slopes
        slopes = slopes + np.clip(np.linalg.solve(curvature, gradient), -1, 1)
    return slopes
