"""What kind of log this is: the traits that bend forecasts, each with its evidence as numbers.

References
----------
Wheat and Morrison (1990), "Estimating purchase regularity with two interpurchase times",
Journal of Marketing Research 27, 87-93, for regularity: of two successive gaps of a customer,
the first one's share has the variance 1 / (4 (2k + 1)) if gaps are Gamma of shape k. von Neumann
(1941), "Distribution of the ratio of the mean square successive difference to the variance",
Annals of Mathematical Statistics 12, 367-395, for noise beside a slow movement.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from crm_analysis.errors import InsufficientData
from crm_analysis.formats import signed
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.seasonality import (
    SEASON_WEEKS,
    SeasonalClock,
    seasonal_clock,
    weekly_ratio,
)

__all__ = ["LogKind", "describe_log"]

_DROP, _AT_ONCE, _FLAT = 1.8, 1.3, (0.67, 1.5)
_SHORTEST_OPENING = 4.0  # weeks
_AGREEMENT = 0.5
_FEWEST_PAIRS = 30
_NORMAL_95 = 1.96
_STRONG_TREND = 0.15  # per year, as a log
_MOVED = 0.4  # as a log
_BY_CHANCE = 0.05  # how often an end may look unusual that isn't
_FEWEST_WEEKS = 12
_RANDOM = 0.9  # variation of gaps; below it they are regular


@dataclass(frozen=True)
class LogKind:
    """The traits of a log.

    Parameters
    ----------
    table : a row per ``trait`` (cut off on the left, seasonal, regular, drifting in rate,
        drifting in acquisition, unusual at the end) with ``found`` (True, False, or missing
        where the log can't tell), ``value``, the ``limit`` from which the trait is named, and
        ``evidence`` (a sentence).
    weeks : length of the log.
    opening : weeks from the beginning in which a first purchase may be an old customer's; 0
        where the log isn't cut off.
    clock : that goes by the season; None where no season was found.
    """

    table: pd.DataFrame
    weeks: float
    opening: float
    clock: SeasonalClock | None

    def has(self, trait: str) -> bool:
        """Return whether the trait was found; False also where the log can't tell."""
        found = self.table.loc[trait, "found"]
        return bool(found) if found is not None else False

    @property
    def rises_at_end(self) -> bool:
        """Whether the log ends unusually, with more purchases than expected."""
        return self.has("unusual at the end") and self.table.loc["unusual at the end", "value"] > 0

    @property
    def told(self) -> pd.DataFrame:
        """The traits for reading: ``found`` in words, and the evidence."""
        words = {True: "yes", False: "no", None: "open"}
        found = [words[None if pd.isna(x) else bool(x)] for x in self.table["found"]]
        return self.table[["evidence"]].assign(found=found)[["found", "evidence"]]


def describe_log(
    transactions: pd.DataFrame | PurchaseLog, as_of: str | pd.Timestamp | None = None
) -> LogKind:
    """Look for the traits of a log that forecasts must know of.

    Parameters
    ----------
    transactions : ``customer_id`` and ``date``; not changed.
    as_of : last day that counts; the last date of the data if not given.

    Raises
    ------
    InsufficientData : fewer than 10 customers bought again.

    Examples
    --------
    >>> days = pd.date_range("2025-01-01", periods=300, freq="D")
    >>> every_ten = [(f"c{n}", day) for n in range(40) for day in days[n % 10::10 + n % 3]]
    >>> lines = pd.DataFrame(every_ten, columns=["customer_id", "date"])
    >>> describe_log(lines).has("regular")
    True
    """
    known = isinstance(transactions, PurchaseLog)
    log = transactions if known else PurchaseLog.of(transactions, as_of)
    ratio = weekly_ratio(log)
    cut, opening = _left_cut(log)
    seasonal, clock = _seasonal(log)
    rows = {
        "cut off on the left": cut,
        "seasonal": seasonal,
        "regular": _regular(log),
        "drifting in rate": _drifting(ratio),
        "drifting in acquisition": _acquisition(log, opening),
        "unusual at the end": _unusual_end(ratio, log.weeks),
    }
    columns = ["found", "value", "limit", "evidence"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("trait")
    return LogKind(table, log.weeks, opening, clock)


def _per_window(log: PurchaseLog, times: np.ndarray, window: float) -> np.ndarray:
    limits = log.start + window * np.arange(4) - 0.5 / 7
    return np.histogram(times, limits)[0] / window


def _left_cut(log: PurchaseLog) -> tuple[tuple, float]:
    """Old customers turn up within about a gap: "first" purchases fall off, and buyers don't."""
    gaps, _ = log.gaps()
    window = max(float(np.median(gaps)), 1.0) if len(gaps) else log.weeks
    if 4 * window > log.weeks:
        told = f"the log isn't four usual gaps ({window:.0f} weeks each) long"
        return (None, np.nan, _DROP, told), 0.0
    first, _ = log.first_and_last()
    firsts = _per_window(log, first[np.isfinite(first)], window)
    buyers = _per_window(log, log.time, window)
    drop = firsts[0] / max(firsts[2], 0.5)
    flat = buyers[0] / max(buyers[2], 0.5)
    # A campaign or a cohort ends at once; old customers turn up ever more slowly from day one.
    at_once = firsts[0] / max(firsts[1], 0.5) >= _AT_ONCE
    found = bool(drop >= _DROP and at_once and _FLAT[0] <= flat <= _FLAT[1])
    told = (
        f"first purchases per week: {firsts[0]:,.1f} in the first {window:.1f} weeks (a usual "
        f"gap), {firsts[2]:,.1f} two gaps later; all purchases per week: {buyers[0]:,.1f} and "
        f"{buyers[2]:,.1f}"
    )
    return (found, drop, _DROP, told), max(window, _SHORTEST_OPENING) if found else 0.0


def _seasonal(log: PurchaseLog) -> tuple[tuple, SeasonalClock | None]:
    try:
        clock = seasonal_clock(log)
    except InsufficientData:
        told = f"{log.weeks / SEASON_WEEKS:.1f} years are seen; a season shows from two years on"
        return (None, np.nan, _AGREEMENT, told), None
    index = clock.index(np.arange(0, SEASON_WEEKS))
    found = clock.agreement >= _AGREEMENT
    told = (
        f"the last year's weeks correlate by {signed(clock.agreement)} with the season before; the "
        f"index goes from {index.min():.2f} to {index.max():.2f}"
    )
    return (found, clock.agreement, _AGREEMENT, told), clock if found else None


def _regular(log: PurchaseLog) -> tuple:
    """Take the last two gaps of each customer, as Wheat and Morrison do."""
    gaps, owner = log.gaps()
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True)) if len(owner) else owner
    pairs = last[(last > 0) & (owner[last - 1] == owner[last])] if len(last) else last
    if len(pairs) < _FEWEST_PAIRS:
        told = f"{len(pairs)} customers have two gaps; it takes {_FEWEST_PAIRS}"
        return None, np.nan, _RANDOM, told
    share = gaps[pairs] / (gaps[pairs] + gaps[pairs - 1])
    square = (share - 0.5) ** 2
    error = square.std() / np.sqrt(len(pairs))
    low, mid, high = (_variation(square.mean() + z * error) for z in (-_NORMAL_95, 0, _NORMAL_95))
    told = (
        f"gaps of a customer vary by {mid:.2f} of their mean ({low:.2f} to {high:.2f}, 95 %); "
        "random purchases vary by 1"
    )
    return bool(high < _RANDOM), mid, _RANDOM, told


