"""What a new customer's value depends on: the economics, changed one at a time."""

import numpy as np
import pandas as pd

from crm_analysis.formats import percent
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.new_customers import new_customer_value

__all__ = ["new_customer_by_horizon", "new_customer_sensitivity"]

_STEPS = 16


def new_customer_sensitivity(
    purchases: BetaGeo,
    spend: GammaGamma,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
) -> pd.DataFrame:
    """Change margin, horizon and discount rate one at a time, and see what a new customer brings.

    Margin goes down and up by a quarter of itself, the horizon to half and double, the discount
    rate to double and to nothing.

    Returns
    -------
    frame : a row per ``assumption``: ``low`` and ``high`` (money), ``low_at`` and ``high_at``
        (the assumption as text), ``usual`` (money, the same in each row).
    """
    usual = {"horizon": horizon, "discount_rate": discount_rate, "margin": margin}
    time = {"D": "days", "W": "weeks"}.get(unit, unit)
    changes = {
        "margin": (margin * 0.75, min(margin * 1.25, 1.0), lambda value: percent(value, 1)),
        "horizon": (horizon / 2, horizon * 2, lambda value: f"{value:.0f} {time}"),
        "discount_rate": (min(discount_rate * 2, 1.0), 0.0, percent),
    }

    def value(**changed) -> float:
        return new_customer_value(purchases, spend, **(usual | changed), unit=unit).value

    rows = {
        name.replace("_", " "): {
            "low": value(**{name: low}),
            "high": value(**{name: high}),
            "low_at": write(low),
            "high_at": write(high),
            "usual": value(),
        }
        for name, (low, high, write) in changes.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("assumption")


def new_customer_by_horizon(
    purchases: BetaGeo,
    spend: GammaGamma,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> pd.DataFrame:
    """Follow what a new customer brings up to twice the horizon.

    Returns
    -------
    frame : a row per length of time (index ``horizon``, from 0 to twice the horizon in 16 steps)
        with ``value``, ``low`` and ``high`` (money).
    """
    lengths = np.linspace(0, 2 * horizon, _STEPS + 1)
    terms = {"discount_rate": discount_rate, "margin": margin, "unit": unit, "interval": interval}
    values = [new_customer_value(purchases, spend, length, **terms) for length in lengths]
    rows = [{"value": value.value, "low": value.low, "high": value.high} for value in values]
    return pd.DataFrame(rows, index=pd.Index(lengths, name="horizon"))
