"""What customers will bring: the models of chapter 03, summed up by group."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from crm_analysis.customers import summarize
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value import (
    GammaGamma,
    choose_model,
    choose_spend,
    corrected_scores,
    score_customers,
    total_value,
    value_at_stake,
)
from crm_analysis.strategy.groups import GROUPS
from crm_analysis.strategy.plan import STAKES

if TYPE_CHECKING:
    from crm_analysis.lifetime_value._purchase_model import PurchaseModel

__all__ = ["Forecast", "forecast"]


@dataclass(frozen=True)
class Forecast:
    """Customers with their P(alive) and value, and the models that say so.

    Parameters
    ----------
    customers : by customer_id, the columns of ``summarize`` in weeks, with alive (0..1), value
        (contribution over the horizon, discounted, money) and at_stake (what would come on top
        if the customer surely stayed, money).
    purchases, spend : the fitted models, from which intervals come.
    horizon_weeks : how far ahead, in weeks.
    discount_rate : per year.
    margin : share of revenue that is left.
    """

    customers: pd.DataFrame
    purchases: "PurchaseModel"
    spend: GammaGamma
    horizon_weeks: int
    discount_rate: float
    margin: float

    def _sum(self, function, customers: pd.DataFrame, column: str, confidence: float) -> Estimate:
        """Sum a column of customers up, with the models' interval moved to that sum."""
        terms = self.horizon_weeks, self.discount_rate, self.margin
        plain = function(self.purchases, self.spend, customers, *terms, interval=confidence)
        value = float(customers[column].sum())
        if plain.value == 0:
            return replace(
                plain, value=value, low=min(plain.low, value), high=max(plain.high, value)
            )
        factor = value / plain.value
        return replace(plain, value=value, low=plain.low * factor, high=plain.high * factor)

    def total(self, confidence: float = 0.9) -> Estimate:
        """Sum the value of all customers, with an interval of its own (money)."""
        return self._sum(total_value, self.customers, "value", confidence)

    def stakes(self, group: pd.Series, confidence: float = 0.9) -> pd.DataFrame:
        """Sum up by group what is expected and what would come on top if all stayed.

        Parameters
        ----------
        group : by customer_id, the customer's group.
        confidence : of the intervals, between 0 and 1.

        Returns
        -------
        By group, in the order of the groups: customers, value and at_stake (money), each with
        _low and _high.
        """
        rows = {}
        for name in GROUPS:
            members = self.customers[(group == name).reindex(self.customers.index)]
            if len(members):
                value = self._sum(total_value, members, "value", confidence)
                stake = self._sum(value_at_stake, members, "at_stake", confidence)
                ends = value.value, value.low, value.high, stake.value, stake.low, stake.high
                rows[name] = [len(members), *ends]
        columns = ["customers", *STAKES]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")


def forecast(
    transactions: pd.DataFrame,
    as_of: str | date | pd.Timestamp,
    *,
    horizon_weeks: int,
    discount_rate: float,
    margin: float,
) -> Forecast:
    """Choose the forecaster as chapter 03 does, and give each customer a P(alive) and a value.

    Parameters
    ----------
    transactions : customer_id, date, amount; a row per line of an order.
    as_of : the last day known.
    horizon_weeks : how far ahead, in weeks.
    discount_rate : per year, 0..1.
    margin : share of revenue left after the cost of goods and delivery, 0..1.

    Raises
    ------
    InsufficientData : too few customers bought again.
    """
    terms = horizon_weeks, discount_rate, margin
    forecaster = choose_model(transactions, as_of, horizon_weeks)
    customers = summarize(transactions, as_of=as_of, unit="W")
    purchases = forecaster.recipe.model().fit(customers)
    customers = choose_spend(transactions, as_of, horizon_weeks).of(customers)
    spend = GammaGamma().fit(customers)
    plain = score_customers(purchases, spend, customers, *terms)
    scored = corrected_scores(plain, forecaster, horizon_weeks).reindex(customers.index)
    told = customers.assign(**{name: scored[name] for name in ("alive", "value", "at_stake")})
    return Forecast(told, purchases, spend, *terms)
