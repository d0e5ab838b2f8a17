import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.data.checking import check_rows
from crm_analysis.data.company import REJECTED_COLUMNS
from crm_analysis.data.schemas import schema
from crm_analysis.data.seen import is_later, later_rows
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError


def raw(*rows, columns):
    index = range(2, len(rows) + 2)
    return pd.DataFrame(rows, columns=columns, index=index, dtype="str")


def test_a_refusal_names_the_line_of_the_file():
    rows = raw(("C1", "2026-10-31", "1,234"), columns=["customer_id", "date", "amount"])
    with pytest.raises(InputError, match="'1,234' in line 2"):
        check_rows(rows, TABLES["transactions"], file="orders.csv")


def test_each_row_is_accepted_or_rejected_with_its_first_reason():
    rows = raw(
        ("C1", "2026-10-31", "12.50"),
        ("", "soon", "x"),
        ("C2", "soon", "x"),
        ("C3", "2026-10-31", "x"),
        ("C4", "", "1"),
        ("C5", "2026-10-31", ""),
        ("", "2026-10-30", "8"),
        columns=["customer_id", "date", "amount"],
    )
    before = rows.copy(deep=True)
    checked = check_rows(rows, TABLES["transactions"], file="orders.csv")
    assert checked.accepted.to_dict("list") == {
        "customer_id": ["C1"],
        "date": [pd.Timestamp("2026-10-31")],
        "amount": [12.5],
    }
    assert checked.rejected.to_dict("list") == {
        "table": ["transactions"] * 5,
        "file": ["orders.csv"] * 5,
        "line": [3, 4, 5, 6, 7],
        "reason": [
            "unreadable date",
            "unreadable date",
            "unreadable amount",
            "no date",
            "no amount",
        ],
        "row": [
            "date=soon, amount=x",
            "customer_id=C2, date=soon, amount=x",
            "customer_id=C3, date=2026-10-31, amount=x",
            "customer_id=C4, amount=1",
            "customer_id=C5, date=2026-10-31",
        ],
    }
    # An order whose customer isn't known still counts in the company's totals.
    assert checked.set_aside[["line", "reason"]].to_numpy().tolist() == [[8, "no customer"]]
    assert checked.unidentified["amount"].tolist() == [8.0]
    pd.testing.assert_frame_equal(rows, before)


def test_values_out_of_range_or_choice():
    columns = ["respondent_id", "item", "functional", "dysfunctional"]
    kano = raw(
        ("R1", "a", "1", "5"), ("R1", "b", "0", "5"), ("R1", "c", "1.5", "5"), columns=columns
    )
    checked = check_rows(kano, TABLES["kano"], file="kano.csv")
    assert checked.rejected["reason"].tolist() == [
        "functional outside 1 to 5",
        "unreadable functional",
    ]
    columns = ["customer_id", "campaign", "date", "group", "cost"]
    contacts = raw(
        ("C1", "spring", "2026-03-01", "control", "0"),
        ("C1", "spring", "2026-03-01", "Control group", "0"),
        ("C1", "spring", "2026-03-01", "", "-1"),
        columns=columns,
    )
    checked = check_rows(contacts, TABLES["contacts"], file="contacts.csv")
    assert checked.rejected["reason"].tolist() == [
        "group not one of treatment, control",
        "cost outside 0 up",
    ]


def test_optional_values_may_be_missing():
    profiles = raw(("C1", "", "n/a"), columns=["customer_id", "acquired_on", "birth_year"])
    checked = check_rows(profiles, TABLES["profiles"], file="profiles.csv")
    assert checked.accepted["customer_id"].tolist() == ["C1"]
    assert checked.accepted[["acquired_on", "birth_year"]].isna().to_numpy().tolist() == [
        [True] * 2
    ]


def test_text_stays_text():
    profiles = raw(
        ("007", "01", "<script>", "None"), columns=["customer_id", "region", "size", "tier"]
    )
    accepted = check_rows(profiles, TABLES["profiles"], file="profiles.csv").accepted
    assert accepted.iloc[0].tolist() == ["007", "01", "<script>", "None"]


def test_nobody_is_there_twice():
    profiles = raw(
        ("C1", "north"), ("C2", "south"), ("C1", "west"), columns=["customer_id", "region"]
    )
    checked = check_rows(profiles, TABLES["profiles"], file="profiles.csv")
    assert checked.accepted["region"].tolist() == ["north", "south"]
    assert checked.rejected["reason"].tolist() == ["second row of the same customer_id"]


def test_rejected_rows_and_attributes_name_no_person():
    profiles = raw(
        ("C1", "Ann", "ann@example.invalid", "1", "Ann", "1899"),
        ("C2", "Bo", "bo@example.invalid", "2", "Bo", "1950"),
        columns=["customer_id", "name", "email", "phone", "First name", "birth_year"],
    )
    checked = check_rows(profiles, TABLES["profiles"], file="profiles.csv")
    assert checked.rejected["row"].tolist() == ["customer_id=C1, birth_year=1899"]
    assert "First name" not in checked.accepted


def test_later_rows_are_set_aside():
    frame = pd.DataFrame(
        {
            "customer_id": ["A", "B"],
            "date": pd.to_datetime(["2026-01-31", "2026-02-01"]),
            "amount": [1.0, 2.0],
        },
        index=[2, 3],
    )
    day, table = pd.Timestamp("2026-01-31"), TABLES["transactions"]
    later = is_later(frame, table, day)
    assert later.tolist() == [False, True]
    rejected = later_rows(frame[later], table, file="x.csv")
    assert rejected[["line", "reason"]].iloc[0].tolist() == [3, "date after as_of"]


def test_a_customer_who_is_confirmed_later_is_kept():
    profiles = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C"],
            "acquired_on": pd.to_datetime(["2026-01-01", "2026-03-01", None]),
            "updated_on": pd.to_datetime(["2026-06-01", "2026-06-01", None]),
        }
    )
    later = is_later(profiles, TABLES["profiles"], pd.Timestamp("2026-01-31"))
    assert later.tolist() == [False, True, False]


CELLS = st.one_of(
    st.sampled_from(
        ["", "C1", "C2", "2026-10-31", "31.10.2026", "10/31/2026", "1", "5", "0", "-3.5", "1e9",
         "yes", "no", "NaN", "null", "treatment", "=1+1", "<b>", "9" * 400]
    ),
    st.text(max_size=8),
)  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_accepted_rejected_and_set_aside_are_all_that_was_read(name, data):
    table = TABLES[name]
    columns = [column.name for column in table.columns]
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(columns)), min_size=1, max_size=12))
    frame = raw(*rows, columns=columns)
    try:
        checked = check_rows(frame, table, file="garbage.csv")
    except InputError as error:  # dates of both orders in one column
        assert "YYYY-MM-DD" in str(error)
        return
    lines = [*checked.accepted.index, *checked.rejected["line"], *checked.set_aside["line"]]
    assert sorted(lines) == frame.index.tolist()
    assert checked.rejected["reason"].str.len().gt(0).all()
    assert checked.rejected.columns.tolist() == REJECTED_COLUMNS
    assert checked.unidentified.index.tolist() == checked.set_aside["line"].tolist()
    assert checked.flagged["line"].isin(checked.accepted.index).all()
    schema(table).validate(checked.accepted)
