import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit

from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo
from crm_analysis.lifetime_value._lifetimes import ModifiedBetaGeoFitter


@pytest.fixture(scope="module")
def model(cdnow):
    return ModifiedBetaGeo().fit(cdnow)


def known(r, alpha, a, b) -> ModifiedBetaGeo:
    """A model with given parameters, known for sure."""
    model = ModifiedBetaGeo()
    model.params_ = pd.Series({"r": r, "alpha": alpha, "a": a, "b": b})
    model._log_covariance, model.n_customers_ = np.zeros((4, 4)), 1
    return model


def histories(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


# Batislam, Denizel and Filiztekin (2007) on CDNOW; also the vignette of the R package BTYDplus.
def test_reaches_the_published_fit_of_cdnow(cdnow):
    model = ModifiedBetaGeo().fit(cdnow.round({"recency": 2, "T": 2}))
    expected = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    assert model.params_.to_dict() == pytest.approx(expected, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-9582.133, abs=2e-3)
    assert model.converged_ and model.limit_ is None


def test_reaches_the_published_holdout(cdnow, model):
    assert model.predict_purchases(cdnow, 39)["purchases"].sum() == pytest.approx(1576.7, abs=0.05)


def test_is_where_lifetimes_is_but_likelier(cdnow, model):
    columns = [cdnow[name] for name in ("frequency", "recency", "T")]
    theirs = ModifiedBetaGeoFitter().fit(*columns)
    assert model.params_.to_numpy() == pytest.approx(theirs.params_.to_numpy(), rel=1e-3)
    arrays = [column.to_numpy(dtype=float) for column in columns]
    at = [np.log(params.to_numpy()) for params in (model.params_, theirs.params_)]
    ours, other = (
        -ModifiedBetaGeoFitter._negative_log_likelihood(point, *arrays, np.ones(len(cdnow)), 0)
        for point in at
    )
    assert ours >= other
    assert model.log_likelihood_ == pytest.approx(ours * len(cdnow), rel=1e-9)


def test_the_gradient_is_that_of_the_likelihood(cdnow):
    from crm_analysis.lifetime_value._histories import Histories

    likelihood = ModifiedBetaGeo()._likelihood(Histories.of(cdnow))
    at = np.array([0.7, 5.0, 0.6, 1.9])
    steps = np.diag(at * 1e-6)
    numeric = [(likelihood(at + h)[0] - likelihood(at - h)[0]) / (2 * h.sum()) for h in steps]
    assert likelihood(at)[1] == pytest.approx(numeric, rel=1e-5)


def test_who_never_came_back_may_have_left(cdnow, model):
    customers = histories([0, 0.0, 38.0], [0, 0.0, 1.0])
    assert (BetaGeo().fit(cdnow).predict_alive(customers)["alive"] == 1).all()
    alive = model.predict_alive(customers, interval=0.9)
    assert alive["alive"][0] < alive["alive"][1] < 1
    assert (alive["low"] < alive["alive"]).all() and (alive["alive"] < alive["high"]).all()


def by_quadrature(r, alpha, a, b, x, tx, T) -> float:
    """P(alive) by Bayes' rule, integrating over the coin; the Gamma clock in closed form."""

    def part(power_a, power_b, time):
        def integrand(logit):
            p = expit(logit)
            return p ** (a + power_a) * (1 - p) ** (b + power_b)

        return quad(integrand, -40, 40, limit=300)[0] * (alpha + time) ** -(r + x)

    stays, left = part(0, x + 1, T), part(1, x, tx)
    return stays / (stays + left)


@pytest.mark.parametrize(("x", "tx"), [(0, 0.0), (1, 3.0), (4, 30.0)])
def test_the_chance_to_be_alive_is_that_of_bayes_rule(x, tx):
    parameters = (0.6, 5.0, 0.7, 1.8)
    alive = known(*parameters).predict_alive(histories([x, tx, 38.0]))["alive"].item()
    assert alive == pytest.approx(by_quadrature(*parameters, x, tx, 38.0), rel=1e-7)


def live(rng, truth, n, T) -> pd.DataFrame:
    """Live customers purchase by purchase; the coin is thrown after the first one too."""
    rows = []
    for _ in range(n):
        rate, coin = rng.gamma(truth["r"], 1 / truth["alpha"]), rng.beta(truth["a"], truth["b"])
        count, last, now = 0, 0.0, 0.0
        while rng.random() >= coin and (now := now + rng.exponential(1 / rate)) <= T:
            count, last = count + 1, now
        rows.append((count, last, T))
    return histories(*rows)


def test_recovers_the_parameters_it_was_simulated_from():
    truth = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}
    model = ModifiedBetaGeo().fit(live(np.random.default_rng(6), truth, 15_000, 50.0))
    for name, value in model.params_.items():
        assert abs(value - truth[name]) < 3.5 * model.standard_errors_[name]


def test_a_new_customer_is_expected_to_buy_as_often_as_simulated_ones():
    truth = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}
    lives = live(np.random.default_rng(7), truth, 15_000, 50.0)["frequency"]
    error = lives.std() / np.sqrt(len(lives))
    model = known(**truth)
    assert abs(model.expected_purchases_new(50.0) - lives.mean()) < 3.5 * error
    chances = [model.probability_of_n_purchases_up_to_time(50.0, n) for n in range(3)]
    for n, chance in enumerate(chances):
        assert chance == pytest.approx((lives == n).mean(), abs=0.015)


@pytest.mark.parametrize(
    "parameters", [(0.3, 2.0, 0.3, 0.4), (2.0, 30.0, 1.0, 3.0), (9, 0.1, 5, 90)]
)
def test_every_prediction_is_finite(parameters):
    rows = [(x, 0.9 * T * (x > 0), T) for x in (0, 1, 70, 10_000) for T in (0.0, 1.0, 400.0)]
    customers, model = histories(*rows), known(*parameters)
    for horizon in (0.0, 1.0, 520.0):
        predicted = model.predict_purchases(customers, horizon, interval=0.9)
        assert np.isfinite(predicted).all().all() and (predicted >= 0).all().all()
        assert (predicted["low"] <= predicted["high"]).all()
    alive = model.predict_alive(customers, interval=0.9).to_numpy()
    assert ((alive >= 0) & (alive <= 1)).all()
