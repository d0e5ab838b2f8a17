"""The bootstrap of the gaps agrees with the t interval where that holds, and keeps its promise."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import gap, gap_bootstrap, interval_sentence


def test_it_agrees_with_the_t_interval_on_a_real_survey(kiosk):
    plain = gap(kiosk.survey)
    drawn = gap_bootstrap(kiosk.survey, draws=2000)
    assert drawn.index.tolist() == plain.index.tolist()
    assert drawn["gap"].to_numpy() == pytest.approx(plain["gap"].to_numpy())
    width = plain["high"] - plain["low"]
    for end in ("low", "high"):
        assert ((drawn[end] - plain[end]).abs() < 0.15 * width).all()
    assert "drawn anew" in interval_sentence(plain, drawn, 0.95)


def test_intervals_hold_the_truth_at_their_rate():
    held = []
    for seed in range(150):
        generator = np.random.default_rng(seed)
        gaps = generator.normal(-0.5, 1, 60)
        survey = pd.DataFrame({"respondent_id": range(60), "item": "a", "expectation": 0.0})
        row = gap_bootstrap(
            survey.assign(perception=gaps), confidence=0.9, draws=300, seed=seed
        ).iloc[0]
        held.append(row["low"] <= -0.5 <= row["high"])
    assert 0.83 <= np.mean(held) <= 0.96


def test_the_same_seed_gives_the_same_ends_and_leaves_the_survey(kiosk):
    before = kiosk.survey.copy(deep=True)
    one, two = (gap_bootstrap(kiosk.survey, draws=50, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(kiosk.survey, before)


def test_a_lone_answer_has_no_interval_and_one_respondent_none_at_all():
    rows = {"respondent_id": [1, 2, 2], "item": ["a", "a", "b"]}
    survey = pd.DataFrame({**rows, "expectation": [5, 5, 6], "perception": [4, 5, 3]})
    drawn = gap_bootstrap(survey, draws=50)
    assert drawn.loc["b", ["low", "high"]].isna().all() and drawn.loc["b", "gap"] == -3
    with pytest.raises(InsufficientData, match="2 respondents"):
        gap_bootstrap(survey.query("respondent_id == 2"))


def test_many_respondents_are_drawn_in_groups_and_spread_as_before(monkeypatch):
    generator = np.random.default_rng(4)
    survey = pd.DataFrame({"respondent_id": range(6000), "item": "a", "expectation": 6})
    survey["perception"] = generator.integers(1, 8, 6000)
    single = gap_bootstrap(survey, draws=2000).loc["a"]
    monkeypatch.setattr("crm_analysis.satisfaction._resampling._MANY", 5000)
    monkeypatch.setattr("crm_analysis.satisfaction._resampling._GROUPS", 1000)
    grouped = gap_bootstrap(survey, draws=2000).loc["a"]
    assert grouped["gap"] == single["gap"]
    width = single["high"] - single["low"]
    assert grouped["high"] - grouped["low"] == pytest.approx(width, rel=0.1)
