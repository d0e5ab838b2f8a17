"""Shapley's weights: published, by all orders; penalty and reward: simulated truth."""

import time
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import (
    answer_matrix,
    answers_on,
    penalty_reward,
    relative_weights,
    shapley_weights,
)

NAMES = ["a", "b", "c", "d", "y"]
# The example in the documentation of relWt in the R package iopsych; the outcome is the last.
MATRIX = pd.DataFrame(
    [
        [1.0, 0.2, 0.3, 0.4, -0.4],
        [0.2, 1.0, 0.5, 0.1, 0.1],
        [0.3, 0.5, 1.0, 0.2, -0.3],
        [0.4, 0.1, 0.2, 1.0, 0.4],
        [-0.4, 0.1, -0.3, 0.4, 1.0],
    ],
    index=NAMES,
    columns=NAMES,
)


def _linear(n, slopes, seed):
    generator = np.random.default_rng(seed)
    predictors = pd.DataFrame(generator.normal(size=(n, len(slopes)))).add_prefix("x")
    return predictors, predictors @ np.array(slopes, dtype=float) + generator.normal(size=n)


def test_published_weights():
    result = shapley_weights(correlations=MATRIX, outcome="y").sort_index()
    assert result["weight"].round(4).tolist() == [0.2381, 0.0561, 0.1180, 0.2864]
    assert result["share"].sum() == pytest.approx(1)
    assert result[["low", "high"]].isna().all(axis=None)


def test_it_is_the_mean_over_all_orders():
    def explained(names):
        among = MATRIX.loc[names, names].to_numpy()
        return MATRIX.loc[names, "y"] @ np.linalg.solve(among, MATRIX.loc[names, "y"])

    gains = {name: [] for name in NAMES[:-1]}
    for order in permutations(NAMES[:-1]):
        for place, name in enumerate(order):
            before = explained(list(order[:place])) if place else 0.0
            gains[name].append(explained(list(order[: place + 1])) - before)
    result = shapley_weights(correlations=MATRIX, outcome="y")["weight"]
    assert result.to_dict() == pytest.approx({name: np.mean(g) for name, g in gains.items()})


def test_intervals_cover_the_truth():
    truth = pd.Series(np.square([0.6, 0.3]) / (0.45 + 1), index=["x0", "x1"])
    covered = []
    for seed in range(60):
        result = shapley_weights(*_linear(200, [0.6, 0.3], seed), draws=200, confidence=0.9)
        covered += result["low"].le(truth).mul(result["high"].ge(truth)).tolist()
    assert np.mean(covered) == pytest.approx(0.9, abs=0.07)


def test_copies_share_alike_and_bystanders_get_nothing():
    predictors, outcome = _linear(100, [0.7, 0.2], seed=1)
    result = shapley_weights(predictors.assign(copy=predictors["x0"], flat=1.0), outcome, draws=50)
    assert result.loc["copy", "weight"] == pytest.approx(result.loc["x0", "weight"])
    assert result.loc["flat", "weight"] == 0
    alone = shapley_weights(predictors, outcome, draws=50)
    assert result["weight"].sum() == pytest.approx(alone["weight"].sum())


def test_near_relative_weights_on_the_dairy():
    dairy = load("dairy")
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    felt = answer_matrix(dairy.survey, by="dimension")
    before = felt.copy(deep=True)
    shapley, relative = (
        way(felt, overall, draws=50) for way in (shapley_weights, relative_weights)
    )
    pd.testing.assert_frame_equal(felt, before)
    assert shapley.index.equals(relative.index)
    assert (shapley["weight"] - relative["weight"]).abs().max() < 0.01


def test_too_many_predictors_are_sent_elsewhere():
    with pytest.raises(InputError, match="at most 12 predictors, got 13; use relative_weights"):
        shapley_weights(*_linear(50, [0.1] * 13, seed=2))


def test_twelve_predictors_in_seconds():
    start = time.perf_counter()
    shapley_weights(*_linear(500, [0.1] * 12, seed=3), draws=200)
    # An alarm, with room for a busy machine.
    assert time.perf_counter() - start < 20


def _bent(n, seed):
    """Overall satisfaction that falls with the first driver only, rises with the second only."""
    generator = np.random.default_rng(seed)
    felt = pd.DataFrame(generator.normal(size=(n, 4)), columns=["must", "gift", "line", "none"])
    effect = felt["must"].clip(upper=0) + felt["gift"].clip(lower=0) + 0.5 * felt["line"]
    return felt, effect + generator.normal(size=n)


def test_each_kind_is_found():
    result = penalty_reward(*_bent(2000, seed=4))
    kinds = {"must": "basic", "gift": "excitement", "line": "performance", "none": "open"}
    assert result["kind"].to_dict() == kinds
    assert result.loc["must", "asymmetry"] < 0 < result.loc["gift", "asymmetry"]
    assert (result["asymmetry"] - result["penalty"] - result["reward"]).abs().max() < 1e-12


def test_a_straight_line_is_found_bent_as_rarely_as_promised():
    bent = []
    for seed in range(100):
        felt, outcome = _linear(150, [0.6, 0.3], seed)
        result = penalty_reward(felt, outcome)
        bent += ((result["low"] > 0) | (result["high"] < 0)).tolist()
    assert np.mean(bent) == pytest.approx(0.05, abs=0.04)


def test_answers_that_are_nearly_all_alike_leave_it_open():
    felt, outcome = _linear(60, [0.6, 0.3], seed=5)
    result = penalty_reward(felt.assign(same=4.0, two=[1.0, 2.0] * 30), outcome)
    assert result.index.tolist() == ["x0", "x1", "same", "two"]
    assert result.loc[["same", "two"], "kind"].tolist() == ["open", "open"]
    assert result.loc["same", "penalty":"high"].isna().all()


def test_penalties_need_respondents_who_differ():
    felt, outcome = _linear(30, [0.6, 0.3], seed=6)
    with pytest.raises(InsufficientData, match="at least 6 respondents"):
        penalty_reward(felt.head(5), outcome.head(5))
    with pytest.raises(InsufficientData, match="only equal answers"):
        penalty_reward(felt, outcome * 0)