def _variation(variance: float) -> float:
    """Return the coefficient of variation of Gamma gaps from the variance of the share."""
    shape = (1 / (4 * max(variance, 1e-6)) - 1) / 2
    return float(1 / np.sqrt(max(shape, 1e-3)))


def _drifting(table: pd.DataFrame) -> tuple:
    """Regress the log ratio of what came to what was expected on time."""
    if len(table) < _FEWEST_WEEKS:
        told = f"{len(table)} weeks can be compared; it takes {_FEWEST_WEEKS}"
        return None, np.nan, _STRONG_TREND, told
    weight = table["expected"].to_numpy()
    level = np.log((table["actual"] + 0.5) / (table["expected"] + 0.5)).to_numpy()
    year = (table["week"] / SEASON_WEEKS).to_numpy()
    centred = year - np.average(year, weights=weight)
    square = weight @ centred**2
    slope = weight @ (centred * level) / square
    rest = level - np.average(level, weights=weight) - slope * centred
    error = np.sqrt((weight @ rest**2) / (len(table) - 2) / square)
    change, low, high = (100 * np.expm1(slope + z * error) for z in (0, -_NORMAL_95, _NORMAL_95))
    told = (
        f"weekly purchases move away from what the model expects by {signed(change, 0)} % a year "
        f"({signed(low, 0)} to {signed(high, 0)} %, 95 %)"
    )
    found = bool(abs(slope) >= _STRONG_TREND and abs(slope) > 3 * error)
    if found and np.ptp(year) < 2 - 1 / 4:
        told += "; in less than two years a season can look like it"
    return found, float(slope), _STRONG_TREND, told


