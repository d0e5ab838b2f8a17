import json

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.lifetime_value import (
    BetaDiscrete,
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    load_model,
    save_model,
    total_value,
)

KINDS = [BetaGeo, ModifiedBetaGeo, ParetoNBD, GammaGamma]


@pytest.fixture(scope="module")
def fitted(cdnow):
    return {kind: kind().fit(cdnow) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_loaded_is_the_same_to_the_last_digit(fitted, tmp_path, kind):
    model = fitted[kind]
    save_model(model, tmp_path / "model.json")
    again = load_model(tmp_path / "model.json")
    assert type(again) is kind
    pd.testing.assert_frame_equal(again.summary(), model.summary(), check_exact=True)
    pd.testing.assert_frame_equal(again.covariance_, model.covariance_, check_exact=True)
    assert again.log_likelihood_ == model.log_likelihood_
    assert (again.converged_, again.limit_, again.n_customers_) == (
        model.converged_,
        model.limit_,
        model.n_customers_,
    )


def test_loaded_models_predict_the_same(fitted, cdnow, tmp_path):
    for kind in (BetaGeo, ModifiedBetaGeo, ParetoNBD):
        fitted[kind].save_model(tmp_path / "p.json")
        fitted[GammaGamma].save_model(tmp_path / "s.json")
        pair = load_model(tmp_path / "p.json"), load_model(tmp_path / "s.json")
        assert total_value(*pair, cdnow, 52, 0.1, 0.3) == total_value(
            fitted[kind], fitted[GammaGamma], cdnow, 52, 0.1, 0.3
        )
        few = cdnow.head(50)
        pd.testing.assert_frame_equal(
            pair[0].predict_purchases(few, 39, interval=0.9),
            fitted[kind].predict_purchases(few, 39, interval=0.9),
            check_exact=True,
        )


def test_spend_keeps_what_it_set_aside_and_its_estimates(fitted, tmp_path):
    model = fitted[GammaGamma]
    model.save_model(tmp_path / "s.json")
    again = GammaGamma().load_model(tmp_path / "s.json")
    assert again.set_aside_ == model.set_aside_
    assert again.correlation_ == model.correlation_ and again.mean_spend_ == model.mean_spend_
    assert again.first_spend_ is None


def test_contracts_and_a_limit_are_saved_too(tmp_path):
    contracts = pd.DataFrame(
        {"periods": [1, 2, 3, 3], "ended": [True, True, True, False], "n": [100, 90, 81, 729]}
    )
    model = BetaDiscrete().fit(contracts)
    assert model.limit_
    save_model(model, tmp_path / "c.json")
    again = load_model(tmp_path / "c.json")
    assert again.limit_ == model.limit_
    pd.testing.assert_frame_equal(again.survival(9, 0.9), model.survival(9, 0.9), check_exact=True)


def test_no_customer_and_no_code_is_in_the_file(fitted, tmp_path):
    save_model(fitted[BetaGeo], tmp_path / "model.json")
    content = json.loads((tmp_path / "model.json").read_text())
    assert content["model"] == "BetaGeo" and content["version"] == 1
    assert (tmp_path / "model.json").stat().st_size < 2_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "is of version 2, and this package reads version 1"),
        ({"model": "BetaGoe"}, "unknown model 'BetaGoe': did you mean 'BetaGeo'"),
        ({"format": "another"}, "is no saved model"),
    ],
)
def test_refuses_what_it_does_not_know(fitted, tmp_path, change, message):
    path = tmp_path / "model.json"
    save_model(fitted[BetaGeo], path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=message):
        load_model(path)


def test_refuses_other_files_and_models(fitted, tmp_path):
    path = tmp_path / "model.json"
    path.write_text("not json")
    with pytest.raises(InputError, match="is no saved model"):
        load_model(path)
    path.write_bytes(b"\x80\x04\x95")
    with pytest.raises(InputError, match="is no saved model"):
        load_model(path)
    with pytest.raises(InputError, match="there is no file"):
        load_model(tmp_path / "none.json")
    save_model(fitted[BetaGeo], path)
    with pytest.raises(InputError, match="holds a BetaGeo, not a ParetoNBD"):
        ParetoNBD().load_model(path)
    with pytest.raises(ValueError, match="isn't fitted yet"):
        save_model(BetaGeo(), path)


def test_the_first_purchase_is_learned_from_the_revenue(cdnow):
    customers = cdnow.assign(revenue=cdnow["frequency"] * cdnow["monetary_value"] + 7.0)
    model = GammaGamma().fit(customers)
    assert model.first_spend_.value == pytest.approx(7.0)
    assert np.isclose(model.first_spend_.low, model.first_spend_.high)
