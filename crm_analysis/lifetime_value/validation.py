"""Would the forecast have been right? Fit on the past, compare with the time after it.

References
----------
Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284, for the split and the tracking.
Wuebben and von Wangenheim (2008), "Instant customer base analysis", Journal of Marketing 72(3),
82-93, for the simple rules that a model must beat.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.lifetime_value._coverage import covered
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value._tracking import track
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.holdout import Split, days_of, split
from crm_analysis.lifetime_value.metrics import compare
from crm_analysis.lifetime_value.pareto_nbd import ParetoNBD

__all__ = ["BASELINES", "FREQUENCY_CLASSES", "Validation", "frequency_class", "validate"]

BASELINES = ("own rate", "like the last half", "nobody buys")
_CONFIDENCES = {"coverage_80": 0.8, "coverage_90": 0.9}
_FREQUENCIES = [0, 1, 2, 3, 5, 8, 13]
FREQUENCY_CLASSES = ["0", "1", "2", "3–4", "5–7", "8–12", "13+"]


@dataclass(frozen=True)
class Validation:
    """How forecasts made at the cut compare with what came.

    Parameters
    ----------
    metrics : a row per model and rule: ``predicted`` and ``actual`` purchases,
        ``aggregate_error`` (share of the actual total), ``rmse``, ``normalised_gini`` (1: the
        order of customers is perfect, 0: it's chance), ``top_10_share`` and ``top_20_share``
        (share of the holdout's revenue that the predicted best tenth and fifth brought),
        ``mae``, ``rank_correlation``, and ``coverage_80`` and ``coverage_90`` (customers whose
        count lies in their interval, by randomised places; missing for rules that give none).
    predictions : a row per customer, a column per model and rule, and ``actual``.
    calibration : a row per class of ``frequency`` before the cut: ``customers``, and mean
        purchases of each model and rule and ``actual``.
    tracking : a row per week since the first purchase: see ``_tracking.track``.
    split : the parts that were compared.
    note : why two of the measures may not decide.
    """

    metrics: pd.DataFrame
    predictions: pd.DataFrame
    calibration: pd.DataFrame
    tracking: pd.DataFrame
    split: Split
    note: str = (
        "Neither MAE nor rank correlation may decide. MAE is smallest for a forecast of each "
        "customer's median, which is 0 where most don't buy, so that 'nobody buys' can win it; "
        "rank correlation minds the order among the many who buy nothing as much as the order "
        "among the few who bring the revenue."
    )


def frequency_class(frequency: pd.Series) -> pd.Series:
    """Put frequencies in the classes 0, 1, 2, 3–4, 5–7, 8–12 and 13+."""
    limits = [*_FREQUENCIES, np.inf]
    return pd.cut(frequency, limits, right=False, labels=FREQUENCY_CLASSES)


def validate(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    models: Mapping[str, PurchaseModel | Forecaster] | Iterable | None = None,
    unit: str = "W",
    as_of: str | pd.Timestamp | None = None,
    seed: int = 0,
) -> Validation:
    """Fit on the time up to ``calibration_end`` and compare forecasts with what came after.

    Beside the models stand Pareto/NBD and three rules that need none: "own rate" (everybody goes
    on at the rate of the whole past), "like the last half" (at that of its last half) and
    "nobody buys".

    Parameters
    ----------
    transactions, calibration_end, unit, as_of : as for ``split``.
    models : by name, or a list of them; BG/NBD if not given. Of models of purchases copies are
        fitted here, a ``Forecaster`` is taken as ``choose_model`` made it, with the same last
        day and unit. The first one is tracked.
    seed : of the randomised coverage.

    Raises
    ------
    InputError : the cut isn't inside the data, or a forecaster has seen another time.
    InsufficientData : too few customers had bought again by then, or nobody has bought since.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06", periods=52, freq="7D")
    >>> bought = [(f"c{n}", day) for n in range(30) for day in days[n % 8 :: 1 + n % 5]]
    >>> lines = pd.DataFrame(bought, columns=["customer_id", "date"]).assign(amount=10.0)
    >>> validate(lines, "2025-08-31").metrics.index.tolist()
    ['BG/NBD', 'Pareto/NBD', 'own rate', 'like the last half', 'nobody buys']
    """
    parts = split(transactions, calibration_end, unit, as_of)
    if not parts.customers["holdout_purchases"].any():
        have = f"0 of these after {parts.calibration_end:%Y-%m-%d}"
        need = "at least 1 purchase of who had bought before"
        raise InsufficientData("the test of a forecast", have, need)
    models = {"BG/NBD": BetaGeo()} if models is None else _by_name(models)
    models.setdefault("Pareto/NBD", ParetoNBD())
    with parts.telling_the_cut():
        fitted = {name: _fitted(name, model, parts) for name, model in models.items()}
    days = days_of(transactions)
    customers, actual = parts.customers, parts.customers["holdout_purchases"]
    predictions = pd.DataFrame(_expectations(fitted, parts, days), index=customers.index)
    rows = {
        name: compare(actual, predictions[name], customers["holdout_revenue"])
        for name in predictions
    }
    metrics = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    metrics = metrics.join(_coverage(fitted, parts, seed))
    predictions = predictions.assign(actual=actual)
    tracking = track(next(iter(fitted.values())), days, parts)
    return Validation(metrics, predictions, _calibration(predictions, parts), tracking, parts)


def _by_name(models) -> dict:
    """Return models by name, and those of a mere list by the name of their kind."""
    if isinstance(models, (str, PurchaseModel, Forecaster)):
        models = [models]
    if not isinstance(models, Mapping):
        models = {_name(model): model for model in models}
    for name, model in models.items():
        if not isinstance(model, PurchaseModel | Forecaster):
            raise InputError(f"models must be such as BetaGeo(), got {model!r} as {name!r}")
        if name in BASELINES:
            raise InputError(f"{name!r} is the name of a rule: give the model another one")
    return dict(models)


def _name(model) -> str:
    if isinstance(model, PurchaseModel):
        return model._title.removeprefix("the ").removesuffix(" model")
    return model.name if isinstance(model, Forecaster) else repr(model)


def _fitted(name: str, model: PurchaseModel | Forecaster, parts: Split):
    if not isinstance(model, Forecaster):
        return copy(model).fit(parts.customers)  # what the caller has fitted stays
    if model.as_of != parts.calibration_end or model.unit != parts.unit:
        raise InputError(
            f"{name} has seen the time up to {model.as_of:%Y-%m-%d} in {model.unit}, the cut is "
            f"{parts.calibration_end:%Y-%m-%d} in {parts.unit}: choose it with as_of and unit "
            "of the cut"
        )
    return model


def _expectations(fitted: Mapping, parts: Split, days: pd.DataFrame) -> dict[str, pd.Series]:
    customers, duration = parts.customers, parts.duration
    expected = {
        name: model.predict_purchases(customers, duration)["purchases"]
        for name, model in fitted.items()
    }
    rules = (_own_rate(customers, duration), _last_half(days, parts), 0.0)
    return expected | dict(zip(BASELINES, rules, strict=True))


def _own_rate(customers: pd.DataFrame, duration: float) -> pd.Series:
    """Everybody goes on as before: x / T × duration."""
    age = customers["T"].where(customers["T"] > 0)
    return (customers["frequency"] / age * duration).fillna(0.0)


def _last_half(days: pd.DataFrame, parts: Split) -> pd.Series:
    """Everybody goes on as in the last half of the past, first purchases included."""
    half = (parts.calibration_end - days["date"].min()) / 2
    recent = days["date"].between(
        parts.calibration_end - half, parts.calibration_end, inclusive="right"
    )
    count = days.loc[recent, "customer_id"].value_counts().reindex(parts.customers.index)
    return count.fillna(0.0) * ((parts.as_of - parts.calibration_end) / half)


def _coverage(fitted: Mapping, parts: Split, seed: int) -> pd.DataFrame:
    known = (parts.customers, parts.customers["holdout_purchases"], parts.duration)
    rows = {
        name: {
            column: covered(model, *known, confidence, seed)
            for column, confidence in _CONFIDENCES.items()
        }
        for name, model in fitted.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _calibration(predictions: pd.DataFrame, parts: Split) -> pd.DataFrame:
    group = frequency_class(parts.customers["frequency"]).rename("frequency")
    grouped = predictions.groupby(group, observed=True)
    means = grouped.mean()
    means.insert(0, "customers", grouped.size())
    return means
