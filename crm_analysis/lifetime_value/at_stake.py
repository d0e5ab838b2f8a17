"""What would come on top if customers who may have left were all still there."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.checks import check_probability
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._uncertainty import standard_error_of
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.value import _per_customer, _prospect, _Terms

__all__ = ["value_at_stake"]


def value_at_stake(
    purchases: BetaGeo,
    spend: GammaGamma,
    customers: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float | pd.Series,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> Estimate:
    """Expect how much more these customers would bring if each was surely alive today.

    It is the most that winning them back could be worth, the sum over customers of

        lifetime value × (1 / P(alive) − 1).

    The interval tells what isn't known of the parameters; whether a single customer is still
    there doesn't matter to a sum that supposes all of them are. Arguments as in
    ``customer_lifetime_value``.

    Returns
    -------
    Estimate : in money, 0 or more.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30,
    ...                           "monetary_value": [0.0, 30.0, 50.0, 20.0] * 30})
    >>> models = BetaGeo().fit(customers), GammaGamma().fit(customers)
    >>> value_at_stake(*models, customers[customers["frequency"] == 0], 52, 0.1, 0.3).value
    0.0
    """
    terms = _Terms.of(horizon, discount_rate, unit)
    check_probability(interval, name="interval")
    margins = _per_customer(margin, "margin", customers, highest=1)
    prospect = _prospect(purchases, spend, customers, terms)
    clock, wallet = purchases._fitted(), spend._fitted()

    def missed(parameters) -> np.ndarray:
        # What is lost is the chance of being gone times what comes if not.
        alive = purchases._alive(parameters, prospect.histories)[prospect.histories.row_of]
        return prospect.bought(parameters) * (1 / np.maximum(alive, 1e-12) - 1)

    lost, spent = missed(clock), prospect.spent(wallet)
    value = float(margins @ (lost * spent))
    by_purchases = standard_error_of(
        lambda point: (margins * spent) @ missed(point), clock, purchases._log_covariance
    )
    by_spend = standard_error_of(
        lambda point: (margins * lost) @ prospect.spent(point), wallet, spend._log_covariance
    )
    width = norm.ppf((1 + interval) / 2) * float(np.hypot(by_purchases, by_spend))
    ends = max(value - width, 0.0), value + width
    return Estimate(value, *ends, confidence=interval, n=len(customers), method="delta method")
