"""What is known of the customers: identified, linked, entered twice, complete."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers import (
    duplicate_groups,
    duplicate_pairs,
    identified,
    information_completeness,
    profile_completeness,
    table_links,
)
from crm_analysis.data import load
from crm_analysis.data.company import Company
from crm_analysis.errors import MissingTable

DAY = pd.Timestamp("2026-03-31")


def lines(**columns):
    return pd.DataFrame(columns).assign(date=DAY)


def company(**tables):
    return Company("x", "X", DAY, **tables)


def profiles(**columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"customer_id": list("ABCDEFGHIJ"[:n])} | columns)


def paired(frame):
    pairs = duplicate_pairs(frame)
    return (pairs["customer_id"] + pairs["other_id"]).tolist()


def test_identified_counts_orders_and_revenue():
    known = lines(amount=[5.0, 5.0, 2.0], order_id=["1", "1", None])
    guests = lines(amount=[8.0], order_id=["9"])
    found = identified(known, guests, DAY)
    assert found["share"].tolist() == [pytest.approx(2 / 3), 0.6]
    assert identified(known, None, DAY)["share"].tolist() == [1, 1]
    assert identified(known, guests, DAY - pd.Timedelta(days=1))["share"].isna().all()


def test_links_go_both_ways_and_by_the_respondent_where_need_be():
    found = table_links(
        {
            "transactions": pd.DataFrame({"customer_id": ["A", "B"]}),
            "survey": pd.DataFrame({"respondent_id": [1, 2, 3], "customer_id": ["A", "Z", None]}),
            "kano": pd.DataFrame({"respondent_id": [1, 9]}),
            "traffic": pd.DataFrame({"visitors": [3]}),
        }
    )
    assert list(found) == ["transactions", "survey", "kano"]
    assert found.loc["survey", "transactions"] == 0.5
    assert found.loc["transactions", "survey"] == 0.5
    assert found.loc["kano", "survey"] == 0.5
    assert found.loc["survey", "kano"] == pytest.approx(1 / 3)
    assert np.isnan(found.loc["kano", "transactions"])
    assert (np.diag(found) == 1).all()


@pytest.mark.parametrize(
    ("columns", "pairs"),
    [
        ({"email": [" Ann@x.org", "ann@X.org", "b@x.org"]}, ["AB"]),
        ({"email": ["none", "none", None]}, []),
        ({"phone": ["+49 170 1234567", "0170/1234567", "0171 1234567"]}, ["AB"]),
        ({"phone": ["110", "110", None]}, []),
        ({"name": ["Ann Lee", "ann  LEE", "Ann Lee"]}, []),  # a name alone is no sign
        ({"name": ["José Díaz", "Diaz, Jose", "José"], "birth_year": [1980, 1980, 1980]}, ["AB"]),
        ({"name": ["王小明", "王小明", "王小红"], "region": ["沪", "沪", "沪"]}, ["AB"]),
        ({"name": ["Ann", "Ann"], "birth_year": [1980, 1981], "region": ["N", "N"]}, []),
        ({"name": ["Ann", "Ann"], "birth_year": [1980, None], "region": ["N", "N"]}, ["AB"]),
        ({"name": ["-", "-"], "region": ["N", "N"]}, []),
        ({"email": ["info@x.org"] * 6}, []),  # more than five share it
        ({"email": ["a@x.org"] * 5}, ["AB", "AC", "AD", "AE", "BC", "BD", "BE", "CD", "CE", "DE"]),
        ({"region": ["N", "N"]}, []),
    ],
)
def test_pairs(columns, pairs):
    assert paired(profiles(**columns)) == pairs


def test_the_strongest_reason_stands_and_nothing_personal():
    frame = profiles(email=["a@x.org"] * 2, phone=["0170 1234567"] * 2)
    found = duplicate_pairs(frame)
    assert found["reason"].tolist() == ["same e-mail"]
    assert list(found) == ["customer_id", "other_id", "reason"]


def test_groups_join_what_hangs_together():
    pairs = pd.DataFrame({"customer_id": ["A", "B", "X"], "other_id": ["B", "C", "Y"]})
    assert duplicate_groups(pairs).to_dict() == dict.fromkeys("ABC", "A") | dict.fromkeys("XY", "X")
    assert duplicate_groups(pairs.iloc[:0]).empty


text = st.one_of(st.none(), st.text(max_size=12))


@settings(max_examples=40)
@given(st.lists(st.tuples(text, text, text, text), min_size=1, max_size=8))
def test_any_profile_can_be_compared_and_stays_as_it_is(rows):
    frame = pd.DataFrame(rows, columns=["name", "email", "phone", "region"])
    frame.insert(0, "customer_id", [f"c{k}" for k in range(len(rows))])
    before = frame.copy()
    pairs = duplicate_pairs(frame)
    assert (pairs["customer_id"] < pairs["other_id"]).all()
    assert not pairs.duplicated(["customer_id", "other_id"]).any()
    pd.testing.assert_frame_equal(frame, before)


def test_age_of_a_field_is_that_of_the_profiles_that_have_it():
    frame = profiles(region=["N", "N", None], email=["a@x.org", None, None]).assign(
        updated_on=[DAY - pd.Timedelta(days=400), DAY - pd.Timedelta(days=10), DAY]
    )
    found = profile_completeness(frame, as_of=DAY)
    assert found.loc["region", ["age_days", "older_than_a_year"]].tolist() == [205, 0.5]
    assert found.loc["email", ["age_days", "older_than_a_year"]].tolist() == [400, 1]
    assert "updated_on" not in found.index
    assert profile_completeness(frame)["age_days"].isna().all()


def test_the_figure_is_the_mean_of_its_parts():
    buyers = lines(customer_id=["A", "B", "C", "D"], amount=[30.0, 20.0, 20.0, 10.0])
    held = profiles(email=["a@x.org", "a@x.org", "c@x.org"], region=["N", None, None]).assign(
        updated_on=[DAY, DAY - pd.Timedelta(days=500), pd.NaT]
    )
    found = information_completeness(
        company(
            transactions=buyers, profiles=held, unidentified=lines(amount=[20.0]),
            interactions=lines(customer_id=["A", "Z"], kind=["question", "return"]),
        )
    )  # fmt: skip
    shares = found.parts["share"].to_dict()
    assert shares == pytest.approx(
        {"identified": 0.8, "profiled": 0.75, "filled": 4 / 6, "confirmed": 1 / 3,
         "distinct": 1 / 3, "linked": 0.5}
    )  # fmt: skip
    assert found.value == pytest.approx(sum(shares.values()) / 6)


def test_without_profiles_nothing_is_known_of_them():
    found = information_completeness(company(transactions=lines(customer_id=["A"], amount=[1.0])))
    assert found.parts["share"].dropna().tolist() == [1, 0, 0, 0]
    assert found.value == 0.25


def test_more_knowledge_is_a_higher_figure():
    dairy = load("dairy")
    less = Company(
        "x",
        "X",
        dairy.as_of,
        transactions=dairy.transactions,
        profiles=dairy.profiles[["customer_id"]],
    )
    more, least = information_completeness(dairy).value, information_completeness(less).value
    assert 0 < least < more < 1


def test_it_needs_transactions():
    with pytest.raises(MissingTable):
        information_completeness(company())
