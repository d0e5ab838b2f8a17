"""The gap: by hand, against scipy and statsmodels, on the real survey, and at its limits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction import gap, ratings


def _survey(*rows, **columns):
    names = ["respondent_id", "item", "expectation", "perception"]
    return pd.DataFrame(list(rows), columns=names).assign(**columns)


@pytest.fixture
def two_items():
    return _survey(
        ("a", "cold", 7, 5),
        ("b", "cold", 6, 6),
        ("c", "cold", 5, 6),
        ("d", "cold", 6, 3),
        ("a", "app", 4, 4),
        ("b", "app", 2, 4),
        ("c", "app", 3, 4),
        dimension=["product"] * 4 + ["service"] * 3,
        importance=[8, 5, 6, 7, 2, 5, 2],
    )


def test_by_hand(two_items):
    result = gap(two_items, min_answers=4)
    assert result.index.tolist() == ["cold", "app"]
    assert result["dimension"].tolist() == ["product", "service"]
    assert result["n"].tolist() == [4, 3]
    assert result["expectation"].tolist() == [6.0, 3.0]
    assert result["perception"].tolist() == [5.0, 4.0]
    assert result["gap"].tolist() == [-1.0, 1.0]
    assert result["ratio"].tolist() == pytest.approx([5 / 6, 4 / 3])
    assert result[["below", "at", "above"]].to_numpy().tolist() == [
        [0.5, 0.25, 0.25],
        [0.0, pytest.approx(1 / 3), pytest.approx(2 / 3)],
    ]
    assert result["enough"].tolist() == [True, False]


def test_interval_test_and_effect_agree_with_scipy(two_items):
    result = gap(two_items, confidence=0.9)
    raw = []
    for item, answers in two_items.groupby("item"):
        test = stats.ttest_rel(answers["perception"], answers["expectation"])
        low, high = test.confidence_interval(0.9)
        assert result.loc[item, ["low", "high"]].tolist() == pytest.approx([low, high])
        differences = answers["perception"] - answers["expectation"]
        effect = differences.mean() / differences.std()
        assert result.loc[item, "effect_size"] == pytest.approx(effect)
        raw.append((item, test.pvalue))
    items, p_values = zip(*raw, strict=True)
    holm = multipletests(p_values, method="holm")[1]
    assert result.loc[list(items), "p_value"].tolist() == pytest.approx(holm.tolist())


def test_ratio_is_the_ratio_of_means_not_the_mean_of_ratios():
    survey = _survey(("a", "cold", 1, 2), ("b", "cold", 4, 2))
    assert gap(survey)["ratio"].item() == pytest.approx(0.8)  # the mean of ratios is 1.25


def test_a_respondent_counts_once_in_a_dimension():
    survey = _survey(
        ("a", "cold", 6, 5),
        ("a", "fresh", 6, 4),
        ("a", "whole", 6, 3),
        ("b", "cold", 6, 6),
        dimension="product",
    )
    result = gap(survey, by="dimension").loc["product"]
    assert result["n"] == 2
    assert result["gap"] == pytest.approx((-2 + 0) / 2)


def test_copies_of_an_item_do_not_narrow_the_interval_of_its_dimension(two_items):
    once = two_items.query("dimension == 'product'")
    copied = pd.concat([once.assign(item=f"cold {number}") for number in range(10)])
    columns = ["gap", "low", "high"]
    expected = gap(once, by="dimension")[columns]
    pd.testing.assert_frame_equal(gap(copied, by="dimension")[columns], expected)


def test_weighted_gap_shares_out_100_points(two_items):
    result = gap(two_items)
    # a: 8 and 2 of 10, b: 5 and 5, c: 6 and 2 of 8, d: all on the one item answered.
    assert result["points"].tolist() == pytest.approx(
        [(80 + 50 + 75 + 100) / 4, (20 + 50 + 25) / 3]
    )
    weighted = (0.8 * -2 + 0.5 * 0 + 0.75 * 1 + 1.0 * -3) / 4
    assert result.loc["cold", "weighted_gap"] == pytest.approx(weighted)


def test_weighted_gaps_of_items_add_up_to_the_servqual_score():
    generator = np.random.default_rng(3)
    points = generator.dirichlet(np.ones(5), size=40) * 100
    answers = generator.integers(1, 8, size=(2, 40, 5))
    rows = [(i, j, answers[0, i, j], answers[1, i, j]) for i in range(40) for j in range(5)]
    result = gap(_survey(*rows, importance=points.ravel()))
    score = (points / 100 * (answers[1] - answers[0])).sum(axis=1).mean()
    assert result["weighted_gap"].sum() == pytest.approx(score)
    assert result["points"].sum() == pytest.approx(100)


def test_tolerance_widens_what_counts_as_met(two_items):
    assert gap(two_items, tolerance=1).loc["app", "at"] == pytest.approx(2 / 3)


def test_all_answers_alike():
    met = gap(_survey(*[(i, "cold", 6, 6) for i in range(5)])).iloc[0]
    assert (met["gap"], met["low"], met["high"], met["p_value"]) == (0, 0, 0, 1)
    missed = gap(_survey(*[(i, "cold", 6, 5) for i in range(5)])).iloc[0]
    assert missed["p_value"] == pytest.approx(2 / 2**5)  # five equal signs


def test_an_item_answered_by_one_is_shown_without_interval(two_items):
    lone = pd.concat([two_items, two_items.iloc[[0]].assign(item="door")])
    result = gap(lone)
    assert result.loc["door", ["low", "high", "p_value", "effect_size"]].isna().all()
    assert not result.loc["door", "enough"]
    # It isn't tested, so it mustn't make the others' p-values larger.
    assert result.loc["cold", "p_value"] == gap(two_items).loc["cold", "p_value"]


@pytest.mark.parametrize("rows", [[], [("a", "cold", 6, 5)], [("a", "cold", 6, None)]])
def test_too_few_answers_say_what_it_takes(rows):
    with pytest.raises(InsufficientData, match="at least 2 respondents per item"):
        gap(_survey(*rows))


def test_half_pairs_are_left_out(two_items):
    half = two_items.assign(perception=two_items["perception"].mask(two_items.index == 3))
    assert gap(half).loc["cold", "n"] == 3


def test_text_answers_are_refused_by_row(two_items):
    spoiled = two_items.assign(perception=["5", "agree", "6", "3", "4", "4", "4"])
    with pytest.raises(ValueError, match=r"perception must be a number.*1 of 7.*'?1'? with agree"):
        gap(spoiled)


def test_unknown_column_and_missing_half_of_the_questionnaire(two_items):
    with pytest.raises(ValueError, match="lacks the column 'dimensions'"):
        gap(two_items, by="dimensions")
    with pytest.raises(MissingTable, match="no answers on expectation"):
        gap(two_items.drop(columns="expectation"))
    with pytest.raises(MissingTable, match="which dimension"):
        gap(two_items.drop(columns="dimension"), by="dimension")


def test_the_survey_is_left_as_it_was(two_items):
    before = two_items.copy(deep=True)
    gap(two_items)
    pd.testing.assert_frame_equal(two_items, before)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 7), st.integers(1, 7)),
        min_size=1,
        max_size=40,
    )
)
def test_any_survey_gives_ordered_intervals_or_a_reason(rows):
    try:
        result = gap(_survey(*rows))
    except InsufficientData:
        return
    answered = result[result["n"] > 1]
    slack = 1e-9
    assert (answered["low"] <= answered["gap"] + slack).all()
    assert (answered["gap"] <= answered["high"] + slack).all()
    assert answered["p_value"].between(0, 1).all()
    assert np.allclose(result[["below", "at", "above"]].sum(axis=1), 1)


def test_a_simulated_gap_is_covered_as_often_as_promised():
    generator = np.random.default_rng(8)
    expectation = generator.normal(6, 1, size=(60, 500))
    perception = expectation - 0.5 + generator.normal(0, 1, size=(60, 500))
    survey = pd.DataFrame(
        {
            "respondent_id": np.repeat(np.arange(60), 500),
            "item": np.tile(np.arange(500), 60),
            "expectation": expectation.ravel(),
            "perception": perception.ravel(),
        }
    )
    result = gap(survey, confidence=0.9)
    covered = ((result["low"] < -0.5) & (result["high"] > -0.5)).mean()
    assert covered == pytest.approx(0.9, abs=0.04)


def test_the_real_survey_in_korean(kiosk):
    items = gap(kiosk.survey)
    assert len(items) == 24 and (items["n"] == 207).all()
    assert items["gap"].idxmin() == "키오스크는 정확하고 빠른 터치기능을 제공한다."
    # By another way: straight from the wide columns.
    assert items.loc["키오스크의 외관은 매력적이다.", "gap"] == pytest.approx(-45 / 207)
    dimensions = gap(kiosk.survey, by="dimension")
    assert dimensions["gap"].idxmin() == "보안"


def test_rows_stand_in_the_order_of_the_questionnaire():
    survey = pd.DataFrame(
        {
            "respondent_id": [1, 1, 1, 2, 2, 2, 3, 3, 3],
            "item": list("bca") * 3,
            "expectation": 5,
            "perception": [None, 4, 3, 4, None, 2, 3, 3, 1],
        }
    )
    assert gap(survey).index.tolist() == ["b", "c", "a"]
    assert ratings(survey).index.tolist() == ["b", "c", "a"]
