"""Repeat purchases week by week, as they were and as a model expects them."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._uncertainty import standard_error_of
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.holdout import DAYS

__all__ = ["track"]

_CONFIDENCE = 0.9
# Ages at which the variance of a new customer's count is computed; it's smooth in between.
_AGES = 40


def track(model, days: pd.DataFrame, parts) -> pd.DataFrame:
    """Compare weekly repeat purchases of the split's customers with those expected.

    The expectation knows only when each customer first bought, not what came afterwards. Of a
    ``Forecaster`` it's the model's, by the forecaster's clock; what the trees add is about
    customers whose purchases are known, and has no place here.

    Parameters
    ----------
    model : fitted on the split's customers, or a ``Forecaster``.
    days : one row per customer and day with a purchase.
    parts : the split.

    Returns
    -------
    frame : a row per week since the first purchase: ``date`` (its last day), ``actual``,
        ``expected`` with ``weekly_low`` and ``weekly_high``, ``cumulative_actual``,
        ``cumulative_expected`` with ``low`` and ``high`` (90 %), and ``holdout`` (True after the
        calibration).
    """
    first = parts.customers["first"]
    weeks = int(np.ceil(((parts.as_of - first.min()).days + 1) / 7))
    ends = first.min() + pd.to_timedelta(np.arange(1, weeks + 1) * 7 - 1, unit="D")
    ends = ends.where(ends <= parts.as_of, parts.as_of)
    actual = _actual(days, first, ends)
    frame = {
        "date": ends,
        "actual": actual,
        "cumulative_actual": np.cumsum(actual),
        **_expected(model, first, ends, DAYS[parts.unit]),
        "holdout": ends > parts.calibration_end,
    }
    frame |= _weekly_band(frame)
    return pd.DataFrame(frame, index=pd.RangeIndex(1, weeks + 1, name="week"))


def _actual(days: pd.DataFrame, first: pd.Series, ends: pd.DatetimeIndex) -> np.ndarray:
    won = days["customer_id"].map(first)
    repeat = days.loc[won.notna() & (days["date"] > won) & (days["date"] <= ends[-1]), "date"]
    week = np.searchsorted(ends.to_numpy(), repeat.to_numpy())
    return np.bincount(week, minlength=len(ends))


def _ages(model, starts: pd.Index, ends: pd.DatetimeIndex, days_per_unit: int) -> np.ndarray:
    """Return the age of each day's new customers at each week's end, in the model's time."""
    if not isinstance(model, Forecaster):
        return (ends.to_numpy()[:, None] - starts.to_numpy()) / np.timedelta64(days_per_unit, "D")
    weeks = [(moment - model.log.origin).days / 7 for part in (ends, starts) for moment in part]
    time = np.array(weeks) if model.recipe.clock is None else model.recipe.clock(np.array(weeks))
    return time[: len(ends), None] - time[len(ends) :]


def _expected(model, first: pd.Series, ends: pd.DatetimeIndex, days_per_unit: int) -> dict:
    """Return expectation and band of each week and of all weeks up to it."""
    starts = first.value_counts().sort_index()
    ages = np.maximum(_ages(model, starts.index, ends, days_per_unit), 0).round(9)
    times, place = np.unique(ages, return_inverse=True)
    # Customers of each age at each week's end: expectations then are one product.
    place = place.reshape(ages.shape)
    of_age = np.zeros((len(ends), len(times)))
    np.add.at(of_age, (np.arange(len(ends))[:, None], place), starts.to_numpy(dtype=float))
    plain = model.plain if isinstance(model, Forecaster) else model

    def total(parameters):
        return of_age @ plain._expected(parameters, _new(len(times)), times)

    def weekly(parameters):
        return np.diff(total(parameters), prepend=0.0)

    parameters, reach = plain._fitted(), norm.ppf((1 + _CONFIDENCE) / 2)
    grid = np.linspace(0, times.max(), _AGES)
    own = of_age @ np.interp(times, grid, plain._variance(parameters, _new(_AGES), grid))
    error = standard_error_of(total, parameters, plain._log_covariance)
    mean, width = total(parameters), reach * np.sqrt(error**2 + own)
    error_of_week = standard_error_of(weekly, parameters, plain._log_covariance)
    return {
        "expected": weekly(parameters),
        "weekly_error": error_of_week,
        "cumulative_expected": mean,
        "low": np.maximum(mean - width, 0),
        "high": mean + width,
    }


def _weekly_band(frame: dict) -> dict:
    """Return the band of single weeks; weeks differ by more than a Poisson's chance.

    By how much, the weeks that the model has seen tell.
    """
    seen, mean = ~frame["holdout"], np.maximum(frame["expected"], 0)
    square = (frame["actual"] - mean)[seen] ** 2 / np.maximum(mean[seen], 1)
    own = max(1.0, float(square.mean())) * mean
    width = norm.ppf((1 + _CONFIDENCE) / 2) * np.sqrt(frame.pop("weekly_error") ** 2 + own)
    return {"weekly_low": np.maximum(mean - width, 0), "weekly_high": mean + width}


def _new(n: int) -> Histories:
    return Histories(*np.zeros((3, n)), np.ones(n), np.arange(n))
