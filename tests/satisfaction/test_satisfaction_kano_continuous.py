"""Kano by numbers: by hand, quadrants, dispersion, questionable answers, segments."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from crm_analysis.data import load
from crm_analysis.data.simulation_survey import KANO_FEATURES
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import (
    classify_answers,
    kano_by_segment,
    kano_continuous,
    questionable_answers,
)


def _answers(*pairs, item="item"):
    frame = pd.DataFrame(pairs, columns=["functional", "dysfunctional"])
    return frame.assign(item=item, respondent_id=range(len(pairs)))


def test_values_of_all_answers_by_hand():
    # Questionable pairs (1, 1) and (5, 5) are left out.
    answers = _answers((1, 2), (2, 3), (3, 4), (4, 5), (1, 5), (5, 5), (1, 1))
    row = kano_continuous(answers).iloc[0]
    assert row["n"] == 5
    assert row["functional"] == pytest.approx(np.mean([4, 2, 0, -1, 4]))
    assert row["dysfunctional"] == pytest.approx(np.mean([-1, 0, 2, 4, 4]))
    assert row["functional_spread"] == pytest.approx(np.std([4, 2, 0, -1, 4], ddof=1))


@pytest.mark.parametrize(
    ("pair", "category"),
    [((1, 5), "O"), ((1, 3), "A"), ((3, 5), "M"), ((3, 3), "I"), ((5, 1), "R")],
)
def test_each_quadrant(pair, category):
    row = kano_continuous(_answers(*[pair] * 5)).iloc[0]
    assert (row["category"], row["certainty"]) == (category, 1)
    assert row["functional_low"] == row["functional"] == row["functional_high"]


def test_two_camps_have_the_same_mean_but_another_spread():
    split = _answers(*[(1, 5)] * 10, *[(3, 3)] * 10, item="split")
    alike = _answers(*[(2, 4)] * 20, item="alike")
    result = kano_continuous(pd.concat([split, alike]))
    assert result["functional"].tolist() == [2, 2]
    assert result.loc["split", "functional_spread"] > 2 > result.loc["alike", "functional_spread"]
    assert result.loc["split", "certainty"] < 0.8 < result.loc["alike", "certainty"]


def test_importance_as_stated_is_described_where_it_was_asked():
    answers = _answers((1, 3), (1, 3), (3, 3)).assign(importance=[9, 7, 8])
    before = answers.copy(deep=True)
    row = kano_continuous(answers).iloc[0]
    pd.testing.assert_frame_equal(answers, before)
    assert row["importance"] == 8 and row["importance_low"] < 8 < row["importance_high"]
    assert "importance" not in kano_continuous(answers.drop(columns="importance"))


def test_the_dairys_features_and_their_order_stay():
    dairy = load("dairy").kano
    result = kano_continuous(dairy, draws=200)
    assert result.index.tolist() == list(KANO_FEATURES)
    truth = pd.Series(KANO_FEATURES)
    pleasing = result["functional"].groupby(truth).min()
    assert pleasing[["O", "A"]].min() > result.loc[truth.isin(["M", "I"]), "functional"].max()
    unwanted = result.loc[truth == "R", "functional"]
    assert unwanted.max() < result.loc[truth != "R", "functional"].min()


def test_the_real_survey_in_any_script(kiosk):
    result = kano_continuous(kiosk.kano, draws=200)
    assert len(result) == 29
    assert result["n"].max() <= 211
    assert (result["dysfunctional_low"] <= result["dysfunctional_high"]).all()


def test_questionable_answers_are_those_of_the_table():
    answers = pd.concat([_answers((1, 1), (1, 5), (5, 5)), _answers((1, 3), (1, 3), (1, 1))])
    result = questionable_answers(answers)
    assert result["share"].to_dict() == {2: 1.0, 0: 0.5, 1: 0.0}
    assert result["questionable"].sum() == classify_answers(answers).eq("Q").sum()


def test_segments_against_scipys_test():
    answers = _answers(*[(1, 3)] * 12, *[(1, 5)] * 8, *[(1, 3)] * 5, *[(1, 5)] * 15)
    segment = pd.Series(["old"] * 20 + ["new"] * 20)
    result = kano_by_segment(answers, segment).iloc[0]
    assert result[["old", "new"]].tolist() == ["A", "O"]
    expected = chi2_contingency([[12, 8], [5, 15]], correction=False).pvalue
    assert result["p_value"] == pytest.approx(expected)


def test_segments_alike_are_found_different_as_rarely_as_promised():
    dairy = load("dairy").kano
    respondents = dairy["respondent_id"].unique()
    generator, found = np.random.default_rng(1), []
    for _ in range(20):
        coin = pd.Series(generator.choice(["a", "b"], len(respondents)), index=respondents)
        found.append((kano_by_segment(dairy, coin)["p_value"] < 0.05).any())
    assert np.mean(found) <= 0.2


def test_what_cannot_be_computed_is_said():
    with pytest.raises(InsufficientData, match="1 usable pairs"):
        kano_continuous(_answers((1, 5), (1, 1)))
    with pytest.raises(InsufficientData, match="at least 2 segments"):
        kano_by_segment(_answers((1, 5), (1, 3)), pd.Series(["all", "all"]))
