import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    choose_model,
    normalised_gini,
    split,
    suggest_calibration_end,
    validate,
    validate_choice,
)
from crm_analysis.lifetime_value.metrics import compare, poisson_deviance


@pytest.fixture(scope="module")
def validation(cdnow_transactions):
    return validate(cdnow_transactions, "1997-09-30")


# Computed from the published fit of CDNOW on the split of Fader, Hardie and Lee (2005).
@pytest.mark.parametrize(
    ("model", "predicted", "error", "mae", "rmse"),
    [
        ("BG/NBD", 1653.4, -0.1215, 0.7855, 1.6080),
        ("own rate", 2930.1, 0.5569, 1.0237, 2.2119),
        ("nobody buys", 0.0, -1.0, 0.7985, 2.2064),
    ],
)
def test_reaches_the_published_holdout(validation, model, predicted, error, mae, rmse):
    row = validation.metrics.loc[model]
    assert row["actual"] == 1882
    assert row["predicted"] == pytest.approx(predicted, abs=0.05)
    assert row["aggregate_error"] == pytest.approx(error, abs=5e-5)
    assert row["mae"] == pytest.approx(mae, abs=5e-5)
    assert row["rmse"] == pytest.approx(rmse, abs=5e-5)


def test_the_order_that_the_model_finds_is_far_from_chance(validation):
    gini = validation.metrics["normalised_gini"]
    assert 0.65 < gini["BG/NBD"] < 0.673  # .673 is the best classic model on this split
    assert gini["nobody buys"] == 0
    assert validation.metrics.loc["nobody buys", "top_20_share"] == pytest.approx(0.2)
    assert 0.85 < validation.metrics.loc["BG/NBD", "coverage_90"] < 0.97


def small() -> pd.DataFrame:
    rows = [
        ("Ann", "2026-01-01", 10.0),
        ("Ann", "2026-01-15 09:00", 4.0),
        ("Ann", "2026-01-15 17:00", 8.0),
        ("Ann", "2026-02-12", 5.0),
        ("Ann", "2026-02-12", 6.0),
        ("Ann", "2026-02-26", 7.0),
        ("Bo", "2026-01-29", 20.0),
        ("Cy", "2026-02-20", 9.0),
    ]
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return table.assign(date=pd.to_datetime(table["date"], format="mixed"))


def test_splits_a_small_record_by_hand():
    table, before = small(), small()
    parts = split(table, "2026-01-29", unit="W")
    pd.testing.assert_frame_equal(table, before)
    assert parts.customers.index.tolist() == ["Ann", "Bo"]  # Cy came after the cut
    ann, bo = parts.customers.loc["Ann"], parts.customers.loc["Bo"]
    assert (ann["frequency"], ann["recency"], ann["T"]) == (1, 2.0, 4.0)
    assert ann["monetary_value"] == 12.0  # two purchases of a day are one
    assert (ann["holdout_purchases"], ann["holdout_revenue"]) == (2, 18.0)
    assert (bo["frequency"], bo["T"], bo["holdout_purchases"]) == (0, 0.0, 0)
    assert parts.duration == 4.0
    assert split(table, "2026-01-29", unit="D").duration == 28


def test_the_last_day_can_be_given():
    parts = split(small(), "2026-01-29", as_of="2026-02-20")
    assert parts.customers.loc["Ann", "holdout_purchases"] == 1
    assert suggest_calibration_end(small()) == pd.Timestamp("2026-02-07")
    assert suggest_calibration_end(small(), as_of="2026-01-31") == pd.Timestamp("2026-01-21")


@pytest.mark.parametrize("end", ["2025-12-31", "2026-01-01", "2026-02-26", "2027-01-01"])
def test_refuses_a_cut_outside_the_data(end):
    message = f"after 2026-01-01 and before 2026-02-26, got {end}"
    with pytest.raises(InputError, match=message):
        split(small(), end)


def test_refuses_unknown_units_and_too_few_customers():
    with pytest.raises(InputError, match="unknown unit 'M'"):
        split(small(), "2026-01-29", unit="M")
    with pytest.raises(InsufficientData, match="at least 10 who bought again"):
        validate(small(), "2026-01-29")


def test_the_tracking_counts_each_repeat_purchase_once(validation, cdnow_transactions):
    tracking = validation.tracking
    assert tracking.index.tolist() == list(range(1, 79))
    assert tracking["date"].iloc[-1] == pd.Timestamp("1998-06-30")
    days = cdnow_transactions.drop_duplicates(["customer_id", "date"])
    repeats = len(days) - days["customer_id"].nunique()
    assert tracking["actual"].sum() == repeats == tracking["cumulative_actual"].iloc[-1]
    assert tracking.loc[tracking["holdout"], "actual"].sum() == 1882
    inside = tracking["cumulative_expected"].between(tracking["low"], tracking["high"])
    assert inside.all()


