"""What customers are worth who aren't there yet, and the equity of all that are and will be.

References
----------
Blattberg and Deighton (1996), "Manage marketing by the customer equity test", Harvard Business
Review 74(4), 136-144: customer equity as the value of existing and of future customers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InsufficientData, unknown_name
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value._uncertainty import standard_error_of
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.value import (
    _check_models,
    _check_share,
    _own_variance,
    _Prospect,
    _prospect,
    _Terms,
    total_value,
)

__all__ = ["CustomerEquity", "acquisition_rate", "customer_equity", "new_customer_value"]

_UNIT_DAYS = {"D": 1, "W": 7}
_BLOCK_DAYS, _BLOCKS, _FEWEST_BLOCKS = 28, 13, 4


@dataclass(frozen=True)
class CustomerEquity:
    """What customers will bring up to the horizon, in today's money.

    Parameters
    ----------
    existing : those who have bought already.
    new : those expected to be won up to then, what winning them costs taken off.
    total : both; its interval knows that they're forecast by the same models.
    """

    existing: Estimate
    new: Estimate
    total: Estimate


def new_customer_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> Estimate:
    """Expect what a customer won today brings: the most that winning one may cost on average.

    The first purchase counts at once, at the mean of first purchases where the model of spend
    knows it; the repeat purchases count as they come, at the population's mean spend. The
    interval is that of the mean of many new customers, from what isn't known of the parameters;
    a single new customer may bring far more or nothing further.

    Parameters
    ----------
    purchases, spend, horizon, discount_rate, margin, unit : as in ``customer_lifetime_value``.
    interval : confidence of the Estimate, between 0 and 1.
    """
    terms = _Terms.of(horizon, discount_rate, unit)
    check_probability(interval, name="interval")
    _check_share(margin, "margin", "of revenue")
    _check_models(purchases, spend)
    clock, wallet = purchases._fitted(), spend._fitted()

    def log_value(clock_point, wallet_point, first=None):
        return np.log(_won_today(purchases, spend, terms, clock_point, wallet_point, first))

    first, first_error = _first(spend)
    errors = (
        standard_error_of(
            lambda point: log_value(point, wallet, first), clock, purchases._log_covariance
        ),
        standard_error_of(
            lambda point: log_value(clock, point, first), wallet, spend._log_covariance
        ),
        first_error / np.exp(log_value(clock, wallet, first)),
    )
    value = margin * float(np.exp(log_value(clock, wallet, first)))
    factor = float(np.exp(norm.ppf((1 + interval) / 2) * np.linalg.norm(errors)))
    ends = value, value / factor, value * factor
    return Estimate(*ends, interval, n=purchases.n_customers_, method="delta method, log scale")


def _first(spend: GammaGamma) -> tuple[float | None, float]:
    """Return the mean first purchase and its standard error; None where it isn't known."""
    known = spend.first_spend_
    if known is None:
        return None, 0.0
    width = norm.ppf((1 + known.confidence) / 2)
    return known.value, (known.high - known.low) / 2 / width


def _won_today(purchases, spend, terms: _Terms, clock, wallet, first: float | None) -> float:
    """Return the revenue of a customer won today: the first purchase and what follows."""
    new = Histories(*np.zeros((3, 1)), np.ones(1), np.zeros(1, dtype=int))
    prospect = _Prospect(purchases, spend, new, np.zeros(1), np.zeros(1), terms)
    each = prospect.spent(wallet)[0]
    return (each if first is None else first) + prospect.bought(clock)[0] * each


