"""Logs whose likelihood has no maximum inside: lifetimes gives up, ours names what is left."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo, ParetoNBD
from crm_analysis.lifetime_value._lifetimes import BetaGeoFitter

T = 40.0


def live(rate, coin, seed=1) -> pd.DataFrame:
    """Live one customer per rate purchase by purchase, a coin thrown after each repeat."""
    rng, rows = np.random.default_rng(seed), []
    for each_rate, each_coin in zip(rate, coin, strict=True):
        count, last, now = 0, 0.0, 0.0
        while (now := now + rng.exponential(1 / each_rate)) <= T:
            count, last = count + 1, now
            if rng.random() < each_coin:
                break
        rows.append((count, last, T))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def rates(n=1_500) -> np.ndarray:
    return np.random.default_rng(2).gamma(1, 0.2, n)


LOGS = {
    "nobody leaves": lambda: live(rates(), np.zeros(1_500)),
    "all leave at the first throw": lambda: live(rates(), np.ones(1_500)),
    "the coin is the same for all": lambda: live(rates(3_000), np.full(3_000, 0.25), seed=4),
    "all buy at the same rate": lambda: live(
        np.full(1_500, 0.2), np.random.default_rng(3).beta(1, 2, 1_500)
    ),
    "each leaves at the first throw of the coin or never": lambda: live(
        rates(), np.random.default_rng(4).random(1_500) < 0.4
    ),
}


@pytest.fixture(scope="module")
def logs() -> dict[str, pd.DataFrame]:
    return {name: make() for name, make in LOGS.items()}


@pytest.mark.parametrize("name", LOGS)
def test_the_limit_is_named_and_predicts(logs, name):
    customers = logs[name]
    model = BetaGeo().fit(customers)
    assert name in model.limit_
    assert model.converged_
    assert name in model.summary()["limit"].iloc[0]
    predicted = model.predict_purchases(customers, T, interval=0.9)
    assert np.isfinite(predicted).all().all() and (predicted["low"] <= predicted["high"]).all()
    assert model.predict_alive(customers, interval=0.9).notna().all().all()
    drawn = model.simulate(customers, T, draws=40, seed=1).to_numpy()
    assert drawn.mean() == pytest.approx(predicted["purchases"].mean(), rel=0.1, abs=0.02)


@pytest.mark.parametrize("name", ["nobody leaves", "all leave at the first throw"])
def test_lifetimes_gives_up_on_the_same_log(logs, name, capsys):
    from lifetimes.utils import ConvergenceError

    columns = [logs[name][column] for column in ("frequency", "recency", "T")]
    with pytest.raises(ConvergenceError):
        BetaGeoFitter().fit(*columns)


def test_without_departures_the_likelihood_is_that_of_the_nbd(logs):
    """Ehrenberg's NBD, written down by itself: a density of purchase times given their number."""
    customers = logs["nobody leaves"]
    model = BetaGeo().fit(customers)
    r, alpha = model.params_["r"], model.params_["alpha"]
    x = customers["frequency"].to_numpy()
    nbd = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
    assert model.log_likelihood_ == pytest.approx(nbd.sum(), abs=0.02)
    assert ParetoNBD().fit(customers).limit_.startswith("nobody leaves")
    expected = (r + x) / (alpha + T) * 30
    # Who leaves after all does so with a chance of one in a hundred million a purchase.
    assert model.predict_purchases(customers, 30)["purchases"].to_numpy() == pytest.approx(
        expected, rel=1e-4
    )


def test_a_limit_takes_no_part_in_the_uncertainty(logs):
    model = BetaGeo().fit(logs["all buy at the same rate"])
    errors = model.standard_errors_
    assert errors["r"] == 0 and (errors[["alpha", "a", "b"]] > 0).all()
    assert model.params_["r"] / model.params_["alpha"] == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("make", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_an_ordinary_log_has_no_limit(cdnow, make):
    model = make().fit(cdnow)
    assert model.limit_ is None and "limit" not in model.summary()
    assert (model.standard_errors_ > 0).all()
