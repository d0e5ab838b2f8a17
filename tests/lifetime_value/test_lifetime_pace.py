"""The pace that was seen, the test of an unusual end, and trees asked of unseen customers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import BetaGeo, choose, choose_model, describe_log, validate
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.choose import MODELS
from crm_analysis.lifetime_value.crossfit import Gain, gain_of_trees
from crm_analysis.lifetime_value.pace import PaceClock, pace_clock
from tests.lifetime_value.lifetime_logs import simulate_log

ONE_SEASON = {"n": 2_000, "weeks": 78, "season": 0.8, "seed": 5}
_REGULAR = {"shape": 4.0, "clock": (3.0, 10.0), "coin": (0.5, 6.0), "n": 1_000, "weeks": 52}


def test_the_clock_goes_as_fast_as_calendar_time_on_average_and_outside_the_log():
    clock = PaceClock(np.array([0.5, -0.3]), start=2.0, end=50.0)
    weeks = np.array([-1.0, 2.0, 50.0, 60.0])
    np.testing.assert_allclose(clock(weeks), weeks, atol=1e-9)
    inside = np.linspace(2, 50, 200)
    assert (np.diff(clock(inside)) > 0).all()
    np.testing.assert_allclose(clock.calendar(clock(inside)), inside, atol=1e-6)
    slope = np.diff(clock(inside)) / np.diff(inside)
    np.testing.assert_allclose(slope, clock.pace((inside[1:] + inside[:-1]) / 2), rtol=0.01)
    assert (clock.pace(np.array([0.0, 55.0])) == 1).all()


def test_the_pace_of_a_season_is_found_in_the_year_that_shows_it():
    log = PurchaseLog.of(simulate_log(**ONE_SEASON))
    year = log.until(52.0)
    weeks = np.linspace(2, 51, 50)
    truth = 0.8 * np.cos(2 * np.pi * (weeks - 50) / (365.25 / 7))
    found = np.log(pace_clock(year).pace(weeks))
    assert np.corrcoef(found, truth)[0, 1] > 0.95
    assert np.ptp(found) == pytest.approx(np.ptp(truth), rel=0.3)


def test_a_steady_company_has_a_steady_pace():
    log = PurchaseLog.of(simulate_log(3_000, weeks=52, seed=1))
    assert np.abs(np.log(pace_clock(log).pace(np.linspace(2, 52, 50)))).max() < 0.15
    assert pace_clock(log.until(7.0)) is None  # too short to show a swing


def test_a_season_seen_once_is_not_carried_on():
    log = simulate_log(**ONE_SEASON)
    cut = log["date"].min() + pd.Timedelta(weeks=52)  # at the height of the season
    chosen = choose_model(log, cut, horizon=26)
    assert chosen.recipe.paced and chosen.kind.rises_at_end
    assert "expected is the mean pace of the log" in chosen.reason
    metrics = validate(log, cut, {"chosen": chosen, "BG/NBD": BetaGeo()}).metrics
    errors = metrics["aggregate_error"].abs()
    assert errors["chosen"] < errors["BG/NBD"] / 2
    assert metrics.loc["chosen", "rmse"] < 0.9 * metrics.loc["BG/NBD", "rmse"]
    assert 0.85 < metrics.loc["chosen", "coverage_90"] < 0.96


def test_the_pace_of_earlier_days_is_learned_from_what_was_known_then():
    log = PurchaseLog.of(simulate_log(**ONE_SEASON))
    recipe = replace(MODELS["bg_nbd"], paced=True)
    earlier, later = (recipe.at(log.until(weeks)).clock for weeks in (26.0, 52.0))
    assert earlier.end == 26 and later.end == 52
    assert not np.allclose(earlier.coefficients[:3], later.coefficients[:3])


def test_ends_look_unusual_by_chance_as_rarely_as_stated():
    alarms = [
        describe_log(simulate_log(600, weeks=52, seed=seed)).has("unusual at the end")
        for seed in range(100, 130)
    ]
    assert sum(alarms) <= 4  # of 30 at 5 %: more have a chance of 1.6 %


def test_weekly_noise_beyond_a_poissons_makes_an_end_less_unusual():
    log = simulate_log(2_000, weeks=52, seed=2)
    end = log["date"].max()
    recent = log["date"] > end - pd.Timedelta(weeks=10)
    more = pd.concat(
        [
            log,
            log[recent]
            .sample(frac=0.3, random_state=1)
            .assign(date=lambda t: t["date"] - pd.Timedelta(days=1)),
        ]
    )
    calm = describe_log(more, end).table.loc["unusual at the end"]
    week = (more["date"] - log["date"].min()).dt.days // 7
    noisy = more[(week % 2 == 0) | (np.random.default_rng(3).random(len(more)) < 0.4)]
    loud = describe_log(noisy, end).table.loc["unusual at the end"]
    assert calm["found"] and abs(loud["value"]) < abs(calm["value"]) / 1.5


def test_trees_gain_where_gaps_are_regular_and_not_where_purchases_are_random():
    regular = PurchaseLog.of(simulate_log(**_REGULAR, seed=3)).until(40.0)
    gain = gain_of_trees(MODELS["bg_nbd"], regular, 12)
    assert gain.mean > 3 * gain.error and gain.won and not gain.lost
    random = PurchaseLog.of(simulate_log(2_000, weeks=52, seed=2))
    assert gain_of_trees(MODELS["bg_nbd"], random, 26).lost
    with pytest.raises(InsufficientData, match="boosted trees"):
        gain_of_trees(MODELS["bg_nbd"], PurchaseLog.of(simulate_log(300, weeks=52, seed=1)), 26)


def test_trees_whose_gain_is_in_doubt_do_not_set_the_total(monkeypatch):
    monkeypatch.setattr(choose, "gain_of_trees", lambda *_: Gain(0.5, 1.0))
    log = simulate_log(1_500, clock=(0.25, 4.4), coin=(0.8, 2.4), cohort=13, seed=9)
    cut = log["date"].min() + pd.Timedelta(weeks=39)
    chosen = choose_model(log, cut, horizon=39)
    assert chosen.recipe.boosted and chosen.recipe.hold_level
    assert "isn't beyond one standard error" in chosen.reason
    customers = chosen.log.customers()
    ours = chosen.predict_purchases(customers, 39)["purchases"].sum()
    alone = chosen.plain.predict_purchases(customers, 39)["purchases"].sum()
    assert ours == pytest.approx(chosen.level * alone)
