import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.lifetime_value import BetaGeo, ParetoNBD, choose_model, validate
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.forecaster import Recipe
from tests.lifetime_value.lifetime_logs import simulate_log

CUT = "1997-09-30"


@pytest.fixture(scope="module")
def known(cdnow_transactions):
    return cdnow_transactions[cdnow_transactions["date"] <= CUT]


@pytest.fixture(scope="module")
def chosen(known):
    return choose_model(known, CUT, horizon=39)


@pytest.fixture(scope="module")
def validation(cdnow_transactions, chosen):
    models = {"chosen": chosen, "BG/NBD": BetaGeo(), "Pareto/NBD": ParetoNBD()}
    return validate(cdnow_transactions, CUT, models)


def test_is_no_worse_than_the_classic_models_and_the_rules_on_cdnow(validation):
    metrics, ours = validation.metrics.drop(index="chosen"), validation.metrics.loc["chosen"]
    assert ours["rmse"] <= metrics["rmse"].min()
    assert ours["normalised_gini"] >= metrics["normalised_gini"].max()
    assert ours["top_10_share"] >= metrics["top_10_share"].max()
    assert abs(ours["aggregate_error"]) <= abs(metrics.loc["BG/NBD", "aggregate_error"]) / 2
    assert 0.85 <= ours["coverage_90"] <= 0.95
    assert 0.75 <= ours["coverage_80"] <= 0.85


def test_nothing_looks_at_what_came_after(cdnow_transactions, known, chosen):
    customers = summarize(known, as_of=CUT, unit="W")
    with_the_future = choose_model(cdnow_transactions, CUT, horizon=39)
    pd.testing.assert_frame_equal(with_the_future.evidence, chosen.evidence)
    pd.testing.assert_frame_equal(
        with_the_future.predict_purchases(customers, 39, 0.9),
        chosen.predict_purchases(customers, 39, 0.9),
    )


def test_the_evidence_names_each_candidate_and_the_chosen_one(chosen):
    assert {"BG/NBD", "MBG/NBD", "Pareto/NBD"} < set(chosen.evidence.index)
    assert chosen.evidence.index[chosen.evidence["chosen"]].tolist() == [chosen.name]
    assert (chosen.evidence["trials"] >= 1).all()
    assert chosen.reason.startswith(f"Chosen was the {chosen.name}, by forecasts from")


def test_answers_like_a_model_of_purchases(known, chosen):
    customers = summarize(known, as_of=CUT, unit="W")
    before = customers.copy()
    ahead = chosen.predict_purchases(customers, 39, interval=0.9)
    pd.testing.assert_frame_equal(customers, before)
    assert ahead.index.equals(customers.index)
    assert (ahead["low"] <= ahead["high"]).all()
    assert np.isfinite(ahead).all(axis=None)
    assert chosen.predict_alive(customers)["alive"].between(0, 1).all()
    assert 0.9 < chosen.expected_purchases_new(39) < 1.5
    assert (chosen.predict_purchases(customers, 0)["purchases"] == 0).all()
    drawn = chosen.simulate(customers.head(200), 39, draws=2_000, seed=1)
    assert drawn.mean().mean() == pytest.approx(ahead["purchases"].head(200).mean(), rel=0.05)
    assert drawn.equals(chosen.simulate(customers.head(200), 39, draws=2_000, seed=1))


def test_speaks_of_histories_that_it_has_not_seen_by_the_model_alone(chosen):
    stranger = pd.DataFrame({"frequency": [2.0], "recency": [30.43], "T": [38.86]}, index=["new"])
    own = chosen.predict_purchases(stranger, 39)["purchases"].iloc[0]
    assert own / chosen.level == pytest.approx(1.226, abs=0.001)  # Fader, Hardie, Lee (2005)


def test_days_and_weeks_say_the_same(known, chosen):
    in_days = choose_model(known, CUT, horizon=39 * 7, unit="D")
    days, weeks = (summarize(known, as_of=CUT, unit=unit) for unit in "DW")
    np.testing.assert_allclose(
        in_days.predict_purchases(days, 273)["purchases"],
        chosen.predict_purchases(weeks, 39)["purchases"],
    )


def test_the_textbook_model_that_is_asked_for_is_left_as_it_is(known, cdnow):
    plain = choose_model(known, CUT, horizon=39, model="bg_nbd")
    expected = BetaGeo().fit(cdnow).predict_purchases(cdnow, 39)["purchases"]
    ours = plain.predict_purchases(summarize(known, as_of=CUT, unit="W"), 39)["purchases"]
    np.testing.assert_allclose(ours, expected, rtol=1e-6)
    with pytest.raises(InputError, match="did you mean 'bg_nbd'"):
        choose_model(known, CUT, model="bgnbd")
    with pytest.raises(InputError, match="unknown unit"):
        choose_model(known, CUT, unit="M")


