"""Values by the forecaster that was chosen: those of the textbook model, moved to its forecast.

Lifetime value needs a model that can be asked about any time to come, and the models of purchases
can. What the trees, the season and earlier days correct is the number of purchases within the
horizon; value is moved in the same proportion, customer by customer.
"""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.validation import frequency_class
from crm_analysis.lifetime_value.value import customer_lifetime_value, per_year, total_value

__all__ = ["corrected_scores", "corrected_total", "value_by_forecaster", "value_by_frequency"]

_VALUES = ["value", "value_low", "value_high", "at_stake"]
_MONEY = ["monetary_value", "spend_purchases"]
_LEAST = 1e-200


def corrected_scores(
    scored: pd.DataFrame, forecaster: Forecaster, horizon: float, interval: float = 0.9
) -> pd.DataFrame:
    """Put the forecaster's purchases in the place of the model's, and move values with them.

    Parameters
    ----------
    scored : from ``score_customers``; not changed.
    forecaster : from ``choose_model``, on the same last day and in the same unit.
    horizon, interval : as they were in ``score_customers``.

    Returns
    -------
    frame : as given, with ``purchases`` and its ends by the forecaster, ``value`` and its ends
        times the ``correction`` (a column of its own), and what is then left ``at_stake`` of what
        the customer would bring if surely there; most valuable first.
    """
    check_columns(scored, ["purchases", *_VALUES], table="scored")
    ours = forecaster.predict_purchases(scored, horizon, interval)
    plain = scored["purchases"]
    correction = _correction(ours["purchases"], plain)
    value, low, high = (scored[name] * correction for name in _VALUES[:3])
    table = scored.assign(
        purchases=ours["purchases"],
        purchases_low=ours["low"],
        purchases_high=ours["high"],
        value=value,
        # Whom the model gives up has an interval of 0 to 0, the trees may hope.
        value_low=np.minimum(low, value),
        value_high=np.maximum(high, value),
        at_stake=(scored["value"] + scored["at_stake"] - value).clip(lower=0),
        correction=correction,
    )
    return table.sort_values("value", ascending=False, kind="stable")


def _correction(ours: pd.Series, plain: pd.Series) -> pd.Series:
    return (ours / plain.clip(lower=_LEAST)).where(plain > _LEAST, 1.0)


def value_by_forecaster(
    forecaster: Forecaster,
    spend: GammaGamma,
    customers: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float | pd.Series,
    *,
    unit: str,
    interval: float | None = None,
) -> pd.DataFrame:
    """Move values by the forecaster's model to its forecast; as ``customer_lifetime_value``.

    The model goes by the forecaster's clock, of which a week is as long as it is on average up
    to the horizon.

    Raises
    ------
    InputError : the unit isn't the forecaster's.
    """
    if unit != forecaster.unit:
        raise InputError(f"unit must be {forecaster.unit!r}, that of the forecaster, got {unit!r}")
    ours = forecaster.predict_purchases(customers, horizon)["purchases"]
    table = forecaster._by_clock(customers).assign(**customers.filter(_MONEY))
    ahead = forecaster._ahead(forecaster._weeks(horizon))
    days = horizon / ahead * per_year("D") / per_year(unit) if ahead > 0 else 7.0
    terms = {"unit": days, "interval": interval}
    plain = customer_lifetime_value(
        forecaster.plain, spend, table, ahead, discount_rate, margin, **terms
    )
    expected = forecaster.plain.predict_purchases(table, ahead)["purchases"]
    moved = plain.mul(_correction(ours, expected), axis=0)
    if interval is not None:  # whom the model gives up has an interval of 0 to 0
        moved["low"] = moved[["low", "value"]].min(axis=1)
        moved["high"] = moved[["high", "value"]].max(axis=1)
    return moved


def corrected_total(total: Estimate, corrected: pd.DataFrame) -> Estimate:
    """Move the total value, and its interval, to the sum of the corrected values."""
    value = float(corrected["value"].sum())
    factor = value / total.value if total.value else 1.0
    method = f"{total.method}, moved to the forecast"
    return Estimate(
        value, total.low * factor, total.high * factor, total.confidence, total.n, method
    )


def value_by_frequency(
    purchases: PurchaseModel,
    spend: GammaGamma,
    scored: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> pd.DataFrame:
    """Sum up value by how often customers have bought again.

    Parameters
    ----------
    scored : from ``score_customers`` or ``corrected_scores``; the other arguments as there.

    Returns
    -------
    frame : a row per class of ``repeat_purchases``: ``customers``, mean ``alive`` and
        ``purchases``, ``value`` (total) with ``low`` and ``high``, and ``share``.
    """
    terms = {"unit": unit, "interval": interval}
    group = frequency_class(scored["frequency"]).rename("repeat_purchases")
    rows = {}
    for name, part in scored.groupby(group, observed=True):
        total = total_value(purchases, spend, part, horizon, discount_rate, margin, **terms)
        moved = corrected_total(total, part)
        means = part[["alive", "purchases"]].mean().to_dict()
        ends = {"value": moved.value, "low": max(moved.low, 0.0), "high": moved.high}
        rows[name] = {"customers": len(part), **means, **ends}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("repeat_purchases")
    frame["customers"] = frame["customers"].astype(int)
    return frame.assign(share=frame["value"] / np.maximum(frame["value"].sum(), _LEAST))