def _acquisition(log: PurchaseLog, opening: float) -> tuple:
    """Compare the first third's and the last third's first purchases."""
    first, _ = log.first_and_last()
    limits = np.linspace(log.start + opening, log.end, 4)
    early, _, late = np.histogram(first[np.isfinite(first)], limits - 0.5 / 7)[0]
    change = float(np.log((late + 0.5) / (early + 0.5)))
    weeks = limits[1] - limits[0]
    told = f"new customers per week: {early / weeks:,.1f} in the first third of the log, " + (
        f"{late / weeks:,.1f} in the last"
    )
    error = np.sqrt(1 / (late + 0.5) + 1 / (early + 0.5))
    return bool(abs(change) > max(_MOVED, 3 * error)), change, _MOVED, told


def _unusual_end(table: pd.DataFrame, weeks: float) -> tuple:
    """Notice a last quarter out of line where no second year could tell a season from a level.

    A t-test by the noise from one week to the next: of random purchases it's a Poisson's, of
    most companies more, and a slow season doesn't swell it.
    """
    last = table["week"] > table["week"].max() - weeks / 4
    before = ~last & (table["week"] > table["week"].max() - weeks * 3 / 4)
    if weeks >= 2 * SEASON_WEEKS - 1 or min(last.sum(), before.sum()) < _FEWEST_WEEKS / 3:
        told = f"{weeks:.0f} weeks: " + (
            "too few" if weeks < SEASON_WEEKS else "two years tell it apart"
        )
        return None, np.nan, np.nan, told
    sums = [table.loc[part, ["actual", "expected"]].sum() for part in (before, last)]
    usual, end = (part["actual"] / part["expected"] for part in sums)
    change = float(np.log(max(end, 1e-3) / max(usual, 1e-3)))
    noise = _weekly_noise(table[before | last])
    error = float(np.sqrt(noise * sum(1 / max(part["actual"], 1) for part in sums)))
    freedom = int((before | last).sum()) - 2
    limit = float(student.ppf(1 - _BY_CHANCE / 2, freedom))
    told = (
        f"purchases are {end:.2f} of what the model expects in the last {weeks / 4:.0f} weeks, "
        f"{usual:.2f} in the {weeks / 2:.0f} weeks before (t = {change / error:.1f}, by chance "
        f"within ±{limit:.1f}); less than two years are seen"
    )
    return bool(abs(change) > limit * error), change / error, limit, told


def _weekly_noise(table: pd.DataFrame) -> float:
    """Return the variance from week to week by that of a Poisson, at least 1 (von Neumann's)."""
    off = (table["actual"] - table["expected"]) / np.sqrt(table["expected"])
    return max(1.0, float((np.diff(off) ** 2).mean() / 2))
