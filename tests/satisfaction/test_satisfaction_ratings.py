"""Ratings without expectation: by hand, against scipy, on any scale."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    answered,
    rated,
    ratings,
    respondents,
    satisfaction_by_customer,
    top_box,
)

SURVEY = pd.DataFrame(
    {
        "respondent_id": [1, 2, 3, 4, 1, 2, 3],
        "item": ["cold"] * 4 + ["app"] * 3,
        "perception": [5, 4, 4, 1, 3, None, 2],
    }
)


def test_means_and_top_box_by_hand():
    before = SURVEY.copy(deep=True)
    result = ratings(SURVEY)
    pd.testing.assert_frame_equal(SURVEY, before)
    assert result.index.tolist() == ["cold", "app"]
    assert result["n"].tolist() == [4, 2] and result["mean"].tolist() == [3.5, 2.5]
    assert result["top"].tolist() == [0.75, 0.0]
    box = top_box([5, 4, 4, 1])
    assert result.loc["cold", ["top_low", "top_high"]].tolist() == pytest.approx(
        [box.low, box.high]
    )
    ends = stats.t.interval(0.95, 3, 3.5, stats.sem([5, 4, 4, 1]))
    assert result.loc["cold", ["mean_low", "mean_high"]].tolist() == pytest.approx(ends)
    pd.testing.assert_frame_equal(result, ratings(SURVEY.iloc[::-1]).reindex(result.index))


def test_on_a_scale_of_a_hundred_points_the_highest_fifth_is_the_top():
    points = SURVEY.assign(perception=[0, 100, 81, 80, 99, 20, 1])
    assert ratings(points)["top"].tolist() == pytest.approx([2 / 4, 1 / 3])
    ten = SURVEY.assign(perception=[0, 10, 9, 8, 10, 2, 1])
    assert ratings(ten)["top"].tolist() == pytest.approx([2 / 4, 1 / 3])


def test_what_is_missing_is_said():
    with pytest.raises(MissingTable, match="no answers on importance"):
        ratings(SURVEY, value="importance")
    with pytest.raises(InsufficientData, match="0 answers on perception"):
        ratings(SURVEY.assign(perception=np.nan))


def test_satisfaction_with_items_stands_for_perception():
    survey = SURVEY.rename(columns={"perception": "satisfaction"})
    assert rated(survey)["perception"].equals(survey["satisfaction"])
    assert "perception" not in survey
    assert rated(SURVEY) is SURVEY
    assert "satisfaction stands for the perception" in answered(survey)
    assert "6 hold perception; expectation wasn't asked" in answered(SURVEY)
    with pytest.raises(MissingTable):
        answered(SURVEY[["respondent_id", "item"]])


def test_respondents_without_expectation_have_their_mean_perception():
    people = respondents(SURVEY)
    assert people.columns.tolist() == ["items", "perception"]
    assert people.loc[1].tolist() == [2, 4.0]
    customers = satisfaction_by_customer(SURVEY.assign(customer_id=SURVEY["respondent_id"]))
    assert customers["satisfaction"].to_dict() == {1: 4.0, 2: 4.0, 3: 3.0, 4: 1.0}
    assert "gap" not in customers
