"""Importance derived from overall satisfaction, and the three crosshairs side by side."""

import time

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import (
    answer_matrix,
    answers_on,
    charts,
    compare_crosshairs,
    derived_importance,
    importance_performance,
    relative_weights,
)


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def test_it_is_the_relative_weight_of_complete_respondents(dairy):
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    before = dairy.survey.copy(deep=True)
    result = derived_importance(dairy.survey, overall, draws=50)
    pd.testing.assert_frame_equal(dairy.survey, before)
    felt = answer_matrix(dairy.survey)
    weights = relative_weights(felt, overall, draws=20)["weight"]
    assert result["importance"].to_dict() == pytest.approx(weights.to_dict())
    assert result["n"].iloc[0] == len(felt.dropna())
    assert result.index.tolist() == felt.columns.tolist()


def test_what_moves_satisfaction_is_important_though_nobody_states_it():
    generator = np.random.default_rng(1)
    felt = pd.DataFrame(generator.normal(4, 1, (400, 4)), columns=list("abcd"))
    survey = felt.rename_axis("respondent_id").melt(
        ignore_index=False, var_name="item", value_name="perception"
    )
    stated = {"a": 1, "b": 7, "c": 7, "d": 7}
    survey = survey.reset_index().assign(importance=lambda frame: frame["item"].map(stated))
    result = derived_importance(survey, felt["a"] + generator.normal(0, 0.5, 400), draws=200)
    assert result["importance"].idxmax() == "a" == result["stated"].idxmin()
    assert result.loc["a", "importance_low"] > result.loc["b", "importance_high"]
    assert result.loc["a", "quadrant"] in ("concentrate here", "keep up the good work")


def test_certain_where_far_from_the_lines_only(dairy):
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    result = derived_importance(dairy.survey, overall, draws=200)
    far = (result["importance"] / result["importance_cut"]).idxmax()
    near = (result["performance"] - result["performance_cut"]).abs().idxmin()
    assert result.loc[far, "certainty"] > result.loc[near, "certainty"]
    assert len(charts.importance_map(result).data) > 0


def test_crosshairs_agree_with_one_by_one(kiosk):
    result = compare_crosshairs(kiosk.survey)
    for name in ("mean", "median", "middle"):
        alone = importance_performance(kiosk.survey, name, draws=20)
        assert result[name].tolist() == alone["quadrant"].tolist()
    assert result["stays"].equals(
        (result["mean"] == result["median"]) & (result["mean"] == result["middle"])
    )
    assert not result["stays"].all()


def test_what_cannot_be_computed_is_said(dairy):
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    with pytest.raises(InputError, match="did you mean 'median'"):
        derived_importance(dairy.survey, overall, "medain")
    with pytest.raises(InsufficientData, match="at least 24 respondents"):
        derived_importance(dairy.survey, overall.head(5))


def test_a_large_survey_in_seconds():
    n, generator = 30_000, np.random.default_rng(2)
    felt = generator.normal(4, 1, (n, 24)) + generator.normal(size=(n, 1))
    survey = pd.DataFrame(
        {
            "respondent_id": np.arange(n).repeat(24),
            "item": np.tile([f"item {i}" for i in range(24)], n),
            "perception": felt.ravel(),
        }
    )
    start = time.perf_counter()
    result = derived_importance(survey, pd.Series(felt.mean(axis=1) + generator.normal(size=n)))
    # An alarm, with room for a busy machine.
    assert time.perf_counter() - start < 15
    assert len(result) == 24
