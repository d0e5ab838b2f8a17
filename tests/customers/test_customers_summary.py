from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers import summarize
from crm_analysis.customers.summary import customer_table
from crm_analysis.data import load
from crm_analysis.errors import InputError

RFM_ORDERS = Path(__file__).parents[3] / "shared" / "data" / "rfm_orders.csv"


def lines(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount", "order_id"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


BY_HAND = lines(
    ("Ann", "2026-01-01", 10.0, "o1"),
    ("Ann", "2026-01-01", 5.0, "o1"),
    ("Ann", "2026-01-15", 4.0, "o2"),
    ("Ann", "2026-01-15", 8.0, "o3"),
    ("Ann", "2026-01-29", 6.0, None),
    ("Bo", "2026-01-10", 20.0, None),
    ("Bo", "2026-01-10", 1.0, None),
    ("Cy", "2026-02-20", 3.0, "o9"),
)


def by_pandas(transactions, as_of, days_per_unit):
    """Reach the same table by another way: groups and loops of pandas."""
    seen = transactions[transactions["date"] <= as_of]
    rows = {}
    for customer, own in seen.groupby("customer_id"):
        days = own.groupby("date")["amount"].sum().sort_index()
        first, last = days.index[0], days.index[-1]
        ids = own["order_id"] if "order_id" in own else pd.Series(pd.NA, index=own.index)
        rows[customer] = {
            "first": first,
            "last": last,
            "orders": ids.dropna().nunique() + ids.isna().sum(),
            "revenue": own["amount"].sum(),
            "frequency": len(days) - 1,
            "recency": (last - first).days / days_per_unit,
            "T": (as_of - first).days / days_per_unit,
            "monetary_value": days.iloc[1:].mean() if len(days) > 1 else 0.0,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("customer_id").sort_index()


def test_summary_by_hand():
    customers = summarize(BY_HAND, as_of="2026-02-05", unit="W")
    assert customers.index.tolist() == ["Ann", "Bo"]
    ann = customers.loc["Ann"]
    assert (ann["first"], ann["last"]) == (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-29"))
    assert ann["orders"] == 4  # o1, o2, o3 and a line without an order id
    assert ann["revenue"] == 33.0
    assert ann["frequency"] == 2
    assert (ann["recency"], ann["T"]) == (4.0, 5.0)
    assert ann["monetary_value"] == 9.0  # (4 + 8) and 6 on two repeat days
    bo = customers.loc["Bo"]
    assert (bo["orders"], bo["frequency"], bo["recency"], bo["monetary_value"]) == (2, 0, 0.0, 0.0)


def test_as_of_defaults_to_the_last_date():
    assert summarize(BY_HAND).loc["Cy", "T"] == 0


@pytest.mark.parametrize(("unit", "days"), [("D", 1), ("W", 7)])
def test_agrees_with_another_way_on_the_dairy(unit, days):
    company = load("dairy")
    some = company.transactions[company.transactions["customer_id"] < "H0400"]
    as_of = pd.Timestamp("2025-11-30")
    expected = by_pandas(some, as_of, days)
    actual = summarize(some, as_of, unit)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False, check_index_type=False)


def test_cdnow_sample_is_as_published():
    # Fader, Hardie, Lee (2005): 2,357 customers, weeks to 1997-09-30, T up to 38.86; 946 repeat.
    customers = summarize(load("cdnow_sample").transactions, as_of="1997-09-30", unit="W")
    assert len(customers) == 2357
    assert customers["T"].max() == pytest.approx(272 / 7)
    repeat = customers[customers["frequency"] > 0]
    assert len(repeat) == 946
    # Fader, Hardie (2013): mean of the average repeat transaction values.
    assert repeat["monetary_value"].mean() == pytest.approx(35.08, abs=0.005)
    correlation = np.corrcoef(repeat["frequency"], repeat["monetary_value"])[0, 1]
    assert correlation == pytest.approx(0.1139, abs=5e-5)


@pytest.mark.skipif(
    not RFM_ORDERS.exists(), reason="the shared orders of the R package rfm are missing"
)
def test_orders_of_the_r_package_rfm():
    orders = load(RFM_ORDERS, columns={"amount": "revenue"}).transactions
    customers = summarize(orders, as_of="2006-12-31")
    assert len(customers) == 995
    assert customers["orders"].sum() == 4906


def test_an_ibis_table_gives_the_same():
    table = ibis.duckdb.connect().create_table("t", BY_HAND)
    pd.testing.assert_frame_equal(summarize(table, unit="W"), summarize(BY_HAND, unit="W"))


def test_the_expression_runs_on_another_database():
    path = ibis.sqlite.connect()
    table = path.create_table("t", BY_HAND)
    sql = ibis.to_sql(customer_table(table, pd.Timestamp("2026-02-05").date()), dialect="postgres")
    assert "GROUP BY" in sql


def test_input_stays_as_it_was():
    before = BY_HAND.copy(deep=True)
    summarize(BY_HAND, as_of="2026-01-20")
    pd.testing.assert_frame_equal(BY_HAND, before)


def test_same_input_same_bytes():
    transactions = load("cdnow").transactions
    one, other = summarize(transactions), summarize(transactions)
    assert one.to_parquet() == other.to_parquet()


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        (BY_HAND.iloc[:0], {}, "no rows"),
        (BY_HAND, {"as_of": "2025-12-31"}, "before the first purchase on 2026-01-01"),
        (BY_HAND, {"as_of": "soon"}, "'soon'"),
        (BY_HAND, {"unit": "M"}, "got 'M'"),
        (BY_HAND.assign(date="2026-01-01"), {}, "pd.to_datetime"),
    ],
)
def test_bad_input_is_named(frame, options, words):
    with pytest.raises(InputError, match=words):
        summarize(frame, **options)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lacks the column 'amount'"):
        summarize(BY_HAND.drop(columns="amount"))


