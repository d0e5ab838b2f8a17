"""Value at stake: nothing where nobody can have left, more the longer the silence."""

import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    customer_lifetime_value,
    value_at_stake,
)

TERMS = (52, 0.1, 0.3)


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return summarize(load("cdnow_sample").transactions, as_of="1997-09-30", unit="W")


@pytest.fixture(scope="module")
def models(customers):
    return BetaGeo().fit(customers), GammaGamma().fit(customers)


def test_it_is_the_sum_of_values_times_the_odds_of_being_gone(customers, models):
    value = customer_lifetime_value(*models, customers, *TERMS)["value"]
    alive = models[0].predict_alive(customers)["alive"]
    stake = value_at_stake(*models, customers, *TERMS)
    assert stake.value == pytest.approx((value * (1 / alive - 1)).sum())
    assert stake.low < stake.value < stake.high
    assert stake.n == len(customers)


def test_silence_raises_it(models):
    one = pd.DataFrame({"frequency": [5], "recency": [20.0], "monetary_value": [30.0]})
    stakes = [value_at_stake(*models, one.assign(T=T), *TERMS).value for T in (20.0, 30.0, 38.0)]
    assert 0 <= stakes[0] < stakes[1] < stakes[2]


def test_a_margin_of_nothing_puts_nothing_at_stake(customers, models):
    assert value_at_stake(*models, customers, 52, 0.1, 0.0).value == 0


def test_impossible_terms_are_refused(customers, models):
    with pytest.raises(ValueError, match="discount_rate"):
        value_at_stake(*models, customers, 52, -1, 0.3)
    with pytest.raises(ValueError, match="horizon"):
        value_at_stake(*models, customers, -1, 0.1, 0.3)
