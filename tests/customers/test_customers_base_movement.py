"""Base by month against a walk through every customer's days, and the balance that adds up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers import base_by_month, base_movement, silence_limits
from crm_analysis.errors import InsufficientData

START = pd.Timestamp("2024-01-20")


def log(days, who=None):
    """Give customers ("c0", "c1", ...) purchases on days counted from a start."""
    rows = [
        (f"c{k}", START + pd.Timedelta(days=day)) for k, mine in enumerate(days) for day in mine
    ]
    return pd.DataFrame(rows, columns=["customer_id", "date"]).assign(amount=1.0)


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(5)
    days = [np.cumsum(rng.exponential(rng.gamma(2, 25), rng.integers(1, 15))) for _ in range(150)]
    lines = log([mine.astype(int) for mine in days])
    return lines[lines["date"] <= "2026-01-10"]


def walked(lines, as_of, limits):
    """Count month by month, customer by customer, from where each stood at both ends."""

    def stands(days, on):
        past = [day for day in days if day <= on]
        if not past:
            return "nobody"
        return "lost" if (on - past[-1]).days > limits[min(len(past), 5)] else "base"

    each = [sorted(set(part)) for _, part in lines.groupby("customer_id")["date"]]
    months = pd.period_range(lines["date"].min(), as_of, freq="M")
    rows = []
    for month in months:
        begin, end = month.start_time - pd.Timedelta(days=1), min(month.end_time.normalize(), as_of)
        counts = dict.fromkeys(["new", "returning", "reactivated", "lost", "base"], 0)
        for days in each:
            was, now = stands(days, begin), stands(days, end)
            bought = any(begin < day <= end for day in days)
            kind = {"nobody": "new", "lost": "reactivated", "base": "returning"}[was]
            counts[kind] += bought
            counts["base"] += now == "base"
            counts["lost"] += now == "lost" and (was == "base" or bought)
        rows.append(counts)
    return pd.DataFrame(rows, index=months.to_timestamp())


@pytest.mark.parametrize("as_of", ["2026-01-10", "2025-08-31"])
@pytest.mark.parametrize("lost_after", [0.5, 0.9])
def test_counts_are_those_of_a_walk_through_the_days(drawn, as_of, lost_after):
    as_of = pd.Timestamp(as_of)
    seen = drawn[drawn["date"] <= as_of]
    limits = silence_limits(drawn, as_of, lost_after)["days"]
    found = base_movement(drawn, as_of, lost_after)
    pd.testing.assert_frame_equal(
        found[["new", "returning", "reactivated", "lost", "base"]],
        walked(seen, as_of, limits),
        check_names=False, check_freq=False, check_dtype=False,
    )  # fmt: skip


def test_new_and_active_are_those_of_the_base_by_month(drawn):
    movement, base = base_movement(drawn), base_by_month(drawn)
    assert movement["new"].tolist() == base["new"].tolist()
    assert movement["active"].tolist() == base["active"].tolist()
    assert movement["complete"].tolist() == base["complete"].tolist()


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=12), min_size=5, max_size=30),
    st.floats(0.05, 0.95),
)
def test_the_balance_adds_up(days, lost_after):
    lines = log([*days, *([[0, 9, 18]] * 10)])
    found = base_movement(lines, lost_after=lost_after)
    before = found["base"].shift(fill_value=0)
    assert (before + found["new"] + found["reactivated"] - found["lost"] == found["base"]).all()
    kinds = found[["new", "returning", "reactivated"]]
    assert (kinds.sum(axis=1) == found["active"]).all()
    assert (found.drop(columns="complete") >= 0).all(axis=None)
    assert found["new"].sum() == lines["customer_id"].nunique()
    # Whoever bought within the limits' shortest silence before the end is in the base.
    assert (
        found["base"].iloc[-1]
        >= (lines.groupby("customer_id")["date"].max() == lines["date"].max()).sum()
    )


def test_limits_are_the_quantile_of_the_gaps_after_so_many_purchases():
    first, second = range(1, 31), range(101, 131)
    found = silence_limits(log([[0, a, a + b] for a, b in zip(first, second, strict=True)]))
    assert found.loc[1].tolist() == [30, 27]  # 27 of 30 gaps are 27 days or less
    assert found.loc[2].tolist() == [30, 127]
    assert found.loc[3].tolist() == [0, 124]  # too few: 54 of all 60


def test_patience_loses_fewer(drawn):
    lost = [base_movement(drawn, lost_after=share)["lost"].sum() for share in (0.5, 0.8, 0.99)]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > lost[-1]


def test_too_few_gaps():
    with pytest.raises(InsufficientData, match="1 gap between purchases"):
        base_movement(log([[0, 5], [3]]))
    with pytest.raises(InsufficientData, match="0 gaps"):
        base_movement(log([[0]]).iloc[:0])
    with pytest.raises(ValueError, match="lost_after"):
        base_movement(log([[0]]), lost_after=90)


def test_a_day_is_that_of_the_clock_on_the_wall(drawn):
    there = drawn.assign(date=drawn["date"].dt.tz_localize("Asia/Seoul") + pd.Timedelta(hours=1))
    as_of = "2025-06-30"
    pd.testing.assert_frame_equal(base_movement(there, as_of), base_movement(drawn, as_of))
    assert base_movement(there).index[-1] == base_movement(drawn).index[-1]


def test_the_input_stays_as_it_is(drawn):
    before = drawn.copy()
    base_movement(drawn, "2025-06-30")
    pd.testing.assert_frame_equal(drawn, before)
