"""Benefits against sacrifices, and tables that other chapters hand over."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_analysis.errors import MissingTable
from crm_analysis.satisfaction import (
    answer_matrix,
    delivered_value,
    findings,
    value_balance,
)


def _survey(n=40, seed=1):
    """Two items on the product, one each on staff, money and time; money is rated two lower."""
    generator = np.random.default_rng(seed)
    level = {"fresh": 0, "tasty": 0, "kind": 0, "fair price": -2, "short wait": -0.5}
    dimension = ["Product", "Product", "staff", "MONEY ", "time"]
    answers = generator.integers(4, 8, (n, 5)) + np.array(list(level.values()))
    long = pd.DataFrame(answers, columns=list(level)).rename_axis("respondent_id").reset_index()
    long = long.melt("respondent_id", var_name="item", value_name="perception")
    return long.assign(dimension=long["item"].map(dict(zip(level, dimension, strict=True))))


def test_sides_by_hand():
    survey = _survey()
    before = survey.copy(deep=True)
    sides = delivered_value(survey)
    pd.testing.assert_frame_equal(survey, before)
    assert sides["side"].to_dict() == {
        "Product": "benefit",
        "staff": "benefit",
        "MONEY ": "sacrifice",
        "time": "sacrifice",
    }
    wide = answer_matrix(survey)
    assert sides.loc["Product", "mean"] == pytest.approx(wide[["fresh", "tasty"]].mean().mean())


def test_balance_is_the_paired_t_of_the_sides():
    survey = _survey()
    wide = answer_matrix(survey)
    gets = (wide[["fresh", "tasty"]].mean(axis=1) + wide["kind"]) / 2
    gives = wide[["fair price", "short wait"]].mean(axis=1)
    expected = stats.ttest_rel(gives, gets).confidence_interval(0.9)
    balance = value_balance(survey, confidence=0.9)
    assert [balance.low, balance.high] == pytest.approx(list(expected))
    told = findings.balance_finding(balance, delivered_value(survey))
    assert "rated worse than what they get" in told.statement and "“MONEY ”" in told.statement
    assert told.consequence.startswith("Save them money")


def test_dimensions_of_other_names_are_no_sides():
    survey = _survey().assign(dimension="reliability")
    for method in (delivered_value, value_balance):
        with pytest.raises(MissingTable, match="money, time or effort on the other"):
            method(survey)
        with pytest.raises(MissingTable):
            method(survey.drop(columns="dimension"))
