import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import GammaGamma
from crm_analysis.lifetime_value._lifetimes import GammaGammaFitter


@pytest.fixture(scope="module")
def model(cdnow):
    return GammaGamma().fit(cdnow)


# Fader and Hardie (2013), note 025: mean spends rounded half up to the cent.
def test_reaches_the_published_fit_of_cdnow(cdnow):
    cents = np.floor(cdnow["monetary_value"] * 100 + 0.5 + 1e-9) / 100
    model = GammaGamma().fit(cdnow.assign(monetary_value=cents))
    assert model.params_.to_dict() == pytest.approx(
        {"p": 6.2488, "q": 3.7446, "v": 15.4477}, abs=1e-4
    )
    assert model.log_likelihood_ == pytest.approx(-4055.92, abs=5e-3)
    assert model.mean_spend_.value == pytest.approx(35.171, abs=5e-4)
    assert model.correlation_.value == pytest.approx(0.1139, abs=5e-5)
    assert model.converged_ and model.n_customers_ == 946


def test_unrounded_means_move_the_published_fit_by_less_than_a_thousandth(model):
    expected = {"p": 6.249, "q": 3.745, "v": 15.448}
    assert model.params_.to_dict() == pytest.approx(expected, rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(-4055.92, abs=5e-3)


def test_is_where_lifetimes_is(cdnow, model):
    repeat = cdnow[cdnow["frequency"] > 0]
    theirs = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
    assert model.params_.to_numpy() == pytest.approx(theirs.params_.to_numpy(), rel=1e-4)
    spend = theirs.conditional_expected_average_profit(
        repeat["frequency"], repeat["monetary_value"]
    )
    ours = model.predict_spend(repeat)["spend"]
    assert ours.to_numpy() == pytest.approx(np.asarray(spend), rel=1e-4)
    assert np.asarray(model.conditional_expected_average_profit()) == pytest.approx(ours.to_numpy())


def test_recovers_the_parameters_it_was_simulated_from(simulated):
    customers, truth = simulated
    model = GammaGamma().fit(customers)
    for name, value in model.params_.items():
        assert abs(value - truth[name]) < 3.5 * model.standard_errors_[name]
    assert not model.mean_spend_.excludes(truth["p"] * truth["v"] / (truth["q"] - 1))


def test_a_customer_without_repeat_purchases_gets_everybodys_mean(model):
    customers = pd.DataFrame({"frequency": [0, 3, 2], "monetary_value": [0.0, 60.0, 0.0]})
    spend = model.predict_spend(customers)["spend"]
    mean = model.mean_spend_.value
    assert spend[0] == pytest.approx(mean) and spend[2] == pytest.approx(mean)
    assert mean < spend[1] < 60


def test_the_more_purchases_the_nearer_to_the_customers_own_mean(model):
    customers = pd.DataFrame({"frequency": [1, 5, 1000], "monetary_value": [80.0] * 3})
    predicted = model.predict_spend(customers, interval=0.9)
    assert predicted["spend"].is_monotonic_increasing
    assert predicted["spend"].iloc[-1] == pytest.approx(80, rel=0.01)
    width = predicted["high"] - predicted["low"]
    assert width.is_monotonic_decreasing
    assert (
        (predicted["low"] < predicted["spend"]) & (predicted["spend"] < predicted["high"])
    ).all()


def test_intervals_hold_the_customers_own_mean_as_often_as_they_say():
    """Means drawn from the model; the share inside is nominal but for 3.5 standard errors."""
    rng = np.random.default_rng(3)
    p, q, v, n = 5.0, 4.0, 20.0, 8_000
    scale = rng.gamma(q, 1 / v, n)
    x = rng.integers(1, 6, n)
    means = rng.gamma(p * x, 1 / scale) / x
    customers = pd.DataFrame({"frequency": x, "monetary_value": means})
    predicted = GammaGamma().fit(customers).predict_spend(customers, interval=0.9)
    inside = (predicted["low"] <= p / scale) & (p / scale <= predicted["high"])
    assert inside.mean() == pytest.approx(0.9, abs=3.5 * np.sqrt(0.09 / n))


def test_sets_aside_and_counts_what_the_model_cannot_use(cdnow, model):
    odd = cdnow.copy()
    repeat = odd.index[odd["frequency"] > 0]
    odd.loc[repeat[:3], "monetary_value"] = [0.0, -5.0, -1.0]
    other = GammaGamma().fit(odd)
    assert other.set_aside_ == {"no repeat purchase": 1411, "spend not positive": 3}
    assert other.n_customers_ == model.n_customers_ - 3
    assert np.isfinite(other.predict_spend(odd, interval=0.9)).all().all()


def test_warns_when_no_mean_exists():
    rng = np.random.default_rng(4)
    spend = 5 / rng.gamma(0.7, 1.0, 3_000)
    customers = pd.DataFrame({"frequency": 400, "monetary_value": spend})
    customers.loc[0, ["frequency", "monetary_value"]] = [0, 0.0]
    with pytest.warns(UserWarning, match="mean spend doesn't exist"):
        model = GammaGamma().fit(customers)
    assert model.mean_spend_ is None and model.params_["q"] < 1
    assert model.predict_spend(customers)["spend"].iloc[0] == pytest.approx(
        np.median(spend), rel=0.1
    )


def test_the_unit_of_money_changes_v_only(cdnow, model):
    cents = GammaGamma().fit(cdnow.assign(monetary_value=cdnow["monetary_value"] * 100))
    expected = model.params_ * [1, 1, 100]
    assert cents.params_.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6)


def test_the_correlation_comes_with_its_interval(model):
    assert model.correlation_.low == pytest.approx(0.0608, abs=1e-3)
    assert model.correlation_.excludes(0) and model.correlation_.n == 946


def test_the_callers_frame_stays(cdnow):
    before = cdnow.copy()
    GammaGamma().fit(cdnow).predict_spend(cdnow, interval=0.5)
    pd.testing.assert_frame_equal(cdnow, before)


def test_refuses_what_cannot_be_answered(cdnow, model):
    with pytest.raises(InsufficientData, match="10 repeat customers with positive spend"):
        GammaGamma().fit(cdnow.assign(monetary_value=0.0))
    with pytest.raises(ValueError, match="monetary_value must be a number"):
        GammaGamma().fit(cdnow.assign(monetary_value=np.nan))
    with pytest.raises(ValueError, match="isn't fitted yet"):
        GammaGamma().predict_spend(cdnow)
    with pytest.raises(ValueError, match="interval must lie between 0 and 1"):
        model.predict_spend(cdnow, interval=1)
