import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import RFMCuts, days_since_last, rfm_cuts, rfm_scores


def customers_of(silence, orders=1, revenue=10.0):
    frame = pd.DataFrame({"silence": silence, "orders": orders, "revenue": revenue})
    frame["T"] = 1000
    frame["recency"] = frame["T"] - frame.pop("silence")
    return frame.rename_axis("customer_id")


def test_rfm_method_gives_the_cuts_of_the_r_package(published):
    # R package rfm, rfm_table_order(rfm_data_orders, …, 2006-12-31)$threshold
    cuts = rfm_cuts(published, method="rfm")
    assert cuts.recency == pytest.approx((115, 181, 297.4, 482))
    assert cuts.frequency == (4, 5, 6, 8)
    assert cuts.monetary == pytest.approx((255.8, 382, 506.4, 666))


def test_rfm_method_gives_the_first_scores_of_the_r_package(published):
    scores = rfm_scores(published, method="rfm")["rfm"]
    first = {"Abbey O'Reilly": "343", "Add Senger": "412", "Aden Lesch": "323"}
    assert scores[list(first)].to_dict() == first


def test_scores_of_five_customers_by_hand():
    customers = customers_of([9, 7, 5, 3, 1], [1, 2, 3, 4, 5], [10, 20, 30, 40, 50])
    assert rfm_scores(customers)["rfm"].tolist() == ["111", "222", "333", "444", "555"]


def test_silence_and_score_run_against_each_other():
    scores = rfm_scores(customers_of(range(100)))
    assert scores["r"].is_monotonic_decreasing
    assert scores["r"].value_counts().tolist() == [20] * 5


@pytest.mark.parametrize("n", [5, 7, 10, 23, 101])
@pytest.mark.parametrize("bins", [2, 3, 5, 9])
def test_without_ties_quantile_scores_are_those_of_qcut(n, bins):
    # pandas' own interpolated quantiles: another way to the same groups where nobody ties.
    revenue = pd.Series(np.random.default_rng(n).permutation(n) * 10.0)
    scores = rfm_scores(customers_of([1] * n, 1, revenue), bins=bins)
    assert scores["m"].tolist() == (pd.qcut(revenue, bins, labels=False) + 1).tolist()


def test_where_qcut_gives_up_equal_customers_get_equal_scores():
    orders = pd.Series([1, 1, 1, 1, 1, 1, 2, 3, 3, 8])
    with pytest.raises(ValueError, match="Bin edges must be unique"):
        pd.qcut(orders, 5)
    by_rank = pd.qcut(orders.rank(method="first"), 5, labels=False)
    assert by_rank.groupby(orders).nunique().max() > 1  # what rank(method="first") does instead
    scores = rfm_scores(customers_of([1] * 10, orders))["f"]
    assert scores.groupby(orders).nunique().max() == 1
    assert scores.tolist() == [1, 1, 1, 1, 1, 1, 4, 4, 4, 5]


AMOUNTS = st.floats(-1e4, 1e6).map(lambda amount: round(amount, 2))
BASES = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 40), AMOUNTS), min_size=1, max_size=60
)


@settings(max_examples=80, deadline=None)
@given(BASES, st.integers(2, 9), st.sampled_from(["quantile", "rfm"]))
def test_scores_are_in_range_fair_and_rise_with_the_behaviour(rows, bins, method):
    silence, orders, revenue = (list(column) for column in zip(*rows, strict=True))
    customers = customers_of(silence, orders, revenue)
    scores = rfm_scores(customers, bins=bins, method=method)
    assert scores[["r", "f", "m"]].isin(range(1, bins + 1)).all(axis=None)
    values = {"r": -pd.Series(silence), "f": pd.Series(orders), "m": pd.Series(revenue)}
    for name, value in values.items():
        assert scores[name].groupby(value.to_numpy()).nunique().max() == 1
        assert scores[name].iloc[value.argsort(kind="stable")].is_monotonic_increasing


@settings(max_examples=80, deadline=None)
@given(BASES, st.sampled_from([100, 0.01, 7.3, 1 / 6.55957, 1300]))
def test_the_unit_of_money_does_not_matter(rows, rate):
    silence, orders, revenue = (list(column) for column in zip(*rows, strict=True))
    customers = customers_of(silence, orders, revenue)
    converted = customers.assign(revenue=customers["revenue"] * rate)
    pd.testing.assert_frame_equal(rfm_scores(customers), rfm_scores(converted))


def test_compatible_mode_does_depend_on_the_unit_of_money(published):
    in_thousands = published.assign(revenue=published["revenue"] / 1000)
    scores = rfm_scores(published, method="rfm")["m"]
    assert (scores != rfm_scores(in_thousands, method="rfm")["m"]).any()


