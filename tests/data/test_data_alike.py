"""What files give, tables with types and workbooks of several tables give too."""

import io

import ibis
import openpyxl
import pandas as pd
import pytest

from crm_analysis.data import large_sources, load
from crm_analysis.data.draft import look_at

RETAIL = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.555,17850,UK
536370,22728,ALARM CLOCK,24,2010-12-03 08:45:00,3.75,12583,France
536371,22729,ALARM CLOCK,1,2010-12-02 00:00:00,3.75,,France
C536372,22728,ALARM CLOCK,-4,2010-12-04 00:00:00,3.75,12583,France
"""
SHOPIFY = """\
Name,Email,Financial Status,Created at,Subtotal,Lineitem quantity,Lineitem name,Lineitem price
#1,ann@x.com,paid,2026-10-01 08:00:00,27.5,2,Milk,10
#1,,,,,1,Bread,10
#2,bob@x.com,voided,2026-10-02 09:00:00,5,1,Milk,5
"""
ORDERS = pd.DataFrame(
    {
        "customer_id": ["A", "B", "A"],
        "date": pd.to_datetime(["2026-10-31 17:45", "2026-10-30 00:00", "2026-10-29 00:30"]),
        "amount": [1.5, 2.0, 3.0],
    }
)


def as_typed(text: str) -> pd.DataFrame:
    frame = pd.read_csv(io.StringIO(text))
    for name in ("InvoiceDate", "Created at"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame


def by_content(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)


@pytest.mark.parametrize("text", [RETAIL, SHOPIFY])
@pytest.mark.parametrize("kind", ["parquet", "duckdb", "ibis"])
def test_a_known_export_goes_by_its_recipe_wherever_it_lies(tmp_path, text, kind):
    (tmp_path / "transactions.csv").write_text(text)
    expected = load(tmp_path / "transactions.csv")
    if kind == "parquet":
        as_typed(text).to_parquet(tmp_path / "orders.parquet")
        company = load(tmp_path / "orders.parquet")
        for name in ("rejected", "set_aside"):
            lines = getattr(company, name)["line"]
            assert lines.tolist() == getattr(expected, name)["line"].tolist()
    elif kind == "duckdb":
        connection = ibis.duckdb.connect(tmp_path / "shop.duckdb")
        connection.create_table("transactions", as_typed(text))
        connection.disconnect()
        company = load(f"duckdb:///{tmp_path}/shop.duckdb")
    else:
        company = load({"transactions": ibis.memtable(as_typed(text))})
    assert company.read == expected.read
    assert "recognised as" in company.notes[0]
    pd.testing.assert_frame_equal(
        by_content(company.transactions), by_content(expected.transactions)
    )
    for name in ("rejected", "set_aside"):
        assert sorted(getattr(company, name)["reason"]) == sorted(getattr(expected, name)["reason"])
    assert "@" not in " ".join([*company.rejected["row"], *company.notes])


def test_dates_with_a_time_of_day_tell_the_hour(tmp_path):
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    expected = load(tmp_path / "orders.csv").transactions
    assert expected["hour"].tolist() == [17, 0, 0]
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    pd.testing.assert_frame_equal(load(tmp_path / "orders.parquet").transactions, expected)
    texts = ORDERS.assign(date=ORDERS["date"].astype("str"))
    texts.to_parquet(tmp_path / "texts.parquet")
    pd.testing.assert_frame_equal(load(tmp_path / "texts.parquet").transactions, expected)
    days = ORDERS.assign(date=ORDERS["date"].dt.normalize())
    days.to_parquet(tmp_path / "days.parquet")
    assert "hour" not in load(tmp_path / "days.parquet").transactions
    own = ORDERS.assign(hour=[1, 2, 3])
    own.to_parquet(tmp_path / "own.parquet")
    assert load(tmp_path / "own.parquet").transactions["hour"].tolist() == [1, 2, 3]


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)


LINES = [["customer_id", "date", "amount"], ["A", "2026-10-31", 5], ["B", "2026-10-30", 6]]
PEOPLE = [["customer_id", "region"], ["A", "north"]]


def test_a_workbook_whose_sheets_are_called_after_tables_holds_them(tmp_path):
    book(tmp_path / "shop.xlsx", Transactions=LINES, profiles=PEOPLE, Notes=[["mine"]])
    company = load(tmp_path / "shop.xlsx")
    assert company.read == {"transactions": 2, "profiles": 1}
    assert company.name == "shop"
    only = load(f"{tmp_path / 'shop.xlsx'}#Transactions")
    assert only.read == {"transactions": 2}
    draft = look_at(tmp_path)
    assert [(t.table.name, t.sheet) for t in draft.tables] == [
        ("transactions", "Transactions"),
        ("profiles", "profiles"),
    ]


def test_a_workbook_with_one_table_is_that_of_transactions(tmp_path):
    book(tmp_path / "shop.xlsx", Orders=LINES)
    assert load(tmp_path / "shop.xlsx").read == {"transactions": 2}


def test_a_large_export_of_a_known_kind_is_left_to_its_recipe(tmp_path, monkeypatch):
    monkeypatch.setattr(large_sources, "_LARGE", 1)
    as_typed(RETAIL).to_parquet(tmp_path / "export.parquet")
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    assert large_sources.large_transactions(tmp_path / "export.parquet", {}, {}, tmp_path) is None
    assert (
        large_sources.large_transactions(tmp_path / "orders.parquet", {}, {}, tmp_path) is not None
    )
