"""One row per respondent, and per customer."""

import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import answer_matrix, respondents, satisfaction_by_customer


@pytest.fixture
def survey():
    return pd.DataFrame(
        {
            "respondent_id": ["r1", "r1", "r2", "r2", "r3"],
            "customer_id": ["c1", "c1", "c1", "c1", None],
            "item": ["cold", "app", "cold", "app", "cold"],
            "expectation": [7, 5, 6, 6, 7],
            "perception": [5, 5, 6, 7, 1],
        }
    )


@pytest.fixture
def outcomes():
    return pd.DataFrame(
        {"respondent_id": ["r2", "r1"], "overall_satisfaction": [7, 4], "recommend": [9, 3]}
    )


def test_matrix_keeps_the_order_of_the_questionnaire(survey):
    matrix = answer_matrix(survey, "gap")
    assert matrix.columns.tolist() == ["cold", "app"]
    assert matrix.loc["r1"].tolist() == [-2, 0]
    assert matrix["app"].isna().tolist() == [False, False, True]


def test_matrix_averages_several_answers(survey):
    twice = pd.concat([survey, survey.iloc[[0]].assign(perception=1)])
    assert answer_matrix(twice).loc["r1", "cold"] == 3
    with pytest.raises(InputError, match="did you mean 'perception'"):
        answer_matrix(survey, "perceptions")


def test_respondents_by_hand(survey, outcomes):
    result = respondents(survey, outcomes)
    assert result.index.tolist() == ["r1", "r2", "r3"]
    assert result["items"].tolist() == [2, 2, 1]
    assert result["gap"].tolist() == [-1, 0.5, -6]
    assert result["overall_satisfaction"].tolist()[:2] == [4, 7]
    assert pd.isna(result.loc["r3", "recommend"])


def test_customers_are_means_of_their_respondents(survey, outcomes):
    result = satisfaction_by_customer(survey, outcomes)
    assert result.to_dict("index") == {
        "c1": {"respondents": 2, "satisfaction": 5.5, "gap": -0.25},
    }
    without = satisfaction_by_customer(survey)
    assert without.loc["c1", "satisfaction"] == pytest.approx((5 + 6.5) / 2)


def test_outcomes_alone_may_know_the_customer(survey, outcomes):
    known = outcomes.assign(customer_id=["c2", "c1"])
    assert satisfaction_by_customer(outcomes=known)["satisfaction"].to_dict() == {"c1": 4, "c2": 7}
    nameless = survey.drop(columns="customer_id")
    assert satisfaction_by_customer(nameless, known)["gap"].to_dict() == {"c1": -1, "c2": 0.5}


def test_refusals_and_inputs_unchanged(survey, outcomes):
    before = survey.copy(deep=True), outcomes.copy(deep=True)
    with pytest.raises(InputError, match="survey or the table outcomes"):
        satisfaction_by_customer()
    with pytest.raises(InsufficientData, match="3 respondents without customer_id"):
        satisfaction_by_customer(survey.drop(columns="customer_id"))
    with pytest.raises(ValueError, match=r"there once.*'?2'? with r1"):
        respondents(survey, pd.concat([outcomes, outcomes.tail(1)], ignore_index=True))
    pd.testing.assert_frame_equal(survey, before[0])
    pd.testing.assert_frame_equal(outcomes, before[1])


def test_real_survey_perception_tells_more_than_the_gap(kiosk):
    people = respondents(kiosk.survey, kiosk.outcomes)
    correlations = people.corr()["overall_satisfaction"]
    assert round(correlations["perception"], 2) == 0.49
    assert round(correlations["gap"], 2) == 0.38
