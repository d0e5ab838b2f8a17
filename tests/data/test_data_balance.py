"""Accepted + rejected + set aside = read, whatever comes in; told by ``load`` itself.

The sum is asserted where a ``Company`` is made, so that each load here tests it; the tests look
for the lines one by one.
"""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analysis.data import load, prepare
from crm_analysis.data.intake import first_rows, intake, kept_apart, reasons
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

CELLS = st.sampled_from(
    ["", "A", "B", "2026-01-01", "2026-02-01", "2026-03-01", "1", "5", "-5", "x", "C1", "=1+1",
     "null", "yes", "treatment", "earn", "return", "9" * 30]
)  # fmt: skip
GARBAGE = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def sound(name):
    """Return a row that is accepted, so that there is a company."""
    values = {"id": "S", "text": "s", "date": "2026-01-15", "flag": "yes"}
    row = {
        c.name: values.get(c.kind, "5" if c.low != 1900 else "1980") for c in TABLES[name].columns
    }
    row |= {c.name: c.choices[0] for c in TABLES[name].columns if c.choices}
    return [("1" if c.high == 1 else row[c.name]) for c in TABLES[name].columns]


def write(folder, name, rows):
    header = ",".join(column.name for column in TABLES[name].columns)
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header, ",".join(sound(name)), *rows]) + "\n", encoding="utf-8")
    return path


def assert_balanced(company, name, rows):
    """Each row of the file is in exactly one of the three; flagged ones are accepted."""
    assert company.read[name] == rows
    counts = intake(company).loc[name]
    assert counts["read"] == rows
    assert counts[["accepted", "rejected", "set_aside"]].sum() == rows
    apart = kept_apart(company)
    lost = apart[apart["became"] != "flagged"]
    assert lost["line"].is_unique
    assert lost["line"].between(2, rows + 1).all()
    assert not set(apart.loc[apart["became"] == "flagged", "line"]) & set(lost["line"])
    assert (apart["reason"].str.len() > 0).all()
    assert reasons(company)["rows"].sum() == len(apart)
    unidentified = 0 if company.unidentified is None else len(company.unidentified)
    assert (lost["reason"] == "no customer").sum() >= unidentified


@pytest.mark.parametrize("name", TABLES)
@GARBAGE
@given(data=st.data())
def test_no_row_of_any_table_is_lost(tmp_path, name, data):
    width = len(TABLES[name].columns)
    fields = st.lists(CELLS, min_size=max(width - 1, 1), max_size=width)
    rows = data.draw(st.lists(fields.map(",".join), min_size=1, max_size=10))
    # A line without anything in it is none.
    rows = [row for row in rows if row]
    path = write(tmp_path, name, rows)
    as_of = data.draw(st.sampled_from(["2026-01-20", "2026-02-10", "2026-12-31"]))
    try:
        company = load({name: path}, as_of=as_of)
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert_balanced(company, name, len(rows) + 1)


LINE = st.tuples(
    st.sampled_from(["A", "B", ""]),
    st.sampled_from(["2026-01-01", "2026-02-01", "2026-03-01", "soon"]),
    st.sampled_from(["5", "9", "-5", "-2", "0", "x"]),
    st.sampled_from(["1", "2", "C1", "C7"]),
    st.sampled_from(["milk", "jam"]),
)


@GARBAGE
@given(
    rows=st.lists(LINE.map(",".join), max_size=25),
    policy=st.sampled_from(["net", "drop", "keep"]),
    days=st.tuples(*[st.sampled_from(["2026-01-31", "2026-02-28", "2026-12-31"])] * 2),
    hidden=st.sampled_from([False, "a key that is long enough"]),
)
def test_no_line_of_an_order_is_lost_on_the_way(tmp_path_factory, rows, policy, days, hidden):
    folder = tmp_path_factory.mktemp("shop")
    path = folder / "orders.csv"
    header = "customer_id,date,amount,order_id,product"
    path.write_text("\n".join([header, "S,2026-01-01,5,99,milk", *rows]) + "\n")
    company = load(path, as_of=days[0], returns=policy, pseudonymise=hidden)
    assert_balanced(company, "transactions", len(rows) + 1)
    if policy == "drop":
        assert (company.transactions["amount"] >= 0).all()
    again = load(prepare(company, folder / "prepared"))
    assert_balanced(again, "transactions", len(rows) + 1)
    try:
        seen = load(folder / "prepared", as_of=days[1])
    except InputError as error:
        assert "have been taken off their purchases" in str(error)
        return
    counts = intake(seen).loc["transactions"]
    assert counts[["accepted", "rejected", "set_aside"]].sum() == len(rows) + 1
    assert seen.transactions["date"].max() <= min(pd.Timestamp(day) for day in days)


ANSWER = st.sampled_from(["1", "5", "7", "", "x", "9"])


@GARBAGE
@given(rows=st.lists(st.tuples(st.sampled_from("abc"), *[ANSWER] * 6).map(",".join), max_size=12))
def test_no_answer_of_a_wide_survey_is_lost(tmp_path, rows):
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(["id,E01,P01,K01F,K01D,E02,P02", "z,5,5,1,5,5,5", *rows]) + "\n")
    company = load({"survey": path}, as_of="2026-01-01")
    assert company.read["survey"] == 2 * (len(rows) + 1)
    assert company.read["outcomes"] == len(rows) + 1
    pairs = sum(any(row.split(",")[3:5]) for row in rows)
    assert company.read["kano"] == pairs + 1


def test_first_rows_follow_their_reasons(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,amount\nA,2026-01-01,1\nA,x,1\n" + "A,2026-01-01,y\n" * 5)
    company = load(path)
    assert reasons(company)["reason"].tolist() == ["unreadable amount", "unreadable date"]
    assert first_rows(company, 2)["line"].tolist() == [4, 5, 3]


def test_a_table_of_which_nothing_is_there_yet_is_counted(tmp_path):
    write(tmp_path, "transactions", ["A,2026-01-01,5,,,,,,,,,,,"])
    (tmp_path / "deals.csv").write_text("deal_id,stage,opened_on,amount\n1,new,2026-06-01,5\n")
    company = load(tmp_path, as_of="2026-02-01")
    assert company.deals is None
    assert intake(company).loc["deals", ["read", "rejected"]].tolist() == [1, 1]


def test_only_orders_without_customers_are_no_company(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,amount\n,2026-01-01,1\n,2026-01-02,1\n")
    with pytest.raises(InputError, match="no customer in 2 rows, the first in line 2"):
        load(path)


def test_a_broken_line_names_nobody(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,amount,buyer\nA,2026-01-01,1,Ann\nA,2026-01-01,1,Bo,Bo\n")
    company = load(path)
    assert company.rejected["row"].tolist() == ["(not shown: it may name a person)"]
    path.write_text("customer_id,date,amount\nA,2026-01-01,1\nA,2026-01-01,1,7\n")
    assert load(path).rejected["row"].tolist() == ["A,2026-01-01,1,7"]
