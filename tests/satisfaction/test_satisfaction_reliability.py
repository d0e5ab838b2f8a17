"""Cronbach's alpha and Feldt's interval: published, by another formula, at the limits."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import answer_matrix, cronbach_alpha, omega, reliability
from crm_analysis.satisfaction.reliability import feldt


def _one_factor(n, loadings, seed):
    generator = np.random.default_rng(seed)
    factor = generator.normal(size=(n, 1))
    noise = generator.normal(size=(n, len(loadings))) * np.sqrt(1 - np.square(loadings))
    return pd.DataFrame(factor * loadings + noise)


def test_feldts_published_interval():
    # Alpha .85, 7 items, 89 people, 95 %.
    assert feldt(0.85, items=7, n=89, confidence=0.95) == pytest.approx((0.7971, 0.8932), abs=5e-5)


def test_alpha_from_covariances():
    answers = _one_factor(50, [0.7, 0.8, 0.6, 0.5], seed=1)
    covariance = answers.cov().to_numpy()
    mean_variance = np.diag(covariance).mean()
    mean_covariance = covariance[~np.eye(4, dtype=bool)].mean()
    expected = 4 * mean_covariance / (mean_variance + 3 * mean_covariance)
    assert cronbach_alpha(answers).value == pytest.approx(expected)


def test_parallel_items_give_spearman_brown():
    # Items that correlate .49 each: alpha is 5·.49/(1 + 4·.49).
    estimate = cronbach_alpha(_one_factor(20_000, [0.7] * 5, seed=2))
    assert estimate.low < 5 * 0.49 / (1 + 4 * 0.49) < estimate.high


def test_feldt_covers_as_often_as_promised():
    truth = 4 * 0.36 / (1 + 3 * 0.36)
    estimates = [cronbach_alpha(_one_factor(40, [0.6] * 4, seed), 0.9) for seed in range(300)]
    covered = np.mean([not estimate.excludes(truth) for estimate in estimates])
    assert covered == pytest.approx(0.9, abs=0.05)


def test_equal_items_are_perfect_and_opposed_ones_negative():
    answers = pd.DataFrame({"a": [1.0, 2, 3, 5]})
    perfect = cronbach_alpha(answers.assign(b=answers["a"]))
    assert perfect.value == pytest.approx(1) and perfect.high == pytest.approx(1)
    assert cronbach_alpha(answers.assign(b=[5, 3, 2, 2])).value < 0


def test_incomplete_rows_are_left_out():
    answers = pd.DataFrame({"a": [1, 2, 3, 5, None], "b": [2, 2, 4, 5, 1]})
    assert cronbach_alpha(answers) == cronbach_alpha(answers.iloc[:4])
    assert cronbach_alpha(answers).n == 4


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"a": [1, 2, 3]}, "1 items and 3"),
        ({"a": [1], "b": [2]}, "2 items and 1"),
        ({"a": [4, 4, 4], "b": [5, 5, 5]}, "the same sum"),
    ],
)
def test_what_cannot_be_computed_is_said(answers, reason):
    with pytest.raises(InsufficientData, match=reason):
        cronbach_alpha(pd.DataFrame(answers))


def test_by_dimension_the_rest_is_computed(kiosk):
    lone = kiosk.survey.assign(
        dimension=kiosk.survey["dimension"].mask(kiosk.survey["number"] == 24, "음성")
    )
    result = reliability(lone)
    assert result.loc["음성", "remark"] == "not computed: 1 items and 207 such respondents"
    assert result.loc["보안", "remark"] == "holds together"
    assert result["n"].eq(207).all()


def test_real_survey_has_its_published_alphas(kiosk):
    expectation = cronbach_alpha(answer_matrix(kiosk.survey, "expectation"))
    perception = cronbach_alpha(answer_matrix(kiosk.survey, "perception"))
    assert round(expectation.value, 2) == 0.88
    assert round(perception.value, 2) == 0.91


@pytest.mark.parametrize("coefficient", [cronbach_alpha, omega])
def test_respondents_by_items_in_any_form(coefficient):
    answers = pd.DataFrame(
        [[5, 6, 5], [4, 4, 5], [2, 3, 2], [6, 6, 7], [3, 2, 4], [5, 4, 5]], columns=list("abc")
    )
    plain = coefficient(answers)
    assert coefficient(answers.to_numpy()) == plain == coefficient(answers.astype(str))
    assert coefficient(answers.iloc[::-1]).value == pytest.approx(plain.value)
    assert coefficient(answers.rename_axis("respondent_id").reset_index()) == plain
    gaps = pd.concat([answers.astype("Int64"), pd.DataFrame({"a": [pd.NA]}, dtype="Int64")])
    assert coefficient(gaps) == plain
    with pytest.raises(ValueError, match="b must be a number on the scale: 1 of 6 rows"):
        coefficient(answers.astype(object).assign(b=[6, "often", 3, 6, 2, 4]))
