import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import compare_schemes
from crm_analysis.segmentation.comparison import _back_again, _explained, _top_share


def simulated(rates, days=720, n=60, seed=0):
    """Draw customers who buy for 10 with these chances per day, ``n`` of each."""
    rng = np.random.default_rng(seed)
    customer, day = np.nonzero(rng.random((n * len(rates), days)) < np.repeat(rates, n)[:, None])
    dates = pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({"customer_id": customer, "date": dates, "amount": 10.0})


FIVE = simulated([0.01, 0.01, 0.01, 0.01, 0.2])


def test_the_top_fifth_by_hand():
    score = pd.Series([3.0, 2, 1, 0, 0])
    revenue = pd.Series([50.0, 30, 10, 10, 0])
    assert _top_share(score, revenue).tolist() == [0.5]
    # a fifth of five is one: of two who share the best rank half of each counts
    assert _top_share(pd.Series([3.0, 3, 1, 0, 0]), revenue).tolist() == [0.4]
    # without ranks it's a lot: a fifth
    assert _top_share(score * 0, revenue)[0] == pytest.approx(0.2)
    # counted twice, the first alone is more than a fifth of six
    doubled = _top_share(score, revenue, np.array([[2.0, 1, 1, 1, 1]]))
    assert doubled[0] == pytest.approx(0.6 * 100 / 150)


def test_variance_and_noise_by_hand():
    revenue = pd.Series([4.0, 2.0, 0.0, 0.0])
    assert _explained(revenue * 2 + 1, revenue) == pytest.approx(1)
    assert _explained(revenue * 0, revenue) == 0.0
    first, second, third = pd.Series(list("aabb")), pd.Series(list("abab")), pd.Series(list("aaaa"))
    assert _back_again(first, second, third) == 0.25


def test_a_fifth_that_buys_twenty_times_as_often_is_found():
    # the truth: .2 / (.2 + 4 × .01) of the revenue comes from the busy fifth
    found = compare_schemes(FIVE, ["rfm", "pyramid", "life_cycle"])
    assert found.table["top_fifth_high"].max() > 0.2 / 0.24 - 0.05
    assert found.table["top_fifth"].max() < 0.2 / 0.24 + 0.05
    assert found.table["behind"].iloc[0] == 0


def test_customers_who_are_all_alike_cannot_be_told_apart():
    found = compare_schemes(simulated([0.05], n=400), ["rfm", "pyramid", "binary"])
    assert found.table["top_fifth"].between(0.15, 0.27).all()
    assert (found.table["explained"] < 0.05).all()


def test_of_schemes_as_good_as_the_best_the_quietest_is_recommended():
    found = compare_schemes(FIVE)
    tied = found.table.loc[list(found.tied)]
    assert found.table.index[0] in found.tied
    assert tied["noise"].idxmin() == found.recommended
    assert (tied["behind_low"] <= 0).all()
    assert (found.table.drop(list(found.tied))["behind_low"] > 0).all()


def test_a_scheme_that_does_no_better_than_a_lot_is_not_recommended():
    # The same chance for everybody: whoever ranks highest is a lot.
    found = compare_schemes(simulated([0.03], days=300), ["rfm", "binary", "pyramid"])
    table = found.table
    quietest = table[table["behind_low"] <= 0]["noise"].idxmin()
    assert table.loc[quietest, "top_fifth"] < 0.2  # it can't be told from the best, and is no good
    assert quietest not in found.tied and found.recommended == table.index[0]
    assert not found.beats_a_lot
    assert compare_schemes(FIVE, ["pyramid"]).beats_a_lot


def test_the_test_period_is_not_seen_when_groups_are_made():
    # Whatever happens after placed_on changes neither groups nor ranks, only the outcome.
    found = compare_schemes(FIVE, ["pyramid"], days=90)
    assert (found.ends_on - found.placed_on).days == (found.placed_on - found.learned_on).days == 90
    future = FIVE["date"] > found.placed_on
    turned = FIVE.assign(amount=FIVE["amount"].where(~future, (FIVE["customer_id"] < 240) * 10.0))
    other = compare_schemes(turned, ["pyramid"], days=90)
    assert other.table.loc["pyramid", "top_fifth"] < 0.1


def test_intervals_hold_the_value_and_repeat_by_seed():
    table = compare_schemes(FIVE, ["rfm", "binary"], seed=3).table
    assert (table["top_fifth_low"] <= table["top_fifth"]).all()
    assert (table["top_fifth"] <= table["top_fifth_high"]).all()
    pd.testing.assert_frame_equal(table, compare_schemes(FIVE, ["rfm", "binary"], seed=3).table)
    assert table.notna().all(axis=None)


def test_a_scheme_that_cannot_be_had_is_left_out_with_its_reason():
    few = simulated([0.02], n=12)
    found = compare_schemes(few, ["rfm", "life_cycle", "clusters"])
    assert list(found.table.index) == ["rfm"]
    assert "at least 20 who did" in found.left_out["life_cycle"]
    assert "at least 50" in found.left_out["clusters"]


def test_what_cannot_be_compared():
    with pytest.raises(ValueError, match="dates of type str: convert them"):
        compare_schemes(FIVE.assign(date=FIVE["date"].astype("str")))
    with pytest.raises(InsufficientData, match="there are 0 purchases"):
        compare_schemes(FIVE.iloc[:0])
    with pytest.raises(InputError, match="'rmf': did you mean 'rfm'"):
        compare_schemes(FIVE, ["rmf"])
    with pytest.raises(InputError, match="days must be above 0, got -5"):
        compare_schemes(FIVE, days=-5)
    with pytest.raises(InsufficientData, match="more than two periods of 400"):
        compare_schemes(FIVE, days=400)
    with pytest.raises(InsufficientData, match="0 in revenue by known customers"):
        compare_schemes(FIVE, as_of="2027-01-01")
    with pytest.raises(InsufficientData, match="no schemes with two groups"):
        compare_schemes(FIVE[FIVE["customer_id"] == 1], ["pyramid"])


def test_the_transactions_stay_as_they_are():
    before = FIVE.copy(deep=True)
    compare_schemes(FIVE, ["rfm"])
    pd.testing.assert_frame_equal(FIVE, before)
