import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_analysis.data import load
from crm_analysis.data.draft import look_at
from crm_analysis.data.draft_text import _comment, _quoted, company_text
from crm_analysis.errors import InputError

ORDERS = "CustomerID,Order Date,Total\nA,2026-05-01,€3.00\nB,2026-05-02,€4.50\n"
CUSTOMERS = "customer_id,Customer Since,City,children\nA,2020-01-01,Bonn,2\nB,2021-01-01,Ulm,0\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.csv").write_text(ORDERS)
    (tmp_path / "shop" / "customers.csv").write_text(CUSTOMERS)
    return tmp_path / "shop"


def drafted(folder):
    """Write the company file beside the folder, and return its path and its text."""
    path = folder.parent / "company.toml"
    path.write_text(company_text(look_at(folder), path), encoding="utf-8")
    return path, path.read_text(encoding="utf-8")


def test_a_clean_folder_loads_as_written(folder):
    company = load(drafted(folder)[0], as_of="2026-10-31")
    assert company.transactions["amount"].tolist() == [3.0, 4.5]
    assert company.profiles["region"].tolist() == ["Bonn", "Ulm"]
    assert (company.title, company.currency) == ("shop", "EUR")


def test_what_was_recognised_stands_as_explicit_mapping(folder):
    told = tomllib.loads(drafted(folder)[1])["tables"]
    assert told["transactions"] == {
        "file": "shop/orders.csv",
        "columns": {"customer_id": "CustomerID", "date": "Order Date", "amount": "Total"},
    }
    assert told["profiles"]["columns"]["acquired_on"] == "Customer Since"


@pytest.mark.parametrize(
    ("name", "text", "table"),
    [
        ("a.csv", "customer_id,date,points\nA,2026-05-01,3\n", "programme"),
        ("b.csv", "customer_id,campaign,date\nA,Spring,2026-05-01\n", "contacts"),
        ("c.csv", "date,visitors\n2026-05-01,3\n", "traffic"),
        ("customers.csv", "customer_id,date,amount\nA,2026-05-01,3\n", "profiles"),
        ("d.csv", "customer_id,date,amount\nA,2026-05-01,3\n", "transactions"),
        ("e.csv", "deal_id,stage,opened_on,amount\n1,won,2026-05-01,3\n", "deals"),
        ("f.csv", "respondent_id,item,perception\n1,Taste,3\n", "survey"),
        ("survey 2026.csv", "E01,P01,E02,P02\n5,4,3,2\n", "survey"),
        ("g.csv", "customer_id,hobby\nA,chess\nB,golf\n", "profiles"),
    ],
)
def test_a_file_is_known_by_its_headers_and_then_by_its_name(tmp_path, name, text, table):
    (tmp_path / name).write_text(text)
    (draft,) = look_at(tmp_path).tables
    assert draft.table.name == table


def test_customers_that_come_twice_are_no_profiles(tmp_path):
    (tmp_path / "g.csv").write_text("customer_id,hobby\nA,chess\nA,golf\n")
    with pytest.raises(InputError, match=r"no file in .* looks like one of the tables"):
        look_at(tmp_path)


def test_dates_that_can_be_read_two_ways_are_left_to_decide(folder):
    (folder / "orders.csv").write_text("customer_id,date,amount\nA,03/04/2026,3\nB,05/06/2026,4\n")
    path, text = drafted(folder)
    assert "# Decide: date can be read two ways all through" in text
    with pytest.raises(InputError, match="can be read two ways"):
        load(path)
    path.write_text(text.replace('# date_format = "day first"', 'date_format = "day first"'))
    assert load(path).transactions["date"].dt.month.tolist() == [4, 6]


def test_two_headers_for_a_column_are_left_to_decide(folder):
    (folder / "orders.csv").write_text("customer_id,date,Total,Revenue\nA,2026-05-01,3,4\n")
    path, text = drafted(folder)
    assert '# Decide: amount = "Total"  # or "Revenue"' in text
    assert look_at(folder).tables[0].is_decided is False
    with pytest.raises(InputError, match="could each be amount"):
        load(path)
    path.write_text(text.replace("# Decide: amount", "amount"))
    assert load(path).transactions["amount"].tolist() == [3.0]


def test_a_file_called_like_a_table_asks_for_what_it_lacks(folder):
    (folder / "orders.csv").write_text("Wer,date,amount\nA,2026-05-01,3\n")
    path, text = drafted(folder)
    assert '# Decide: customer_id = "Wer"' in text
    path.write_text(text.replace("# Decide: customer_id", "customer_id"))
    assert load(path).transactions["customer_id"].tolist() == ["A"]


def test_of_two_files_for_a_table_one_is_named_as_not_used(folder):
    (folder / "sales.csv").write_text("customer_id,date,amount\nA,2026-05-01,3\n")
    draft = look_at(folder)
    assert [table.table.name for table in draft.tables] == ["transactions", "profiles"]
    ((name, reason),) = draft.others
    assert name in ("orders.csv", "sales.csv") and "looks like transactions too" in reason
    assert f"# {name}: {reason}" in drafted(folder)[1]


def test_each_sheet_of_a_workbook_is_looked_at(tmp_path):
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        pd.DataFrame({"customer_id": ["A"], "date": ["2026-05-01"], "amount": [3]}).to_excel(
            book, sheet_name="Orders", index=False
        )
        pd.DataFrame({"customer_id": ["A"], "city": ["Bonn"]}).to_excel(
            book, sheet_name="Customers", index=False
        )
    path = tmp_path / "company.toml"
    path.write_text(company_text(look_at(tmp_path), path))
    company = load(path)
    assert set(company.tables) == {"transactions", "profiles"}


def test_files_that_cant_be_read_are_named(folder):
    (folder / "broken.parquet").write_bytes(b"PAR1 and no more")
    (folder / "empty.csv").write_text("")
    (folder / "notes.md").write_text("not a table")
    others = dict(look_at(folder).others)
    assert set(others) == {"broken.parquet", "empty.csv"}
    assert "empty" in others["empty.csv"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("customer_id,date,amount\nA,2026-05-01,£3\n", 'currency = "GBP"'),
        ("customer_id,date,amount,currency\nA,2026-05-01,3,chf\n", 'currency = "CHF"'),
        (
            "customer_id,date,amount\nA,2026-05-01,$3\n",
            '# currency = "USD"  # $ in orders.csv: dec',
        ),
        ("customer_id,date,amount\nA,2026-05-01,3\n", '# currency = "EUR"  # ISO code; none'),
    ],
)
def test_the_currency_is_told_where_it_was_seen(tmp_path, text, line):
    (tmp_path / "orders.csv").write_text(text)
    path = tmp_path / "company.toml"
    assert any(own.startswith(line) for own in company_text(look_at(tmp_path), path).splitlines())


def test_a_folder_without_tables_is_said(tmp_path):
    with pytest.raises(InputError, match=r"no file in .* looks like one of the tables"):
        look_at(tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        look_at(tmp_path / "missing")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_whatever_a_header_is_the_file_stays_toml(text):
    document = f"# {_comment(text)}\nkey = {_quoted(text)}  # {_comment(text)}\n"
    assert tomllib.loads(document) == {"key": text}
