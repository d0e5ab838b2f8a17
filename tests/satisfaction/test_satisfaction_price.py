"""Van Westendorp's crossings: by hand, against the definition, simulated truth, speed."""

import time

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import charts, demand, price_sensitivity

QUESTIONS = ["too_cheap", "cheap", "expensive", "too_expensive"]
SMALL = pd.DataFrame([[2, 4, 7, 10], [3, 5, 8, 11], [4, 6, 9, 12]], columns=QUESTIONS)


def _normal(n, seed, middle=(5.0, 8.5, 13.0, 17.0), spread=(0.5, 0.5, 0.75, 1.0), decimals=2):
    """The four answers, each normal around its own middle."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(generator.normal(middle, spread, (n, 4)).round(decimals), columns=QUESTIONS)


def test_crossings_by_hand():
    # Too cheap falls 1, 2/3, 1/3 at 2, 3, 4; not cheap is still 0 at 4 and reaches 1/3 at 5.
    meter = price_sensitivity(SMALL, draws=50)
    shares = meter.curves.loc[[4, 5, 6, 7], ["too_cheap", "cheap", "expensive"]]
    expected = [[1 / 3, 1, 0], [0, 2 / 3, 0], [0, 1 / 3, 0], [0, 0, 1 / 3]]
    assert shares.to_numpy() == pytest.approx(np.array(expected))
    assert meter.lower.value == pytest.approx(4.5)
    # Between 4, where the last finds it too cheap, and 10, where the first finds it too expensive.
    assert meter.optimal.value == pytest.approx((5 + 9) / 2)
    assert meter.indifference.value == pytest.approx(6.5)


def test_each_crossing_balances_the_two_opinions():
    prices = _normal(4001, seed=1)
    meter = price_sensitivity(prices, draws=20)
    share = {
        "not_cheap": lambda p: (prices["cheap"] < p).mean(),
        "too_cheap": lambda p: (prices["too_cheap"] >= p).mean(),
        "expensive": lambda p: (prices["expensive"] <= p).mean(),
        "cheap": lambda p: (prices["cheap"] >= p).mean(),
        "too_expensive": lambda p: (prices["too_expensive"] <= p).mean(),
        "not_expensive": lambda p: (prices["expensive"] > p).mean(),
    }
    for point, up, down in [
        ("lower", "not_cheap", "too_cheap"),
        ("indifference", "expensive", "cheap"),
        ("upper", "too_expensive", "not_expensive"),
    ]:
        price = getattr(meter, point).value
        assert share[up](price) == pytest.approx(share[down](price), abs=0.003), point


def test_truth_is_covered_as_often_as_promised():
    # Two normal curves of the same spread cross midway between their middles.
    shape = {"middle": (5.0, 8.0, 10.0, 13.0), "spread": (1.0,) * 4}
    covered = []
    for seed in range(60):
        prices = np.sort(_normal(200, seed, **shape, decimals=6), axis=1)
        meter = price_sensitivity(
            pd.DataFrame(prices, columns=QUESTIONS), draws=200, confidence=0.9
        )
        covered.append(not meter.indifference.excludes(9.0))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.1)


def test_narrower_range_lies_inside():
    prices = _normal(500, seed=2, spread=(2.0,) * 4)
    wide, narrow = (price_sensitivity(prices, acceptable=x) for x in ("original", "narrower"))
    assert wide.lower.value <= narrow.lower.value <= narrow.upper.value <= wide.upper.value
    assert wide.optimal == narrow.optimal and wide.indifference == narrow.indifference


def test_intransitive_and_incomplete_answers_are_counted():
    odd = pd.DataFrame([[5, 4, 7, 10], [2, 2, 7, 9], [2, 4, None, 9]], columns=QUESTIONS)
    both = pd.concat([SMALL, odd], ignore_index=True)
    before = both.copy(deep=True)
    meter = price_sensitivity(both, draws=50)
    pd.testing.assert_frame_equal(both, before)
    assert (meter.n, meter.dropped, meter.incomplete) == (3, 2, 1)
    assert meter.lower == price_sensitivity(SMALL, draws=50).lower


def test_unit_of_money_changes_nothing_but_the_unit():
    prices = _normal(300, seed=3)
    euros, cents = price_sensitivity(prices), price_sensitivity(prices * 100)
    for name in ("lower", "optimal", "indifference", "upper"):
        one, other = getattr(euros, name), getattr(cents, name)
        assert [other.value, other.low, other.high] == pytest.approx(
            [100 * one.value, 100 * one.low, 100 * one.high]
        )


def test_what_cannot_be_computed_is_said():
    with pytest.raises(InsufficientData, match="1 among 2"):
        price_sensitivity(pd.DataFrame([[1, 2, 3, 4], [4, 3, 2, 1]], columns=QUESTIONS))
    with pytest.raises(InputError, match="did you mean 'narrower'"):
        price_sensitivity(SMALL, acceptable="narrow")
    with pytest.raises(ValueError, match="too_expensive"):
        price_sensitivity(SMALL.drop(columns="too_expensive"))


def test_hundred_thousand_respondents_in_seconds():
    prices = _normal(100_000, seed=4)
    start = time.perf_counter()
    meter = price_sensitivity(prices)
    # An alarm, with room for a busy machine.
    assert time.perf_counter() - start < 20
    assert meter.optimal.high - meter.optimal.low < 0.5


def test_demand_is_each_respondents_own_line():
    prices = _normal(40, seed=5)
    generator = np.random.default_rng(5)
    prices["buys_cheap"], prices["buys_expensive"] = generator.uniform(0, 1, (2, 40))
    curve = demand(prices, draws=50).curve
    for price in curve.index[[10, 50, -10]]:
        single = [
            np.interp(price, row[QUESTIONS], [0, row["buys_cheap"], row["buys_expensive"], 0])
            for _, row in prices.iterrows()
        ]
        assert curve.loc[price, "demand"] == pytest.approx(np.mean(single))
        assert curve.loc[price, "revenue"] == pytest.approx(price * np.mean(single))


def test_revenue_is_highest_at_or_above_the_price_of_most_buyers():
    prices = _normal(400, seed=6).assign(buys_cheap=0.7, buys_expensive=0.4)
    result = demand(prices, draws=200)
    assert result.most_buyers.value <= result.most_revenue.value
    assert 8 < result.most_buyers.value < 9
    assert result.curve["revenue"].idxmax() == result.most_revenue.value


def test_probabilities_in_percent_are_refused():
    prices = SMALL.assign(buys_cheap=70, buys_expensive=0.2)
    with pytest.raises(ValueError, match="buys_cheap must be between 0 and 1"):
        demand(prices)


def test_figure_states_the_range_and_draws_the_curves_that_cross():
    meter = price_sensitivity(SMALL, draws=50)
    figure = charts.price_crossings(meter, "EUR")
    assert "€4.50 to €9.00" in figure.layout.title.text
    assert {trace.name for trace in figure.data} == {
        "too cheap",
        "not cheap",
        "not expensive",
        "too expensive",
    }
    [band] = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (band.x0, band.x1) == (meter.lower.value, meter.upper.value)
