"""The forecast by group: parts add up to the whole, and agree with another way of summing."""

import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import customer_lifetime_value
from crm_analysis.strategy import customer_groups, forecast

TERMS = {"horizon_weeks": 39, "discount_rate": 0.1, "margin": 0.3}


@pytest.fixture(scope="module")
def outlook():
    return forecast(load("cdnow_sample").transactions, "1997-09-30", **TERMS)


@pytest.fixture(scope="module")
def stakes(outlook):
    return outlook.stakes(customer_groups(outlook.customers)["group"])


def test_the_groups_add_up_to_the_whole(outlook, stakes):
    assert stakes["customers"].sum() == 2_357
    assert stakes["value"].sum() == pytest.approx(outlook.total().value)
    assert stakes["value"].sum() == pytest.approx(outlook.customers["value"].sum())


def test_what_is_at_stake_is_what_sure_customers_would_bring_less_their_value(outlook, stakes):
    told = outlook.customers
    models = outlook.purchases, outlook.spend
    plain = customer_lifetime_value(*models, told, *TERMS.values())["value"]
    lost = (plain / told["alive"] - told["value"]).clip(lower=0)
    lost = lost.where(told["alive"] >= 1e-6, 0.0)  # nobody wins back who is surely gone
    group = customer_groups(told)["group"]
    by_hand = lost.groupby(group, observed=True).sum()
    assert stakes["at_stake"].to_dict() == pytest.approx(by_hand.to_dict())


def test_nobody_is_worth_more_than_the_money_of_the_best_rate_ever_seen(outlook):
    told = outlook.customers
    potential = customer_groups(told)["potential"]
    a_week = ((told["frequency"] + 1) / (told["recency"] + 1)).max()
    dearest = told["monetary_value"].max()
    assert potential.max() < a_week * TERMS["horizon_weeks"] * dearest * TERMS["margin"]


def test_intervals_hold_their_values(stakes):
    for name in ("value", "at_stake"):
        assert (stakes[f"{name}_low"] <= stakes[name]).all()
        assert (stakes[name] <= stakes[f"{name}_high"]).all()


def test_an_interval_grows_with_confidence(outlook):
    wide, narrow = outlook.total(confidence=0.95), outlook.total(confidence=0.5)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_higher_discount_means_a_lower_value(outlook):
    bought = load("cdnow_sample").transactions
    dearer = forecast(bought, "1997-09-30", **(TERMS | {"discount_rate": 0.2}))
    assert dearer.total().value < outlook.total().value


def test_the_value_is_near_that_of_the_holdout(outlook):
    # 1,882 repeat purchases came in the 39 weeks (Fader, Hardie and Lee 2005). At 35.17 mean spend
    # (Fader and Hardie 2013) and .3 margin, discounted for a part of a year, the value must be of
    # that size; heavy buyers spend a little more each.
    rough = 1_882 * 35.17 * 0.3
    assert 0.9 * rough < outlook.total().value < 1.15 * rough


def test_nobody_bought_twice():
    days = pd.date_range("2026-01-01", periods=40, freq="5D")
    one = pd.DataFrame({"customer_id": [f"c{k}" for k in range(40)], "date": days, "amount": 9.0})
    with pytest.raises(InsufficientData, match="bought again"):
        forecast(one, "2026-12-31", **TERMS)