def test_the_tracking_expects_what_each_customer_alone_is_expected_to_buy(validation):
    customers = validation.split.customers
    model = BetaGeo().fit(customers)
    week = validation.tracking.loc[39]
    ages = (week["date"] - customers["first"]).dt.days / 7
    expected = model.expected_purchases_new(ages.to_numpy()).sum()
    assert week["cumulative_expected"] == pytest.approx(expected)


def test_several_models_stand_beside_each_other(cdnow_transactions):
    result = validate(cdnow_transactions, "1997-09-30", models={"one": BetaGeo(), "two": BetaGeo()})
    assert result.metrics.index.tolist() == [
        "one",
        "two",
        "Pareto/NBD",
        "own rate",
        "like the last half",
        "nobody buys",
    ]
    assert result.predictions["one"].equals(result.predictions["two"])


def test_normalised_gini_by_hand():
    assert normalised_gini([3, 2, 1, 0], [4, 3, 2, 1]) == 1
    assert normalised_gini([3, 2, 1, 0], [1, 2, 3, 4]) == -1
    # Sums captured 1, 1, 4, 6 against 1.5, 3, 4.5, 6 by chance; perfect 3, 5, 6, 6.
    assert normalised_gini([3, 2, 1, 0], [2, 1, 4, 3]) == pytest.approx(-3 / 5)
    assert np.isnan(normalised_gini([0, 0], [1, 2]))


def test_the_measures_by_hand():
    actual, predicted = np.array([0.0, 1.0, 5.0, 2.0]), np.array([1.0, 0.5, 3.0, 3.0])
    scores = compare(actual, predicted, revenue=np.array([0.0, 10.0, 70.0, 20.0]))
    assert scores["aggregate_error"] == pytest.approx(7.5 / 8 - 1)
    assert scores["mae"] == pytest.approx((1 + 0.5 + 2 + 1) / 4)
    assert scores["rmse"] == pytest.approx(np.sqrt((1 + 0.25 + 4 + 1) / 4))
    # The two best tie and share their 90 evenly: a tenth of four customers is 0.4 of one.
    assert scores["top_10_share"] == pytest.approx(0.4 * 45 / 100)
    assert scores["top_20_share"] == pytest.approx(0.8 * 45 / 100)
    # Ranks 1, 2, 4, 3 against 2, 1, 3.5, 3.5.
    assert scores["rank_correlation"] == pytest.approx(
        np.corrcoef([1, 2, 4, 3], [2, 1, 3.5, 3.5])[0, 1]
    )
    assert np.isnan(compare(actual, np.zeros(4))["rank_correlation"])


def test_a_deviance_by_hand():
    value = poisson_deviance(np.array([0.0, 3.0]), np.array([1.0, 2.0]))
    assert value == pytest.approx((2 * 1 + 2 * (3 * np.log(1.5) - 1)) / 2)
    assert np.isfinite(poisson_deviance(np.array([4.0]), np.array([0.0])))


def test_the_last_half_goes_on():
    result = validate(bigger(), "2026-07-01", as_of="2026-12-31")
    days = bigger()
    half = (pd.Timestamp("2026-07-01") - days["date"].min()) / 2
    recent = days[
        (days["date"] > pd.Timestamp("2026-07-01") - half) & (days["date"] <= "2026-07-01")
    ]
    factor = (pd.Timestamp("2026-12-31") - pd.Timestamp("2026-07-01")) / half
    assert result.metrics.loc["like the last half", "predicted"] == pytest.approx(
        len(recent) * factor
    )


def bigger() -> pd.DataFrame:
    days = pd.date_range("2026-01-01", periods=104, freq="3D")
    rows = [(f"c{name}", day) for name in range(40) for day in days[name % 9 :: 3 + name % 7]]
    return pd.DataFrame(rows, columns=["customer_id", "date"]).assign(amount=5.0)


def test_calibration_by_frequency_adds_up(validation):
    table = validation.calibration
    assert table["customers"].sum() == 2357
    assert (table["customers"] * table["actual"]).sum() == pytest.approx(1882)
    total = validation.metrics.loc["BG/NBD", "predicted"]
    assert (table["customers"] * table["BG/NBD"]).sum() == pytest.approx(total)
    assert validation.note.startswith("Neither MAE nor rank correlation may decide")


def test_the_weekly_band_holds_most_weeks_of_the_holdout(validation):
    weeks = validation.tracking[:39]
    inside = weeks["actual"].between(weeks["weekly_low"], weeks["weekly_high"])
    assert inside.mean() > 0.7
    assert (weeks["weekly_low"] <= weeks["expected"]).all()
    assert (weeks["expected"] <= weeks["weekly_high"]).all()


