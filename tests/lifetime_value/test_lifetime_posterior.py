import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo, ParetoNBD
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value.posterior import (
    compare_posterior,
    fit_by_name,
    posterior,
    posterior_finding,
)


@pytest.fixture(scope="module")
def model(cdnow):
    return BetaGeo().fit(cdnow)


def draws(model, centre=0.0, between=0.0, seed=1) -> pd.DataFrame:
    """Normal draws around the maximum, moved by so many standard errors."""
    rng = np.random.default_rng(seed)
    places = pd.MultiIndex.from_product([[0, 1], range(2_000)], names=["chain", "draw"])
    noise = rng.standard_normal((4_000, 4)) + centre
    noise += between * places.get_level_values("chain").to_numpy()[:, None]
    moved = model.params_.to_numpy() + noise * model.standard_errors_.to_numpy()
    return pd.DataFrame(moved, index=places, columns=model.params_.index)


def test_the_same_distribution_is_said_to_agree(model):
    compared = compare_posterior(model, draws(model), 0.9)
    assert compared.index.tolist() == ["r", "alpha", "a", "b"]
    assert compared["apart"].abs().max() < 0.08
    assert compared["r_hat"].between(0.99, 1.01).all()
    finding = posterior_finding(compared)
    assert "at most 0." in finding.statement and finding.certainty == "likely"


def test_another_place_is_said_to_be_apart(model):
    compared = compare_posterior(model, draws(model, centre=2.0))
    assert compared["apart"].to_numpy() == pytest.approx(2, abs=0.1)
    assert "priors" in posterior_finding(compared).consequence


def test_chains_that_have_not_met_are_not_compared(model):
    compared = compare_posterior(model, draws(model, between=3.0))
    assert compared["r_hat"].min() > 1.5
    assert posterior_finding(compared).certainty == "open"


def test_says_what_to_install(cdnow, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymc_marketing", None)
    with pytest.raises(InsufficientData, match=r"pip install 'crm-analysis\[bayes\]'"):
        posterior(cdnow)


def test_refuses_unknown_models_and_impossible_rows(cdnow):
    with pytest.raises(InputError, match="unknown model 'BGNBD': did you mean 'BG/NBD'"):
        posterior(cdnow, kind="BGNBD")
    with pytest.raises(ValueError, match="recency must be at most T"):
        posterior(cdnow.assign(recency=99.0, frequency=1))


needs_bayes = pytest.mark.skipif(
    find_spec("pymc_marketing") is None, reason="pymc-marketing isn't installed"
)


@needs_bayes
@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        (BetaGeo, "BetaGeoNBD"),
        (ModifiedBetaGeo, "ModifiedBetaGeoNBD"),
        (ParetoNBD, "ParetoNBD"),
    ],
)
def test_the_likelihood_is_that_of_another_package(cdnow, kind, theirs):
    import pymc
    from pymc_marketing.clv import distributions

    at = dict(zip(kind._names, (0.5, 5.0, 0.8, 2.4), strict=True))
    known = getattr(distributions, theirs).dist(**at, T=cdnow["T"].to_numpy())
    terms = pymc.logp(known, cdnow[["recency", "frequency"]].to_numpy()).eval()
    ours, _ = kind()._likelihood(Histories.of(cdnow))(np.array(list(at.values())))
    assert ours == pytest.approx(terms.sum(), rel=1e-7)


@needs_bayes
def test_the_posterior_of_few_customers_is_near_the_maximum(cdnow):
    """With 337 customers the priors still tell; the rates of purchase are told by the data."""
    some = cdnow.iloc[::7]
    before = some.copy()
    drawn = posterior(some, draws=200, seed=1)
    pd.testing.assert_frame_equal(some, before)
    assert drawn.index.names == ["chain", "draw"] and len(drawn) == 2 * 200
    compared = compare_posterior(fit_by_name("BG/NBD", some), drawn)
    assert compared["r_hat"].max() < 1.2
    assert compared["apart"].abs().max() < 1
    told = compared.loc[["r", "alpha"]]
    width = (told["posterior_high"] - told["posterior_low"]) / (
        told["likelihood_high"] - told["likelihood_low"]
    )
    assert width.between(0.6, 1.4).all()
