import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.segmentation import (
    score_cells,
    score_square,
    segment_profile,
    segment_spread,
)

CUSTOMERS = pd.DataFrame(
    {
        "recency": [0, 10, 20, 0],
        "T": [4, 16, 50, 9],
        "orders": [1, 3, 5, 1],
        "revenue": [10.0, 30.0, 150.0, 10.0],
    },
    index=pd.Index(["Ann", "Bo", "Cem", "Dee"], name="customer_id"),
)
SEGMENTS = pd.Series(["new", "old", "old", "new"], index=CUSTOMERS.index, name="segment")


def test_profile_by_hand():
    expected = pd.DataFrame(
        {
            "customers": [2, 2],
            "share_of_customers": [0.5, 0.5],
            "orders": [8, 2],
            "revenue": [180.0, 20.0],
            "share_of_revenue": [0.9, 0.1],
            "mean_orders": [4.0, 1.0],
            "mean_revenue": [90.0, 10.0],
            "median_days_since_last": [18.0, 6.5],
        },
        index=pd.Index(["old", "new"], name="segment"),
    )
    profile = segment_profile(CUSTOMERS, SEGMENTS)
    pd.testing.assert_frame_equal(profile, expected, check_index_type=False)


def test_segments_are_matched_by_customer_not_by_place():
    shuffled = SEGMENTS.iloc[[3, 1, 0, 2]]
    expected = segment_profile(CUSTOMERS, SEGMENTS)
    pd.testing.assert_frame_equal(segment_profile(CUSTOMERS, shuffled), expected)


def test_combinations_of_two_columns():
    cells = pd.DataFrame({"stage": ["a", "a", "b", "b"], "loyalty": ["x", "x", "x", "y"]})
    profile = segment_profile(CUSTOMERS, cells.set_index(CUSTOMERS.index))
    assert profile["customers"].to_dict() == {("b", "x"): 1, ("a", "x"): 2, ("b", "y"): 1}


def test_shares_are_of_the_whole():
    profile = segment_profile(CUSTOMERS, SEGMENTS)
    assert profile["share_of_customers"].sum() == pytest.approx(1)
    assert profile["share_of_revenue"].sum() == pytest.approx(1)


@pytest.mark.parametrize("revenue", [0.0, -5.0])
def test_share_of_no_revenue_is_missing_rather_than_infinite(revenue):
    profile = segment_profile(CUSTOMERS.assign(revenue=revenue), SEGMENTS)
    assert profile["share_of_revenue"].isna().all()
    assert profile["share_of_customers"].notna().all()


def test_a_customer_without_segment_is_named():
    with pytest.raises(InputError, match="1 of 4 have none, first 'Dee'"):
        segment_profile(CUSTOMERS, SEGMENTS.drop("Dee"))


def test_a_customer_with_two_segments_is_named():
    with pytest.raises(InputError, match="several for 'Ann'"):
        segment_profile(CUSTOMERS, pd.concat([SEGMENTS, SEGMENTS.iloc[[0]]]))


def test_caller_s_frames_are_not_changed():
    customers, segments = CUSTOMERS.copy(), SEGMENTS.copy()
    segment_profile(customers, segments)
    pd.testing.assert_frame_equal(customers, CUSTOMERS)
    pd.testing.assert_series_equal(segments, SEGMENTS)


def test_the_square_of_scores_holds_everybody_once():
    scores = pd.DataFrame({"r": [2, 1, 1, 2], "f": [1, 2, 2, 1]}, index=CUSTOMERS.index)
    square = score_square(score_cells(scores, CUSTOMERS))
    assert square.to_dict("list") == {"F 1": ["2 (10.0 %)", "–"], "F 2": ["–", "2 (90.0 %)"]}
    assert square.index.tolist() == [2, 1]
    unpaid = score_square(score_cells(scores, CUSTOMERS.assign(revenue=0.0)))
    assert unpaid.loc[2, "F 1"] == "2"


def test_the_spread_says_where_the_middle_half_of_a_segment_lies():
    before = CUSTOMERS.copy()
    spread = segment_spread(CUSTOMERS, SEGMENTS.iloc[::-1])
    assert spread.index.tolist() == ["new", "old"]
    # Silence: Ann 4, Dee 9; Bo 6, Cem 30. Orders: 1, 1; 3, 5.
    silence = spread[["silence_low", "silence", "silence_high"]]
    assert silence.to_numpy().tolist() == [[5.25, 6.5, 7.75], [12.0, 18.0, 24.0]]
    assert spread.loc["old", ["orders_low", "orders", "orders_high"]].tolist() == [3.5, 4.0, 4.5]
    assert spread["customers"].sum() == len(CUSTOMERS)
    pd.testing.assert_frame_equal(CUSTOMERS, before)
