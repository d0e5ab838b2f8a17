"""Repeat purchases week by week, as they were and as a model expects them."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._uncertainty import standard_error_of

__all__ = ["track"]

_CONFIDENCE = 0.9
_DAYS = {"D": 1, "W": 7}
# Ages at which the variance of a new customer's count is computed; it's smooth in between.
_AGES = 40


def track(model, days: pd.DataFrame, parts) -> pd.DataFrame:
    """Compare weekly repeat purchases of the split's customers with those expected.

    The expectation knows only when each customer first bought, not what came afterwards.

    Parameters
    ----------
    model : fitted on the split's customers.
    days : one row per customer and day with a purchase.
    parts : the split.

    Returns
    -------
    frame : a row per week since the first purchase: ``date`` (its last day), ``actual``,
        ``expected``, ``cumulative_actual``, ``cumulative_expected`` with ``low`` and ``high``
        (90 %), and ``holdout`` (True after the calibration).
    """
    first = parts.customers["first"]
    weeks = int(np.ceil(((parts.as_of - first.min()).days + 1) / 7))
    ends = first.min() + pd.to_timedelta(np.arange(1, weeks + 1) * 7 - 1, unit="D")
    ends = ends.where(ends <= parts.as_of, parts.as_of)
    actual = _actual(days, first, ends)
    mean, low, high = _expected(model, first, ends, _DAYS[parts.unit])
    frame = {
        "date": ends,
        "actual": actual,
        "expected": np.diff(mean, prepend=0.0),
        "cumulative_actual": np.cumsum(actual),
        "cumulative_expected": mean,
        "low": low,
        "high": high,
        "holdout": ends > parts.calibration_end,
    }
    return pd.DataFrame(frame, index=pd.RangeIndex(1, weeks + 1, name="week"))


def _actual(days: pd.DataFrame, first: pd.Series, ends: pd.DatetimeIndex) -> np.ndarray:
    won = days["customer_id"].map(first)
    repeat = days.loc[won.notna() & (days["date"] > won) & (days["date"] <= ends[-1]), "date"]
    week = np.searchsorted(ends.to_numpy(), repeat.to_numpy())
    return np.bincount(week, minlength=len(ends))


def _expected(model, first: pd.Series, ends: pd.DatetimeIndex, days_per_unit: int) -> tuple:
    """Return the cumulative expectation at each week's end, with low and high."""
    starts = first.value_counts().sort_index()
    age = (ends.to_numpy()[:, None] - starts.index.to_numpy()) / np.timedelta64(1, "D")
    ages, place = np.unique(np.maximum(age, 0), return_inverse=True)
    # Customers of each age at each week's end: expectations then are one product.
    place = place.reshape(age.shape)
    of_age = np.zeros((len(ends), len(ages)))
    np.add.at(of_age, (np.arange(len(ends))[:, None], place), starts.to_numpy(dtype=float))
    times = ages / days_per_unit

    def total(parameters):
        return of_age @ model._expected(parameters, _new(len(times)), times)

    parameters = model._fitted()
    error = standard_error_of(total, parameters, model._log_covariance)
    grid = np.linspace(0, times.max(), _AGES)
    own = of_age @ np.interp(times, grid, model._variance(parameters, _new(_AGES), grid))
    mean, width = total(parameters), norm.ppf((1 + _CONFIDENCE) / 2) * np.sqrt(error**2 + own)
    return mean, np.maximum(mean - width, 0), mean + width


def _new(n: int) -> Histories:
    return Histories(*np.zeros((3, n)), np.ones(n), np.arange(n))
