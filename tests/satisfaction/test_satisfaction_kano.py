"""Kano: the evaluation table, published cases, ties, and what is refused."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import classify_answers, kano, satisfaction_coefficients

# One pair that gives each letter.
_PAIR = {"M": (3, 5), "O": (1, 5), "A": (1, 3), "I": (3, 3), "R": (5, 1), "Q": (1, 1)}


def _answers(**counts):
    """Answers on one item with so many of each letter."""
    pairs = [_PAIR[letter] for letter, n in counts.items() for _ in range(n)]
    return pd.DataFrame(pairs, columns=["functional", "dysfunctional"]).assign(item="item")


def test_all_pairs_of_the_evaluation_table():
    pairs = pd.DataFrame(product(range(1, 6), repeat=2), columns=["functional", "dysfunctional"])
    counts = classify_answers(pairs).value_counts().to_dict()
    assert counts == {"I": 9, "R": 7, "A": 3, "M": 3, "Q": 2, "O": 1}


def test_each_letter_by_its_pair():
    pairs = pd.DataFrame(_PAIR.values(), columns=["functional", "dysfunctional"], index=_PAIR)
    assert classify_answers(pairs).to_dict() == {letter: letter for letter in _PAIR}


@pytest.mark.parametrize("value", [0, 6, 2.5, None])
def test_impossible_answers_are_refused_by_row(value):
    pairs = pd.DataFrame({"functional": [1, 2], "dysfunctional": [5, value]}, index=["r1", "r2"])
    with pytest.raises(ValueError, match=r"dysfunctional must be 1, 2, 3, 4 or 5.*at 'r2'"):
        classify_answers(pairs)


def test_coefficients_leave_out_reverse_and_questionable():
    assert satisfaction_coefficients(pd.Series(list("AAOMIRQ"))) == (0.6, -0.4)
    with pytest.raises(InsufficientData):
        satisfaction_coefficients(pd.Series(list("RQ")))


# Numbers of three items of a published survey (n = 296), with Fong's test of each.
@pytest.mark.parametrize(
    ("counts", "category", "better", "worse", "difference", "threshold", "chi"),
    [
        ((95, 123, 45, 33, 0, 0), "O", 0.568, -0.736, 28, 19.4, 72.49),
        ((101, 54, 54, 81, 3, 3), "M", 0.372, -0.534, 20, 18.5, 21.64),
        ((9, 18, 83, 177, 6, 3), "I", 0.352, -0.094, 94, 19.9, 251.30),
    ],
)
def test_published_items(counts, category, better, worse, difference, threshold, chi):
    item = kano(_answers(**dict(zip("MOAIRQ", counts, strict=True)))).iloc[0]
    assert item[list("MOAIRQ")].tolist() == list(counts)
    assert (item["n"], item["category"]) == (296, category)
    assert (item["better"], item["worse"]) == pytest.approx((better, worse), abs=5e-4)
    assert item["chi_squared"] == pytest.approx(chi, abs=0.005)
    assert item["strength"] == pytest.approx(sum(counts[:3]) / 296)
    assert item["fong_difference"] == difference
    assert item["fong_threshold"] == pytest.approx(threshold, abs=0.05)
    assert item["distinct"]


@pytest.mark.parametrize(
    ("counts", "category"),
    [
        ({"O": 3, "M": 3}, "M"),
        ({"A": 3, "O": 3}, "O"),
        ({"I": 3, "A": 3}, "A"),
        ({"R": 3, "I": 3}, "I"),
        ({"Q": 4, "I": 3}, "Q"),
    ],
)
def test_ties_go_to_what_hurts_most(counts, category):
    item = kano(_answers(**counts)).iloc[0]
    assert item["category"] == category
    assert item["distinct"] == (category == "Q")  # Q is no rival in Fong's test


def test_intervals_are_wilsons():
    item = kano(_answers(A=50, O=30, M=20)).iloc[0]
    assert (item["better_low"], item["better_high"]) == pytest.approx((0.711, 0.867), abs=5e-4)
    assert item["worse_low"] < item["worse"] < item["worse_high"] < 0


def test_an_item_that_failed_has_no_coefficients_and_spoils_no_other():
    failed = _answers(Q=3, R=2).assign(item="failed")
    result = kano(pd.concat([failed, _answers(M=3, A=1)], ignore_index=True))
    assert result.loc["failed", ["better", "worse", "better_low"]].isna().all()
    assert result.loc["item", "worse"] == -0.75


def test_order_of_the_questionnaire_and_input_unchanged():
    answers = pd.concat([_answers(M=2).assign(item="z"), _answers(A=1).assign(item="a")])
    before = answers.copy(deep=True)
    assert kano(answers).index.tolist() == ["z", "a"]
    pd.testing.assert_frame_equal(answers, before)


def test_no_answers():
    with pytest.raises(InsufficientData, match="at least one pair"):
        kano(_answers())


def test_the_real_survey_in_korean(kiosk):
    result = kano(kiosk.kano)
    assert len(result) == 29
    counts = result[list("MOAIRQ")]
    assert (counts.sum(axis=1) == result["n"]).all()
    one_way = kiosk.kano.groupby("item", sort=False)[["functional", "dysfunctional"]]
    for item, pairs in list(one_way)[:5]:
        letters = classify_answers(pairs)
        assert np.allclose(
            satisfaction_coefficients(letters), result.loc[item, ["better", "worse"]].astype(float)
        )
    privacy = result[result.index.str.contains("개인정보")]
    assert (privacy["category"] == "M").all() and privacy["distinct"].all()


def test_numbers_read_as_text_count_and_words_are_refused():
    answers = pd.DataFrame({"item": "a", "functional": ["1", "3"], "dysfunctional": ["5", "5"]})
    assert classify_answers(answers).tolist() == ["O", "M"]
    with pytest.raises(ValueError, match=r"functional must be 1, 2, 3, 4 or 5.*with like"):
        classify_answers(answers.assign(functional="like"))
