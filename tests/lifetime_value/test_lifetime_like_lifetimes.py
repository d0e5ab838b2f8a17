"""What people wrote for lifetimes runs with ours, and gets the same kinds of answers."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.lifetime_value import BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNBD
from crm_analysis.lifetime_value._lifetimes import (
    BetaGeoFitter,
    GammaGammaFitter,
    ModifiedBetaGeoFitter,
    ParetoNBDFitter,
)

PAIRS = [(BetaGeo, BetaGeoFitter), (ModifiedBetaGeo, ModifiedBetaGeoFitter)]
PAIRS.append((ParetoNBD, ParetoNBDFitter))


@pytest.fixture(scope="module", params=PAIRS, ids=["BG/NBD", "MBG/NBD", "Pareto/NBD"])
def both(request, cdnow):
    ours, theirs = (kind() for kind in request.param)
    ours.fit(cdnow)
    theirs.params_, theirs.data, theirs._scale = ours.params_, ours.data, 1
    return ours, theirs


GIVEN = {
    "numbers": (2, 30.43, 38.86),
    "Series": tuple(pd.Series(part, index=["Ann", "Bo"]) for part in ([2, 1], [30.0, 4], [38, 38])),
    "arrays": (np.array([2, 1]), np.array([30.0, 4.0]), np.array([38.0, 38.0])),
}


@pytest.mark.parametrize("history", GIVEN.values(), ids=GIVEN)
def test_an_answer_has_the_kind_that_lifetimes_gives(both, history):
    methods = {
        "conditional_expected_number_of_purchases_up_to_time": (39, *history),
        "conditional_probability_alive": history,
        "expected_number_of_purchases_up_to_time": history[2:],
    }
    for name, arguments in methods.items():
        ours, theirs = (getattr(model, name)(*arguments) for model in both)
        assert np.shape(ours) == np.shape(theirs)
        assert isinstance(ours, pd.Series) == isinstance(theirs, pd.Series)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        if isinstance(theirs, pd.Series):
            pd.testing.assert_index_equal(ours.index, theirs.index)


def test_predict_is_the_conditional_expectation(both):
    assert both[0].predict(39, 2, 30.43, 38.86) == pytest.approx(
        float(both[1].conditional_expected_number_of_purchases_up_to_time(39, 2, 30.43, 38.86))
    )


def test_the_matrix_that_lifetimes_plots_is_that_of_single_customers(both):
    matrix = both[0].conditional_probability_alive_matrix(4, 20)
    assert matrix.shape == (21, 5)
    one = both[0].conditional_probability_alive(3, 11, 20)
    assert matrix[11, 3] == pytest.approx(np.ravel(one)[0])


@pytest.mark.parametrize("kind", [BetaGeo, ModifiedBetaGeo])
def test_chances_of_a_count_at_several_times_are_those_of_each(cdnow, kind):
    model = kind().fit(cdnow)
    times = np.array([0.5, 10.0, 39.0])
    several = model.probability_of_n_purchases_up_to_time(times, 2)
    assert several == pytest.approx(
        [model.probability_of_n_purchases_up_to_time(time, 2) for time in times]
    )
    counts = model.probability_of_n_purchases_up_to_time(10.0, np.arange(60))
    assert counts.sum() == pytest.approx(1)


def test_generated_customers_are_those_that_the_model_expects(both, cdnow):
    ours = both[0]
    new = ours.generate_new_data(40_000, seed=1)
    pd.testing.assert_frame_equal(new, ours.generate_new_data(40_000, seed=1))
    assert set(new["T"]) <= set(cdnow["T"])
    assert (new["recency"] <= new["T"]).all()
    assert ((new["frequency"] > 0) == (new["recency"] > 0)).all()
    expected = ours.expected_purchases_new(new["T"].to_numpy()).mean()
    error = new["frequency"].std() / np.sqrt(len(new))
    assert new["frequency"].mean() == pytest.approx(expected, abs=4 * error)
    alive = ours.predict_alive(new)["alive"]
    assert new["alive"].mean() == pytest.approx(alive.mean(), abs=0.01)
    again = type(ours)().fit(new)
    np.testing.assert_allclose(np.log(again.params_), np.log(ours.params_), atol=0.25)


def test_a_loaded_model_says_that_it_has_no_customers_to_go_by(both, tmp_path):
    both[0].save_model(tmp_path / "model.json")
    loaded = type(both[0])().load_model(tmp_path / "model.json")
    with pytest.raises(InputError, match="loaded without its customers: fit it"):
        loaded.generate_new_data(5)


def test_spend_has_the_kind_that_lifetimes_gives_and_so_has_its_value(cdnow):
    ours, theirs = GammaGamma().fit(cdnow), GammaGammaFitter()
    theirs.params_ = ours.params_
    numbers, series = (2, 30.0), (cdnow["frequency"], cdnow["monetary_value"])
    for given in (numbers, series, tuple(map(np.asarray, series))):
        one, other = (model.conditional_expected_average_profit(*given) for model in (ours, theirs))
        assert isinstance(one, pd.Series) == isinstance(other, pd.Series)
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other)
    clock = BetaGeo().fit(cdnow)
    table = [cdnow[name] for name in ("frequency", "recency", "T", "monetary_value")]
    both = [model.customer_lifetime_value(clock, *table, freq="W") for model in (ours, theirs)]
    pd.testing.assert_series_equal(*both)
