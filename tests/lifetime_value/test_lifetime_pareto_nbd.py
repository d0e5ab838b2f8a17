from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.stats import gamma

from crm_analysis.lifetime_value import ParetoNBD, _two_clocks
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._lifetimes import ParetoNBDFitter


@pytest.fixture(scope="module")
def model(cdnow):
    return ParetoNBD().fit(cdnow)


def known(r, alpha, s, beta) -> ParetoNBD:
    """A model with given parameters, known for sure."""
    model = ParetoNBD()
    model.params_ = pd.Series({"r": r, "alpha": alpha, "s": s, "beta": beta})
    model._log_covariance, model.n_customers_ = np.zeros((4, 4)), 1
    return model


def histories(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


# Fader, Hardie and Lee (2005), Marketing Science 24(2), table 2.
def test_reaches_the_published_fit_of_cdnow(model):
    expected = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    assert model.params_.to_dict() == pytest.approx(expected, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-9595.0, abs=0.05)
    errors = {"r": 0.0476, "alpha": 0.8427, "s": 0.1873, "beta": 6.2105}
    assert model.standard_errors_.to_dict() == pytest.approx(errors, rel=2e-3)
    assert model.converged_ and model.limit_ is None


def test_reaches_the_published_holdout(cdnow, model):
    assert model.predict_purchases(cdnow, 39)["purchases"].sum() == pytest.approx(1665.5, abs=0.05)


def test_agrees_with_lifetimes_where_that_is_finite(cdnow, model):
    theirs = ParetoNBDFitter()
    theirs.params_ = model.params_
    columns = [cdnow[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T")]
    alive = theirs.conditional_probability_alive(*columns)
    assert model.predict_alive(cdnow)["alive"].to_numpy() == pytest.approx(alive, rel=1e-6)
    purchases = theirs.conditional_expected_number_of_purchases_up_to_time(39, *columns)
    assert model.predict(39, *columns) == pytest.approx(purchases, rel=1e-6)
    theta = model.params_.to_numpy()
    likelihood = -theirs._negative_log_likelihood(theta, *columns, np.ones(len(cdnow)), 0.0)
    assert model.log_likelihood_ == pytest.approx(likelihood, rel=1e-9)


def test_is_finite_where_lifetimes_is_not(model):
    busy = [np.array([value]) for value in (300.0, 38.0, 38.0)]
    theirs = ParetoNBDFitter()
    theirs.params_ = model.params_
    with np.errstate(all="ignore"):
        known = theirs.conditional_expected_number_of_purchases_up_to_time(39, *busy)
    assert np.isnan(known).all()
    # Surely there today, but with an uncertain life ahead.
    assert 0.5 * 300 < model.predict(39, *busy).item() < 300


def test_the_gradient_is_that_of_the_likelihood(cdnow):
    heavy = histories([1_000, 37.0, 38.0], [10_000, 38.0, 38.0], [3, 0.0, 0.0])
    customers = pd.concat([cdnow[heavy.columns], heavy], ignore_index=True)
    likelihood = ParetoNBD._likelihood(Histories.of(customers))
    at = np.array([0.7, 5.0, 0.6, 1.9])
    steps = np.diag(at * 1e-6)
    numeric = [(likelihood(at + h)[0] - likelihood(at - h)[0]) / (2 * h.sum()) for h in steps]
    assert likelihood(at)[1] == pytest.approx(numeric, rel=1e-4)


def log_odds_by_quadrature(r, alpha, s, beta, x, tx, T) -> float:
    """The log of P(gone) / P(alive): the departure integrated piece by piece, in log time."""

    def density(log_y):
        y = np.exp(log_y)
        return y * np.exp(
            -(r + x) * np.log1p(y / (alpha + tx)) - (s + 1) * np.log1p(y / (beta + tx))
        )

    edges = np.linspace(np.log(T - tx) - 50, np.log(T - tx), 26)
    total = sum(quad(density, *ends, epsabs=0, epsrel=1e-10)[0] for ends in pairwise(edges))
    stays = (r + x) * np.log1p((T - tx) / (alpha + tx)) + s * np.log1p((T - tx) / (beta + tx))
    return np.log(s * total / (beta + tx)) + stays


size = st.floats(0.05, 50.0)


@settings(max_examples=80, deadline=None)
@given(
    parameters=st.tuples(size, size, size | st.just(1.0), size),
    x=st.sampled_from([0, 1, 2, 7, 70, 900, 10_000]),
    T=st.sampled_from([0.5, 38.86, 400.0]),
    horizon=st.sampled_from([0.0, 0.5, 39.0, 520.0]),
)
def test_every_prediction_is_finite_and_agrees_with_quadrature(parameters, x, T, horizon):
    model, customers = known(*parameters), histories([x, 0.9 * T * (x > 0), T])
    odds = -model._log_odds(parameters, Histories.of(customers)).item()
    assert odds == pytest.approx(
        log_odds_by_quadrature(*parameters, x, 0.9 * T * (x > 0), T), abs=1e-7
    )
    predicted = model.predict_purchases(customers, horizon, interval=0.9).iloc[0]
    assert np.isfinite(predicted).all() and 0 <= predicted["low"] <= predicted["high"]
    r, alpha, s, beta = parameters
    stay = quad(lambda y: (1 + y / (beta + T)) ** -s, 0, horizon)[0]
    alive = 1 / (1 + np.exp(min(odds, 700)))
    assert predicted["purchases"] == pytest.approx(alive * (r + x) / (alpha + T) * stay, rel=1e-6)


def test_who_bought_today_is_alive_and_a_first_day_is_no_trouble(model):
    customers = histories([3, 38.0, 38.0], [0, 0.0, 0.0], [5, 0.0, 0.0])
    assert model.predict_alive(customers, interval=0.9).eq(1).all().all()
    assert np.isfinite(model.predict_purchases(customers, 39, interval=0.9)).all().all()


@pytest.mark.parametrize("k", [1, 4])
def test_the_chance_of_a_count_is_that_of_both_clocks(k):
    """P(N >= k) integrated over the rate of buying and the time of leaving."""
    R, beta, s, B, t = 2.5, 12.0, 0.8, 9.0, 20.0

    def bought(rate, time):
        return gamma.cdf(time, k, scale=1 / rate) * gamma.pdf(rate, R, scale=1 / beta)

    leaves = dblquad(
        lambda rate, y: bought(rate, y) * s * B**s * (B + y) ** (-s - 1), 0, t, 1e-9, 5
    )[0]
    stays = quad(lambda rate: bought(rate, t), 1e-9, 5)[0] * (B / (B + t)) ** s
    ours = _two_clocks.at_least(k, R, beta, s, B, t).item()
    assert ours == pytest.approx(leaves + stays, rel=1e-5)


@pytest.mark.parametrize("s", [0.4, 1.0, 2.0, 7.0])
@pytest.mark.parametrize("t", [1e-5, 0.01, 5.0, 500.0])
def test_mean_and_square_are_those_of_a_pareto_lifetime(s, t):
    R, beta, B = 3.0, 10.0, 8.0

    def survives(y):
        return (1 + y / B) ** -s

    time, square = quad(survives, 0, t)[0], quad(lambda y: 2 * y * survives(y), 0, t)[0]
    mean = _two_clocks.mean_purchases(R, beta, s, B, t)
    assert mean == pytest.approx(R / beta * time, rel=1e-8)
    expected = mean + R * (R + 1) / beta**2 * square
    assert _two_clocks.mean_square_purchases(R, beta, s, B, t) == pytest.approx(expected, rel=1e-6)


def live(rng, truth, n) -> pd.DataFrame:
    """Live customers purchase by purchase, until the day that they leave."""
    rows = []
    for T in rng.integers(20, 61, n):
        rate = rng.gamma(truth["r"], 1 / truth["alpha"])
        end = min(rng.exponential(1 / rng.gamma(truth["s"], 1 / truth["beta"])), T)
        count, last, now = 0, 0.0, 0.0
        while (now := now + rng.exponential(1 / rate)) <= end:
            count, last = count + 1, now
        rows.append((count, last, float(T)))
    return histories(*rows)


def test_recovers_the_parameters_it_was_simulated_from():
    truth = {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 15.0}
    model = ParetoNBD().fit(live(np.random.default_rng(8), truth, 12_000))
    for name, value in model.params_.items():
        assert abs(value - truth[name]) < 3.5 * model.standard_errors_[name]


def test_the_unit_of_time_changes_alpha_and_beta_only(cdnow, model):
    days = ParetoNBD().fit(cdnow.assign(recency=cdnow["recency"] * 7, T=cdnow["T"] * 7))
    expected = model.params_ * [1, 7, 1, 7]
    assert days.params_.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-4)
