"""Relative weights: published matrices, LMG as an independent way, simulated truth."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import answer_matrix, relative_weights


def _matrix(rows):
    names = [f"x{number}" for number in range(len(rows))]
    return pd.DataFrame(rows, index=names, columns=names, dtype=float)


# The example in the documentation of relWt in the R package iopsych; the outcome is the last.
IOPSYCH = _matrix(
    [
        [1.0, 0.2, 0.3, 0.4, -0.4],
        [0.2, 1.0, 0.5, 0.1, 0.1],
        [0.3, 0.5, 1.0, 0.2, -0.3],
        [0.4, 0.1, 0.2, 1.0, 0.4],
        [-0.4, 0.1, -0.3, 0.4, 1.0],
    ]
)
# The example in the documentation of the npm package johnsons-relative-weights; outcome first.
NPM = _matrix(
    [
        [1.00, 0.66, 0.67, 0.54, 0.68, 0.62, 0.72],
        [0.66, 1.00, 0.58, 0.59, 0.68, 0.68, 0.56],
        [0.67, 0.58, 1.00, 0.52, 0.60, 0.62, 0.68],
        [0.54, 0.59, 0.52, 1.00, 0.52, 0.61, 0.45],
        [0.68, 0.68, 0.60, 0.52, 1.00, 0.63, 0.62],
        [0.62, 0.68, 0.62, 0.61, 0.63, 1.00, 0.57],
        [0.72, 0.56, 0.68, 0.45, 0.62, 0.57, 1.00],
    ]
)


def _r_squared(matrix, chosen, outcome):
    if not chosen:
        return 0.0
    among = matrix.loc[chosen, chosen].to_numpy()
    with_outcome = matrix.loc[chosen, outcome].to_numpy()
    return with_outcome @ np.linalg.solve(among, with_outcome)


def _lmg(matrix, outcome):
    """Shapley's average of the R² that each predictor adds, over all orders."""
    names = [name for name in matrix if name != outcome]
    k, result = len(names), {}
    for name in names:
        others = [other for other in names if other != name]
        result[name] = sum(
            factorial(size)
            * factorial(k - 1 - size)
            / factorial(k)
            * (
                _r_squared(matrix, [*chosen, name], outcome)
                - _r_squared(matrix, list(chosen), outcome)
            )
            for size in range(k)
            for chosen in combinations(others, size)
        )
    return pd.Series(result)


def _linear(n, slopes, seed, noise=1.0):
    generator = np.random.default_rng(seed)
    predictors = pd.DataFrame(generator.normal(size=(n, len(slopes)))).add_prefix("x")
    outcome = predictors @ np.array(slopes, dtype=float) + generator.normal(0, noise, n)
    return predictors, outcome


def test_published_weights_of_iopsych():
    result = relative_weights(correlations=IOPSYCH, outcome="x4")
    expected = [0.24066119, 0.05492664, 0.12143476, 0.28158189]
    assert result["weight"].sort_index().tolist() == pytest.approx(expected, abs=5e-9)
    assert result["weight"].sum() == pytest.approx(0.698604, abs=5e-7)
    assert result["share"].sum() == pytest.approx(1)
    assert result.index[0] == "x3"


def test_published_weights_of_npm():
    result = relative_weights(correlations=NPM, outcome="x0").sort_index()
    expected = [0.107748318, 0.116483757, 0.065514315, 0.121167113, 0.080061989, 0.171054987]
    assert result["weight"].tolist() == pytest.approx(expected, abs=1e-9)
    assert result["weight"].sum() == pytest.approx(0.662030479, abs=1e-9)


def test_close_to_lmg_which_is_computed_another_way():
    lmg = _lmg(IOPSYCH, "x4")
    assert lmg.round(4).tolist() == [0.2381, 0.0561, 0.1180, 0.2864]
    weights = relative_weights(correlations=IOPSYCH, outcome="x4")["weight"]
    assert (weights - lmg).abs().max() < 0.01


def test_weights_sum_to_r_squared_of_least_squares():
    predictors, outcome = _linear(80, [0.5, 0.3, 0.0], seed=1)
    predictors["x1"] += 0.8 * predictors["x0"]
    design = np.column_stack([np.ones(80), predictors])
    residual = outcome - design @ np.linalg.lstsq(design, outcome)[0]
    r_squared = 1 - residual.var() / outcome.var()
    result = relative_weights(predictors, outcome, draws=50)
    assert result["weight"].sum() == pytest.approx(r_squared)


