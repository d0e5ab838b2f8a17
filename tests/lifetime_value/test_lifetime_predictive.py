"""What all three models of purchases promise: draws, totals and refusals on the same terms."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNBD, total_value

KINDS = [BetaGeo, ModifiedBetaGeo, ParetoNBD]


@pytest.fixture(scope="module")
def fitted(cdnow):
    return {kind: kind().fit(cdnow) for kind in KINDS}


def histories(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


@pytest.mark.parametrize("kind", KINDS)
def test_draws_have_the_mean_and_the_ends_that_are_predicted(fitted, kind):
    customers = histories([0, 0.0, 38.0], [2, 30.0, 38.0], [25, 36.0, 38.0], [29, 20.0, 38.0])
    model = fitted[kind]
    predicted = model.predict_purchases(customers, 39, interval=0.9)
    drawn = model.simulate(customers, 39, draws=20_000, seed=4)
    error = drawn.std(axis=1) / np.sqrt(20_000)
    assert ((drawn.mean(axis=1) - predicted["purchases"]).abs() < 5 * error + 0.01).all()
    for name, share in (("low", 0.05), ("high", 0.95)):
        ends = np.quantile(drawn, share, axis=1, method="inverted_cdf")
        assert np.abs(predicted[name] - ends).max() <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_sums_of_draws_vary_as_totals_do(fitted, cdnow, kind):
    total = fitted[kind].total_purchases(cdnow, 39, interval=0.9)
    sums = fitted[kind].simulate(cdnow, 39, draws=400, seed=1).sum()
    assert sums.mean() == pytest.approx(total.value, rel=0.02)
    assert np.ptp(np.quantile(sums, [0.05, 0.95])) == pytest.approx(
        total.high - total.low, rel=0.25
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_draws(fitted, cdnow, kind):
    few = cdnow.sample(20, random_state=1)
    before = few.copy()
    one, two, other = (fitted[kind].simulate(few, 39, 5, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(few, before)
    assert not one.equals(other) and one.index.equals(few.index) and one.shape == (20, 5)
    assert (fitted[kind].simulate(few, 0, 3) == 0).all().all()
    with pytest.raises(ValueError, match="draws must be at least 1, got 0"):
        fitted[kind].simulate(few, 39, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_finite_for_every_history(fitted, kind):
    rows = [(x, 0.9 * T * (x > 0), T) for x in (0, 1, 10_000) for T in (0.0, 1.0, 400.0)]
    drawn = fitted[kind].simulate(histories(*rows), 520, draws=20, seed=1)
    assert (drawn >= 0).all().all() and (drawn < 1e9).all().all()


@pytest.mark.parametrize("kind", KINDS)
def test_weights_stand_for_customers(fitted, cdnow, kind):
    counted = cdnow.groupby(["frequency", "recency", "T"]).size().rename("n").reset_index()
    weighted = kind().fit(counted, weights=counted["n"])
    assert weighted.log_likelihood_ == pytest.approx(fitted[kind].log_likelihood_, rel=1e-10)
    with pytest.raises(ValueError, match=r"weights must be at least 0: 1 of .* first at 0 with -1"):
        kind().fit(counted, weights=counted["n"].where(counted.index > 0, -1))


@pytest.mark.parametrize("kind", KINDS)
def test_twenty_customers_or_nobody_with_a_repeat_purchase_are_too_few(cdnow, kind):
    few = cdnow[cdnow["frequency"] > 0].head(5)
    none = cdnow[cdnow["frequency"] == 0]
    need = "at least 10 who bought again"
    with pytest.raises(InsufficientData, match=f"{need}; there are 5 among 20 customers"):
        kind().fit(pd.concat([few, none.head(15)]))
    with pytest.raises(InsufficientData, match=f"{need}; there are 0 among"):
        kind().fit(none)
    with pytest.raises(InsufficientData, match="seen for some time"):
        kind().fit(histories(*[(1, 0.0, 0.0)] * 40))
    again = cdnow[cdnow["frequency"] > 0]
    with pytest.raises(InsufficientData, match="at least 30 customers; there are 20 customers"):
        kind().fit(again.head(20))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("frequency", -1, "frequency must be at least 0.*first at 'Bo'"),
        ("frequency", pd.NA, "frequency must be a number.*first at 'Bo' with <NA>"),
        ("recency", "five", "recency must be a number.*first at 'Bo' with five"),
        ("recency", 50.0, "recency must be at most T.*first at 'Bo' with 50"),
        ("T", None, "T must be a number.*first at 'Bo'"),
    ],
)
def test_impossible_histories_are_named(fitted, kind, column, value, message):
    customers = histories([1, 5.0, 9.0], [2, 5.0, 9.0]).set_axis(["Ann", "Bo"]).astype(object)
    customers.loc["Bo", column] = value
    for use in (kind().fit, fitted[kind].predict_alive):
        with pytest.raises(ValueError, match=message):
            use(customers)


@pytest.mark.parametrize("kind", KINDS)
def test_the_value_of_customers_is_finite_with_every_model(fitted, cdnow, kind):
    spend = GammaGamma().fit(cdnow)
    total = total_value(fitted[kind], spend, cdnow, 52, 0.1, 0.3)
    purchases = fitted[kind].predict_purchases(cdnow, 52)["purchases"]
    undiscounted = 0.3 * (purchases * spend.predict_spend(cdnow)["spend"]).sum()
    assert 0.9 * undiscounted < total.value < undiscounted
    assert total.low < total.value < total.high
