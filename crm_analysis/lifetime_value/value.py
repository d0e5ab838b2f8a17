"""Customer lifetime value: what customers will bring, discounted to today.

value = margin × expected spend per purchase × expected purchases, each worth less the later it
comes. Time runs continuously and in the unit of the customers' table; there are no months of
30 days and no payments at the end of a period.

References
----------
Fader, Hardie and Lee (2005), "RFM and CLV: using iso-value curves for customer base analysis",
Journal of Marketing Research 42, 415-430.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InputError, unknown_name
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._histories import Histories, check_horizon
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value._uncertainty import standard_error_of
from crm_analysis.lifetime_value._value_quantiles import value_quantiles
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma, known_spend

__all__ = ["customer_lifetime_value", "total_value"]

_PER_YEAR = {"D": 365.25, "W": 365.25 / 7, "M": 12.0, "Y": 1.0}
# Ten nodes of Gauss and Legendre on 0..1: expected purchases grow smoothly.
_NODES, _WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(10))
_NODES = _NODES + 0.5
_SMOOTH = 0.5  # force × time within which ten nodes are as good as exact
_REACH = 40.0  # force × time after which nothing is worth anything today


@dataclass(frozen=True)
class _Terms:
    """Horizon and force of interest in one unit of time, checked."""

    horizon: float
    force: float

    @classmethod
    def of(cls, horizon: float, discount_rate: float, unit: str | float) -> "_Terms":
        _check_share(discount_rate, "discount_rate", "per year")
        return cls(check_horizon(horizon), np.log1p(discount_rate) / per_year(unit))

    def nodes(self) -> Iterator[tuple[float, float]]:
        """Return times up to the horizon and their weights; close where discount is quick."""
        reach = min(self.horizon, _REACH / self.force) if self.force > 0 else self.horizon
        halvings = np.ceil(np.log2(max(self.force * reach / _SMOOTH, 1.0)))
        edges = reach * np.append(0.0, 2.0 ** np.arange(-halvings, 1))
        for start, width in zip(edges[:-1], np.diff(edges), strict=True):
            yield from zip(start + _NODES * width, _WEIGHTS * width, strict=True)


def per_year(unit: str | float) -> float:
    """Return how many of the unit make a year; a number is the days in it."""
    if not isinstance(unit, str):
        if not 0 < unit < np.inf:
            raise ValueError(f"unit must be D, W, M, Y or a number of days above 0, got {unit}")
        return _PER_YEAR["D"] / unit
    if unit not in _PER_YEAR:
        raise unknown_name("unit", unit, _PER_YEAR)
    return _PER_YEAR[unit]


def _check_share(value: float, name: str, of: str) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must lie between 0 and 1 ({of}; 0.1 is 10 %), got {value}")
    return float(value)


def _per_customer(value, name: str, customers: pd.DataFrame, highest: float = np.inf) -> np.ndarray:
    """Return one number per customer, from one for all, theirs in order or by their index."""
    if not isinstance(value, pd.Series):
        value = pd.Series(_in_order(value, name, len(customers)), index=customers.index)
    given = value.reindex(customers.index).rename(name)
    rule = "at least 0" if highest == np.inf else "between 0 and 1 (0.3 is 30 %)"
    check_values(given, given.between(0, highest), rule=rule, table="customers")
    return given.to_numpy(dtype=float)


def _in_order(value, name: str, n: int) -> np.ndarray:
    try:
        return np.broadcast_to(np.asarray(value, dtype=float), n)
    except (TypeError, ValueError):
        found = f"{len(value):,} values" if np.ndim(value) else repr(value)
        raise InputError(
            f"{name} must be a number, or one for each of {n:,} customers, got {found}"
        ) from None


def _discounted(
    model: PurchaseModel, parameters, histories: Histories, terms: _Terms
) -> np.ndarray:
    """Return expected purchases, each counted as exp(-force × time until it comes).

    By parts, so that only the mean number of purchases up to a time is needed.
    """
    few, row_of = histories.ahead
    ahead = model._ahead(parameters, few)
    total = np.exp(-terms.force * terms.horizon) * _mean(model, ahead, terms.horizon)
    if terms.force > 0:
        for node, weight in terms.nodes():
            density = terms.force * np.exp(-terms.force * node)
            total = total + weight * density * _mean(model, ahead, node)
    return model._alive(parameters, histories) * total[row_of]


def _mean(model: PurchaseModel, ahead: tuple, horizon: float) -> np.ndarray:
    return model._future.mean_purchases(*ahead, horizon)


@dataclass(frozen=True)
class _Prospect:
    """The two models and the customers that they look at."""

    purchases: PurchaseModel
    spend: GammaGamma
    histories: Histories
    x: np.ndarray
    m: np.ndarray
    terms: _Terms

    def bought(self, parameters) -> np.ndarray:
        """Return the discounted purchases of each customer."""
        each = _discounted(self.purchases, parameters, self.histories, self.terms)
        return each[self.histories.row_of]

    def spent(self, parameters) -> np.ndarray:
        """Return the expected spend per purchase of each customer."""
        return self.spend._expected(parameters, self.x, self.m)


def _check_models(purchases, spend) -> None:
    for name, model, kind in (
        ("purchases", purchases, PurchaseModel),
        ("spend", spend, GammaGamma),
    ):
        if not isinstance(model, kind):
            found = type(model).__name__
            raise InputError(f"{name} must be a fitted {kind.__name__}, got a {found}")


def _prospect(purchases, spend, customers: pd.DataFrame, terms: _Terms) -> _Prospect:
    _check_models(purchases, spend)
    check_columns(customers, ["monetary_value"], table="customers")
    return _Prospect(purchases, spend, Histories.of(customers), *known_spend(customers), terms)


def customer_lifetime_value(
    purchases: PurchaseModel | Forecaster,
    spend: GammaGamma,
    customers: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float | pd.Series,
    acquisition_cost: float | pd.Series = 0,
    *,
    unit: str | float = "W",
    interval: float | None = None,
) -> pd.DataFrame:
    """Expect what each customer will bring from today on, in today's money.

    Parameters
    ----------
    purchases, spend : fitted models of purchases and of spend per purchase. The value by a
        forecaster from ``choose_model`` is that by its model, moved to the forecast.
    customers : ``frequency``, ``recency``, ``T`` in ``unit`` and ``monetary_value`` in money.
    horizon : how far to look ahead, in ``unit``.
    discount_rate : per year, 0 to 1; compounded continuously to the day of each purchase.
    margin : share of revenue that is left, 0 to 1; one for all, or one by customer.
    acquisition_cost : in money, taken off; one for all, or one by customer. Leave it at 0 for
        customers that you have: what winning them cost is spent, and decides nothing any more.
    unit : of ``recency``, ``T``, ``horizon`` and of the fit: "D", "W", "M", "Y" (the twelfth of
        a year and the year of 365.25 days), or the days in another one.
    interval : chance, between 0 and 1, that what the customer brings lies from ``low`` to
        ``high``: own chance in number and spend, and what isn't known of the parameters.

    Returns
    -------
    frame : a row per customer with ``value`` in money, and ``low`` and ``high``.

    Raises
    ------
    ValueError : a margin above 1, a discount rate outside 0 to 1, a negative horizon or cost.

    Notes
    -----
    The ends are discounted by the customer's average factor. Who buys least has mostly left
    early, so the low end is a little too low; by less than the discount of the whole horizon.

    Examples
    --------
    >>> from crm_analysis.lifetime_value import BetaGeo
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30,
    ...                           "monetary_value": [0.0, 30.0, 50.0, 20.0] * 30})
    >>> models = BetaGeo().fit(customers), GammaGamma().fit(customers)
    >>> customer_lifetime_value(*models, customers.head(4), 52, 0.1, 0.3).round(0)["value"].tolist()
    [13.0, 18.0, 39.0, 27.0]
    """
    terms = _Terms.of(horizon, discount_rate, unit)
    margins = _per_customer(margin, "margin", customers, highest=1)
    costs = _per_customer(acquisition_cost, "acquisition_cost", customers)
    if isinstance(purchases, Forecaster):
        from crm_analysis.lifetime_value.corrected import value_by_forecaster

        asked = {"unit": unit, "interval": interval}
        moved = value_by_forecaster(
            purchases, spend, customers, horizon, discount_rate, margins, **asked
        )
        return moved.sub(costs, axis=0)
    prospect = _prospect(purchases, spend, customers, terms)
    bought = prospect.bought(purchases._fitted())
    spent = prospect.spent(spend._fitted())
    columns = {"value": margins * bought * spent - costs}
    if interval is not None:
        check_probability(interval, name="interval")
        # How much of a purchase's worth is left on average, given when this customer buys.
        sooner = _share(
            bought, purchases._expected(purchases._fitted(), *_seen(prospect)), prospect
        )
        ends = value_quantiles(purchases, spend, prospect, ((1 - interval) / 2, (1 + interval) / 2))
        for name, revenue in zip(("low", "high"), ends, strict=True):
            columns[name] = margins * sooner * revenue - costs
    return pd.DataFrame(columns, index=customers.index)


def _seen(prospect: _Prospect) -> tuple[Histories, float]:
    return prospect.histories, prospect.terms.horizon


def _share(bought: np.ndarray, expected: np.ndarray, prospect: _Prospect) -> np.ndarray:
    expected = expected[prospect.histories.row_of]
    return np.divide(bought, expected, out=np.ones_like(bought), where=expected > 0)


def total_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    customers: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float | pd.Series,
    acquisition_cost: float | pd.Series = 0,
    *,
    unit: str | float = "W",
    interval: float = 0.9,
) -> Estimate:
    """Expect what all these customers together will bring: the value of the customer base.

    The sum of ``customer_lifetime_value``, with an interval of its own: customers' chances
    mostly cancel, errors of the parameters don't. Arguments as there.

    Notes
    -----
    Where the variance of spend doesn't exist (q + p·frequency <= 2), that of a slightly lighter
    tail stands in.
    """
    terms = _Terms.of(horizon, discount_rate, unit)
    check_probability(interval, name="interval")
    margins = _per_customer(margin, "margin", customers, highest=1)
    costs = _per_customer(acquisition_cost, "acquisition_cost", customers)
    prospect = _prospect(purchases, spend, customers, terms)
    clock, wallet = purchases._fitted(), spend._fitted()
    bought, spent = prospect.bought(clock), prospect.spent(wallet)
    value = float(margins @ (bought * spent) - costs.sum())
    by_purchases = standard_error_of(
        lambda point: (margins * spent) @ prospect.bought(point), clock, purchases._log_covariance
    )
    by_spend = standard_error_of(
        lambda point: (margins * bought) @ prospect.spent(point), wallet, spend._log_covariance
    )
    own = margins**2 @ _own_variance(prospect, bought)
    width = norm.ppf((1 + interval) / 2) * float(np.sqrt(by_purchases**2 + by_spend**2 + own))
    method = "delta method and the customers' own chance"
    low = max(value - width, -float(costs.sum()))  # revenue is never below 0
    return Estimate(value, low, value + width, interval, n=len(customers), method=method)


def _own_variance(prospect: _Prospect, bought: np.ndarray) -> np.ndarray:
    """Return each customer's variance of discounted revenue, the parameters being known."""
    model, clock = prospect.purchases, prospect.purchases._fitted()
    mean = model._expected(clock, *_seen(prospect))
    square = model._variance(clock, *_seen(prospect)) + mean**2
    sooner, rows = _share(bought, mean, prospect), prospect.histories.row_of
    p, q, v = prospect.spend._fitted()
    shape, rate = np.maximum(q + p * prospect.x, 2.5), v + prospect.x * prospect.m
    squared_spend = (p * rate) ** 2 / ((shape - 1) * (shape - 2))
    revenue = mean[rows] * p * rate / (shape - 1)
    return sooner**2 * (squared_spend * (mean[rows] / p + square[rows]) - revenue**2)