def test_answers_and_their_correlations_agree():
    predictors, outcome = _linear(60, [0.5, 0.3], seed=2)
    matrix = predictors.assign(y=outcome).corr()
    by_matrix = relative_weights(correlations=matrix, outcome="y")
    by_answers = relative_weights(predictors, outcome, draws=20)
    assert by_answers["weight"].tolist() == pytest.approx(by_matrix["weight"].tolist())
    assert by_matrix[["low", "high"]].isna().all(axis=None)


def test_intervals_cover_the_truth():
    slopes = [0.6, 0.4, 0.2]
    truth = pd.Series(np.square(slopes) / (np.square(slopes).sum() + 1), index=["x0", "x1", "x2"])
    covered = []
    for seed in range(60):
        result = relative_weights(*_linear(200, slopes, seed), draws=200, confidence=0.9)
        result = result.loc[truth.index]
        covered += ((result["low"] <= truth) & (truth <= result["high"])).tolist()
    assert np.mean(covered) == pytest.approx(0.9, abs=0.06)


def test_same_seed_same_intervals():
    data = _linear(50, [0.5, 0.1], seed=3)
    first, again = (relative_weights(*data, draws=100, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(relative_weights(*data, draws=100, seed=8))
    assert ((first["low"] <= first["weight"]) & (first["weight"] <= first["high"])).all()


def test_predictors_that_say_the_same_share_alike():
    predictors, outcome = _linear(100, [0.7, 0.3], seed=4)
    doubled = relative_weights(predictors.assign(copy=predictors["x0"]), outcome, draws=50)
    assert doubled.loc["copy", "weight"] == pytest.approx(doubled.loc["x0", "weight"])
    assert doubled["weight"].sum() == pytest.approx(
        relative_weights(predictors, outcome, draws=50)["weight"].sum()
    )


def test_a_predictor_without_spread_weighs_nothing():
    predictors, outcome = _linear(40, [0.7], seed=5)
    result = relative_weights(predictors.assign(same=4.0), outcome, draws=50)
    assert result.loc["same", ["weight", "low", "high"]].tolist() == [0, 0, 0]


def test_what_cannot_be_computed_is_said():
    predictors, outcome = _linear(40, [0.7, 0.2], seed=6)
    with pytest.raises(InsufficientData, match="at least 4 respondents"):
        relative_weights(predictors.head(3), outcome.head(3))
    with pytest.raises(InsufficientData, match="only equal answers"):
        relative_weights(predictors, outcome * 0)
    with pytest.raises(InputError, match="did you mean 'x4'"):
        relative_weights(correlations=IOPSYCH, outcome="x5x4")
    with pytest.raises(InputError, match="predictors and their outcome, or correlations"):
        relative_weights(predictors)


def test_the_real_survey(kiosk):
    outcome = kiosk.outcomes.set_index("respondent_id")["overall_satisfaction"]
    answers = answer_matrix(kiosk.survey, by="dimension")
    before = answers.copy(deep=True)
    result = relative_weights(answers, outcome, draws=200)
    pd.testing.assert_frame_equal(answers, before)
    matrix = answers.assign(outcome=outcome).dropna().corr()
    lmg = _lmg(matrix, "outcome")
    assert (result["weight"] - lmg).abs().max() < 0.005


def test_many_respondents_are_drawn_in_groups_and_spread_as_before(monkeypatch):
    from crm_analysis.satisfaction import _resampling

    generator = np.random.default_rng(3)
    felt = pd.DataFrame(generator.normal(size=(20_000, 3)), columns=list("abc"))
    overall = felt @ [0.5, 0.3, 0.1] + generator.normal(size=20_000)
    grouped = relative_weights(felt, overall, draws=800)
    monkeypatch.setattr(_resampling, "_MANY", 20_001)
    single = relative_weights(felt, overall, draws=800)
    assert grouped["weight"].tolist() == single["weight"].tolist()
    widths = [(shown["high"] - shown["low"]) for shown in (grouped, single)]
    assert (widths[0] / widths[1]).between(0.88, 1.12).all()
