"""Returns lower the purchases they belong to; small tables, worked out by hand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.data import load
from crm_analysis.data.returns import is_return, settle_returns
from crm_analysis.errors import InputError

COLUMNS = ["customer_id", "date", "order_id", "product_id", "quantity", "amount"]


def lines(*rows, columns=COLUMNS):
    frame = pd.DataFrame(rows, columns=columns, index=range(2, len(rows) + 2))
    return frame.assign(date=pd.to_datetime(frame["date"]))


ORDERS = lines(
    ("A", "2026-01-05", "1001", "milk", 4.0, 8.0),
    ("A", "2026-01-05", "1001", "jam", 1.0, 5.0),
    ("A", "2026-01-12", "1002", "milk", 2.0, 4.0),
    ("B", "2026-01-12", "1003", "milk", 1.0, 2.0),
)


def settled(*returns, policy="net"):
    return settle_returns(
        pd.concat([ORDERS, lines(*returns).set_axis(range(6, 6 + len(returns)))]),
        policy,
        file="x.csv",
    )


def test_a_return_with_an_orders_number_lowers_that_order():
    found = settled(("A", "2026-01-20", "1001", "milk", -1.0, -2.0))
    assert found.transactions["amount"].tolist() == [6.0, 5.0, 4.0, 2.0]
    assert found.transactions["quantity"].tolist() == [3.0, 1.0, 2.0, 1.0]
    assert found.set_aside[["line", "reason"]].to_numpy().tolist() == [
        [6, "return, taken off its purchase"]
    ]
    assert found.returns["amount"].tolist() == [-2.0]


def test_a_cancellation_bears_the_number_behind_the_letter():
    found = settled(("A", "2026-01-20", "C1001", "jam", 1.0, 5.0))
    assert found.transactions["amount"].tolist() == [8.0, 4.0, 2.0]
    assert found.set_aside["reason"].tolist() == [
        "return, taken off its purchase",
        "purchase that came back whole",
    ]
    assert found.set_aside["line"].tolist() == [6, 3]


def test_without_an_order_the_latest_earlier_purchase_of_the_product_is_lowered():
    found = settled(("A", "2026-01-20", "C2001", "milk", -3.0, -6.0))
    # 4 from order 1002, which comes back whole, and 2 from order 1001.
    assert found.transactions["amount"].tolist() == [6.0, 5.0, 2.0]


def test_a_return_lowers_nothing_that_was_bought_later():
    found = settled(("A", "2026-01-06", "C2001", "milk", -1.0, -2.0))
    assert found.transactions["amount"].tolist() == [6.0, 5.0, 4.0, 2.0]


def test_two_returns_share_what_there_is():
    twice = ("B", "2026-01-20", "C2001", "milk", -1.0, -2.0)
    found = settled(twice, twice)
    assert found.set_aside["reason"].tolist() == [
        "return, taken off its purchase",
        "return without an earlier purchase",
        "purchase that came back whole",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("B", "2026-01-01", "C9", "milk", -1.0, -2.0), "return without an earlier purchase"),
        (("B", "2026-01-20", "C9", "jam", -1.0, -5.0), "return without an earlier purchase"),
        (("B", "2026-01-20", "C9", "milk", -2.0, -4.0), "return of more than was bought"),
        (("Z", "2026-01-20", "C9", "milk", -1.0, -2.0), "return without an earlier purchase"),
        (("B", "2026-01-20", "C9", "milk", -1.0, 0.0), "return without an amount"),
    ],
)
def test_what_cannot_be_matched_is_set_aside_with_its_reason(row, reason):
    found = settled(row)
    assert found.set_aside["reason"].tolist() == [reason]
    pd.testing.assert_frame_equal(found.transactions, ORDERS)
    assert found.returns.empty


def test_without_products_the_customers_latest_earlier_purchase_is_lowered():
    columns = ["customer_id", "date", "amount"]
    rows = ("A", "2026-01-05", 9.0), ("A", "2026-01-12", 4.0), ("A", "2026-01-20", -5.0)
    found = settle_returns(lines(*rows, columns=columns), file="x.csv")
    assert found.transactions["amount"].tolist() == [8.0]


def test_the_cost_of_what_came_back_comes_back_too():
    frame = lines(
        ("A", "2026-01-05", "1", "milk", 4.0, 8.0), ("A", "2026-01-06", "1", "milk", -1.0, -2.0)
    )
    found = settle_returns(frame.assign(cost=[4.0, -1.0]), file="x.csv")
    assert found.transactions[["quantity", "amount", "cost"]].to_numpy().tolist() == [
        [3.0, 6.0, 3.0]
    ]


def test_the_other_policies():
    row = ("A", "2026-01-20", "1001", "milk", -1.0, -2.0)
    dropped = settled(row, policy="drop")
    pd.testing.assert_frame_equal(dropped.transactions, ORDERS)
    assert dropped.set_aside["reason"].tolist() == ["return or cancellation"]
    kept = settled(row, policy="keep")
    assert kept.transactions["amount"].tolist()[-1] == -2.0
    assert kept.set_aside.empty
    with pytest.raises(InputError, match="unknown policy on returns 'nett': did you mean 'net'"):
        settled(row, policy="nett")


def test_a_letter_marks_a_cancellation_only_among_numbers():
    numbers = pd.DataFrame({"order_id": ["C1", "C2", "C3", "17"], "amount": [1.0] * 4})
    assert not is_return(numbers).any()
    kinds = pd.DataFrame({"kind": ["Sale", "Refund", "退货", None], "amount": [1.0] * 4})
    assert is_return(kinds).tolist() == [False, True, True, False]


def test_the_frame_stays_as_it_was():
    frame = pd.concat(
        [ORDERS, lines(("A", "2026-01-20", "1001", "milk", -1.0, -2.0)).set_axis([6])]
    )
    before = frame.copy(deep=True)
    settle_returns(frame, file="x.csv")
    pd.testing.assert_frame_equal(frame, before)


AMOUNTS = st.sampled_from([-9.0, -5.0, -2.0, 0.0, 2.0, 5.0, 9.0])
LINE = st.tuples(
    st.sampled_from("AB"),
    st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
    st.sampled_from(["1", "2", "C1", "C9"]),
    st.sampled_from(["milk", "jam"]),
    st.just(1.0),
    AMOUNTS,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=14), st.sampled_from(["net", "drop", "keep"]))
def test_no_line_and_no_money_is_lost(rows, policy):
    frame = lines(*rows)
    found = settle_returns(frame, policy, file="x.csv")
    kept = [*found.transactions.index, *found.set_aside["line"]]
    assert sorted(kept) == frame.index.tolist()
    if policy == "net":
        matched = found.returns["amount"].abs().sum()
        bought = frame.loc[~is_return(frame), "amount"].sum()
        assert found.transactions["amount"].sum() == pytest.approx(bought - matched)
        assert (found.transactions["amount"] >= 0).all()
        per_customer = found.returns["amount"].abs().groupby(found.returns["customer_id"]).sum()
        spent = frame[~is_return(frame)].groupby("customer_id")["amount"].sum()
        left = found.transactions.groupby("customer_id")["amount"].sum()
        for customer, back in per_customer.items():
            assert left.get(customer, 0.0) == pytest.approx(spent[customer] - back)


def test_the_company_keeps_them_all(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id,date,order_id,amount\n"
        "A,2026-01-01,1,10\n,2026-01-02,2,7\nA,2026-01-03,1,-4\nB,2026-01-04,3,-1\nB,soon,3,1\n"
    )
    company = load(path)
    assert company.read == {"transactions": 5}
    assert company.transactions["amount"].tolist() == [6.0]
    assert company.set_aside["reason"].tolist() == [
        "no customer",
        "return, taken off its purchase",
        "return without an earlier purchase",
    ]
    assert company.returns["amount"].tolist() == [-4.0]
    early = load(path, as_of="2026-01-01")
    # The return wasn't known yet.
    assert early.transactions["amount"].tolist() == [10.0]
    assert early.unidentified is None
    assert early.rejected["reason"].value_counts().to_dict() == {
        "date after as_of": 3,
        "unreadable date": 1,
    }
