"""The days on which customers bought, as arrays that are cut at any moment in no time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.errors import InputError, InsufficientData

__all__ = ["PurchaseLog", "as_day", "day_of"]

# So few purchases lie before the log's beginning proper: a stray early date doesn't move it.
_STRAY = 0.01


def day_of(dates: pd.Series) -> pd.Series:
    """Return the day of each moment, by the clock that it was taken with."""
    return dates.dt.tz_localize(None).dt.normalize()


def as_day(value: str | pd.Timestamp, name: str) -> pd.Timestamp:
    """Return the day that a person names; raise unless it's one."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if day is pd.NaT:
        raise InputError(f"{name} must be a date such as 2026-10-31, got {value!r}")
    return day.tz_localize(None).normalize()


@dataclass(frozen=True)
class PurchaseLog:
    """Purchase days of customers, in weeks since ``origin``, by customer and time.

    Parameters
    ----------
    ids : customers, sorted.
    customer : for each purchase day the position of its customer in ``ids``.
    time : weeks from ``origin``, of the calendar or of a clock that goes by the season.
    origin : day of time 0.
    start, end : beginning of the log, but for stray early dates, and the last moment known.
    """

    ids: np.ndarray
    customer: np.ndarray
    time: np.ndarray
    origin: pd.Timestamp
    start: float
    end: float

    @classmethod
    def of(cls, transactions: pd.DataFrame, as_of: str | pd.Timestamp | None = None) -> Self:
        """Read ``customer_id`` and ``date`` up to ``as_of``; several purchases of a day are one."""
        check_columns(transactions, ["customer_id", "date"], table="transactions")
        check_dates(transactions, table="transactions")
        lines = transactions[["customer_id", "date"]].dropna()
        days = lines.assign(date=day_of(lines["date"])).drop_duplicates()
        last = days["date"].max() if as_of is None else as_day(as_of, "as_of")
        days = days[days["date"] <= last]
        if days.empty:
            until = "" if pd.isna(last) else f" up to {last:%Y-%m-%d}"
            raise InsufficientData("a forecast", f"0 purchases{until}", "at least 1 purchase")
        customer, ids = pd.factorize(days["customer_id"], sort=True)
        origin = days["date"].min()
        time = (days["date"] - origin).dt.days.to_numpy() / 7
        order = np.lexsort((time, customer))
        end, start = (last - origin).days / 7, float(np.quantile(time, _STRAY))
        return cls(np.asarray(ids), customer[order], time[order], origin, start, end)

    @property
    def weeks(self) -> float:
        """Length of the log."""
        return self.end - self.start

    def day(self, time: float) -> pd.Timestamp:
        """Return the day of a moment in weeks since the origin."""
        return self.origin + pd.Timedelta(days=round(time * 7))

    def until(self, time: float) -> Self:
        """Forget everything after ``time``."""
        known = self.time <= time
        return replace(self, customer=self.customer[known], time=self.time[known], end=time)

    def every(self, step: int) -> Self:
        """Keep each ``step``-th customer, for a look that needs no more."""
        kept = self.customer % step == 0
        ids, customer = self.ids[::step], self.customer[kept] // step
        return replace(self, ids=ids, customer=customer, time=self.time[kept])

    def by(self, clock: Callable) -> Self:
        """Measure time by another clock."""
        start, end = (float(clock(moment)) for moment in (self.start, self.end))
        return replace(self, time=clock(self.time), start=start, end=end)

    def counts(self, after: float, up_to: float) -> np.ndarray:
        """Return the purchase days of each customer in (after, up_to]."""
        inside = (self.time > after) & (self.time <= up_to)
        return np.bincount(self.customer[inside], minlength=len(self.ids)).astype(float)

    def first_and_last(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each customer's first and last purchase; infinite where there is none."""
        first, last = np.full(len(self.ids), np.inf), np.full(len(self.ids), -np.inf)
        np.minimum.at(first, self.customer, self.time)
        np.maximum.at(last, self.customer, self.time)
        return first, last

    def customers(self) -> pd.DataFrame:
        """Return ``frequency``, ``recency`` and ``T`` in weeks of who has bought, by customer."""
        first, last = self.first_and_last()
        frequency = np.bincount(self.customer, minlength=len(self.ids)) - 1.0
        columns = {"frequency": frequency, "recency": last - first, "T": self.end - first}
        known = frequency >= 0
        index = pd.Index(self.ids, name="customer_id")
        with np.errstate(invalid="ignore"):
            return pd.DataFrame(columns, index=index)[known]

    def gaps(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the gaps between purchases and the position of each gap's customer."""
        same = self.customer[1:] == self.customer[:-1]
        return np.diff(self.time)[same], self.customer[1:][same]
