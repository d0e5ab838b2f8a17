"""What customers will bring: the models of chapter 03, summed up by group."""

from dataclasses import dataclass

import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    customer_lifetime_value,
    total_value,
    value_at_stake,
)
from crm_analysis.strategy.groups import GROUPS
from crm_analysis.strategy.plan import STAKES

__all__ = ["Forecast", "forecast"]


@dataclass(frozen=True)
class Forecast:
    """Customers with their P(alive) and value, and the models that say so.

    Parameters
    ----------
    customers : by customer_id, the columns of ``summarize`` in weeks, with alive (0..1) and
        value (contribution over the horizon, discounted, money).
    purchases, spend : the fitted models.
    horizon_weeks : how far ahead, in weeks.
    discount_rate : per year.
    margin : share of revenue that is left.
    """

    customers: pd.DataFrame
    purchases: BetaGeo
    spend: GammaGamma
    horizon_weeks: int
    discount_rate: float
    margin: float

    def _sum(self, function, customers: pd.DataFrame, confidence: float) -> Estimate:
        terms = self.horizon_weeks, self.discount_rate, self.margin
        return function(self.purchases, self.spend, customers, *terms, interval=confidence)

    def total(self, confidence: float = 0.9) -> Estimate:
        """Sum the value of all customers, with an interval of its own (money)."""
        return self._sum(total_value, self.customers, confidence)

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
                value = self._sum(total_value, members, confidence)
                stake = self._sum(value_at_stake, members, confidence)
                ends = value.value, value.low, value.high, stake.value, stake.low, stake.high
                rows[name] = [len(members), *ends]
        columns = ["customers", *STAKES]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")


def forecast(
    customers: pd.DataFrame, *, horizon_weeks: int, discount_rate: float, margin: float
) -> Forecast:
    """Fit BG/NBD and Gamma-Gamma, and give each customer a P(alive) and a value.

    Parameters
    ----------
    customers : from ``summarize`` with unit "W".
    horizon_weeks : how far ahead, in weeks.
    discount_rate : per year, 0..1.
    margin : share of revenue left after the cost of goods and delivery, 0..1.

    Raises
    ------
    InsufficientData : too few customers bought again.
    """
    purchases, spend = BetaGeo().fit(customers), GammaGamma().fit(customers)
    terms = horizon_weeks, discount_rate, margin
    told = customers.assign(
        alive=purchases.predict_alive(customers)["alive"],
        value=customer_lifetime_value(purchases, spend, customers, *terms)["value"],
    )
    return Forecast(told, purchases, spend, *terms)
