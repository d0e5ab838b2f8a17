"""Complaints: by hand, Kaplan-Meier against another implementation, simulated truth."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    charts,
    complaint_rate,
    complaint_steps,
    hidden_complaints,
    repurchase_after_complaint,
    time_to_resolve,
)

AS_OF = pd.Timestamp("2026-06-30")


def _complaints(n, seed=1, mean_days=10):
    """Complaints over a year, settled after an exponential time."""
    generator = np.random.default_rng(seed)
    made = pd.Timestamp("2025-07-01") + pd.to_timedelta(generator.integers(0, 365, n), "D")
    settled = made + pd.to_timedelta(np.floor(generator.exponential(mean_days, n)), "D")
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "date": made,
            "kind": "complaint",
            "resolved_on": pd.Series(settled).where(settled <= AS_OF),
        }
    )


def test_rate_counts_customers_once_and_complaints_only():
    interactions = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "z"],
            "kind": ["complaint", "complaint", "return", "complaint"],
        }
    )
    rate = complaint_rate(interactions, pd.Index(list("abcd")))
    assert (rate.value, rate.n) == (0.25, 4)
    with pytest.raises(InsufficientData):
        complaint_rate(interactions, pd.Index([]))


def test_time_to_resolve_agrees_with_statsmodels():
    complaints = _complaints(300)
    before = complaints.copy(deep=True)
    result = time_to_resolve(complaints, AS_OF)
    pd.testing.assert_frame_equal(complaints, before)
    settled = complaints["resolved_on"].notna()
    days = (complaints["resolved_on"].fillna(AS_OF) - complaints["date"]).dt.days
    other = SurvfuncRight(days, settled.astype(int))
    assert result.index.tolist() == other.surv_times.tolist()
    assert result["share"].to_numpy() == pytest.approx(1 - other.surv_prob)
    assert result["open"].tolist() == other.n_risk.tolist()
    assert (result["low"] <= result["share"]).all() and (result["share"] <= result["high"]).all()


def test_open_complaints_count_and_the_truth_is_covered():
    inside = []
    for seed in range(100):
        result = time_to_resolve(_complaints(150, seed, mean_days=60), AS_OF, confidence=0.9)
        row = result.loc[:30].iloc[-1]
        inside.append(
            row["low"] <= 1 - np.exp(-(result.loc[:30].index[-1] + 1) / 60) <= row["high"]
        )
    assert np.mean(inside) == pytest.approx(0.9, abs=0.07)


def test_impossible_dates_and_missing_columns_are_named():
    complaints = _complaints(5)
    early = complaints.assign(resolved_on=complaints["date"] - pd.Timedelta(days=1))
    with pytest.raises(InputError, match="5 of 5 complaints were resolved before"):
        time_to_resolve(early, AS_OF)
    with pytest.raises(MissingTable, match="when a complaint was resolved"):
        time_to_resolve(complaints.drop(columns="resolved_on"), AS_OF)
    with pytest.raises(InsufficientData, match="none settled"):
        time_to_resolve(complaints.assign(resolved_on=pd.NaT), AS_OF)


def test_hidden_complaints_by_hand():
    satisfaction = pd.Series({"a": 1.0, "b": 3.9, "c": 4.0, "d": 2.0, "e": None})
    complained = pd.Series({"a": True, "b": False, "c": True})
    hidden = hidden_complaints(satisfaction, complained, dissatisfied_below=4)
    assert (hidden.value, hidden.n) == (pytest.approx(2 / 3), 3)
    with pytest.raises(InsufficientData, match="none below 1"):
        hidden_complaints(satisfaction, complained, dissatisfied_below=1)


def test_repurchase_by_handling_by_hand():
    day = pd.Timestamp("2026-01-01")
    interactions = pd.DataFrame(
        {
            "customer_id": list("abcdefa"),
            "kind": ["complaint"] * 5 + ["question", "complaint"],
            "date": [day] * 4 + [AS_OF] + [day] * 2,
            "resolved_on": [day, day, day, None, None, None, None],
            "satisfied": [True, False, None, None, None, None, False],
        }
    )
    bought = pd.DataFrame(
        {
            "customer_id": list("abcdd"),
            "date": day + pd.to_timedelta([90, 91, 1, 0, -5], "D"),
        }
    )
    result = repurchase_after_complaint(interactions, bought, AS_OF)
    # b bought a day too late; d on the day itself and before; e complained too lately to tell.
    assert result["again"].to_dict() == {
        "content with the outcome": 1.0,
        "not content": 0.0,
        "not settled": 0.0,
        "settled, outcome not asked": 1.0,
    }
    assert result["complaints"].tolist() == [1, 1, 1, 1]
    with pytest.raises(InsufficientData, match="at least 400 days old"):
        repurchase_after_complaint(interactions, bought, AS_OF, within_days=400)


def test_better_handling_that_keeps_customers_is_seen():
    generator = np.random.default_rng(2)
    complaints = _complaints(2000).assign(satisfied=lambda f: f["customer_id"] % 2 == 0)
    stays = generator.random(2000) < np.where(complaints["satisfied"], 0.7, 0.4)
    bought = pd.DataFrame(
        {
            "customer_id": complaints["customer_id"][stays],
            "date": complaints["date"][stays] + pd.Timedelta(days=20),
        }
    )
    result = repurchase_after_complaint(complaints, bought, AS_OF)
    content, other = result.loc["content with the outcome"], result.loc["not content"]
    assert content["low"] < 0.7 < content["high"] and other["low"] < 0.4 < other["high"]


def test_steps_by_hand_and_their_funnel():
    satisfaction = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": 6.0, "e": None})
    interactions = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "d", "c"],
            "kind": ["complaint"] * 4 + ["question"],
            "resolved_on": [AS_OF, None, None, AS_OF, AS_OF],
            "satisfied": [True, None, None, True, True],
        }
    )
    steps = complaint_steps(satisfaction, interactions, dissatisfied_below=4)
    assert steps["customers"].tolist() == [4, 3, 2, 1, 1]
    assert steps["share"].tolist()[1:] == pytest.approx([3 / 4, 2 / 3, 1 / 2, 1])
    assert (steps["low"] <= steps["share"])[1:].all() and (steps["share"] <= steps["high"])[
        1:
    ].all()
    figure = charts.complaint_funnel(steps)
    assert "3 of 4 who answered are dissatisfied; 33 % of them never" in figure.layout.title.text
    assert list(figure.data[0].x) == [4, 3, 2, 1, 1]


def test_a_funnel_without_dissatisfied_customers_still_draws():
    steps = complaint_steps(
        pd.Series({"a": 6.0}),
        pd.DataFrame({"customer_id": ["a"], "kind": ["complaint"]}),
        dissatisfied_below=4,
    )
    assert steps["customers"].to_dict() == {"answered": 1, "dissatisfied": 0, "complained": 0}
    title = charts.complaint_funnel(steps).layout.title.text
    assert title == "0 of 1 who answered are dissatisfied"
