"""What the offer is worth beyond its price, and what customers find of the price."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import perceived_value, price_sensitivity, price_verdict


def answers(n=400, seed=1):
    generator = np.random.default_rng(seed)
    steps = generator.gamma(4, 0.5, (n, 4)) + 0.01
    names = ["too_cheap", "cheap", "expensive", "too_expensive"]
    return pd.DataFrame(steps.cumsum(axis=1), columns=names)


def test_worth_falls_by_as_much_as_the_price_rises():
    prices = answers()
    before = prices.copy(deep=True)
    at_five, at_six = perceived_value(prices, 5.0), perceived_value(prices, 6.0)
    assert at_five.value - at_six.value == pytest.approx(1.0)
    assert at_five.high - at_five.low == pytest.approx(at_six.high - at_six.low)
    pd.testing.assert_frame_equal(prices, before)


def test_the_interval_holds_the_truth_at_its_rate():
    # Three gamma steps of mean 2 each, and the constants: 6.03 in truth.
    held = [not perceived_value(answers(60, seed), 6.03, confidence=0.9).excludes(0.0)
            for seed in range(200)]  # fmt: skip
    assert 0.84 <= np.mean(held) <= 0.96


def test_verdicts_part_all_respondents_and_move_with_the_price():
    prices = answers()
    cheap, dear = price_verdict(prices, 3.0), price_verdict(prices, 9.0)
    for shown in (cheap, dear):
        assert shown["respondents"].sum() == 400
        assert ((shown["low"] <= shown["share"]) & (shown["share"] <= shown["high"])).all()
    assert cheap.loc["a bargain", "share"] > dear.loc["a bargain", "share"]
    assert cheap.loc["too expensive", "share"] < dear.loc["too expensive", "share"]


def test_verdicts_agree_with_the_curves_of_the_price_meter():
    prices = answers(60)
    curves = price_sensitivity(prices, draws=1).curves
    price = curves.index[40]
    shown = price_verdict(prices, price)["share"]
    assert shown["too expensive"] == pytest.approx(curves.loc[price, "too_expensive"])
    assert shown[["expensive", "too expensive"]].sum() == pytest.approx(
        curves.loc[price, "expensive"]
    )
    assert shown[["too cheap to be good", "a bargain"]].sum() == pytest.approx(
        curves.loc[price, "cheap"]
    )


@pytest.mark.parametrize("price", [0, -1.0, float("nan")])
def test_a_price_that_is_none_is_refused(price):
    with pytest.raises(InputError, match="price asked must be above 0"):
        perceived_value(answers(), price)


def test_answers_that_never_rise_carry_nothing():
    flat = pd.DataFrame(
        {name: [5, 5] for name in ("too_cheap", "cheap", "expensive", "too_expensive")}
    )
    with pytest.raises(InsufficientData, match="rise from too cheap"):
        price_verdict(flat, 5)
