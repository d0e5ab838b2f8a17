"""Waves, control charts, events; weights: by hand, other implementations, simulated truth."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import (
    charts,
    control_chart,
    effective_size,
    event_effect,
    rake,
    waves,
    weighted_mean,
)


def _scores(n, means, seed=1):
    generator = np.random.default_rng(seed)
    parts = [
        pd.DataFrame({"respondent_id": range(n), "wave": wave, "score": generator.normal(m, 1, n)})
        for wave, m in enumerate(means)
    ]
    return pd.concat(parts, ignore_index=True)


def test_waves_agree_with_welchs_test():
    scores = _scores(60, [5.0, 5.4, 5.2])
    before = scores.copy(deep=True)
    result = waves(scores, "score", confidence=0.9)
    pd.testing.assert_frame_equal(scores, before)
    first, second = (scores.loc[scores["wave"] == w, "score"] for w in (0, 1))
    ends = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.9)
    assert result.loc[1, ["change_low", "change_high"]].tolist() == pytest.approx(list(ends))
    assert result["n"].tolist() == [60] * 3 and np.isnan(result.loc[0, "change"])


def test_a_respondent_counts_once_in_a_wave():
    once = pd.DataFrame({"respondent_id": [1, 2], "wave": 1, "score": [4.0, 6.0]})
    twice = pd.concat([once, once.assign(score=once["score"] + [1, -1])])
    assert waves(twice, "score").loc[1, ["n", "mean"]].tolist() == [2, 5]
    with pytest.raises(InsufficientData, match="0 answers"):
        waves(once.assign(score=np.nan), "score")


def test_limits_by_hand():
    # Moving ranges 1, 2, 1: mean 4/3; centre 2.
    chart = control_chart(pd.Series([1.0, 2, 4, 3, 0]), baseline=4)
    assert chart["centre"].unique().tolist() == [2.5]
    assert chart["high"].iloc[0] == pytest.approx(2.5 + 4 / 3 * 3 / 1.128)


def test_normal_wobble_seldom_signals_and_a_shift_does():
    generator = np.random.default_rng(2)
    steady = [
        (
            control_chart(pd.Series(generator.normal(size=24)))["signal"] == "beyond the limits"
        ).mean()
        for _ in range(200)
    ]
    assert np.mean(steady) < 0.015
    shifted = np.r_[generator.normal(size=20), generator.normal(1.5, 1, 12)]
    chart = control_chart(pd.Series(shifted), baseline=20)
    assert (chart["signal"].iloc[:20] == "").all()
    assert (chart["signal"].iloc[20:] != "").any()


def test_eight_on_one_side():
    wobble = [0, 1, -1, 0.5, -0.5, 1, -1, 0] + [0.3] * 9
    chart = control_chart(pd.Series(wobble), baseline=8)
    assert (chart["signal"] == "eight on one side").tolist() == [False] * 15 + [True] * 2
    with pytest.raises(InsufficientData, match="1 values missing"):
        control_chart(pd.Series([1.0, None, 2.0, 3.0]))


def test_event_effect_agrees_with_statsmodels():
    generator = np.random.default_rng(3)
    values = pd.Series(50 + 0.3 * np.arange(40) + generator.normal(size=40))
    after = np.arange(40) >= 25
    x = np.column_stack([after, np.where(after, np.arange(40) - 25, 0), np.ones(40), np.arange(40)])
    options = {"maxlags": int(4 * 0.4 ** (2 / 9)), "use_correction": True}
    other = sm.OLS(values, x.astype(float)).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    result = event_effect(values, 25)
    assert result["effect"].tolist() == pytest.approx(other.params.iloc[:2].tolist())
    assert result[["low", "high"]].to_numpy() == pytest.approx(other.conf_int().to_numpy()[:2])


def test_the_size_of_a_scare_is_recovered():
    weeks = pd.date_range("2024-01-07", periods=104, freq="W")
    scare, covered = weeks[60], []
    for seed in range(100):
        noise = np.random.default_rng(seed).normal(0, 20, 104)
        orders = pd.Series(400 + 0.5 * np.arange(104) + noise, index=weeks)
        orders[weeks >= scare] -= 80
        step = event_effect(orders, scare, confidence=0.9).loc["step"]
        covered.append(step["low"] <= -80 <= step["high"])
    assert np.mean(covered) == pytest.approx(0.88, abs=0.07)
    with pytest.raises(InsufficientData, match="103 before and 1 after"):
        event_effect(orders, weeks[-1])


RESPONDENTS = pd.DataFrame(
    {"region": list("NNNNSSSNNS"), "age": ["old"] * 3 + ["young"] * 4 + ["old"] * 3}
)
MARGINS = {"region": pd.Series({"N": 300, "S": 700}), "age": pd.Series({"old": 0.5, "young": 0.5})}


def test_raked_margins_are_those_of_the_base():
    before = RESPONDENTS.copy(deep=True)
    weight = rake(RESPONDENTS, MARGINS)
    pd.testing.assert_frame_equal(RESPONDENTS, before)
    assert weight.mean() == pytest.approx(1)
    for name, base in MARGINS.items():
        share = weight.groupby(RESPONDENTS[name]).sum() / weight.sum()
        assert share.to_dict() == pytest.approx((base / base.sum()).to_dict())


def test_one_margin_is_plain_post_stratification():
    weight = rake(RESPONDENTS, {"region": MARGINS["region"]})
    assert weight[RESPONDENTS["region"] == "S"].tolist() == pytest.approx([0.7 / 0.4] * 4)


def test_weights_mend_a_crooked_sample():
    generator = np.random.default_rng(4)
    region = pd.Series(generator.choice(["N", "S"], 4000, p=[0.8, 0.2]), name="region")
    answers = pd.Series(generator.normal(np.where(region == "N", 6.0, 4.0), 1))
    weight = rake(region.to_frame(), {"region": pd.Series({"N": 0.5, "S": 0.5})})
    estimate = weighted_mean(answers, weight)
    assert not estimate.excludes(5.0) and answers.mean() > estimate.high
    assert effective_size(weight) < 4000


def test_equal_weights_change_nothing():
    values = pd.Series([3.0, 5.0, 4.0, 7.0])
    estimate = weighted_mean(values, pd.Series(2.0, index=values.index))
    assert estimate.value == values.mean()
    assert estimate.high - estimate.value == pytest.approx(1.959964 * values.sem())


@pytest.mark.parametrize("method", [effective_size, lambda w: weighted_mean(w * 0 + [1, 2], w)])
def test_weights_that_weigh_nothing_are_refused(method):
    with pytest.raises(InputError, match="sum to nothing"):
        method(pd.Series([0.0, 0.0]))
    with pytest.raises(ValueError, match="weight must be at least 0"):
        method(pd.Series([1.0, -1.0]))


def test_margins_that_cannot_be_met_are_named():
    with pytest.raises(InsufficientData, match="0 answers from “W”"):
        rake(RESPONDENTS, {"region": pd.Series({"N": 1, "S": 1, "W": 1})})
    with pytest.raises(ValueError, match="region must be a category of the base"):
        rake(RESPONDENTS, {"region": pd.Series({"N": 1, "W": 1})})
    apart = pd.DataFrame({"region": ["N", "S"], "age": ["old", "young"]})
    with pytest.raises(InsufficientData, match="margins that no weights meet together"):
        rake(apart, MARGINS)


def test_the_figure_marks_what_signals():
    chart = control_chart(pd.Series([5.0, 5.1, 4.9, 5.0, 5.1, 4.9, 6.2]), baseline=6)
    figure = charts.control_lines(chart, "overall satisfaction, points")
    assert figure.layout.title.text == ("1 of 7 periods beyond the usual wobble")
    assert list(figure.data[1].y) == [6.2]
