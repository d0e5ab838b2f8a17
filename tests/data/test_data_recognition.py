import pandas as pd
import pytest

from crm_analysis.data.reading.raw import RawTable, broken_rows
from crm_analysis.data.recipes import plain_name
from crm_analysis.data.recognition import GUESSES, looks_personal, recognise, recognise_columns
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

TRANSACTIONS = TABLES["transactions"]


def headers_of(*headers, table=TRANSACTIONS, **told):
    return recognise_columns(list(headers), table, told, file="orders.csv")


@pytest.mark.parametrize(
    "headers",
    [
        ("customer_id", "date", "amount"),
        ("CustomerID", "InvoiceDate", "Total"),
        ("客户编号", "下单日期", "金额"),
        ("Customer No.", "Order Date", "Order total"),
        ("会员编号", "下单时间", "实付金额"),
        ("Customer", "Order date", "Amount (EUR)"),
        ("客户编号", "下单日期", "金额（元）"),
        ("client", "date", "Total [$]"),
    ],
)
def test_headers_of_usual_exports(headers):
    assert headers_of(*headers) == dict(
        zip(["customer_id", "date", "amount"], headers, strict=True)
    )


@pytest.mark.parametrize("header", ["金额(万元)", "Amount (k€)", "Amount (net)"])
def test_amounts_that_are_scaled_or_of_another_kind_are_not_guessed(header):
    with pytest.raises(InputError, match="no column for amount"):
        headers_of("customer_id", "date", header)


def test_the_exact_name_wins_over_a_guess():
    assert headers_of("customer_id", "customer", "date", "amount")["customer_id"] == "customer_id"


def test_a_told_column_wins_over_the_exact_name():
    found = headers_of("customer_id", "date", "amount", "net", amount="net")
    assert found["amount"] == "net"


def test_two_candidates_are_named():
    with pytest.raises(
        InputError, match=r"'Total' and 'Revenue' of orders\.csv could each be amount"
    ):
        headers_of("customer_id", "date", "Total", "Revenue")


def test_a_missing_column_is_named_with_the_headers_and_the_way_out():
    with pytest.raises(InputError) as error:
        headers_of("who", "date", "amount")
    message = str(error.value)
    assert "no column for customer_id" in message
    assert "who, date, amount" in message
    assert "--column customer_id=HEADER" in message


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"customer": "who"}, "unknown column of transactions 'customer'"),
        ({"customer_id": "whoo"}, "did you mean 'who'"),
        ({"customer_id": "who", "store": "who"}, "'who' of orders.csv is told for two"),
    ],
)
def test_wrong_telling_is_named(told, words):
    with pytest.raises(InputError, match=words):
        headers_of("who", "date", "amount", **told)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_guess_stands_for_two_columns_of_a_table(table):
    names = [column.name for column in table.columns]
    plain = [plain_name(guess) for name in names for guess in (name, *GUESSES.get(name, ()))]
    assert len(plain) == len(set(plain))


def test_guesses_are_for_columns_that_exist():
    known = {column.name for table in TABLES.values() for column in table.columns}
    assert set(GUESSES) <= known


@pytest.mark.parametrize(
    "header", ["First name", "E-Mail 2", "Home address", "手机号", "dateOfBirth"]
)
def test_headers_that_name_a_person(header):
    assert looks_personal(header)


def raw_table(**columns):
    rows = pd.DataFrame(columns, dtype="str")
    rows.index = pd.RangeIndex(2, len(rows) + 2, name="line")
    return RawTable("orders.csv", rows, broken_rows())


def test_without_a_recipe_rows_stay_as_they_are():
    raw = raw_table(customer_id=["A"], date=["2026-10-31"], amount=["1"])
    known, found = recognise(raw, TRANSACTIONS, {})
    pd.testing.assert_frame_equal(known.rows, raw.rows)
    assert found == {"customer_id": "customer_id", "date": "date", "amount": "amount"}
    assert known.notes == ()


def test_a_broken_row_is_withheld_where_a_column_names_a_person():
    broken = broken_rows([(3, "2 fields where the header has 3", "Ann;1")])
    columns = {"customer_id": ["A"], "date": ["2026-10-31"], "amount": ["1"]}
    plain, _ = recognise(RawTable("x", pd.DataFrame(columns), broken), TRANSACTIONS, {})
    assert plain.broken["row"].tolist() == ["Ann;1"]
    personal = pd.DataFrame(columns | {"E-mail": ["a@b.c"]})
    withheld, _ = recognise(RawTable("x", personal, broken), TRANSACTIONS, {})
    assert withheld.broken["row"].tolist() == ["(not shown: it may name a person)"]
