"""Omega, item analysis, parallel analysis, loadings: by other ways, simulated truth, the survey."""

import time

import numpy as np
import pandas as pd
import pytest
from statsmodels.multivariate.factor import Factor

from crm_analysis.data import load
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import (
    answer_matrix,
    cronbach_alpha,
    dimension_loadings,
    dimensions_stand,
    item_analysis,
    omega,
    parallel_analysis,
)


def _factors(n, loadings, seed):
    """Items (n × k) from independent factors; ``loadings`` is k × factors."""
    loadings = np.atleast_2d(np.asarray(loadings, dtype=float).T).T
    generator = np.random.default_rng(seed)
    own = np.sqrt(1 - np.square(loadings).sum(axis=1))
    factor = generator.normal(size=(n, loadings.shape[1]))
    return pd.DataFrame(factor @ loadings.T + generator.normal(size=(n, len(loadings))) * own)


def _survey(answers, dimensions):
    long = answers.rename_axis("respondent_id").melt(
        ignore_index=False, var_name="item", value_name="perception"
    )
    return long.reset_index().assign(dimension=long["item"].map(dimensions).to_numpy())


def test_omega_agrees_with_another_maximum_likelihood():
    answers = _factors(300, [0.8, 0.7, 0.6, 0.5, 0.4], seed=1)
    fitted = Factor(answers, n_factor=1, method="ml").fit()
    spread = answers.std(ddof=0).to_numpy()
    common = np.square((np.abs(fitted.loadings[:, 0]) * spread).sum())
    expected = common / (common + (fitted.uniqueness * spread**2).sum())
    assert omega(answers, draws=20).value == pytest.approx(expected, abs=1e-4)


def test_omega_of_equal_loadings_is_alpha():
    answers = _factors(20_000, [0.7] * 5, seed=2)
    assert omega(answers, draws=20).value == pytest.approx(cronbach_alpha(answers).value, abs=1e-3)


def test_omega_exceeds_alpha_where_loadings_differ():
    answers = _factors(5_000, [0.9, 0.8, 0.4, 0.3], seed=3)
    truth = 2.4**2 / (2.4**2 + 4 - (0.81 + 0.64 + 0.16 + 0.09))
    estimate = omega(answers, draws=200)
    assert estimate.low < truth < estimate.high
    assert cronbach_alpha(answers).high < estimate.low


def test_omega_covers_as_often_as_promised():
    truth = 2.4**2 / (2.4**2 + 4 - 4 * 0.36)
    estimates = [omega(_factors(100, [0.6] * 4, seed), 0.9, draws=200) for seed in range(80)]
    assert np.mean([not e.excludes(truth) for e in estimates]) == pytest.approx(0.9, abs=0.08)


def test_omega_of_the_real_survey_is_near_its_alpha(kiosk):
    answers = answer_matrix(kiosk.survey)
    before = answers.copy(deep=True)
    estimate = omega(answers, draws=200)
    pd.testing.assert_frame_equal(answers, before)
    assert estimate.value == pytest.approx(cronbach_alpha(answers).value, abs=0.01)
    assert estimate == omega(answers, draws=200)


def test_item_rest_and_alpha_if_dropped_by_their_definition():
    answers = _factors(60, [0.7, 0.6, 0.5, 0.2], seed=4)
    result = item_analysis(answers)
    for name in answers:
        rest = answers.drop(columns=name)
        assert result.loc[name, "item_rest"] == pytest.approx(answers[name].corr(rest.sum(axis=1)))
        assert result.loc[name, "alpha_if_dropped"] == pytest.approx(cronbach_alpha(rest).value)
    assert (result["low"] < result["item_rest"]).all()


def test_an_item_worded_the_other_way_round_shows():
    answers = _factors(200, [0.7] * 5, seed=5).assign(turned=lambda frame: -frame[0])
    result = item_analysis(answers)
    assert result["item_rest"].idxmin() == "turned" and result.loc["turned", "high"] < 0
    assert result["alpha_if_dropped"].idxmax() == "turned"


@pytest.mark.parametrize("factors", [1, 2, 3])
def test_parallel_analysis_counts_the_factors_put_in(factors):
    loadings = np.kron(np.eye(factors), np.full((4, 1), 0.7))
    result = parallel_analysis(_factors(300, loadings, seed=6))
    assert result["kept"].sum() == factors
    assert result["eigenvalue"].sum() == pytest.approx(4 * factors)


def test_parallel_analysis_finds_nothing_in_noise():
    found = [
        parallel_analysis(_factors(200, np.zeros((8, 1)), seed))["kept"].sum() for seed in range(60)
    ]
    assert np.mean(np.array(found) > 0) < 0.15


def test_loadings_find_the_item_that_stands_with_the_others():
    loadings = np.kron(np.eye(2), np.full((4, 1), 0.7))
    named = dict.fromkeys([0, 1, 2, 4], "first") | dict.fromkeys([3, 5, 6, 7], "second")
    result = dimension_loadings(_survey(_factors(400, loadings, seed=7), named))
    assert result.index[~result["stands"]].tolist() == [3, 4]
    assert result.loc[0, "first"] == pytest.approx(0.7, abs=0.1)
    factors = parallel_analysis(_factors(400, loadings, seed=7))
    assert "6 of 8 items" in dimensions_stand(factors, result)


def test_loadings_rebuild_the_correlations():
    answers = _factors(2000, np.kron(np.eye(2), np.full((4, 1), 0.7)), seed=8)
    result = dimension_loadings(_survey(answers, {i: "ab"[i // 4] for i in range(8)}))
    matrix = result[["a", "b"]].to_numpy()
    rebuilt, observed = matrix @ matrix.T, answers.corr().to_numpy()
    off = ~np.eye(8, dtype=bool)
    assert np.abs(rebuilt - observed)[off].max() < 0.06


def test_the_dairys_five_dimensions_stand():
    survey = load("dairy").survey
    assert dimension_loadings(survey)["stands"].all()
    assert parallel_analysis(answer_matrix(survey))["kept"].sum() == 5


@pytest.mark.parametrize("method", [omega, parallel_analysis])
def test_what_cannot_be_computed_is_said(method):
    answers = _factors(30, [0.7] * 4, seed=9)
    with pytest.raises(InsufficientData, match="2 items"):
        method(answers[[0, 1]])
    with pytest.raises(InsufficientData, match="4 items and 4 such respondents"):
        method(answers.head(4))
    with pytest.raises(InsufficientData, match="only equal answers on “2”"):
        method(answers.mask(np.tile(answers.columns == 2, (30, 1)), 1.0))


def test_one_dimension_has_nothing_to_stand_against():
    answers = _factors(50, [0.7] * 4, seed=10)
    with pytest.raises(InsufficientData, match="there are 1"):
        dimension_loadings(_survey(answers, dict.fromkeys(range(4), "only")))


def test_hundred_thousand_respondents_in_seconds():
    answers = _factors(100_000, [0.6] * 24, seed=11)
    start = time.perf_counter()
    omega(answers, draws=500)
    parallel_analysis(answers)
    # An alarm, with room for a busy machine.
    assert time.perf_counter() - start < 30
