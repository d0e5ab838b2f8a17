import numpy as np
import pandas as pd
import pytest

from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    alive_path,
    example_customer,
    new_customer_by_horizon,
    new_customer_sensitivity,
    new_customer_value,
    score_customers,
    total_value,
    value_tiers,
)

TERMS = {"horizon": 52, "discount_rate": 0.1, "margin": 0.3}


@pytest.fixture(scope="module")
def models(cdnow):
    return BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)


@pytest.fixture(scope="module")
def scored(models, cdnow):
    return score_customers(*models, cdnow, **TERMS)


def test_scores_each_customer_once_most_valuable_first(scored, cdnow, models):
    assert scored.index.sort_values().equals(cdnow.index)
    assert scored["value"].is_monotonic_decreasing
    assert scored["value"].sum() == pytest.approx(total_value(*models, cdnow, **TERMS).value)
    for name in ("purchases", "value", "spend"):
        assert (scored[f"{name}_low"] <= scored[f"{name}_high"]).all()
    assert not scored.isna().any().any()


def test_at_stake_is_what_certainty_would_add(scored):
    some = scored[scored["alive"] > 0.01]
    added = some["value"] / some["alive"] * (1 - some["alive"])
    assert some["at_stake"].to_numpy() == pytest.approx(added.to_numpy(), abs=1e-9)
    assert (scored.loc[scored["frequency"] == 0, "at_stake"] == 0).all()
    assert np.isfinite(scored["at_stake"]).all()


def test_tiers_hold_every_customer_and_the_whole_value(scored, models):
    tiers = value_tiers(*models, scored, **TERMS)
    assert tiers["customers"].tolist() == [235, 236, 707, 1179]
    assert tiers["value"].sum() == pytest.approx(scored["value"].sum())
    assert tiers["share"].sum() == pytest.approx(1)
    per_head = tiers["value"] / tiers["customers"]
    assert per_head.is_monotonic_decreasing
    assert ((tiers["low"] < tiers["value"]) & (tiers["value"] < tiers["high"])).all()


def test_alive_path_follows_one_life(models):
    dates = pd.to_datetime(
        ["2026-03-05 20:00", "2026-01-01", "2026-01-29 10:00", "2026-01-29 18:00", "2026-12-01"],
        format="mixed",
    )
    path = alive_path(models[0], pd.Series(dates), "2026-06-30")
    assert path["bought"].sum() == 3  # two on a day count once, those after the end not at all
    assert len(path) == 181
    before = path.loc[path["date"] < "2026-01-29", "alive"]
    assert (before == 1).all()  # without a repeat purchase nobody can have left
    last = pd.DataFrame({"frequency": [2], "recency": [9.0], "T": [180 / 7]})
    expected = models[0].predict_alive(last)["alive"].item()
    assert path["alive"].iloc[-1] == pytest.approx(expected)
    after = path.loc[path["date"] > "2026-03-05", "alive"]
    assert after.is_monotonic_decreasing


def test_the_example_is_frequent_and_open(scored):
    chosen = scored.loc[example_customer(scored)]
    assert chosen["frequency"] >= scored["frequency"].quantile(0.9)
    assert abs(chosen["alive"] - 0.5) < 0.05


def test_sensitivity_changes_one_assumption_at_a_time(models):
    changes = new_customer_sensitivity(*models, **TERMS)
    usual = new_customer_value(*models, **TERMS).value
    assert changes.index.tolist() == ["margin", "horizon", "discount rate"]
    assert (changes["usual"] == usual).all()
    assert ((changes["low"] < usual) & (usual < changes["high"])).all()
    assert changes.loc["margin", "high"] == pytest.approx(1.25 * usual)
    assert changes.loc["horizon", "low_at"] == "26 weeks"


def test_a_new_customer_brings_more_the_longer_one_looks(models):
    curve = new_customer_by_horizon(*models, **TERMS)
    assert curve.index[0] == 0 and curve.index[-1] == 104
    assert curve["value"].is_monotonic_increasing
    first = 0.3 * models[1].mean_spend_.value
    assert curve["value"].iloc[0] == pytest.approx(first)
    assert curve.loc[52, "value"] == pytest.approx(new_customer_value(*models, **TERMS).value)
