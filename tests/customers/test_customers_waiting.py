"""Kaplan-Meier over gaps: against statsmodels, a simulated truth, and by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from crm_analysis.customers import (
    categories_per_customer,
    first_purchases,
    gaps_between_orders,
    grade_moves,
    orders_by_time,
    repeat_rates,
    time_to_next_purchase,
)
from crm_analysis.errors import InsufficientData

END = pd.Timestamp("2026-01-01")
SPANS = [10, 30, 60, 120]


def visits(rng, customers, mean_gap, alike=0.0):
    """Let customers buy at exponential gaps until the end; their rates differ by ``alike``."""
    rows = []
    for k in range(customers):
        day, mine = -rng.uniform(50, 300), mean_gap * np.exp(rng.normal(0, alike))
        while day <= 0:
            rows.append((k, END + pd.Timedelta(days=int(np.floor(day)))))
            day += 1 + rng.exponential(mine)
    return pd.DataFrame(rows, columns=["customer_id", "date"])


def test_by_hand():
    # Gaps of 2 and 4 days have ended; one of 3 and one of 5 are open.
    days = {"A": [0, 2, 6], "B": [8], "C": [6]}
    rows = [
        (who, pd.Timestamp("2026-01-01") + pd.Timedelta(days=d)) for who in days for d in days[who]
    ]
    lines = pd.DataFrame(rows, columns=["customer_id", "date"])
    found = time_to_next_purchase(lines, "2026-01-12", days=[1, 2, 3, 4, 5, 99])
    # Open gaps: A 5, B 3, C 5. At 2 days one of 5 ends, at 4 one of 3.
    after = 1 - np.array([1, 4 / 5, 4 / 5, 4 / 5 * 2 / 3, 4 / 5 * 2 / 3])
    assert found["bought_again"].to_numpy() == pytest.approx(after)
    assert found.index.tolist() == [1, 2, 3, 4, 5]
    assert found["watched"].tolist() == [5, 5, 4, 3, 2]
    assert found["ended"].tolist() == [0, 0.5, 0.5, 1, 1]


def test_with_one_gap_each_it_is_the_estimate_of_statsmodels():
    rng = np.random.default_rng(2)
    gap, watched = rng.integers(1, 120, 400), rng.integers(1, 200, 400)
    start = END - pd.to_timedelta(watched, unit="D")
    first = pd.DataFrame({"customer_id": np.arange(400), "date": start})
    ended = gap <= watched
    second = first[ended].assign(date=first["date"][ended] + pd.to_timedelta(gap[ended], unit="D"))
    found = time_to_next_purchase(pd.concat([first, second]), END, days=SPANS[:3], confidence=0.95)
    # A second purchase opens a gap of its own; by the end these are open too.
    time = np.r_[np.minimum(gap, watched), (watched - gap)[ended]]
    status = np.r_[ended, np.zeros(ended.sum(), dtype=bool)]
    theirs = SurvfuncRight(time[time > 0], status[time > 0])
    at = np.searchsorted(theirs.surv_times, SPANS[:3], side="right") - 1
    assert found["bought_again"].to_numpy() == pytest.approx(1 - theirs.surv_prob[at])
    # Nearly independent gaps: Greenwood's deviation, on the log-log scale.
    survival = theirs.surv_prob[at]
    spread = theirs.surv_prob_se[at] / (survival * np.abs(np.log(survival)))
    low = 1 - survival ** np.exp(-1.96 * spread)
    assert found["low"].to_numpy() == pytest.approx(low, abs=0.01)


def test_remissions_of_the_textbook():
    # Weeks in remission on 6-MP, 9 relapses among 21 (Freireich et al. 1963, Blood 21(6); the
    # table is worked out in Kleinbaum and Klein, Survival Analysis, chapter 2).
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    rows = [(k, time, 0) for k, time in enumerate([*ended, *waiting])]
    rows += [(k, 0, 0) for k in range(len(ended))]  # they come back on the last day known
    lines = pd.DataFrame(rows, columns=["customer_id", "ago", "amount"])
    lines["date"] = END - pd.to_timedelta(lines["ago"], unit="D")
    found = time_to_next_purchase(lines, END, days=[5, 6, 7, 10, 13, 16, 22, 23, 35])
    survival = [1, 0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482, 0.4482]
    assert 1 - found["bought_again"].to_numpy() == pytest.approx(survival, abs=5e-5)
    assert found["watched"].tolist() == [21, 21, 17, 15, 12, 11, 7, 6, 1]


def test_it_finds_the_truth_where_ended_gaps_do_not():
    lines = visits(np.random.default_rng(3), 800, mean_gap=60)
    found = time_to_next_purchase(lines, END, days=SPANS, confidence=0.99)
    truth = 1 - np.exp(-(np.array(SPANS)) / 60)
    assert ((found["low"] <= truth) & (truth <= found["high"])).all()
    assert (found["ended"].to_numpy()[1:] > truth[1:] + 0.02).all()
    gaps = gaps_between_orders(lines)
    assert found["ended"].to_numpy() == pytest.approx([(gaps <= span).mean() for span in SPANS])


def test_customers_who_differ_make_the_interval_wider_than_greenwood():
    lines = visits(np.random.default_rng(4), 300, mean_gap=15, alike=1.2)
    found = time_to_next_purchase(lines, END, days=[10], confidence=0.90).loc[10]
    p, n = found["bought_again"], len(lines)
    independent = 2 * 1.645 * np.sqrt(p * (1 - p) / n)
    assert found["high"] - found["low"] > 1.3 * independent


@pytest.mark.parametrize(
    "count",
    [
        time_to_next_purchase,
        repeat_rates,
        gaps_between_orders,
        grade_moves,
        orders_by_time,
        first_purchases,
        categories_per_customer,
    ],
)
@pytest.mark.parametrize("kind", ["str", "object"])
def test_dates_that_are_text_are_named(count, kind):
    lines = pd.DataFrame({"customer_id": ["A", "B"], "date": END, "amount": 1.0})
    lines["date"] = lines["date"].astype("str").astype(kind)
    with pytest.raises(ValueError, match=r"transactions has dates of type .*: convert them by"):
        count(lines.assign(product=["milk", "tea"]))


def test_two_purchases_on_one_day_are_one():
    days = pd.to_datetime(["2026-01-01 09:00", "2026-01-01 17:30", "2026-01-08 12:00"])
    lines = pd.DataFrame({"customer_id": "A", "date": days})
    assert gaps_between_orders(lines).tolist() == [7]
    assert repeat_rates(lines.iloc[:2], "2026-02-28", [7])["repeated"].tolist() == [0]
    assert repeat_rates(lines, "2026-02-28", [6, 7])["repeated"].tolist() == [0, 1]


def test_no_purchases_have_no_repeat_rate():
    lines = pd.DataFrame({"customer_id": ["A"], "date": END})
    for none, as_of in ((lines.iloc[:0], None), (lines, "2025-01-01")):
        with pytest.raises(InsufficientData, match="the repeat rate needs at least 1 purchase"):
            repeat_rates(none, as_of)


def test_nobody_came_back():
    lines = pd.DataFrame({"customer_id": ["A", "B"], "date": END})
    with pytest.raises(InsufficientData, match="a second purchase"):
        time_to_next_purchase(lines)


def test_all_came_back_and_the_input_stays():
    lines = pd.DataFrame({"customer_id": ["A", "A"], "date": [END, END + pd.Timedelta(days=3)]})
    before = lines.copy()
    found = time_to_next_purchase(lines, days=[1, 3])
    assert found[["bought_again", "low", "high"]].to_numpy().tolist() == [[0] * 3, [1] * 3]
    pd.testing.assert_frame_equal(lines, before)
