"""How customers buy: base over time, orders, gaps, repeat rate, checked by hand and otherwise."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from crm_analysis.customers import (
    base_by_month,
    gaps_between_orders,
    order_values,
    orders_per_customer,
    profile_completeness,
    repeat_rates,
    same_months_a_year_before,
    summarize,
    wilson,
)
from crm_analysis.data import load
from crm_analysis.errors import InsufficientData

LINES = pd.DataFrame(
    [
        ("A", "2025-01-10", 10.0, "o1"),
        ("A", "2025-01-10", 2.0, "o1"),
        ("A", "2025-01-20", 5.0, "o2"),
        ("B", "2025-01-31", 7.0, "o3"),
        ("B", "2025-03-01", 1.0, "o4"),
        ("C", "2025-03-15", 4.0, None),
        ("A", "2025-03-31", 3.0, "o5"),
    ],
    columns=["customer_id", "date", "amount", "order_id"],
).assign(date=lambda frame: pd.to_datetime(frame["date"]))


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def test_base_by_hand():
    base = base_by_month(LINES, as_of=pd.Timestamp("2025-03-31"))
    assert base.index.strftime("%Y-%m").tolist() == ["2025-01", "2025-02", "2025-03"]
    assert base[["new", "returning", "active"]].to_numpy().tolist() == [
        [2, 0, 2],
        [0, 0, 0],
        [1, 2, 3],
    ]
    # A's second order falls in the first month, so it's still a new customer's.
    assert base["revenue_new"].tolist() == [24.0, 0.0, 4.0]
    assert base["revenue_returning"].tolist() == [0.0, 0.0, 4.0]
    assert base["complete"].tolist() == [True, True, True]


def test_a_month_that_is_not_over_is_marked():
    base = base_by_month(LINES, as_of=pd.Timestamp("2025-03-30"))
    assert base["complete"].tolist() == [True, True, False]
    assert base.loc["2025-03-01", "active"] == 2


def test_months_without_a_purchase_run_to_as_of():
    base = base_by_month(LINES, as_of=pd.Timestamp("2025-05-31"))
    assert base["active"].tolist() == [2, 0, 3, 0, 0]


def test_base_adds_up(dairy):
    base = base_by_month(dairy.transactions, dairy.as_of)
    assert base["new"].sum() == 5000
    total = base[["revenue_new", "revenue_returning"]].sum().sum()
    assert total == pytest.approx(dairy.transactions["amount"].sum())


def test_like_months_are_compared():
    months = pd.date_range("2024-01-01", periods=16, freq="MS")
    base = pd.DataFrame({"active": range(16), "complete": [True] * 15 + [False]}, index=months)
    assert same_months_a_year_before(base) == (13.0, 1.0)
    with pytest.raises(InsufficientData, match="15 complete months; there are only 14"):
        same_months_a_year_before(base.iloc[1:])


def test_orders_per_customer_adds_up():
    counts = orders_per_customer(summarize(LINES), most=3)
    assert counts["customers"].to_dict() == {"1": 1, "2": 1, "3 or more": 1}
    assert counts["revenue"].tolist() == [4.0, 8.0, 20.0]
    assert counts["customer_share"].sum() == pytest.approx(1)


def test_gaps_by_hand():
    gaps = gaps_between_orders(LINES)
    assert gaps.tolist() == [10, 70, 29]
    assert gaps.index.tolist() == ["A", "A", "B"]
    assert gaps_between_orders(LINES.iloc[:2]).empty


def test_gaps_add_up_to_recency(dairy):
    gaps = gaps_between_orders(dairy.transactions).groupby(level=0).sum()
    recency = summarize(dairy.transactions)["recency"]
    assert (gaps == recency[recency > 0]).all()


def test_order_values_add_up(dairy):
    assert sorted(order_values(LINES)) == [1.0, 3.0, 4.0, 5.0, 7.0, 12.0]
    values = order_values(dairy.transactions)
    assert len(values) == summarize(dairy.transactions)["orders"].sum()
    assert values.sum() == pytest.approx(dairy.transactions["amount"].sum())
    assert order_values(LINES.drop(columns="order_id")).tolist() == LINES["amount"].tolist()


def test_repeat_rates_by_hand():
    # On 2025-03-31 A was observed for 80 days, B for 59, C for 16; A came after 10, B after 29.
    rates = repeat_rates(LINES, days=[60, 10, 28, 29, 80, 81, 10])
    assert rates.index.tolist() == [10, 28, 29, 60, 80]
    assert rates["n"].tolist() == [3, 2, 2, 1, 1]
    assert rates["repeated"].tolist() == [1, 1, 2, 1, 1]


def test_repeat_rates_against_a_loop(dairy):
    some = dairy.transactions[dairy.transactions["customer_id"] < "H0300"]
    as_of = pd.Timestamp("2024-06-30")
    n = repeated = 0
    for _, own in some[some["date"] <= as_of].groupby("customer_id"):
        days = sorted(set(own["date"]))
        if (as_of - days[0]).days >= 90:
            n += 1
            repeated += len(days) > 1 and (days[1] - days[0]).days <= 90
    row = repeat_rates(some, as_of, days=[90]).loc[90]
    assert (row["n"], row["repeated"]) == (n, repeated)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (1, 3), (80, 100), (5000, 23570)])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_wilson_agrees_with_statsmodels(k, n, confidence):
    ours = wilson(k, n, confidence)
    theirs = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-12)


def test_wilson_refuses_nobody_and_nonsense():
    with pytest.raises(InsufficientData):
        wilson(0, 0)
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence=90)


def test_completeness_counts_customers_without_a_profile():
    profiles = pd.DataFrame(
        {"customer_id": ["A", "B"], "email": ["a@x", None], "region": ["n", "s"]}
    )
    fields = profile_completeness(profiles, ["A", "B", "C", "D"])
    assert fields["share"].to_dict() == {"region": 0.5, "email": 0.25}
    assert profile_completeness(None, ["A"]).empty


@pytest.mark.parametrize(
    "function", [base_by_month, gaps_between_orders, order_values, repeat_rates, summarize]
)
def test_transactions_stay_as_they_were(function):
    before = LINES.copy(deep=True)
    function(LINES)
    pd.testing.assert_frame_equal(LINES, before)


def test_purchases_after_as_of_do_not_count():
    early = pd.Timestamp("2025-01-31")
    until = LINES[LINES["date"] <= early]
    pd.testing.assert_frame_equal(base_by_month(LINES, early), base_by_month(until, early))
    pd.testing.assert_frame_equal(repeat_rates(LINES, early), repeat_rates(until, early))
    with pytest.raises(InsufficientData, match="0 purchases"):
        base_by_month(LINES, pd.Timestamp("2024-12-31"))
    assert np.isfinite(repeat_rates(LINES, early, days=[10]).to_numpy()).all()
