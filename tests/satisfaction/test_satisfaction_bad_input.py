"""Whatever a survey looks like, each method gives sound numbers or says what it lacks."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    answer_matrix,
    check_scales,
    compare_crosshairs,
    cronbach_alpha,
    derived_importance,
    dimension_loadings,
    gap,
    importance_performance,
    item_analysis,
    omega,
    parallel_analysis,
    penalty_reward,
    relative_weights,
    reliability,
    servqual_score,
    shapley_weights,
)


def _survey(respondents, items, seed=1):
    generator = np.random.default_rng(seed)
    n = respondents * items
    columns = {name: generator.integers(1, 8, n) for name in ("expectation", "perception")}
    survey = pd.DataFrame(columns).astype(float)
    survey["importance"] = generator.integers(1, 8, n)
    survey["respondent_id"] = np.arange(respondents).repeat(items)
    survey["item"] = np.tile([f"item {i}" for i in range(items)], respondents)
    return survey.assign(dimension=np.tile([f"d{i % 3}" for i in range(items)], respondents))


def _outcome(survey):
    people = survey["respondent_id"].unique()
    return pd.Series(np.arange(len(people)) % 7 + 1.0, index=people)


# Each half of the respondents answered on half of the items.
HALVES = _survey(40, 6)
HALVES["perception"] = HALVES["perception"].where(HALVES["respondent_id"] % 2 == HALVES.index % 2)

SURVEYS = {
    "two respondents": _survey(2, 6),
    "one respondent": _survey(1, 6),
    "one item": _survey(40, 1),
    "all alike": _survey(30, 6).assign(expectation=6.0, perception=6.0, importance=6.0),
    "more items than respondents": _survey(8, 20),
    "missing halves": HALVES,
    "nothing answered": _survey(20, 6).assign(perception=np.nan, expectation=np.nan),
    "an item for each respondent": _survey(1, 6).assign(respondent_id=range(6)),
}
METHODS = {
    "gap": gap,
    "gap by dimension": lambda survey: gap(survey, "dimension"),
    "score": servqual_score,
    "reliability": reliability,
    "alpha": lambda survey: cronbach_alpha(answer_matrix(survey)),
    "omega": lambda survey: omega(answer_matrix(survey), draws=50),
    "items": lambda survey: item_analysis(answer_matrix(survey)),
    "parallel analysis": lambda survey: parallel_analysis(answer_matrix(survey), draws=50),
    "loadings": dimension_loadings,
    "map": lambda survey: importance_performance(survey, draws=50),
    "crosshairs": compare_crosshairs,
    "derived": lambda survey: derived_importance(survey, _outcome(survey), draws=50),
    "weights": lambda s: relative_weights(answer_matrix(s, by="dimension"), _outcome(s), draws=50),
    "shapley": lambda s: shapley_weights(answer_matrix(s, by="dimension"), _outcome(s), draws=50),
    "penalty": lambda s: penalty_reward(answer_matrix(s, by="dimension"), _outcome(s)),
    "scales": check_scales,
}


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_sound_result_or_a_reason(method, survey):
    before = survey.copy(deep=True)
    try:
        result = method(survey)
    except (InsufficientData, InputError, MissingTable) as reason:
        assert len(str(reason)) > 20
    else:
        if isinstance(result, pd.DataFrame):
            numbers = result.select_dtypes("number").to_numpy(dtype=float)
            assert not np.isinf(numbers).any()
            if {"low", "high"} <= set(result):
                known = result.dropna(subset=["low", "high"])
                assert (known["low"] <= known["high"]).all()
        else:
            assert result.low <= result.value <= result.high
    pd.testing.assert_frame_equal(survey, before)


def test_the_rest_is_computed():
    survey = _survey(40, 6)
    lone = survey.assign(dimension=survey["dimension"].mask(survey["item"] == "item 5", "x"))
    result = reliability(lone)
    assert result["alpha"].isna().to_dict() == {"d0": False, "d1": False, "d2": True, "x": True}
