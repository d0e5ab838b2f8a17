"""Would the forecast have been right? Fit on the past, compare with the time after it.

References
----------
Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284, for the split and the tracking.
Wuebben and von Wangenheim (2008), "Instant customer base analysis", Journal of Marketing 72(3),
82-93, for the simple rules that a model must beat.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, unknown_name
from crm_analysis.lifetime_value._tracking import track
from crm_analysis.lifetime_value.beta_geo import BetaGeo

__all__ = ["Split", "Validation", "normalised_gini", "split", "suggest_calibration_end", "validate"]

_DAYS = {"D": 1, "W": 7}
_COVERAGE = 0.9


@dataclass(frozen=True)
class Split:
    """A record of purchases cut in two by a day.

    Parameters
    ----------
    customers : who had bought by the cut; ``frequency``, ``recency``, ``T``, ``monetary_value``
        from the time up to it, ``first`` (day), and of the time after it ``holdout_purchases``
        (days with a purchase) and ``holdout_revenue``.
    calibration_end, as_of : the last day of each part.
    duration : length of the holdout in ``unit``.
    unit : "D" or "W".
    """

    customers: pd.DataFrame
    calibration_end: pd.Timestamp
    as_of: pd.Timestamp
    duration: float
    unit: str


@dataclass(frozen=True)
class Validation:
    """How forecasts made at the cut compare with what came.

    Parameters
    ----------
    metrics : a row per model: ``predicted`` and ``actual`` purchases, ``aggregate_error`` (share
        of the actual total), ``mae`` and ``rmse`` (purchases per customer), ``normalised_gini``
        (1: the order of customers is perfect, 0: it's chance), ``top_20_share`` (share of the
        holdout's revenue that the predicted best fifth brought), ``coverage_90`` (customers
        whose count lies in their 90 % interval; missing for rules that give none).
    predictions : a row per customer, a column per model, and ``actual``.
    tracking : a row per week since the first purchase: see ``_tracking.track``.
    split : the parts that were compared.
    """

    metrics: pd.DataFrame
    predictions: pd.DataFrame
    tracking: pd.DataFrame
    split: Split


def _days_of(transactions: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and day: ``customer_id``, ``date`` and ``amount``."""
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    lines = transactions[["customer_id", "date", "amount"]].dropna(subset=["customer_id", "date"])
    lines = lines.assign(date=lines["date"].dt.normalize())
    return lines.groupby(["customer_id", "date"], as_index=False)["amount"].sum()


def suggest_calibration_end(
    transactions: pd.DataFrame, as_of: str | pd.Timestamp | None = None
) -> pd.Timestamp:
    """Return the day that leaves two thirds of the record for learning and one for the test.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, ``amount``.
    as_of : the last day that counts; the last date of the data if not given.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-01", "2026-03-31"])
    >>> lines = pd.DataFrame({"customer_id": ["Ann", "Bo"], "date": dates, "amount": 5.0})
    >>> print(suggest_calibration_end(lines).date())
    2026-03-01
    """
    check_columns(transactions, ["date"], table="transactions")
    dates = transactions["date"].dropna().dt.normalize()
    last = pd.Timestamp(as_of) if as_of is not None else dates.max()
    first = dates.min()
    return first + pd.Timedelta(days=int((last - first).days * 2 / 3))


def split(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    unit: str = "W",
    as_of: str | pd.Timestamp | None = None,
) -> Split:
    """Cut transactions into a time to learn from and a time to be tested on.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, ``amount``; not changed.
    calibration_end : last day that the models may see.
    unit : "D" or "W", of recency, T and the duration.
    as_of : last day of the holdout; the last date of the data if not given.

    Raises
    ------
    InputError : the cut isn't inside the data, or the unit isn't known.
    """
    if unit not in _DAYS:
        raise unknown_name("unit", unit, _DAYS)
    days = _days_of(transactions)
    last = pd.Timestamp(as_of) if as_of is not None else days["date"].max()
    end, first = pd.Timestamp(calibration_end), days["date"].min()
    if not first < end < last:
        raise InputError(
            f"calibration_end must lie inside the data, after {first:%Y-%m-%d} and before "
            f"{last:%Y-%m-%d}, got {end:%Y-%m-%d}"
        )
    customers = summarize(days, as_of=end, unit=unit)
    after = days[(days["date"] > end) & (days["date"] <= last)].groupby("customer_id")["amount"]
    held_out = {"holdout_purchases": after.size(), "holdout_revenue": after.sum()}
    held_out = {
        name: values.reindex(customers.index).fillna(0) for name, values in held_out.items()
    }
    return Split(customers.assign(**held_out), end, last, (last - end).days / _DAYS[unit], unit)


