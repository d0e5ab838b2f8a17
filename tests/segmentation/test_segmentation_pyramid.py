import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers import concentration
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import (
    GRADES,
    abc_analysis,
    customer_margin,
    customer_pyramid,
    pyramid_profile,
)


def bringing(*revenue):
    return pd.DataFrame({"recency": 0, "T": 9, "orders": 1, "revenue": [float(x) for x in revenue]})


def test_a_hundred_different_customers_fill_the_grades_exactly():
    grades = customer_pyramid(bringing(*range(1, 101)))
    assert grades.value_counts()[list(GRADES)].tolist() == [1, 4, 15, 80]
    assert grades.iloc[-1] == "VIP" and grades.iloc[0] == "small"


def test_those_who_tie_across_a_border_all_go_below_it():
    # places 1 | 2 3 4 5 | …: the three at places 5 to 7 would straddle "major" and "ordinary"
    revenue = [100, 90, 89, 88, 50, 50, 50, *[1] * 93]
    grades = customer_pyramid(bringing(*revenue))
    assert grades[4:7].tolist() == ["ordinary"] * 3
    assert (grades == "major").sum() == 3


def test_the_best_customer_is_vip_in_a_small_company_too():
    assert customer_pyramid(bringing(3, 2, 1)).tolist() == ["VIP", "small", "small"]
    assert customer_pyramid(bringing(5)).tolist() == ["VIP"]


def test_customers_who_are_all_alike_have_no_top():
    assert set(customer_pyramid(bringing(*[7] * 200))) == {"small"}
    assert set(abc_analysis(bringing(*[7] * 200))) == {"A"}


def test_whoever_brought_nothing_is_at_the_bottom():
    assert set(customer_pyramid(bringing(0, -3, -4))) == {"small"}
    assert set(abc_analysis(bringing(0, -3, -4))) == {"C"}
    assert abc_analysis(bringing(10, -90)).tolist() == ["A", "C"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 60), min_size=1, max_size=150))
def test_grades_are_fair_monotone_and_never_hold_more_than_their_share(revenue):
    customers = bringing(*revenue)
    for graded, names in ((customer_pyramid(customers), GRADES), (abc_analysis(customers), "ABC")):
        level = graded.map({name: place for place, name in enumerate(names)})
        assert level.groupby(customers["revenue"]).nunique().max() == 1
        assert level[customers["revenue"].argsort(kind="stable")].is_monotonic_decreasing
    at_most = np.ceil(np.round(np.cumsum([0.01, 0.04, 0.15]) * len(revenue), 9))
    held = customer_pyramid(customers).value_counts().reindex(GRADES, fill_value=0).cumsum()
    assert (held.to_numpy()[:3] <= at_most).all()


def test_the_top_fifth_brings_what_the_concentration_says(published):
    # Another way to the same figure: the top share of the Lorenz curve. On these orders the top
    # fifth brings 35.6 %; three customers who tie at its border are left out of the grade.
    profile = pyramid_profile(published, customer_pyramid(published))
    top = profile.loc[["VIP", "major", "ordinary"]]
    share = concentration(published["revenue"]).top_share(top["share_of_customers"].sum())
    assert top["share_of_revenue"].sum() == pytest.approx(share, abs=0.002)
    assert top["share_of_revenue"].sum() == pytest.approx(0.356, abs=0.006)


def test_a_brings_the_first_eighty_percent(published):
    classes = abc_analysis(published)
    a = published["revenue"][classes == "A"]
    total = published["revenue"].sum()
    assert a.sum() >= 0.8 * total > a.sum() - a[a == a.min()].sum()


def test_grades_by_margin_can_turn_the_order_round():
    lines = pd.DataFrame(
        {"customer_id": [0, 1, 1], "amount": [100.0, 30, 30], "cost": [95.0, 5, 5]}
    )
    customers = bringing(100, 60).assign(margin=customer_margin(lines))
    assert customer_pyramid(customers)[0] == "VIP"
    by_margin = customer_pyramid(customers, by="margin")
    assert by_margin[1] == "VIP"
    profile = pyramid_profile(customers, by_margin)
    assert profile.loc["VIP", ["margin", "mean_margin"]].tolist() == [50, 50]
    assert profile.loc["VIP", "share_of_margin"] == pytest.approx(50 / 55)


def test_a_line_without_cost_has_no_margin():
    lines = pd.DataFrame({"customer_id": [0, 1], "amount": 1.0, "cost": [0.5, np.nan]})
    with pytest.raises(InsufficientData, match="1 of 2 lines without one"):
        customer_margin(lines)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.1, 0.2, 0.3, 0.3), (0, 0.1, 0.1, 0.8)])
def test_shares_that_are_no_pyramid(shares):
    with pytest.raises(InputError, match="4 numbers above 0 that add up to 1"):
        customer_pyramid(bringing(1), shares)


def test_nobody_and_no_number():
    with pytest.raises(InsufficientData, match="at least 1 customer"):
        customer_pyramid(bringing())
    with pytest.raises(ValueError, match="revenue must be a number: 1 of 2 rows"):
        abc_analysis(bringing(1, np.nan))
    with pytest.raises(ValueError, match="lacks the column 'margin'"):
        customer_pyramid(bringing(1), by="margin")


def test_the_table_stays_as_it_is(published):
    before = published.copy(deep=True)
    pyramid_profile(published, customer_pyramid(published))
    abc_analysis(published)
    pd.testing.assert_frame_equal(published, before)
