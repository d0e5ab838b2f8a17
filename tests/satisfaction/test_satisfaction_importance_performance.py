"""Importance and performance: quadrants by hand, certainty by an exact count, crosshairs."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.satisfaction import importance_performance


def _survey(importance, perception):
    """Rows are respondents, columns items a, b, …"""
    importance, perception = np.array(importance, float), np.array(perception, float)
    n, k = importance.shape
    return pd.DataFrame(
        {
            "respondent_id": np.repeat(np.arange(n), k),
            "item": list("abcdefgh"[:k]) * n,
            "importance": importance.ravel(),
            "perception": perception.ravel(),
        }
    )


def test_the_four_quadrants():
    result = importance_performance(_survey([[7, 7, 1, 1]] * 2, [[1, 7, 1, 7]] * 2))
    assert result["quadrant"].tolist() == [
        "concentrate here",
        "keep up the good work",
        "low priority",
        "possible overkill",
    ]
    assert (result["certainty"] == 1).all()
    assert (result["importance_cut"] == 4).all()


@pytest.mark.parametrize(("crosshair", "cut"), [("mean", 4.0), ("median", 5.0), ("middle", 3.5)])
def test_crosshairs(crosshair, cut):
    survey = _survey([[6, 5, 1]] * 3, [[2, 2, 2]] * 3)
    assert importance_performance(survey, crosshair)["importance_cut"].iloc[0] == cut


def test_certainty_is_the_share_of_resamples():
    # Item a beats b on performance unless the resample holds only the second respondent: of the 4
    # equally likely samples of 2, one is (2, 2), where b is above; in (1, 1), (1, 2) a is above.
    survey = _survey([[5, 4], [5, 4]], [[7, 1], [3, 4]])
    result = importance_performance(survey, draws=4000, seed=1)
    assert result.loc["a", "certainty"] == pytest.approx(0.75, abs=0.03)


def test_only_respondents_with_both_answers_count():
    survey = _survey([[6, 1], [6, 1], [np.nan, 1]], [[2, 5], [2, 5], [7, 5]])
    result = importance_performance(survey)
    assert result["n"].tolist() == [2, 3]
    assert result.loc["a", "performance"] == 2


def test_refusals_and_input_unchanged():
    survey = _survey([[6, 1], [5, 2]], [[2, 5], [3, 4]])
    before = survey.copy(deep=True)
    with pytest.raises(InputError, match="did you mean 'median'"):
        importance_performance(survey, "medium")
    with pytest.raises(InsufficientData, match="1 items and 2 respondents"):
        importance_performance(survey[survey["item"] == "a"])
    with pytest.raises(MissingTable, match="no answers on importance"):
        importance_performance(survey.drop(columns="importance"))
    first, again = importance_performance(survey), importance_performance(survey)
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(survey, before)


def test_the_real_survey(kiosk):
    result = importance_performance(kiosk.survey)
    touch = result.loc["키오스크는 정확하고 빠른 터치기능을 제공한다."]
    assert (touch["quadrant"], touch["certainty"] > 0.95) == ("concentrate here", True)
    assert result["certainty"].between(0.3, 1).all()


def test_many_respondents_are_drawn_in_groups_and_as_certain_as_before(monkeypatch):
    generator = np.random.default_rng(5)
    survey = pd.DataFrame({"respondent_id": np.arange(3000).repeat(4), "item": list("abcd") * 3000})
    survey["importance"] = generator.integers(1, 8, 12_000)
    survey["perception"] = generator.integers(1, 8, 12_000)
    single = importance_performance(survey, draws=2000)
    monkeypatch.setattr("crm_analysis.satisfaction._resampling._MANY", 2000)
    monkeypatch.setattr("crm_analysis.satisfaction._resampling._GROUPS", 1000)
    grouped = importance_performance(survey, draws=2000)
    same = ["importance", "performance", "importance_cut", "performance_cut"]
    pd.testing.assert_frame_equal(grouped[same], single[same])
    assert grouped["certainty"].tolist() == pytest.approx(single["certainty"].tolist(), abs=0.06)
