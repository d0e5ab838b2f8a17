"""Satisfaction and value: by hand, against statsmodels, simulated truth, what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    buying_after,
    first_answers,
    latest_wave,
    satisfaction_by_group,
    value_at_risk,
    value_tiers,
)

SURVEYED, AS_OF = pd.Timestamp("2026-01-31"), pd.Timestamp("2026-07-31")


def _customers(n, effect, seed, liking=0.0):
    """Satisfaction and purchases; satisfaction has an effect, and liking follows the buying."""
    generator = np.random.default_rng(seed)
    habit = generator.normal(size=n)
    felt = 4 + generator.normal(size=n) + liking * habit
    rows = []
    for rate, start, days in [
        (np.exp(2 + 0.5 * habit), SURVEYED - pd.Timedelta(days=364), 365),
        (np.exp(1.3 + 0.5 * habit + effect * (felt - 4)), SURVEYED + pd.Timedelta(days=1), 180),
    ]:
        who = np.arange(n).repeat(generator.poisson(rate))
        when = start + pd.to_timedelta(generator.integers(0, days, len(who)), "D")
        rows.append(pd.DataFrame({"customer_id": who, "date": when}))
    return pd.Series(felt), pd.concat(rows, ignore_index=True)


def test_agrees_with_statsmodels():
    felt, bought = _customers(300, 0.2, seed=1)
    before = bought.copy(deep=True)
    result = buying_after(felt, bought, SURVEYED, AS_OF)
    pd.testing.assert_frame_equal(bought, before)
    days = bought.drop_duplicates()
    past = days[days["date"] <= SURVEYED].groupby("customer_id")["date"].agg(["size", "min", "max"])
    after = (
        days[days["date"] > SURVEYED].groupby("customer_id").size().reindex(past.index).fillna(0)
    )
    x = pd.DataFrame(
        {
            "felt": felt.reindex(past.index),
            "rate": np.log(past["size"] / ((SURVEYED - past["min"]).dt.days + 1)),
            "silence": np.log1p((SURVEYED - past["max"]).dt.days),
        }
    )
    other = sm.GLM(after, sm.add_constant(x), family=sm.families.Poisson()).fit(cov_type="HC1")
    row = result.loc["past held equal"]
    assert np.log(row["rate_ratio"]) == pytest.approx(other.params["felt"], abs=1e-6)
    ends = np.log([row["low"], row["high"]])
    assert ends == pytest.approx(other.conf_int().loc["felt"].to_numpy(), rel=1e-2)
    assert row["n"] == len(past)


def test_holding_the_past_equal_finds_the_truth_where_liking_follows_buying():
    felt, bought = _customers(4000, 0.1, seed=2, liking=1.0)
    result = buying_after(felt, bought, SURVEYED, AS_OF)
    assert result.loc["satisfaction alone", "low"] > 1.15
    controlled = result.loc["past held equal"]
    assert controlled["rate_ratio"] < result.loc["satisfaction alone", "rate_ratio"] - 0.05
    assert controlled["low"] > 1


def test_no_effect_is_found_as_rarely_as_promised():
    found = [
        buying_after(*_customers(150, 0.0, seed), SURVEYED, AS_OF).loc["past held equal", "p_value"]
        for seed in range(80)
    ]
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.08)


def test_without_days_after_the_survey_it_says_so():
    felt, bought = _customers(50, 0.0, seed=3)
    with pytest.raises(
        InsufficientData, match="0 customers with a past who were asked before 2026-07-31"
    ):
        buying_after(felt, bought, AS_OF, AS_OF)
    with pytest.raises(InsufficientData, match="satisfaction that differs"):
        buying_after(felt * 0, bought, SURVEYED, AS_OF)
    with pytest.raises(InsufficientData, match="0 customers with a past"):
        buying_after(felt.set_axis([f"c{i}" for i in range(50)]), bought, SURVEYED, AS_OF)


def test_customers_asked_on_different_days_are_counted_by_the_time_left():
    felt, bought = _customers(3000, 0.15, seed=4)
    spread = pd.to_timedelta(np.arange(len(felt)) % 120, "D")
    own = pd.Series(SURVEYED - spread, index=felt.index)
    later = bought["date"] > SURVEYED
    # Each history is moved back as a whole, so that its own day parts past and future.
    moved = bought.assign(date=bought["date"] - bought["customer_id"].map(pd.Series(spread)))
    one_day = buying_after(felt, bought, SURVEYED, AS_OF).loc["past held equal"]
    own_days = buying_after(felt, moved, own, AS_OF).loc["past held equal"]
    assert later.any() and own_days["low"] < 1.16 < own_days["high"]
    assert one_day["n"] == own_days["n"]
    same = buying_after(felt, bought, pd.Series(SURVEYED, index=felt.index), AS_OF)
    pd.testing.assert_series_equal(same.loc["past held equal"], one_day)


def test_first_answers_keep_the_day_and_say_what_is_missing():
    outcomes = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", None],
            "overall_satisfaction": [6, 2, 5, 1],
            "date": pd.to_datetime(["2026-04-01", "2026-01-01", None, "2026-01-01"]),
        }
    )
    assert first_answers(outcomes, None)["satisfaction"].to_dict() == {"a": 2.0}
    told = first_answers(outcomes, SURVEYED)
    assert told["satisfaction"].to_dict() == {"a": 2.0, "b": 5.0}
    assert told.loc["b", "surveyed_on"] == SURVEYED
    with pytest.raises(MissingTable, match="surveyed_on"):
        first_answers(outcomes.drop(columns="date"), None)
    with pytest.raises(MissingTable, match="overall_satisfaction"):
        first_answers(outcomes.drop(columns="overall_satisfaction"), SURVEYED)


def test_the_latest_wave_is_the_one_last_answered():
    dates = pd.to_datetime(["2026-04-01", "2026-05-01", "2026-01-01"])
    answers = pd.DataFrame({"respondent_id": [1, 2, 3], "wave": ["b", "a", "c"], "date": dates})
    assert latest_wave(answers)["respondent_id"].tolist() == [2]
    assert latest_wave(answers.drop(columns="date"))["respondent_id"].tolist() == [3]
    assert latest_wave(answers.drop(columns="wave")) is not None and latest_wave(None) is None


def test_tiers_keep_equal_customers_together():
    tiers = value_tiers(pd.Series([5.0, 5, 5, 5, 1, 1, 1, 1, 1, 1]))
    assert tiers.astype(str).tolist() == ["the top fifth"] * 4 + ["the next three tenths"] * 6


def test_groups_by_hand():
    satisfaction = pd.Series({"a": 6.0, "b": 4.0, "c": 2.0, "x": 1.0})
    group = pd.Series({"a": "major", "b": "major", "c": "small", "d": "small"}, name="tier")
    result = satisfaction_by_group(satisfaction, group)
    assert result.index.name == "tier"
    assert result["n"].tolist() == [2, 1]
    # t with one degree of freedom at 95 %: 12.706; standard error 1.
    assert result.loc["major", "high"] == pytest.approx(5 + 12.706, abs=1e-3)
    assert np.isnan(result.loc["small", "low"])
    assert result["asked"].tolist() == [1.0, 0.5]
    with pytest.raises(InsufficientData):
        satisfaction_by_group(satisfaction, pd.Series({"z": "major"}))


def test_value_at_risk_covers_the_truth():
    generator = np.random.default_rng(4)
    everybody = pd.Series(generator.gamma(2, 100, 5000))
    felt = pd.Series(generator.integers(1, 8, 5000)).astype(float)
    truth = everybody[felt < 4].sum()
    covered = []
    for seed in range(80):
        asked = felt.sample(300, random_state=seed)
        found = value_at_risk(
            asked, everybody, dissatisfied_below=4, confidence=0.9, draws=400, seed=seed
        )
        covered.append(not found.excludes(truth))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.08)


def test_value_at_risk_at_its_limits():
    felt, value = pd.Series([1.0, 7.0, 7.0]), pd.Series([10.0, 20.0, 30.0, 40.0])
    assert value_at_risk(felt, value, dissatisfied_below=1).value == 0
    assert value_at_risk(felt, value, dissatisfied_below=8).value == 100
    with pytest.raises(InsufficientData, match="2 respondents with a value"):
        value_at_risk(felt.head(1), value, dissatisfied_below=4)
    with pytest.raises(ValueError, match="value must be at least 0"):
        value_at_risk(felt, -value, dissatisfied_below=4)
