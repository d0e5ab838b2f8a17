"""Partial dependence and straightness: simulated shapes, the same seed, too few respondents."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import partial_dependence, straightness


def _felt(n, seed):
    generator = np.random.default_rng(seed)
    felt = pd.DataFrame(generator.uniform(1, 7, (n, 3)), columns=["bent", "straight", "none"])
    return felt, generator.normal(0, 0.5, n)


def test_a_bend_is_seen_where_it_is():
    felt, noise = _felt(1500, seed=1)
    outcome = felt["bent"].clip(upper=4) + 0.5 * felt["straight"] + noise
    before = felt.copy(deep=True)
    curve = partial_dependence(felt, outcome).set_index("driver")
    pd.testing.assert_frame_equal(felt, before)
    bent, straight, none = (curve.loc[name] for name in felt)
    upper = bent[bent["perception"] > 4.3]["outcome"]
    assert np.ptp(upper) < 0.2 and np.ptp(bent["outcome"]) > 2
    slope = np.polyfit(straight["perception"], straight["outcome"], 1)[0]
    assert slope == pytest.approx(0.5, abs=0.05)
    assert np.ptp(none["outcome"]) < 0.2


def test_straight_lines_win_where_all_is_straight():
    felt, noise = _felt(400, seed=2)
    fit = straightness(felt, felt["bent"] + felt["straight"] + noise)["r_squared"]
    assert fit["straight lines"] > fit["boosted"]
    bent = straightness(felt, (felt["bent"] - 4) ** 2 + noise)["r_squared"]
    assert bent["boosted"] > bent["straight lines"] + 0.5


def test_same_seed_same_numbers():
    felt, noise = _felt(100, seed=3)
    first, again = (straightness(felt, felt["bent"] + noise, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("method", [partial_dependence, straightness])
def test_what_cannot_be_computed_is_said(method):
    felt, noise = _felt(60, seed=5)
    with pytest.raises(InsufficientData, match=r"at least 50 respondents.*there are 49"):
        method(felt.head(49), felt["bent"].head(49))
    with pytest.raises(InsufficientData, match="only equal answers"):
        method(felt, noise[0] * 0 + felt["bent"] * 0)


def test_a_sample_draws_the_curve_of_all(monkeypatch):
    generator = np.random.default_rng(3)
    felt = pd.DataFrame(generator.uniform(1, 7, (1200, 2)), columns=["cold", "app"])
    outcome = felt["cold"].clip(upper=4) + 0.5 * felt["app"] + generator.normal(size=1200)
    whole = partial_dependence(felt, outcome)
    monkeypatch.setattr("crm_analysis.satisfaction.bending._AVERAGED", 600)
    part = partial_dependence(felt, outcome)
    assert part["perception"].equals(whole["perception"])
    assert part["outcome"].to_numpy() == pytest.approx(whole["outcome"].to_numpy(), abs=0.1)
