"""Text answers, reversed items, mixed scales: decoded, detected and named, or refused."""

import time

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.errors import InputError
from crm_analysis.satisfaction import (
    answer_matrix,
    check_scales,
    cronbach_alpha,
    decode,
    scales_sentence,
    without_codes,
)


@pytest.fixture(scope="module")
def dairy():
    return load("dairy").survey


def _remarks(survey):
    scales = check_scales(survey)
    return scales.loc[scales["remark"] != "", "remark"].to_dict()


def test_one_scale_raises_no_remark(dairy, kiosk):
    assert _remarks(dairy) == {} == _remarks(kiosk.survey)
    assert "between 1 and 7" in scales_sentence(check_scales(dairy))


@pytest.mark.parametrize("question", ["expectation", "perception"])
def test_an_item_on_another_scale_is_named(dairy, question):
    item = "The staff are courteous"
    five = np.ceil(dairy[question] * 5 / 7)
    mixed = dairy.assign(**{question: dairy[question].mask(dairy["item"] == item, five)})
    before = mixed.copy(deep=True)
    assert _remarks(mixed) == {(item, question): "stops at 5, others reach 7"}
    pd.testing.assert_frame_equal(mixed, before)
    assert f"{question} of “{item}” (stops at 5" in scales_sentence(check_scales(mixed))


def test_a_question_on_another_scale_is_named_for_all_items(dairy):
    mixed = dairy.assign(perception=np.ceil(dairy["perception"] * 5 / 7))
    assert {question for _, question in _remarks(mixed)} == {"perception"}
    assert "and 17 more" in scales_sentence(check_scales(mixed))


def test_codes_for_no_answer_are_named(dairy):
    coded = dairy.assign(perception=dairy["perception"].mask(dairy.index == 5, 99))
    assert _remarks(coded) == {(dairy.loc[5, "item"], "perception"): "99 looks like a code"}


def test_codes_are_left_out_and_told(dairy):
    codes = dairy["perception"].mask(dairy.index == 5, 99).mask(dairy.index < 3, -1)
    coded = dairy.assign(perception=codes)
    before = coded.copy(deep=True)
    kept = without_codes(coded)
    pd.testing.assert_frame_equal(coded, before)
    gone = dairy.index.isin([0, 1, 2, 5])
    assert kept["perception"].equals(dairy["perception"].astype(float).mask(gone))
    assert kept["importance"].equals(dairy["importance"])
    told = scales_sentence(check_scales(coded))
    assert told.startswith("4 answers look like codes for “no answer” (-1, 99) and are left out.")
    assert "other answers lie between 1 and 7" in told


@pytest.mark.parametrize(
    "answers",
    [
        [3, *range(40, 101)],  # one outlier on a scale of 100 points
        [*range(-3, 4)],
        [-2, -1, 0, 1],
        [*range(-90, 91, 3)],
        [*range(11)],
        [0, 25, 50, 75, 100],
    ],
)
def test_true_scales_hold_no_codes(answers):
    survey = pd.DataFrame({"item": "a", "perception": answers})
    assert without_codes(survey)["perception"].tolist() == answers
    assert _remarks(survey) == {}


@pytest.mark.parametrize("code", [9, 99, 999, -1, -9, -99])
def test_usual_codes_are_seen(code):
    survey = pd.DataFrame({"item": "a", "perception": [1, 2, 3, 4, 5, code]})
    assert without_codes(survey)["perception"].dropna().tolist() == [1, 2, 3, 4, 5]


def test_few_answers_and_wide_steps_are_no_evidence():
    few = pd.DataFrame(
        {"respondent_id": range(6), "item": list("aaabbb"), "perception": [1, 7, 6, 3, 4, 5]}
    )
    assert _remarks(few) == {}
    steps = few.assign(perception=[0, 25, 50, 75, 100, 50])
    assert _remarks(steps) == {}


def test_texts_become_numbers_by_their_label():
    survey = pd.DataFrame({"item": ["a", "b", "c", "d"], "perception": [" Agree", "5", 3, None]})
    before = survey.copy(deep=True)
    decoded = decode(survey, labels={"agree": 6})
    pd.testing.assert_frame_equal(survey, before)
    assert decoded["perception"].tolist()[:3] == [6, 5, 3] and decoded["perception"].isna().iloc[3]
    with pytest.raises(ValueError, match=r"perception must be a number, or a text.*with maybe"):
        decode(survey.assign(perception="maybe"), labels={"agree": 6})


def test_turning_round_restores_alpha(dairy):
    one = dairy[dairy["dimension"] == "reliability"].drop(columns="dimension")
    name = one["item"].iloc[0]
    opposite = one["perception"].mask(one["item"] == name, 8 - one["perception"])
    turned = one.assign(perception=opposite)
    codebook = pd.DataFrame(
        {"item": [name], "reversed": [True], "lowest": [1], "highest": [7], "dimension": ["first"]}
    )
    decoded = decode(turned, codebook)
    assert cronbach_alpha(answer_matrix(turned)).value < 0.6
    assert cronbach_alpha(answer_matrix(decoded)) == cronbach_alpha(answer_matrix(one))
    assert decoded["importance"].equals(one["importance"])
    assert decoded.loc[decoded["item"] == name, "dimension"].eq("first").all()


def test_a_codebook_that_cannot_be_used_says_why(dairy):
    name = dairy["item"].iloc[0]
    codebook = pd.DataFrame({"item": [name], "reversed": [True]})
    with pytest.raises(InputError, match=f"calls “{name}” reversed but lacks its lowest"):
        decode(dairy, codebook)
    with pytest.raises(ValueError, match="on the scale that the codebook gives"):
        decode(dairy, codebook.assign(lowest=1, highest=5))
    with pytest.raises(ValueError, match="item must be there once"):
        decode(dairy, pd.concat([codebook] * 2))


def test_two_million_answers_in_seconds():
    n = 50_000
    survey = pd.DataFrame(
        {
            "respondent_id": np.arange(n).repeat(24),
            "item": np.tile([f"item {i}" for i in range(24)], n),
            "perception": np.random.default_rng(1).integers(1, 8, 24 * n),
        }
    ).assign(expectation=7)
    start = time.perf_counter()
    assert check_scales(survey)["remark"].eq("").all()
    # An alarm, with room for a busy machine.
    assert time.perf_counter() - start < 10


def test_a_code_does_not_hide_another_scale(dairy):
    item = "The staff are courteous"
    five = np.ceil(dairy["perception"] * 5 / 7).mask(dairy.index % 51 == 0, 99)
    mixed = dairy.assign(perception=dairy["perception"].mask(dairy["item"] == item, five))
    assert _remarks(mixed) == {
        (item, "perception"): "99 looks like a code; stops at 5, others reach 7"
    }
    told = scales_sentence(check_scales(mixed))
    assert "look like codes for “no answer” (99)" in told
    assert f"perception of “{item}” (stops at 5, others reach 7)" in told