PURCHASES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 30), st.integers(-500, 500)),
    min_size=1,
    max_size=40,
)
ANYBODY = st.one_of(st.none(), st.text(min_size=1, max_size=3), st.sampled_from(["A", "Ä", "客"]))
LINES = st.lists(
    st.tuples(
        ANYBODY,
        st.one_of(st.none(), st.integers(-40_000, 40_000), st.integers(0, 9)),
        st.integers(-500, 500),
        st.one_of(st.none(), st.sampled_from(["o1", "o2", "o3"])),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(0, 20), st.sampled_from("DW"), st.booleans())
def test_a_frame_is_counted_as_the_expressions_say(rows, days, unit, with_orders):
    frame = lines(*((who, None, cents / 4, order) for who, _, cents, order in rows))
    passed = pd.to_timedelta([row[1] for row in rows], unit="D")
    frame["date"] = pd.Series(pd.Timestamp("2026-01-01") + passed).astype("datetime64[us]")
    frame = frame.astype({"customer_id": "str", "order_id": "str"})
    frame = frame if with_orders else frame.drop(columns="order_id")
    as_of = pd.Timestamp("2026-01-01") + pd.Timedelta(days=days)
    if not frame["date"].min() <= as_of:
        return
    table = ibis.duckdb.connect(threads=1).create_table("t", frame)
    expected = summarize(table, as_of, unit)
    before = frame.copy(deep=True)
    pd.testing.assert_frame_equal(summarize(frame, as_of, unit), expected, check_index_type=False)
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=12, deadline=None)
@given(PURCHASES)
def test_any_purchases_agree_with_another_way(rows):
    day = pd.to_timedelta([row[1] for row in rows], unit="D")
    frame = pd.DataFrame(
        {
            "customer_id": [row[0] for row in rows],
            "date": pd.Timestamp("2026-01-01") + day,
            "amount": [row[2] / 4 for row in rows],
        }
    )
    as_of = pd.Timestamp("2026-02-15")
    expected = by_pandas(frame, as_of, 1)
    actual = summarize(frame, as_of)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False, check_index_type=False)