def _own_rate(customers: pd.DataFrame, duration: float) -> pd.Series:
    """Everybody goes on as before: x / T × duration."""
    age = customers["T"].where(customers["T"] > 0)
    return (customers["frequency"] / age * duration).fillna(0.0)


def validate(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    models: Mapping[str, BetaGeo] | None = None,
    unit: str = "W",
    as_of: str | pd.Timestamp | None = None,
) -> Validation:
    """Fit on the time up to ``calibration_end`` and compare forecasts with what came after.

    Beside the models stand two rules that need none: "own rate" (everybody goes on as before)
    and "nobody buys". On sparse purchases "nobody buys" does well on ``mae``, so that measure
    alone decides nothing.

    Parameters
    ----------
    transactions, calibration_end, unit, as_of : as for ``split``.
    models : unfitted models by name; BG/NBD if not given. The first one is tracked.

    Raises
    ------
    InputError : the cut isn't inside the data.
    InsufficientData : too few customers had bought again by then.
    """
    parts = split(transactions, calibration_end, unit, as_of)
    models = {"BG/NBD": BetaGeo()} if models is None else models
    fitted = {name: model.fit(parts.customers) for name, model in models.items()}
    predictions, coverage = _forecasts(fitted, parts)
    metrics = pd.DataFrame(
        {name: _compare(values, parts.customers) for name, values in predictions.items()}
    ).T.rename_axis("model")
    metrics["coverage_90"] = pd.Series(coverage, dtype=float)
    tracking = track(next(iter(fitted.values())), _days_of(transactions), parts)
    actual = parts.customers["holdout_purchases"]
    return Validation(metrics, predictions.assign(actual=actual), tracking, parts)


def _forecasts(fitted: Mapping[str, BetaGeo], parts: Split) -> tuple[pd.DataFrame, dict]:
    columns, coverage = {}, {}
    actual = parts.customers["holdout_purchases"]
    for name, model in fitted.items():
        predicted = model.predict_purchases(parts.customers, parts.duration, interval=_COVERAGE)
        columns[name] = predicted["purchases"]
        coverage[name] = actual.between(predicted["low"], predicted["high"]).mean()
    columns["own rate"] = _own_rate(parts.customers, parts.duration)
    columns["nobody buys"] = pd.Series(0.0, index=actual.index)
    return pd.DataFrame(columns), coverage


def _compare(predicted: pd.Series, customers: pd.DataFrame) -> dict[str, float]:
    actual = customers["holdout_purchases"]
    total, error = actual.sum(), predicted - actual
    return {
        "predicted": predicted.sum(),
        "actual": total,
        "aggregate_error": predicted.sum() / total - 1 if total else np.nan,
        "mae": error.abs().mean(),
        "rmse": float(np.sqrt((error**2).mean())),
        "normalised_gini": normalised_gini(actual, predicted),
        "top_20_share": _top_share(customers["holdout_revenue"], predicted, 0.2),
    }


def _captured(actual: np.ndarray, order_by: np.ndarray) -> np.ndarray:
    """Return what is captured up to each customer, best first; ties share evenly."""
    _, group = np.unique(-np.asarray(order_by, dtype=float), return_inverse=True)
    mean = np.bincount(group, actual) / np.bincount(group)
    return np.cumsum(mean[np.sort(group)])


def normalised_gini(actual, predicted) -> float:
    """Return how well ``predicted`` orders customers by ``actual``: 1 perfectly, 0 by chance.

    Examples
    --------
    >>> normalised_gini([0, 1, 5], [0.1, 0.2, 0.9]), normalised_gini([0, 1, 5], [2, 2, 2])
    (1.0, 0.0)
    """
    actual = np.asarray(actual, dtype=float)
    by_chance = actual.mean() * np.arange(1, len(actual) + 1)
    best = (_captured(actual, actual) - by_chance).sum()
    ours = (_captured(actual, np.asarray(predicted)) - by_chance).sum()
    return round(float(ours / best), 12) + 0.0 if best > 0 else float("nan")


def _top_share(money: pd.Series, predicted: pd.Series, share: float) -> float:
    captured = _captured(money.to_numpy(dtype=float), predicted.to_numpy())
    if captured[-1] <= 0:
        return float("nan")
    ranks = np.arange(1, len(captured) + 1)
    return float(np.interp(share * len(captured), ranks, captured) / captured[-1])