def test_sums_in_another_order_and_weeks_do_not_split_equal_customers():
    a, b = sum([0.1, 0.2, 0.3]), sum([0.3, 0.2, 0.1])
    assert a != b
    behaviour = {"T": [37 / 7, 29 / 7], "recency": [20 / 7, 12 / 7], "orders": 3}
    scores = rfm_scores(pd.DataFrame(behaviour | {"revenue": [a, b]}))
    assert len(set(scores["rfm"])) == 1


def test_weeks_and_days_give_the_same_scores(published):
    in_weeks = published.assign(T=published["T"] / 7, recency=published["recency"] / 7)
    pd.testing.assert_frame_equal(rfm_scores(published), rfm_scores(in_weeks))


def test_fixed_cuts_score_a_customer_the_same_whoever_else_is_there():
    cuts = RFMCuts(recency=(30, 90), frequency=(1, 4), monetary=(50, 200))
    customers = customers_of([30, 31, 90, 91], [1, 2, 4, 5], [50, 50.01, 200, 201])
    together = rfm_scores(customers, cuts=cuts)
    assert together["rfm"].tolist() == ["311", "222", "222", "133"]
    alone = pd.concat([rfm_scores(customers.iloc[[i]], cuts=cuts) for i in range(4)])
    pd.testing.assert_frame_equal(together, alone)


def test_learned_cuts_reproduce_the_scores_and_survive_a_file(published, tmp_path):
    for method in ("quantile", "rfm"):
        rfm_cuts(published, method=method).frame().to_csv(tmp_path / "cuts.csv")
        cuts = RFMCuts.from_frame(pd.read_csv(tmp_path / "cuts.csv", index_col="cut"))
        expected = rfm_scores(published, method=method)
        pd.testing.assert_frame_equal(rfm_scores(published, cuts=cuts), expected)


def test_caller_s_frame_is_not_changed(published):
    before = published.copy()
    rfm_scores(published)
    pd.testing.assert_frame_equal(published, before)
    assert not published.attrs


@pytest.mark.parametrize("n", [1, 4])
def test_customers_who_are_all_alike_share_one_score(n):
    scores = rfm_scores(customers_of([20] * n, 3, 99.0))
    assert len(set(scores["rfm"])) == 1


def test_one_order_each_is_the_lowest_frequency():
    assert set(rfm_scores(customers_of([1, 5, 9, 40, 80]))["f"]) == {1}


def test_returns_and_nothing_earned_rank_below_everybody_else():
    scores = rfm_scores(customers_of([5] * 5, 1, [-30.0, 0.0, 10.0, 20.0, 30.0]))
    assert scores["m"].tolist() == [1, 2, 3, 4, 5]
    assert set(rfm_scores(customers_of([5] * 5, 1, 0.0))["m"]) == {1}


def test_nobody_to_score():
    with pytest.raises(InsufficientData, match="RFM needs at least 1 customer"):
        rfm_scores(customers_of([]))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("revenue", np.nan, "revenue must be a number: 1 of 3 rows .* first at 1 with nan"),
        ("revenue", np.inf, "revenue must be a number"),
        ("T", np.nan, "T must be a number"),
        ("recency", 1001, "T − recency must be at least 0: 1 of 3 rows"),
        ("orders", 0, "orders must be at least 1"),
    ],
)
def test_a_row_that_cannot_be_scored_is_named(column, value, message):
    customers = customers_of([1, 2, 3]).astype(float)
    customers.loc[1, column] = value
    with pytest.raises(ValueError, match=message):
        rfm_scores(customers)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="customers lacks the column 'revenue'"):
        rfm_scores(customers_of([1, 2]).drop(columns="revenue"))


@pytest.mark.parametrize("bins", [0, 1, 10, 2.5, "5", True])
def test_bins_that_do_not_fit_one_digit(bins):
    with pytest.raises(InputError, match="bins must be a whole number from 2 to 9, got"):
        rfm_scores(customers_of([1, 2]), bins=bins)


def test_an_unknown_method_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'quantile'"):
        rfm_scores(customers_of([1, 2]), method="quantiles")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (((30, 90), (1,), (5, 6)), "same number of cut-offs, got 2, 1 and 2"),
        (((90, 30), (1, 2), (5, 6)), "cut-offs of recency must be rising"),
        (((1, 2), (1, np.nan), (5, 6)), "cut-offs of frequency must be rising"),
        (((), (), ()), "bins must be a whole number from 2 to 9, got 1"),
    ],
)
def test_cuts_that_do_not_fit(limits, message):
    with pytest.raises(InputError, match=message):
        RFMCuts(*limits)


def test_days_since_last_is_what_lies_between():
    assert days_since_last(customers_of([0, 12, 400])).tolist() == [0, 12, 400]