def test_coverage_is_fair_to_whole_numbers(validation):
    # Counted by hand, whole intervals of sparse counts hold more than they promise.
    customers = validation.split.customers
    ahead = BetaGeo().fit(customers).predict_purchases(customers, 39, 0.8)
    whole = customers["holdout_purchases"].between(ahead["low"], ahead["high"]).mean()
    assert whole > validation.metrics.loc["BG/NBD", "coverage_80"] + 0.03
    assert validation.metrics.loc["BG/NBD", "coverage_80"] == pytest.approx(0.8, abs=0.03)


def test_a_forecaster_of_another_day_is_refused(cdnow_transactions):
    chosen = choose_model(cdnow_transactions, "1997-08-31", model="bg_nbd")
    with pytest.raises(InputError, match="has seen the time up to 1997-08-31"):
        validate(cdnow_transactions, "1997-09-30", {"chosen": chosen})


def test_a_list_of_models_is_named_by_their_kinds(cdnow_transactions, validation):
    listed = validate(cdnow_transactions, "1997-09-30", [ModifiedBetaGeo(), BetaGeo()])
    assert listed.metrics.index.tolist()[:3] == ["MBG/NBD", "BG/NBD", "Pareto/NBD"]
    pd.testing.assert_series_equal(listed.metrics.loc["BG/NBD"], validation.metrics.loc["BG/NBD"])
    one = validate(cdnow_transactions, "1997-09-30", ParetoNBD())
    assert one.metrics.index.tolist()[0] == "Pareto/NBD"


def test_what_the_caller_has_fitted_stays_fitted(cdnow_transactions):
    fitted = BetaGeo().fit(summarize(cdnow_transactions, unit="W"))
    before = fitted.params_.copy()
    validate(cdnow_transactions, "1997-09-30", {"BG/NBD": fitted})
    pd.testing.assert_series_equal(fitted.params_, before)


@pytest.mark.parametrize(
    ("models", "message"),
    [
        (["BG/NBD"], r"models must be such as BetaGeo\(\), got 'BG/NBD'"),
        ({"spend": GammaGamma()}, "got <lifetimes.GammaGamma> as 'spend'"),
        ({"own rate": BetaGeo()}, "'own rate' is the name of a rule"),
    ],
)
def test_what_is_no_model_of_purchases_is_named(cdnow_transactions, models, message):
    with pytest.raises(InputError, match=message):
        validate(cdnow_transactions, "1997-09-30", models)


@pytest.mark.parametrize("end", [None, float("nan"), pd.NaT, "yesterday"])
def test_what_is_no_day_is_named(cdnow_transactions, end):
    with pytest.raises(InputError, match=r"calibration_end must be a date such as .*, got"):
        validate(cdnow_transactions, end)
    if end is not None:  # without one the last day of the data is meant
        with pytest.raises(InputError, match="as_of must be a date such as"):
            choose_model(cdnow_transactions, end)


@pytest.mark.parametrize("moment", ["1997-09-30 18:00", "1997-09-30 18:00+09:00"])
def test_a_moment_means_its_day(cdnow_transactions, validation, moment):
    metrics = validate(cdnow_transactions, pd.Timestamp(moment)).metrics
    pd.testing.assert_frame_equal(metrics, validation.metrics)


def test_an_empty_log_cannot_be_split(cdnow_transactions):
    for refused in (validate, suggest_calibration_end):
        with pytest.raises(InsufficientData, match="there are 0 purchases"):
            refused(cdnow_transactions.head(0), "1997-09-30")


def test_dates_of_a_time_zone_are_days_by_its_clock(cdnow_transactions, validation):
    late = cdnow_transactions["date"] + pd.Timedelta(hours=23)
    there = cdnow_transactions.assign(date=late.dt.tz_localize("America/New_York"))
    pd.testing.assert_frame_equal(validate(there, "1997-09-30").metrics, validation.metrics)


@pytest.mark.parametrize("kind", [str, lambda dates: dates.date])
def test_dates_that_are_none_are_named(cdnow_transactions, kind):
    text = cdnow_transactions.assign(date=cdnow_transactions["date"].map(kind).astype(object))
    for refused in (validate, choose_model, suggest_calibration_end):
        with pytest.raises(ValueError, match=r"dates of type .*: convert them by pd\.to_datetime"):
            refused(text, "1997-09-30")


@pytest.mark.parametrize("tested", [validate, validate_choice])
def test_too_few_before_the_cut_are_said_to_be_those_before_it(cdnow_transactions, tested):
    told = "0 among .* customers up to the calibration's end, 1997-01-05"
    with pytest.raises(InsufficientData, match=told):
        tested(cdnow_transactions, "1997-01-05")


def test_a_holdout_without_purchases_tests_nothing(cdnow_transactions):
    known = cdnow_transactions[cdnow_transactions["date"] <= "1997-09-30"]
    with pytest.raises(InsufficientData, match=r"the test of a forecast needs .* after 1997-09-30"):
        validate(known, "1997-09-30", as_of="1998-06-30")
