import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers import concentration
from crm_analysis.errors import InsufficientData


@pytest.mark.parametrize(
    ("values", "gini"),
    [
        # By hand: 28 / 91 and 810 / 1,900.
        ([1, 3, 2, 1, 1, 1, 4], 0.3076923),
        ([10] * 9 + [100], 0.4263158),
        ([5, 5, 5], 0.0),
        ([0, 0, 0, 1], 0.75),
        ([7], 0.0),
    ],
)
def test_gini(values, gini):
    assert concentration(values).gini.value == pytest.approx(gini, abs=5e-8)


def test_gini_is_the_mean_difference_by_another_way():
    values = np.random.default_rng(3).gamma(0.5, 2, 300)
    mean_difference = np.abs(values[:, None] - values[None, :]).mean()
    assert concentration(values).gini.value == pytest.approx(mean_difference / (2 * values.mean()))


def test_gini_of_a_known_distribution_lies_in_the_interval():
    # Exponential values have a Gini coefficient of 1/2.
    hits = 0
    for seed in range(40):
        values = np.random.default_rng(seed).exponential(size=400)
        hits += not concentration(values, confidence=0.9, draws=200, seed=seed).gini.excludes(0.5)
    assert 31 <= hits <= 40  # 36 are expected


def test_shares_of_the_top():
    spread = concentration([1, 1, 1, 1, 6])
    assert spread.top_share(0.2) == pytest.approx(0.6)
    assert spread.top_share(0.4) == pytest.approx(0.7)
    assert spread.top_share(0.1) == pytest.approx(0.3)  # half of the largest customer
    assert (spread.top_share(0), spread.top_share(1)) == (0.0, 1.0)
    assert (spread.customers_for(0), spread.customers_for(1)) == (0.0, 1.0)
    for wrong in (20, -0.1, float("nan")):
        with pytest.raises(ValueError, match="customers must lie between 0 and 1"):
            spread.top_share(wrong)


def test_lorenz_runs_from_nothing_to_all():
    lorenz = concentration([3, 1, 0]).lorenz
    assert lorenz["customers"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert lorenz["value"].tolist() == pytest.approx([0, 0, 0.25, 1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda v: sum(v) > 1e-3))
def test_gini_is_a_share_that_money_units_do_not_change(values):
    one = concentration(values, draws=20).gini
    other = concentration(np.array(values) * 100, draws=20).gini
    assert -1e-12 < one.value < 1
    assert one.value == pytest.approx(other.value, abs=1e-9)


def test_same_seed_same_interval():
    values = pd.Series([1.0, 2.0, 3.0, 10.0])
    before = values.copy()
    assert concentration(values).gini == concentration(values).gini
    pd.testing.assert_series_equal(values, before)


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ([1, -2], ValueError, "values must be 0 or more: 1 of 2 rows of customers is not"),
        ([1, np.nan], ValueError, "0 or more"),
        ([0, 0], InsufficientData, "one above 0"),
        ([], InsufficientData, "one above 0"),
    ],
)
def test_bad_values_are_named(values, error, words):
    with pytest.raises(error, match=words):
        concentration(values)
