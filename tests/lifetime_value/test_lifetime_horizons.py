"""Values over long times, in other units, per customer, and by a chosen forecaster."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from crm_analysis.errors import InputError
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    choose_model,
    customer_lifetime_value,
    new_customer_value,
    total_value,
)

CUT = "1997-09-30"


@pytest.fixture(scope="module")
def models(cdnow):
    return BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)


@pytest.fixture(scope="module")
def frequent(cdnow):
    return cdnow.nlargest(3, "frequency")


@pytest.fixture(scope="module")
def weekly(cdnow_transactions):
    return choose_model(cdnow_transactions, CUT, 39, model="bg_nbd")


@pytest.mark.parametrize("rate", [0.1, 1.0])
@pytest.mark.parametrize("weeks", [26, 5_200])
def test_discounts_over_decades_as_exactly_as_over_months(frequent, models, rate, weeks):
    value = customer_lifetime_value(*models, frequent, weeks, rate, 0.3)["value"]
    force = np.log1p(rate) * 7 / 365.25
    for name, row in frequent.iterrows():

        def worth(time, row=row):
            so_far = models[0].predict_purchases(row.to_frame().T, time)["purchases"].iloc[0]
            return force * np.exp(-force * time) * so_far

        until = min(weeks, 40 / force)
        inside = quad(worth, 0, until, limit=200, epsrel=1e-10)[0]
        at_end = worth(weeks) / force
        spend = models[1].predict_spend(frequent)["spend"][name]
        assert value[name] == pytest.approx(0.3 * spend * (inside + at_end), rel=1e-7)


def test_what_comes_in_a_thousand_years_adds_nothing_and_takes_nothing(cdnow, models):
    longer = [52, 520, 5_200, 52_000, 1e9]
    values = [customer_lifetime_value(*models, cdnow, t, 0.1, 0.3)["value"] for t in longer]
    for shorter, more in pairwise(values):
        assert (more >= shorter * (1 - 1e-9)).all()
    np.testing.assert_allclose(values[-1], values[-2], rtol=1e-9)


@pytest.mark.parametrize(("unit", "days"), [("D", 1), ("M", 365.25 / 12), ("Y", 365.25)])
def test_any_unit_of_time_gives_the_same_money(cdnow, models, unit, days):
    other = cdnow.assign(recency=cdnow["recency"] * 7 / days, T=cdnow["T"] * 7 / days)
    purchases = BetaGeo().fit(other)
    value = customer_lifetime_value(purchases, models[1], other, 364 / days, 0.1, 0.3, unit=unit)
    np.testing.assert_allclose(value, customer_lifetime_value(*models, cdnow, 52, 0.1, 0.3))


def test_a_list_in_the_order_of_the_customers_is_theirs(frequent, models):
    margin = [0.1, 0.2, 0.3]
    by_name = pd.Series(margin, frequent.index)
    one = customer_lifetime_value(*models, frequent, 52, 0.1, margin, np.array([1, 2, 3]))
    other = customer_lifetime_value(*models, frequent, 52, 0.1, by_name[::-1], [1, 2, 3])
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("margin", [[0.1, 0.2], "much", {"a": 0.3}])
def test_a_margin_that_is_none_is_named(frequent, models, margin):
    with pytest.raises(InputError, match="margin must be a number, or one for each of 3 customers"):
        customer_lifetime_value(*models, frequent, 52, 0.1, margin)


def test_models_in_the_wrong_place_are_named(frequent, models):
    with pytest.raises(InputError, match="purchases must be a fitted PurchaseModel, got a GammaG"):
        customer_lifetime_value(*models[::-1], frequent, 52, 0.1, 0.3)
    with pytest.raises(InputError, match="spend must be a fitted GammaGamma, got a BetaGeo"):
        total_value(models[0], models[0], frequent, 52, 0.1, 0.3)
    with pytest.raises(InputError, match="purchases must be a fitted PurchaseModel"):
        new_customer_value(*models[::-1], 52, 0.1, 0.3)


def test_the_chosen_forecaster_moves_value_to_its_forecast(
    cdnow_transactions, cdnow, models, weekly
):
    terms = (cdnow, 39, 0.1, 0.3, 2.0)
    ours = customer_lifetime_value(weekly, models[1], *terms, interval=0.9)
    textbook = customer_lifetime_value(*models, *terms, interval=0.9)
    assert (ours["low"] <= ours["value"]).all()
    assert (ours["value"] <= ours["high"]).all()
    np.testing.assert_allclose(ours["value"], textbook["value"], rtol=1e-9)
    chosen = choose_model(cdnow_transactions, CUT, 39)
    moved = customer_lifetime_value(chosen, models[1], *terms)["value"]
    more = chosen.predict_purchases(cdnow, 39)["purchases"]
    more = more / weekly.predict_purchases(cdnow, 39)["purchases"]
    np.testing.assert_allclose(moved + 2, (textbook["value"] + 2) * more, rtol=0.02)


def test_a_forecaster_is_asked_in_its_own_unit(cdnow, models, weekly):
    with pytest.raises(InputError, match="unit must be 'W', that of the forecaster, got 'D'"):
        customer_lifetime_value(weekly, models[1], cdnow, 39, 0.1, 0.3, unit="D")
