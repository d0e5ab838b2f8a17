import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo, ParetoNBD, beta_discrete
from crm_analysis.lifetime_value import _likelihood as blockwise
from crm_analysis.lifetime_value._histories import HISTORY, Histories, levels
from crm_analysis.lifetime_value._maximum import maximise
from crm_analysis.lifetime_value._spend_likelihood import SpendLikelihood


def contracts() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(1)
    return rng.integers(1, 30, 200).astype(float), rng.random(200) < 0.6, np.ones(200)


@pytest.fixture(scope="module")
def histories(cdnow) -> Histories:
    heavy = pd.DataFrame([[900, 37.0, 38.0], [5_000, 38.0, 38.0], [3, 0.0, 0.0]], columns=HISTORY)
    return Histories.of(pd.concat([cdnow[HISTORY], heavy], ignore_index=True))


@pytest.fixture
def likelihoods(cdnow, histories) -> dict:
    again = cdnow[(cdnow["frequency"] > 0) & (cdnow["monetary_value"] > 0)]
    spend = again[["frequency", "monetary_value"]].to_numpy(dtype=float).T
    return {
        "BG/NBD": (BetaGeo()._likelihood(histories), [0.7, 5.0, 0.6, 1.9]),
        "all alike": (BetaGeo()._likelihood(histories), [3_000.0, 20_000.0, 2_000.0, 9_000.0]),
        "MBG/NBD": (ModifiedBetaGeo()._likelihood(histories), [0.7, 5.0, 0.6, 1.9]),
        "Pareto/NBD": (ParetoNBD()._likelihood(histories), [0.7, 5.0, 0.6, 9.0]),
        "Gamma-Gamma": (SpendLikelihood(*spend), [6.0, 3.7, 15.0]),
        "contracts": (beta_discrete._Likelihood(*contracts()), [0.8, 7.0]),
    }


NAMES = ["BG/NBD", "all alike", "MBG/NBD", "Pareto/NBD", "Gamma-Gamma", "contracts"]


@pytest.mark.parametrize("name", NAMES)
def test_slopes_and_curvature_are_those_of_the_value(likelihoods, name):
    likelihood, at = likelihoods[name]
    value, slopes, curvature = likelihood.curved(np.array(at))
    assert (value, *slopes) == pytest.approx((lambda v, s: (v, *s))(*likelihood(np.array(at))))
    steps = np.diag(at) * 1e-5
    ends = [(likelihood(at + step), likelihood(at - step), step.sum()) for step in steps]
    by_value = [(up[0] - down[0]) / (2 * size) for up, down, size in ends]
    by_slope = [(up[1] - down[1]) / (2 * size) for up, down, size in ends]
    assert slopes * at == pytest.approx(by_value * np.array(at), rel=1e-4, abs=1e-3)
    assert curvature == pytest.approx(np.array(by_slope), rel=1e-5, abs=1e-9)
    assert curvature == pytest.approx(curvature.T, rel=1e-12)


@pytest.mark.parametrize("name", ["BG/NBD", "Pareto/NBD"])
def test_the_size_of_the_blocks_changes_nothing(likelihoods, monkeypatch, name):
    likelihood, at = likelihoods[name]
    whole = likelihood.curved(np.array(at))
    monkeypatch.setattr(blockwise, "_BLOCK", 100)
    for one, other in zip(whole, likelihood.curved(np.array(at)), strict=True):
        assert one == pytest.approx(other, rel=1e-11)


@pytest.mark.parametrize("start", [(0.3, 4.0, 0.8, 2.0), (5.0, 0.1, 20.0, 0.01)])
def test_newtons_steps_end_where_the_climbs_end(cdnow, start):
    """From nearby by the short way; from far away the climb takes over where that fails."""
    likelihood = BetaGeo()._likelihood(Histories.of(cdnow))
    far = maximise(likelihood, [(1.0, 1.0, 1.0, 1.0), (0.3, 4.0, 0.8, 2.5)], len(cdnow))
    near = maximise(likelihood, [start], len(cdnow), near=True)
    assert near.parameters == pytest.approx(far.parameters, rel=1e-7)
    assert near.converged and far.converged


def test_a_million_customers_are_climbed_once(monkeypatch):
    """What is learned on a part of the histories leaves few steps on all of them."""
    rng, n = np.random.default_rng(0), 40_000
    T, rate = rng.uniform(20, 60, n), rng.gamma(0.8, 1 / 6, n)
    last, rings = rng.geometric(rng.beta(0.9, 3.0, n)), rng.poisson(rate * T)
    x = np.minimum(rings, last)
    place = rng.beta(np.maximum(x, 1), np.maximum(rings - x + 1, 1))
    table = pd.DataFrame({"frequency": x, "recency": np.where(x > 0, T * place, 0.0), "T": T})
    curved, sizes = blockwise.PurchaseLikelihood.curved, []

    def counted(self, parameters):
        sizes.append(len(self.count))
        return curved(self, parameters)

    monkeypatch.setattr(blockwise.PurchaseLikelihood, "curved", counted)
    model = BetaGeo().fit(table)
    assert model.converged_ and model.params_.to_numpy() == pytest.approx(
        [0.8, 6.0, 0.9, 3.0], rel=0.15
    )
    assert sum(size == max(sizes) for size in sizes) <= 8


numbers = st.one_of(
    st.integers(0, 5).map(float), st.sampled_from([0.5, 1 / 7, 65_535.0, 65_536.0, 1e300])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), max_size=30))
def test_distinct_histories_are_those_of_a_plain_grouping(rows):
    table = pd.DataFrame(rows, columns=["a", "b"], dtype=float)
    frame = pd.DataFrame(
        {"frequency": 1.0 * (table["a"] > 0), "recency": 0.0, "T": table["b"]}, dtype=float
    )
    found = Histories.of(frame)
    expected = frame.groupby(HISTORY, as_index=False).size()
    parts = {"frequency": found.x, "recency": found.tx, "T": found.T, "size": found.count}
    got = pd.DataFrame(parts)
    pd.testing.assert_frame_equal(got, expected.astype(float), check_index_type=False)
    assert (found.T[found.row_of] == frame["T"]).all()
    distinct, places = levels(table["a"].to_numpy())
    assert distinct.tolist() == sorted(set(table["a"]))
    assert (distinct[places] == table["a"]).all()
