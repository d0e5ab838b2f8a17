"""The single corrections: the season's clock, the trees, the intervals, two populations."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo, ParetoNBD
from crm_analysis.lifetime_value._outlook import Outlook, outlook
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.boosted import BoostedCounts, features
from crm_analysis.lifetime_value.conformal import learn_widening
from crm_analysis.lifetime_value.opening import TwoPopulations
from crm_analysis.lifetime_value.seasonality import SEASON_WEEKS, seasonal_clock
from tests.lifetime_value.lifetime_logs import simulate_log


def test_the_log_summarises_customers_as_the_summary_does(cdnow_transactions, cdnow):
    log = PurchaseLog.of(cdnow_transactions, "1997-09-30")
    ours = log.customers()
    expected = cdnow[["frequency", "recency", "T"]].astype(float)
    pd.testing.assert_frame_equal(ours, expected, check_names=False)
    later = PurchaseLog.of(cdnow_transactions)
    assert later.counts(log.end, later.end).sum() == 1882


def test_the_seasons_clock_recovers_the_season():
    log = PurchaseLog.of(simulate_log(4_000, weeks=156, season=0.6, seed=1))
    clock = seasonal_clock(log)
    weeks = np.arange(104)
    truth = np.exp(0.6 * np.cos(2 * np.pi * (weeks - 50) / SEASON_WEEKS))
    assert np.corrcoef(np.log(clock.index(weeks)), np.log(truth))[0, 1] > 0.95
    assert clock.agreement > 0.8
    year = clock(SEASON_WEEKS + 3.0) - clock(3.0)
    assert year == pytest.approx(SEASON_WEEKS, rel=2e-3)  # on average both clocks go alike
    assert (np.diff(clock(np.arange(0, 300, 0.5))) > 0).all()
    assert clock(0.0) == 0


def test_the_seasons_clock_needs_two_years():
    with pytest.raises(InsufficientData, match="at least two years"):
        seasonal_clock(PurchaseLog.of(simulate_log(weeks=100, seed=1)))


def test_features_by_hand():
    days = {"a": ["2026-01-01", "2026-01-08", "2026-01-29"], "b": ["2026-01-15"]}
    rows = [(name, pd.Timestamp(day)) for name, bought in days.items() for day in bought]
    log = PurchaseLog.of(pd.DataFrame(rows, columns=["customer_id", "date"]), "2026-02-05")
    model = BetaGeo().fit(simulated_customers())
    table = features(log, model, window=4.0)
    a, b = table.loc["a"], table.loc["b"]
    assert (a["frequency"], a["silence"], a["T"], a["mean_gap"]) == (2, 1.0, 5.0, 2.0)
    assert a["gap_variation"] == pytest.approx(0.5)  # gaps 1 and 3: deviation 1 of mean 2
    assert a["silence_in_gaps"] == 0.5
    # In the last week (1 week, day excluded), two weeks and four weeks before the end.
    assert a[["last_quarter", "last_half", "last_window"]].tolist() == [0, 1, 1]
    assert b[["last_quarter", "last_half", "last_window"]].tolist() == [0, 0, 1]
    assert np.isnan(b["mean_gap"])


def simulated_customers() -> pd.DataFrame:
    return PurchaseLog.of(simulate_log(500, weeks=40, seed=2)).customers()


def test_the_trees_learn_what_three_numbers_do_not_tell():
    # Customers of strict rhythm: a silence of two gaps says that they have left.
    log = simulate_log(2_500, weeks=60, shape=8.0, clock=(4.0, 8.0), coin=(0.5, 5.0), seed=3)
    known = PurchaseLog.of(log).until(45.0)
    whole, model = PurchaseLog.of(log), BetaGeo().fit(known.customers())
    trees = BoostedCounts(BetaGeo).fit(known, 15.0)
    ours = trees.predict(known, model, 15.0)
    came = pd.Series(whole.counts(45.0, 60.0), index=whole.ids).loc[ours.index]
    plain = model.predict_purchases(known.customers(), 15.0)["purchases"]
    rmse = [float(np.sqrt(((expected - came) ** 2).mean())) for expected in (ours, plain)]
    assert rmse[0] < 0.95 * rmse[1]
    again = BoostedCounts(BetaGeo).fit(known, 15.0).predict(known, model, 15.0)
    pd.testing.assert_series_equal(ours, again)


def test_the_trees_need_something_to_learn_from():
    with pytest.raises(InsufficientData, match="boosted trees needs at least 200"):
        BoostedCounts(BetaGeo).fit(PurchaseLog.of(simulate_log(250, seed=1)), 26.0)


@pytest.mark.parametrize("model", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_the_outlook_has_the_models_moments(model, cdnow):
    fitted = model().fit(cdnow)
    ahead = outlook(fitted, cdnow, 39)
    expected = fitted.predict_purchases(cdnow, 39)["purchases"]
    np.testing.assert_allclose(ahead.mean, expected)
    np.testing.assert_allclose(ahead.alive, fitted.predict_alive(cdnow)["alive"])
    drawn = fitted.simulate(cdnow.head(300), 39, draws=3_000, seed=1)
    some = np.arange(300)
    few = Outlook(ahead.alive[some], ahead.mean[some], ahead.size[some])
    for share in (0.5, 0.95):
        quantile = few.quantile(share)
        at_most = (drawn.to_numpy() <= quantile[:, None]).mean()
        assert at_most >= share - 0.02


def test_places_are_uniform_where_the_distribution_is_right():
    rng = np.random.default_rng(0)
    alive, mean, size = np.full(20_000, 0.7), np.full(20_000, 1.4), np.full(20_000, 2.0)
    ahead = Outlook(alive, mean, size)
    count = np.where(
        rng.random(20_000) < 0.7, nbinom.rvs(2.0, 0.5, size=20_000, random_state=rng), 0
    )
    place = ahead.place(count, seed=1)
    for share in (0.05, 0.3, 0.6, 0.95):
        assert (place <= share).mean() == pytest.approx(share, abs=0.012)
    low, high = ahead.interval(0.9)
    assert (low[0], high[0]) == (0, np.quantile(count, 0.95))


def poissons(mean: float, n: int = 2_000) -> Outlook:
    return Outlook(np.ones(n), np.full(n, mean), np.full(n, 1e6))


def test_intervals_that_covered_stay_and_those_that_missed_are_stretched():
    rng = np.random.default_rng(5)
    right = [rng.poisson(20.0, 2_000).astype(float) for _ in range(2)]
    kept = learn_widening([poissons(20.0)] * 2, right, [1.0, 1.0])
    assert kept.table["factor"].tolist() == [1, 1, 1]
    wild = [rng.poisson(rng.gamma(10, 2.0, 2_000)).astype(float) for _ in range(2)]
    wider = learn_widening([poissons(20.0)] * 2, wild, [1.0, 1.0])
    # Variance 20 + 20²/10 = 60 against 20: intervals must be √3 times as wide.
    assert wider.table.loc["heavy", "factor"] == pytest.approx(np.sqrt(3), abs=0.1)
    assert wider.table.loc["heavy", "covered"] < 0.75
    assert wider.table.loc["light", "factor"] == 1
    assert wider.of(np.array([0.2, 9.0])).tolist() == [1, wider.table.loc["heavy", "factor"]]
    fresh = [rng.poisson(rng.gamma(10, 2.0, 2_000)).astype(float)]
    low, high = poissons(20.0).interval(0.9, wider.of(np.full(2_000, 20.0)))
    assert 0.87 < ((low <= fresh[0]) & (fresh[0] <= high)).mean() < 0.94


def test_a_miss_is_carried_on_by_past_times_horizon():
    rng = np.random.default_rng(6)

    def wandered(excess):
        return rng.poisson(rng.gamma(20 / excess, excess, 2_000)).astype(float)

    came = [wandered(0.5), wandered(0.25)]  # variance 1.5 and 1.25 of the Poisson's
    wider = learn_widening([poissons(20.0)] * 2, came, [2.0, 4.0])
    assert wider.table.loc["heavy", "factor"] == pytest.approx(np.sqrt(2), abs=0.1)


def test_two_populations_are_fitted_apart():
    rng = np.random.default_rng(1)
    old = pd.DataFrame({"frequency": rng.poisson(8, 400) + 1.0, "T": 30.0})
    new = pd.DataFrame({"frequency": rng.poisson(0.8, 400).astype(float), "T": 15.0})
    both = pd.concat([old, new], ignore_index=True)
    both["recency"] = np.where(both["frequency"] > 0, both["T"] * 0.8, 0.0)
    model = TwoPopulations(BetaGeo, opening=4).fit(both)
    pd.testing.assert_series_equal(
        model.after_.params_, BetaGeo().fit(both[both["T"] == 15]).params_
    )
    expected = model.before_.predict_purchases(both[:400], 10)["purchases"]
    np.testing.assert_allclose(outlook(model, both, 10).mean[:400], expected)
