"""First purchases and where they lead, times of ordering, breadth, and moves between grades."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import (
    categories_per_customer,
    concentration,
    first_purchases,
    grade_moves,
    orders_by_time,
)
from crm_analysis.customers.first_purchase import EVERYBODY
from crm_analysis.customers.habits import WEEKDAYS
from crm_analysis.customers.rhythm_charts import order_times
from crm_analysis.errors import InsufficientData

MONDAY = pd.Timestamp("2026-01-05")


def bought(*rows):
    """Give lines of customer, day after the Monday, amount, product."""
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount", "product"])
    return frame.assign(date=MONDAY + pd.to_timedelta(frame.pop("day"), unit="D"))


def test_first_purchases_by_hand():
    log = bought(
        ("A", 0, 1.0, "tea"), ("A", 0, 1.0, "cup"), ("A", 9, 5.0, "jug"), ("A", 40, 50.0, "jug"),
        ("B", 2, 1.0, "tea"), ("C", 3, 1.0, "cup"), ("C", 10, 3.0, "tea"), ("D", 25, 9.0, "tea"),
    )  # fmt: skip
    found = first_purchases(log, MONDAY + pd.Timedelta(days=40), days=30, fewest=2)
    # D can't be followed for 30 days; what A spent after day 30 doesn't count.
    assert found["customers"].to_dict() == {EVERYBODY: 3, "cup": 2, "tea": 2}
    assert found["rate"].to_dict() == pytest.approx({EVERYBODY: 2 / 3, "cup": 1, "tea": 0.5})
    assert found["revenue"].to_dict() == pytest.approx({EVERYBODY: 8 / 3, "cup": 4, "tea": 2.5})
    # Student with one degree of freedom: 6.314 times the error of the mean, 2.5 here.
    assert found.loc["tea", "revenue_high"] == pytest.approx(2.5 + 6.3137515 * 2.5)


def test_a_first_product_that_leads_to_more_is_found():
    rng = np.random.default_rng(1)
    rows = []
    for k in range(600):
        product = ("good", "bad")[k % 2]
        rows.append((k, 0, 5.0, product))
        if rng.random() < {"good": 0.6, "bad": 0.3}[product]:
            rows.append((k, 20, 10.0, "other"))
    found = first_purchases(bought(*rows), MONDAY + pd.Timedelta(days=100), days=90)
    assert found.loc["good", "rate_low"] > found.loc["bad", "rate_high"]
    assert found.loc["good", "rate_low"] < 0.6 < found.loc["good", "rate_high"]
    assert found.loc["bad", "revenue_low"] < 3 < found.loc["bad", "revenue_high"]


def test_first_purchases_without_what_it_takes():
    log = bought(("A", 0, 1.0, "tea"), ("B", 0, 1.0, "cup"))
    with pytest.raises(InsufficientData, match="a column product or product_id or category"):
        first_purchases(log.drop(columns="product"))
    with pytest.raises(InsufficientData, match="0 whose first purchase"):
        first_purchases(log, days=30)
    before = log.copy()
    first_purchases(log, days=0, fewest=2)
    pd.testing.assert_frame_equal(log, before)


def test_orders_by_hour_where_hours_are_known():
    days = pd.date_range(MONDAY, periods=28)
    lines = pd.DataFrame({"date": days.repeat(2), "hour": [9, 11] * 28, "order_id": range(56)})
    lines = pd.concat([lines, lines.iloc[:1]])  # a second line of one order
    found = orders_by_time(lines)
    assert list(found) == ["9:00", "10:00", "11:00"]
    assert list(found.index) == list(WEEKDAYS)
    assert found["9:00"].tolist() == [1] * 7
    assert found["10:00"].tolist() == [0] * 7
    assert orders_by_time(lines.assign(hour=None)).columns.tolist() == ["Jan", "Feb"]


def test_orders_by_month_are_divided_by_the_days_there_were():
    lines = pd.DataFrame({"date": pd.to_datetime(["2026-01-05"] * 8 + ["2026-02-28"])})
    found = orders_by_time(lines, pd.Timestamp("2026-02-28"))
    assert found.loc["Monday", "Jan"] == 2  # eight orders, four Mondays from the first one on
    assert found.loc["Saturday", "Feb"] == 0.25
    assert found.loc["Tuesday", "Feb"] == 0


@pytest.mark.parametrize(("months", "every"), [(3, 1), (6, 1), (12, 2)])
def test_as_many_months_are_named_as_fit_on_a_phone(months, every):
    days = pd.date_range("2026-01-01", periods=months, freq="MS").repeat(9)
    found = orders_by_time(pd.DataFrame({"date": days}))
    assert len(found.columns) == months
    assert order_times(found).layout.xaxis.dtick == every


def test_short_records_hold_no_week_to_speak_of():
    with pytest.raises(InsufficientData, match="records of 3 days"):
        orders_by_time(pd.DataFrame({"date": pd.date_range(MONDAY, periods=3)}))


def test_categories_per_customer():
    log = bought(("A", 0, 1.0, "a"), ("A", 1, 2.0, "b"), ("A", 2, 3.0, None), ("B", 0, 4.0, "a"))
    found = categories_per_customer(log)
    assert found["customers"].to_dict() == {"1": 1, "2": 1}
    assert found["revenue"].to_dict() == {"1": 4, "2": 6}
    assert found["days_each"].to_dict() == {"1": 1, "2": 3}
    assert categories_per_customer(log, most=2).index.tolist() == ["1", "2 or more"]
    assert found.index.name == "products"


def test_moves_between_grades():
    before = [(f"c{k}", 0, float(k + 1), "x") for k in range(100)]
    # Limits: 80, 95 and 99; "c9" rises to VIP, "c99" falls to small, "c90" stays ordinary.
    now = [
        ("c9", 10, 100.0, "x"),
        ("c99", 10, 80.0, "x"),
        ("c90", 10, 95.0, "x"),
        ("n", 19, 7.0, "x"),
    ]
    found = grade_moves(bought(*before, *now), MONDAY + pd.Timedelta(days=19), days=10)
    assert found["customers"].to_dict() == {
        "came": 1, "moved up": 1, "stayed": 1, "moved down": 1, "left": 97,
    }  # fmt: skip
    assert found["change"].to_dict() == {
        "came": 7, "moved up": 90, "stayed": 4, "moved down": -20, "left": -(5050 - 10 - 100 - 91),
    }  # fmt: skip
    assert found.attrs["days"] == 10


def test_moves_take_half_of_short_records_and_say_when_there_are_none():
    log = bought(*[(f"c{k % 30}", day, 1.0, "x") for k in range(30) for day in (0, 99)])
    assert grade_moves(log).attrs["days"] == 50
    with pytest.raises(InsufficientData, match="records of 1 day"):
        grade_moves(bought(("A", 0, 1.0, "x")))
    with pytest.raises(InsufficientData, match="1 who bought"):
        grade_moves(bought(("A", 0, 1.0, "x"), ("A", 9, 1.0, "x")))
    with pytest.raises(InsufficientData, match="two spans of 60 days"):
        grade_moves(log, days=60)


def test_the_top_and_their_interval():
    values = pd.Series([1.0] * 80 + [16.0] * 20)
    spread = concentration(values)
    assert spread.top.loc[0.20, "share"] == pytest.approx(0.8)
    assert spread.top.loc[0.10, "low"] < 0.4 < spread.top.loc[0.10, "high"]
    assert spread.customers_for(0.8) == pytest.approx(0.2)
    assert spread.top["share"].tolist() == pytest.approx(
        [spread.top_share(p) for p in spread.top.index]
    )
    same = concentration(pd.Series([3.0] * 50))
    assert same.top["share"].to_numpy() == pytest.approx(same.top.index.to_numpy())