def test_takes_the_seasons_clock_where_two_years_show_one():
    log = simulate_log(2_000, weeks=156, season=0.8, seed=4)
    cut = log["date"].min() + pd.Timedelta(weeks=117)
    last = cut + pd.Timedelta(weeks=30)
    chosen = choose_model(log, cut, horizon=30)
    assert chosen.recipe.clock is not None
    metrics = validate(log, cut, {"chosen": chosen, "BG/NBD": BetaGeo()}, as_of=last).metrics
    errors = metrics["aggregate_error"].abs()
    assert errors["chosen"] < errors["BG/NBD"] / 2
    assert metrics.loc["chosen", "rmse"] < metrics.loc["BG/NBD", "rmse"]


def test_a_season_that_was_seen_once_teaches_no_level():
    log = simulate_log(2_000, weeks=78, season=0.8, seed=5)
    cut = log["date"].min() + pd.Timedelta(weeks=52)  # at the height of the season
    chosen = choose_model(log, cut, horizon=26)
    assert chosen.kind.has("unusual at the end")
    assert chosen.level == 1
    assert chosen.recipe.hold_level or not chosen.recipe.boosted


def test_two_populations_where_the_log_begins_in_mid_life():
    log = simulate_log(3_000, weeks=52, before=156, clock=(1.0, 4.0), coin=(0.6, 6.0), seed=8)
    cut = log["date"].min() + pd.Timedelta(weeks=26)
    chosen = choose_model(log, cut, horizon=26)
    assert chosen.recipe.opening > 0
    metrics = validate(log, cut, {"chosen": chosen, "BG/NBD": BetaGeo()}).metrics
    assert metrics.loc["chosen", "rmse"] < metrics.loc["BG/NBD", "rmse"]
    errors = metrics["aggregate_error"].abs()
    assert errors["chosen"] < errors["BG/NBD"]


def test_the_world_of_the_model_is_left_to_the_model():
    log = simulate_log(3_000, clock=(0.25, 4.4), coin=(0.8, 2.4), cohort=13, seed=9)
    cut = log["date"].min() + pd.Timedelta(weeks=39)
    chosen = choose_model(log, cut, horizon=39)
    metrics = validate(log, cut, {"chosen": chosen, "BG/NBD": BetaGeo()}).metrics
    assert metrics.loc["chosen", "rmse"] <= metrics.loc["BG/NBD", "rmse"] * 1.02
    assert 0.85 < metrics.loc["chosen", "coverage_90"] < 0.95


def test_few_customers_get_a_plain_model_and_too_few_a_reason():
    log = simulate_log(60, weeks=52, seed=1)
    chosen = choose_model(log, horizon=26)
    assert not chosen.recipe.boosted
    with pytest.raises(InsufficientData, match="at least 10 who bought again"):
        choose_model(log[log["customer_id"] < 8])


@pytest.mark.parametrize(
    "horizon", [0, -5, float("nan"), float("inf"), "26", pd.Timedelta(weeks=26)]
)
def test_a_horizon_that_is_none_is_refused(known, horizon):
    with pytest.raises(InputError, match="horizon must be above 0"):
        choose_model(known, CUT, horizon=horizon)


def test_a_day_before_the_log_and_an_empty_log_are_refused(known):
    with pytest.raises(InsufficientData, match="0 purchases up to 1990-01-01"):
        choose_model(known, "1990-01-01")
    with pytest.raises(InsufficientData, match="there are 0 purchases"):
        choose_model(known[:0])


def test_dates_of_a_time_zone_change_nothing(known, chosen):
    there = known.assign(date=known["date"].dt.tz_localize("Asia/Seoul"))
    again = choose_model(there, CUT, horizon=39)
    pd.testing.assert_frame_equal(again.evidence, chosen.evidence)


def test_alive_has_the_interval_of_the_model(known, chosen):
    customers = summarize(known, as_of=CUT, unit="W")
    alive = chosen.predict_alive(customers, interval=0.9)
    assert (alive["low"] <= alive["alive"]).all()
    assert (alive["alive"] <= alive["high"]).all()
    pd.testing.assert_frame_equal(alive[["alive"]], chosen.predict_alive(customers))


def test_two_populations_have_intervals_of_being_alive_too():
    log = simulate_log(3_000, weeks=78, before=104, seed=3)
    recipe = Recipe("two", BetaGeo, opening=13.0)
    both = recipe.fit(PurchaseLog.of(log), 26)
    assert both.model.before_ is not both.model.after_
    customers = summarize(log, unit="W")
    alive = both.predict_alive(customers, interval=0.9)
    pd.testing.assert_frame_equal(alive[["alive"]], both.predict_alive(customers))
    assert alive["low"].le(alive["high"]).all()


def test_a_new_customer_of_the_forecaster_has_an_interval(chosen):
    told = chosen.expected_purchases_new(39, interval=0.9)
    assert told.value == pytest.approx(chosen.expected_purchases_new(39))
    assert told.low < told.value < told.high
    assert told.value / chosen.level == pytest.approx(1.195, abs=0.001)  # BG/NBD's of CDNOW
