import pickle
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, expit

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.lifetime_value import BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNBD
from crm_analysis.lifetime_value import _coin_and_clock as future
from crm_analysis.lifetime_value._lifetimes import BetaGeoFitter


@pytest.fixture(scope="module")
def model(cdnow):
    return BetaGeo().fit(cdnow)


def known(r, alpha, a, b) -> BetaGeo:
    """A model with given parameters, known for sure."""
    model = BetaGeo()
    model.params_ = pd.Series({"r": r, "alpha": alpha, "a": a, "b": b})
    model._log_covariance, model.n_customers_ = np.zeros((4, 4)), 1
    return model


def histories(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


# Fader, Hardie and Lee (2005), Marketing Science 24(2): times rounded to a hundredth of a week.
def test_reaches_the_published_fit_of_cdnow(cdnow):
    model = BetaGeo().fit(cdnow.round({"recency": 2, "T": 2}))
    expected = {"r": 0.24259, "alpha": 4.41353, "a": 0.79289, "b": 2.42576}
    assert model.params_.to_dict() == pytest.approx(expected, abs=1e-5)
    assert model.log_likelihood_ == pytest.approx(-9582.4256, abs=5e-5)
    errors = {"r": 0.0126, "alpha": 0.3782, "a": 0.1857, "b": 0.7053}
    assert model.standard_errors_.to_dict() == pytest.approx(errors, abs=1e-4)
    assert model.converged_


def test_exact_days_change_the_published_fit_in_the_fifth_digit_only(model):
    expected = {"r": 0.2426, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert model.params_.to_dict() == pytest.approx(expected, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-9582.43, abs=5e-3)


def test_expects_the_published_purchases_of_a_new_customer(model):
    times = np.array([0.1429, 1, 3, 31.8571, 32, 78])
    published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert model.expected_purchases_new(times) == pytest.approx(published, abs=5e-4)


def test_expects_the_published_purchases_of_a_known_customer(model):
    purchases = model.predict_purchases(histories([2, 30.43, 38.86]), horizon=39)["purchases"]
    assert purchases.item() == pytest.approx(1.226, abs=5e-4)


def test_is_where_lifetimes_is_but_likelier(cdnow, model):
    theirs = BetaGeoFitter().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert model.params_.to_numpy() == pytest.approx(theirs.params_.to_numpy(), rel=1e-4)
    terms = -theirs._negative_log_likelihood(
        np.log(model.params_), cdnow["frequency"], cdnow["recency"], cdnow["T"], np.ones(1), 0.0
    )
    assert model.log_likelihood_ == pytest.approx(terms, rel=1e-12)


def test_lifetimes_covariance_is_wrong_off_the_diagonal_and_ours_right(cdnow, model):
    """The inverse of the numerical Hessian of lifetimes' own likelihood in the parameters."""
    args = (*(cdnow[n].to_numpy() for n in ("frequency", "recency", "T")), np.ones(len(cdnow)), 0)
    theta = model.params_.to_numpy()

    def negative(parameters):
        return BetaGeoFitter._negative_log_likelihood(np.log(parameters), *args) * len(cdnow)

    steps = np.diag(theta * 1e-3)
    hessian = [
        [
            sum(
                s * t * negative(theta + s * steps[i] + t * steps[j])
                for s in (1, -1)
                for t in (1, -1)
            )
            / (4 * steps[i, i] * steps[j, j])
            for j in range(4)
        ]
        for i in range(4)
    ]
    independent = np.linalg.inv(hessian)
    assert model.covariance_.to_numpy() == pytest.approx(independent, rel=2e-2)
    theirs = BetaGeoFitter().fit(*(cdnow[n] for n in ("frequency", "recency", "T")))
    off = theirs.variance_matrix_.to_numpy()[0, 1]
    assert off != pytest.approx(independent[0, 1], rel=0.5)


def test_recovers_the_parameters_it_was_simulated_from(simulated):
    customers, truth = simulated
    model = BetaGeo().fit(customers)
    for name, value in model.params_.items():
        assert abs(value - truth[name]) < 3.5 * model.standard_errors_[name]


def test_counts_as_weights_give_the_same_fit(cdnow, model):
    counted = cdnow.groupby(["frequency", "recency", "T"]).size().rename("n").reset_index()
    weighted = BetaGeo().fit(counted, weights=counted["n"])
    assert weighted.params_.to_numpy() == pytest.approx(model.params_.to_numpy(), rel=1e-7)
    assert weighted.log_likelihood_ == pytest.approx(model.log_likelihood_, rel=1e-12)


def test_the_unit_of_time_changes_alpha_only(cdnow, model):
    days = BetaGeo().fit(cdnow.assign(recency=cdnow["recency"] * 7, T=cdnow["T"] * 7))
    expected = model.params_ * [1, 7, 1, 1]
    assert days.params_.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-5)


def test_takes_the_arrays_that_lifetimes_takes_and_keeps_its_interface(cdnow, model):
    again = BetaGeo().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert again.params_.equals(model.params_)
    alive = again.conditional_probability_alive(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert alive == pytest.approx(model.predict_alive(cdnow)["alive"].to_numpy(), rel=1e-12)
    purchases = again.predict(39, cdnow["frequency"], cdnow["recency"], cdnow["T"])
    ours = model.predict_purchases(cdnow, 39)["purchases"]
    assert purchases.to_numpy() == pytest.approx(ours.to_numpy(), rel=1e-12)
    assert again.conditional_probability_alive_matrix().shape == (39, 30)
    theirs = BetaGeoFitter.expected_number_of_purchases_up_to_time(model, 30)
    assert again.expected_number_of_purchases_up_to_time(30) == pytest.approx(theirs, rel=1e-10)


def test_a_fitted_model_can_be_pickled_unlike_lifetimes(model, cdnow):
    theirs = BetaGeoFitter().fit(*(cdnow[n] for n in ("frequency", "recency", "T")))
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(theirs)
    assert pickle.loads(pickle.dumps(model)).params_.equals(model.params_)


def test_importing_lifetimes_silences_nobody_else():
    code = (
        "import warnings; before = list(warnings.filters)\n"
        "import pandas as pd\n"
        "warnings.simplefilter('ignore'); option = pd.get_option('mode.chained_assignment')\n"
        "warnings.filters[:] = before\n"
        "import crm_analysis.lifetime_value._lifetimes\n"
        "gone = [f for f in before if f not in warnings.filters]\n"
        "new = [f for f in warnings.filters if f not in before and f[2] is FutureWarning]\n"
        "assert not gone and not new, (gone, new)\n"
        "warnings.simplefilter('ignore')\n"
        "assert pd.get_option('mode.chained_assignment') == option\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("kind", [BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNBD])
def test_there_is_no_penalizer_to_bias_the_fit(kind):
    kind(penalizer_coef=0.0)  # as lifetimes' users write it
    with pytest.raises(InputError, match=r"must be 0, got 0\.001: a penalizer biases"):
        kind(penalizer_coef=0.001)


def test_the_arguments_of_lifetimes_are_understood(cdnow, model):
    columns = {name: cdnow[name] for name in ("frequency", "recency", "T")}
    named = BetaGeo().fit(**columns, initial_params=None, verbose=False, tol=1e-6)
    pd.testing.assert_series_equal(named.params_, model.params_)
    with pytest.raises(TypeError, match="unexpected keyword argument 'weight'"):
        BetaGeo().fit(**columns, weight=1)
    with pytest.raises(InputError, match="three arrays are needed, and T isn't given"):
        BetaGeo().fit(columns["frequency"], columns["recency"])


def test_a_frame_of_counts_says_how_many_each_row_stands_for(cdnow, model):
    counted = cdnow.groupby(["frequency", "recency", "T"]).size().rename("n").reset_index()
    pd.testing.assert_series_equal(BetaGeo().fit(counted).params_, model.params_)


# lifetimes gives NaN in the first and −inf at a = 1.
@pytest.mark.parametrize(
    ("parameters", "T", "horizon", "expected"),
    [((0.11, 2.24, 0.31, 0.5), 1.0, 30.0, 0.5646), ((0.5, 2.0, 1.0, 2.0), 3.0, 10.0, None)],
)
def test_the_expectation_is_finite_where_lifetimes_is_not(parameters, T, horizon, expected):
    model = known(*parameters)
    with np.errstate(all="ignore"):
        theirs = BetaGeoFitter.conditional_expected_number_of_purchases_up_to_time(
            model, horizon, 0, 0, T
        )
    assert not np.isfinite(theirs)
    ours = model.predict_purchases(histories([0, 0.0, T]), horizon)["purchases"].item()
    assert ours == pytest.approx(expected or by_quadrature(*parameters, 0, T, horizon), abs=5e-5)


def by_quadrature(r, alpha, a, b, x, T, t) -> float:
    """E[(1 - exp(-lambda p t)) / p], over the Gamma clock in closed form, over the coin by quad."""
    R, s, B = r + x, t / (alpha + T), b + x

    def integrand(logit):
        p = max(expit(logit), 1e-250)
        density = np.exp(-a * np.logaddexp(0, -logit) - B * np.logaddexp(0, logit) - betaln(a, B))
        return density * -np.expm1(-R * np.log1p(p * s)) / p

    middle, width = np.log(a / B), np.sqrt(1 / a + 1 / B)
    edges = middle + width * np.array([-40, -8, -3, 0, 3, 8, 40]) * max(1, width)
    return sum(quad(integrand, *ends, limit=200)[0] for ends in pairwise(edges))


positive = st.floats(0.05, 8.0)


@settings(max_examples=150, deadline=None)
@given(
    r=positive,
    alpha=st.floats(0.1, 50.0),
    a=positive | st.just(1.0),
    b=positive,
    x=st.sampled_from([0, 1, 2, 7, 60, 900, 10_000]),
    T=st.sampled_from([0.0, 0.5, 38.86, 400.0]),
    horizon=st.sampled_from([0.0, 0.5, 39.0, 520.0]),
)
def test_every_prediction_is_finite_and_agrees_with_quadrature(r, alpha, a, b, x, T, horizon):
    customers = histories([x, T * 0.9 if x else 0.0, T])
    model = known(r, alpha, a, b)
    predicted = model.predict_purchases(customers, horizon, interval=0.9).iloc[0]
    alive = model.predict_alive(customers)["alive"].item()
    assert 0 <= alive <= 1
    assert np.isfinite(predicted).all() and 0 <= predicted["low"] <= predicted["high"]
    expected = by_quadrature(r, alpha, a, b, x, T, horizon)
    assert predicted["purchases"] == pytest.approx(alive * expected, rel=1e-5, abs=1e-12)


def test_twenty_thousand_fold_a_and_b_act_as_one_coin_for_all():
    """With p = .2 for everybody the mean is an elementary integral over the Gamma clock."""
    R, beta, p, t = 2.0, 10.0, 0.2, 52.0
    mean = future.mean_purchases(R, beta, p * 2e4, (1 - p) * 2e4, t).item()
    assert mean == pytest.approx((1 - (beta / (beta + p * t)) ** R) / p, rel=1e-4)


def simulate_counts(model, x, T, horizon, draws=200_000) -> np.ndarray:
    """min(Geometric, Poisson) for a customer who is still there."""
    rng = np.random.default_rng(1)
    r, alpha, a, b = model.params_
    rate = rng.gamma(r + x, 1 / (alpha + T), draws)
    coin = rng.beta(a, b + x, draws)
    last = rng.geometric(np.maximum(coin, 1e-12))
    return np.minimum(last, rng.poisson(rate * horizon))


@pytest.mark.parametrize("x", [1, 25])
def test_intervals_of_counts_are_those_of_simulated_customers(model, x):
    customers = histories([x, 30.0, 38.0])
    sure = known(*model.params_)
    alive = sure.predict_alive(customers)["alive"].item()
    counts = simulate_counts(sure, x, 38.0, 39.0)
    counts[: int(len(counts) * (1 - alive))] = 0
    predicted = sure.predict_purchases(customers, 39.0, interval=0.9).iloc[0]
    assert predicted["purchases"] == pytest.approx(counts.mean(), rel=0.02)
    ends = np.quantile(counts, [0.05, 0.95], method="inverted_cdf")
    assert np.abs(predicted[["low", "high"]].to_numpy() - ends).max() <= (x > 10)
    variance = alive * future.mean_square_purchases(*clock(sure, customers), 39.0).item()
    assert variance - predicted["purchases"] ** 2 == pytest.approx(counts.var(), rel=0.03)


def clock(model, customers):
    r, alpha, a, b = model.params_
    x, T = customers["frequency"].item(), customers["T"].item()
    return r + x, alpha + T, a, b + x


def test_the_chances_of_each_count_sum_to_the_mean(model):
    chances = [model.probability_of_n_purchases_up_to_time(30, n) for n in range(200)]
    assert sum(chances) == pytest.approx(1)
    mean = model.expected_purchases_new(30)
    assert sum(n * p for n, p in enumerate(chances)) == pytest.approx(mean, rel=1e-4)
    theirs = BetaGeoFitter.probability_of_n_purchases_up_to_time(model, 30, 3)
    assert chances[3] == pytest.approx(theirs)


def test_not_knowing_the_parameters_widens_the_intervals(cdnow):
    few = BetaGeo().fit(cdnow.iloc[::20])
    sure = known(*few.params_)
    wide, narrow = (m.predict_purchases(cdnow, 200, interval=0.9) for m in (few, sure))
    assert (wide["high"] - wide["low"]).mean() > 1.02 * (narrow["high"] - narrow["low"]).mean()
    assert wide["purchases"].equals(narrow["purchases"])


def test_totals_hold_the_sum_and_are_narrower_than_their_parts(cdnow, model):
    total = model.total_purchases(cdnow, 39, interval=0.9)
    each = model.predict_purchases(cdnow, 39, interval=0.9)
    assert total.value == pytest.approx(each["purchases"].sum())
    assert total.value == pytest.approx(1653.4, abs=0.2)
    assert total.high - total.low < (each["high"] - each["low"]).sum() / 5


def test_predictions_go_the_right_way(model):
    older = model.predict_alive(histories([3, 10.0, 20.0], [3, 10.0, 38.0]))["alive"]
    assert older[0] > older[1]
    by_horizon = [model.expected_purchases_new(t) for t in (0, 10, 100, 1000)]
    assert by_horizon[0] == 0 and by_horizon == sorted(by_horizon)
    assert model.predict_alive(histories([0, 0.0, 38.0]), interval=0.9).iloc[0].tolist() == [1] * 3


def test_an_interval_for_a_new_customer_holds_its_mean(model):
    estimate = model.expected_purchases_new(52, interval=0.9)
    assert estimate.low < model.expected_purchases_new(52) < estimate.high
    assert estimate.n == 2357


@pytest.mark.parametrize("kind", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_in_no_time_nobody_buys_and_that_is_certain(cdnow, kind):
    model = kind().fit(cdnow)
    nothing = model.expected_purchases_new(0, interval=0.9)
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
    assert (model.predict_purchases(cdnow.head(), 0, interval=0.9) == 0).all(axis=None)


def test_the_callers_frame_and_its_index_stay(cdnow, model):
    customers = cdnow.sample(300, random_state=2)
    before = customers.copy()
    BetaGeo().fit(customers)
    assert model.predict_purchases(customers, 10).index.equals(customers.index)
    assert model.predict_alive(customers).index.equals(customers.index)
    pd.testing.assert_frame_equal(customers, before)
    one = model.predict_purchases(customers.iloc[[7]], 10)["purchases"].item()
    assert one == model.predict_purchases(customers, 10)["purchases"].iloc[7]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("frequency", -1.0, "frequency must be at least 0.*first at 'Bo' with -1"),
        ("frequency", 1.5, "whole number of purchases.*'Bo'"),
        ("recency", np.nan, "recency must be a number.*'Bo' with nan"),
        ("recency", 50.0, "recency must be at most T.*'Bo' with 50"),
        ("T", np.inf, "T must be a number.*'Bo'"),
    ],
)
def test_impossible_histories_are_named(column, value, message):
    customers = histories([1, 5.0, 9.0], [2, 5.0, 9.0]).set_axis(["Ann", "Bo"])
    customers[column] = customers[column].astype(float)
    customers.loc["Bo", column] = value
    with pytest.raises(ValueError, match=message):
        BetaGeo().fit(customers)


def test_refuses_what_cannot_be_answered(cdnow, model):
    with pytest.raises(ValueError, match="horizon must be at least 0 and finite, got -1"):
        model.predict_purchases(cdnow, -1)
    with pytest.raises(ValueError, match="interval must lie between 0 and 1, got 90"):
        model.predict_purchases(cdnow, 1, interval=90)
    with pytest.raises(InsufficientData, match="at least 10 who bought again; there are 0 among"):
        BetaGeo().fit(cdnow[cdnow["frequency"] == 0])
    with pytest.raises(ValueError, match="isn't fitted yet"):
        BetaGeo().predict_alive(cdnow)
    with pytest.raises(ValueError, match="customers lacks the column 'T'"):
        model.predict_alive(cdnow.drop(columns="T"))


def test_a_log_without_departures_is_said_to_be_a_simpler_model():
    """Everybody buys to the end: no coin fits, and the predictions stay finite."""
    rng = np.random.default_rng(5)
    counts = rng.poisson(rng.gamma(4, 1.5, 800))
    T = np.full(800, 40.0)
    customers = pd.DataFrame({"frequency": counts, "recency": np.where(counts > 0, T, 0), "T": T})
    model = BetaGeo().fit(customers)
    assert model.limit_.startswith("nobody leaves") and "Ehrenberg" in model.limit_
    assert model.converged_ and model.summary()["limit"].unique().tolist() == [model.limit_]
    predicted = model.predict_purchases(customers, 40, interval=0.9)
    assert np.isfinite(predicted).all().all()
    assert predicted["purchases"].sum() == pytest.approx(counts.sum(), rel=0.05)


@pytest.mark.parametrize("a", [1e-6, 1e-3, 0.02, 3.0, 2e4])
@pytest.mark.parametrize("B", [1e-4, 0.3, 40.0, 1e5])
def test_the_average_over_the_coin_has_the_moments_of_the_beta_distribution(a, B):
    both = np.array([a]), np.array([B])
    assert future._average_over_coin(np.ones_like, *both) == pytest.approx(1, rel=2e-3)
    mean = future._average_over_coin(lambda p: p, *both)
    assert mean == pytest.approx(a / (a + B), rel=2e-3)


def test_variances_stay_possible_when_nobody_leaves():
    """With a near 0 the count is negative binomial: variance = mean + mean² / R."""
    R, beta, t = 11.0, 5.0, 52.0
    mean = future.mean_purchases(R, beta, 1e-8, 1e5, t).item()
    square = future.mean_square_purchases(R, beta, 1e-8, 1e5, t).item()
    assert mean == pytest.approx(R * t / beta, rel=1e-4)
    assert square - mean**2 == pytest.approx(mean + mean**2 / R, rel=1e-3)