def acquisition_rate(
    customers: pd.DataFrame,
    as_of: str | pd.Timestamp,
    unit: str = "W",
    interval: float = 0.9,
) -> Estimate:
    """Estimate how many customers are won per unit of time, from those of the last year.

    Counts of four weeks are compared with each other: where they vary by more than chance, the
    interval is wider than that of a Poisson rate.

    Parameters
    ----------
    customers : ``first``, the day of each customer's first purchase.
    as_of : the last day of the data.
    unit : "D" or "W", the unit of time of the rate.
    interval : confidence of the Estimate, between 0 and 1.

    Raises
    ------
    InsufficientData : the record is shorter than 16 weeks.

    Examples
    --------
    >>> days = pd.date_range("2025-01-01", "2025-12-31", freq="D")
    >>> print(acquisition_rate(pd.DataFrame({"first": days}), "2025-12-31"))
    7 (6.42 to 7.63)
    """
    if unit not in _UNIT_DAYS:
        raise unknown_name("unit", unit, _UNIT_DAYS)
    check_columns(customers, ["first"], table="customers")
    check_probability(interval, name="interval")
    first = customers["first"]
    check_values(first, first.notna(), rule="a date", table="customers")
    age = (pd.Timestamp(as_of).normalize() - first.dt.normalize()).dt.days.to_numpy()
    whole = int((age.max() + 1) // _BLOCK_DAYS) if len(age) else 0
    blocks = min(whole, _BLOCKS)
    if blocks < _FEWEST_BLOCKS:
        have = f"{whole * 4} weeks with customers"
        raise InsufficientData("the rate of new customers", have, "at least 16 weeks of records")
    inside = (age >= 0) & (age < blocks * _BLOCK_DAYS)
    counts = np.bincount(age[inside] // _BLOCK_DAYS, minlength=blocks)
    time = blocks * _BLOCK_DAYS / _UNIT_DAYS[unit]
    total, ends = int(counts.sum()), _rate_ends(counts, interval)
    method = f"counts of {blocks} times four weeks"
    return Estimate(total / time, *(end / time for end in ends), interval, total, method)


def _rate_ends(counts: np.ndarray, interval: float) -> tuple[float, float]:
    total = counts.sum()
    if total == 0:  # nothing came: the Poisson limit
        return 0.0, float(chi2.ppf((1 + interval) / 2, 2) / 2)
    dispersion = max(counts.var(ddof=1) / counts.mean(), 1.0)
    factor = np.exp(norm.ppf((1 + interval) / 2) * np.sqrt(dispersion / total))
    return float(total / factor), float(total * factor)


def customer_equity(
    purchases: PurchaseModel,
    spend: GammaGamma,
    customers: pd.DataFrame,
    new_per_unit: Estimate,
    horizon: float,
    discount_rate: float,
    margin: float,
    acquisition_cost: float = 0,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> CustomerEquity:
    """Add to the value of the customers that are there that of those who will be won.

    New customers come evenly over the horizon, as many per unit as ``new_per_unit`` says, and
    count up to the same last day; the later they come, the less of their life is inside.

    Parameters
    ----------
    purchases, spend, customers, horizon, discount_rate, unit : as in
        ``customer_lifetime_value``.
    new_per_unit : customers won per unit of time; ``acquisition_rate`` estimates it.
    margin : share of revenue that is left, 0 to 1.
    acquisition_cost : in money per new customer, spent when one is won.
    interval : chance, between 0 and 1, that each sum lies within.

    Notes
    -----
    How many come, and what each brings, is left to chance, as if they came independently.
    """
    terms = _Terms.of(horizon, discount_rate, unit)
    _check_share(margin, "margin", "of revenue")
    if acquisition_cost < 0:
        raise ValueError(f"acquisition_cost must be at least 0, got {acquisition_cost}")
    prospect, first = _prospect(purchases, spend, customers, terms), _first(spend)

    def existing(clock, wallet):
        return margin * float(prospect.bought(clock) @ prospect.spent(wallet))

    def new(clock, wallet):
        each = _won_over_time(purchases, spend, terms, clock, wallet, first[0])
        time = _present(terms.force, terms.horizon)
        return new_per_unit.value * (margin * each - acquisition_cost * time)

    clock, wallet = purchases._fitted(), spend._fitted()
    coming = new(clock, wallet)
    by_rate = coming * _rate_error(new_per_unit)
    by_first = margin * new_per_unit.value * first[1] * _present(terms.force, terms.horizon)
    own = margin * np.sqrt(_own_variance(prospect, prospect.bought(clock)).sum())
    by_chance = np.sqrt(
        new_per_unit.value * _squares_over_time(purchases, spend, terms, margin, acquisition_cost)
    )

    def both(clock_point, wallet_point):
        return existing(clock_point, wallet_point) + new(clock_point, wallet_point)

    sizes = {"n": len(customers), "interval": interval}
    estimates = (
        _estimate(purchases, spend, new, (by_rate, by_first, by_chance), **sizes),
        _estimate(purchases, spend, both, (by_rate, by_first, by_chance, own), **sizes),
    )
    base = total_value(
        purchases, spend, customers, horizon, discount_rate, margin, unit=unit, interval=interval
    )
    return CustomerEquity(base, *estimates)


def _won_over_time(purchases, spend, terms: _Terms, clock, wallet, first) -> float:
    """Return the revenue of one customer won in each unit of time, up to the horizon."""
    total = 0.0
    for node, weight in terms.nodes():
        left = _Terms(terms.horizon - node, terms.force)
        each = _won_today(purchases, spend, left, clock, wallet, first)
        total += weight * np.exp(-terms.force * node) * each
    return float(total)


def _squares_over_time(purchases, spend, terms: _Terms, margin: float, cost: float) -> float:
    """Return the mean square of what one brings, won in each unit of time: the sum's variance."""
    new = Histories(*np.zeros((3, 1)), np.ones(1), np.zeros(1, dtype=int))
    clock, wallet = purchases._fitted(), spend._fitted()
    first, spread, total = _first(spend)[0], _first_spread(spend), 0.0
    for node, weight in terms.nodes():
        left = _Terms(terms.horizon - node, terms.force)
        prospect = _Prospect(purchases, spend, new, np.zeros(1), np.zeros(1), left)
        again = np.sqrt(_own_variance(prospect, prospect.bought(clock))[0])
        mean = margin * _won_today(purchases, spend, left, clock, wallet, first) - cost
        # The customer's own spend is behind the first purchase and the later ones.
        square = mean**2 + (margin * (spread + again)) ** 2
        total += weight * np.exp(-2 * terms.force * node) * square
    return float(total)


def _first_spread(spend: GammaGamma) -> float:
    """Return the standard deviation of first purchases, by the model where they aren't known."""
    if spend.first_spend_ is not None:
        return _first(spend)[1] * np.sqrt(spend.first_spend_.n)
    p, q, v = spend._fitted()
    q = max(q, 2.5)  # of a slightly lighter tail where the variance doesn't exist
    return np.sqrt(p * (p + 1) / ((q - 1) * (q - 2)) - (p / (q - 1)) ** 2) * v


def _present(force: float, horizon: float) -> float:
    """Return what one unit of money in each unit of time is worth today."""
    return horizon if force == 0 else -np.expm1(-force * horizon) / force


def _rate_error(rate: Estimate) -> float:
    """Return the standard error of a rate as a share of it."""
    if rate.value == 0:
        return 0.0
    return (rate.high - rate.low) / 2 / norm.ppf((1 + rate.confidence) / 2) / rate.value


def _estimate(purchases, spend, worth, further, *, n: int, interval: float) -> Estimate:
    """Return ``worth`` of the fitted parameters, with all its errors in one interval."""
    clock, wallet = purchases._fitted(), spend._fitted()
    by_purchases = standard_error_of(
        lambda point: worth(point, wallet), clock, purchases._log_covariance
    )
    by_spend = standard_error_of(lambda point: worth(clock, point), wallet, spend._log_covariance)
    width = norm.ppf((1 + interval) / 2) * np.linalg.norm([by_purchases, by_spend, *further])
    value = worth(clock, wallet)
    ends = float(value - width), float(value + width)
    return Estimate(float(value), *ends, interval, n, "delta method and the rate of new customers")
