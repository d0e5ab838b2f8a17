"""The forecast by group: parts add up to the whole, and agree with another way of summing."""

import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.errors import InsufficientData
from crm_analysis.strategy import customer_groups, forecast

TERMS = {"horizon_weeks": 39, "discount_rate": 0.1, "margin": 0.3}


@pytest.fixture(scope="module")
def outlook():
    company = load("cdnow_sample")
    return forecast(summarize(company.transactions, as_of="1997-09-30", unit="W"), **TERMS)


@pytest.fixture(scope="module")
def stakes(outlook):
    return outlook.stakes(customer_groups(outlook.customers)["group"])


def test_the_groups_add_up_to_the_whole(outlook, stakes):
    assert stakes["customers"].sum() == 2_357
    assert stakes["value"].sum() == pytest.approx(outlook.total().value)
    assert stakes["value"].sum() == pytest.approx(outlook.customers["value"].sum())


def test_what_is_at_stake_is_the_value_times_the_odds_of_being_gone(outlook, stakes):
    told = outlook.customers
    lost = told["value"] * (1 / told["alive"] - 1)
    group = customer_groups(told)["group"]
    by_hand = lost.groupby(group, observed=True).sum()
    assert stakes["at_stake"].to_dict() == pytest.approx(by_hand.to_dict())


def test_intervals_hold_their_values(stakes):
    for name in ("value", "at_stake"):
        assert (stakes[f"{name}_low"] <= stakes[name]).all()
        assert (stakes[name] <= stakes[f"{name}_high"]).all()


def test_an_interval_grows_with_confidence(outlook):
    wide, narrow = outlook.total(confidence=0.95), outlook.total(confidence=0.5)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_higher_discount_means_a_lower_value(outlook):
    history = outlook.customers.drop(columns=["alive", "value"])
    dearer = forecast(history, **(TERMS | {"discount_rate": 0.2}))
    assert dearer.total().value < outlook.total().value


def test_the_value_is_near_that_of_the_holdout(outlook):
    # 1,882 repeat purchases came in the 39 weeks (Fader, Hardie and Lee 2005); BG/NBD expects
    # 1,653.4. At 35.17 mean spend (Fader and Hardie 2013) and .3 margin, discounted for a part
    # of a year, the value must be of that size; heavy buyers spend a little more each.
    rough = 1_653.4 * 35.17 * 0.3
    assert 0.9 * rough < outlook.total().value < 1.2 * rough


def test_nobody_bought_twice():
    one = pd.DataFrame(
        {"frequency": 0, "recency": 0.0, "T": [5.0] * 40, "monetary_value": 0.0},
        index=pd.RangeIndex(40, name="customer_id"),
    )
    with pytest.raises(InsufficientData, match="bought again"):
        forecast(one, **TERMS)
