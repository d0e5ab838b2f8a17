"""Sample size and the comparison of those who answered with the others."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.satisfaction import answered, compare_with_base, sample_size


def _customers(orders):
    columns = {"orders": orders, "revenue": np.multiply(orders, 10.0), "recency": 0, "T": 30}
    return pd.DataFrame(columns, index=[f"c{number}" for number in range(len(orders))])


def _survey(*customers):
    return pd.DataFrame({"respondent_id": range(len(customers)), "customer_id": customers})


def test_published_sample_sizes():
    # ±5 % at 95 %, and with a population of 1,000.
    assert sample_size() == 385
    assert sample_size(population=1000) == 278


def test_sample_size_at_its_limits():
    assert sample_size(population=1) == 1
    assert sample_size(population=10**9) == 385
    assert sample_size(0.025) > 3.9 * sample_size(0.05)
    with pytest.raises(InputError, match="at least 1, got 0"):
        sample_size(population=0)
    with pytest.raises(ValueError, match="margin must lie between 0 and 1, got 5"):
        sample_size(5)


def test_probability_is_mann_whitneys_u():
    customers = _customers([1, 4, 4, 2, 9, 3, 4, 1, 7, 2])
    result = compare_with_base(customers, _survey("c1", "c4", "c8", "c9")).loc["orders"]
    test = mannwhitneyu([4, 9, 7, 2], [1, 4, 2, 3, 4, 1])
    assert result["probability"] == pytest.approx(test.statistic / 24)
    assert (result["answered"], result["others"]) == (5.5, 2.5)
    assert result["low"] < result["probability"] < result["high"] <= 1


def test_directions():
    customers = _customers(list(range(40)))
    best = compare_with_base(customers, _survey(*[f"c{n}" for n in range(20, 40)]))
    assert best["verdict"].tolist() == ["higher", "higher", "alike"]
    every_other = compare_with_base(customers, _survey(*[f"c{n}" for n in range(0, 40, 2)]))
    assert every_other.loc["orders", "verdict"] == "alike"


def test_interval_covers_as_often_as_promised():
    generator = np.random.default_rng(5)
    half = _survey(*[f"c{n}" for n in range(30)])
    covered = []
    for _ in range(200):
        values = generator.normal(size=90)
        values[:30] += 0.5  # P(above) = Φ(.5/√2)
        row = compare_with_base(_customers(values), half, confidence=0.9).loc["orders"]
        covered.append(row["low"] < 0.6382 < row["high"])
    assert np.mean(covered) == pytest.approx(0.9, abs=0.06)


def test_what_is_missing_is_said():
    customers = _customers([1, 2, 3])
    with pytest.raises(MissingTable, match="which customer"):
        compare_with_base(customers, pd.DataFrame({"respondent_id": [1]}))
    with pytest.raises(InsufficientData, match="1 customers who answered and 2"):
        compare_with_base(customers, _survey("c1"))


def test_answered_counts(kiosk):
    assert answered(kiosk.survey) == (
        "207 of 211 respondents answered on 24 items; of 5,064 rows 4,968 hold both expectation "
        "and perception."
    )
