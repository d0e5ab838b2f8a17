"""What fails in lifetimes 0.11.3, and does not here.

Its other faults stand beside what they belong to: the covariance, the penalizer, the expectation
that isn't finite and the pickle with BG/NBD, the year of 360 days with lifetime value.
"""

import importlib
import sys

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    alive_path,
    customer_lifetime_value,
    split,
    validate,
)
from crm_analysis.lifetime_value._lifetimes import BetaGeoFitter

CUT = "1997-09-30"
utils = importlib.import_module("lifetimes.utils")
plotting = importlib.import_module("lifetimes.plotting")


@pytest.fixture(scope="module")
def theirs(cdnow):
    return BetaGeoFitter().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])


def test_its_data_are_read_without_its_way_to_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "pkg_resources", None)
    monkeypatch.delitem(sys.modules, "lifetimes.datasets", raising=False)
    with pytest.raises(ModuleNotFoundError, match="pkg_resources"):
        importlib.import_module("lifetimes.datasets")
    assert len(load("cdnow_sample").transactions) == 6_919


def test_a_split_needs_no_amounts(cdnow_transactions):
    dates = cdnow_transactions[["customer_id", "date"]]
    with pytest.raises((KeyError, ValueError, TypeError)):
        utils.calibration_and_holdout_data(dates, "customer_id", "date", CUT, freq="W")
    without, full = validate(dates, CUT).metrics, validate(cdnow_transactions, CUT).metrics
    of_money = ["top_10_share", "top_20_share"]
    pd.testing.assert_frame_equal(without.drop(columns=of_money), full.drop(columns=of_money))
    assert without.loc["BG/NBD", "top_10_share"] == pytest.approx(0.46, abs=0.05)


def test_money_of_the_holdout_is_that_of_days_not_of_lines():
    rows = [("Ann", "2026-01-01", 5.0), ("Ann", "2026-01-10", 5.0), ("Bo", "2026-01-02", 1.0)]
    rows += [("Ann", "2026-02-10", 10.0), ("Ann", "2026-02-10", 30.0), ("Ann", "2026-02-20", 20.0)]
    lines = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    lines["date"] = pd.to_datetime(lines["date"])
    ann = split(lines, "2026-01-31").customers.loc["Ann"]
    assert (ann["holdout_purchases"], ann["holdout_revenue"]) == (2, 60.0)  # 30 a day


def test_one_life_can_be_followed(cdnow_transactions, theirs, cdnow):
    one = cdnow_transactions[cdnow_transactions["customer_id"] == 1]
    with pytest.raises((AttributeError, TypeError, ValueError, KeyError)):
        utils.calculate_alive_path(theirs, one, "date", 300)
    path = alive_path(BetaGeo().fit(cdnow), one["date"], CUT)
    assert path["alive"].between(0, 1).all()


def test_expected_repeat_purchases_can_be_drawn(theirs, cdnow_transactions):
    with pytest.raises((AttributeError, TypeError, ValueError)):
        plotting.plot_expected_repeat_purchases(theirs)
    tracking = validate(cdnow_transactions, CUT).tracking
    assert tracking[["expected", "cumulative_expected", "low", "high"]].notna().all().all()


@pytest.mark.parametrize(("freq", "unit", "days"), [("M", "M", 365.25 / 12), ("H", 1 / 24, 1 / 24)])
def test_months_and_hours_are_units(cdnow, freq, unit, days):
    with pytest.raises((KeyError, ValueError, UnboundLocalError)):
        utils.summary_data_from_transaction_data(
            pd.DataFrame({"who": [1, 1], "day": pd.to_datetime(["2026-01-01", "2026-03-01"])}),
            "who",
            "day",
            freq=freq,
        )
    other = cdnow.assign(recency=cdnow["recency"] * 7 / days, T=cdnow["T"] * 7 / days)
    ours = BetaGeo().fit(other), GammaGamma().fit(other)
    value = customer_lifetime_value(*ours, other, 364 / days, 0.1, 0.3, unit=unit)["value"]
    assert value.sum() == pytest.approx(21_752, rel=1e-3)


@pytest.mark.parametrize("kind", [ModifiedBetaGeo, ParetoNBD])
def test_who_never_came_back_may_be_gone(cdnow, theirs, kind):
    silent = cdnow[(cdnow["frequency"] == 0) & (cdnow["T"] > 30)]
    history = (silent[name] for name in ("frequency", "recency", "T"))
    assert np.all(theirs.conditional_probability_alive(*history) == 1)
    assert kind().fit(cdnow).predict_alive(silent)["alive"].max() < 0.6
