import json

import duckdb
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.company_file import read_company_file
from crm_analysis.data.company_model import SCHEMA_FILE, CompanyModel, schema_text
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

ORDERS = "Kunde;Datum;Summe\nA;03/04/2026;12,50\nA;05/06/2026;8,00\nB;07/08/2026;1,5\n"
WHOLE = """\
name = "shop"
title = "Corner shop"
currency = "EUR"
as_of = 2026-12-31

[tables.transactions]
file = "exports/orders.csv"
delimiter = ";"
decimal = ","
date_format = "day first"
encoding = "utf-8"
[tables.transactions.columns]
customer_id = "Kunde"
date = "Datum"
amount = "Summe"

[parameters]
margin = 0.4
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "orders.csv").write_text(ORDERS)
    (tmp_path / "company.toml").write_text(WHOLE)
    return tmp_path


def written(folder, text):
    path = folder / "company.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_company_is_loaded_as_its_file_tells(folder, monkeypatch):
    monkeypatch.chdir("/")  # paths are seen from the file, not from where one stands
    company = load(folder / "company.toml")
    assert (company.name, company.title, company.currency) == ("shop", "Corner shop", "EUR")
    assert company.as_of == pd.Timestamp("2026-12-31")
    assert company.parameters == {"margin": 0.4}
    lines = company.transactions
    assert lines["amount"].tolist() == [12.5, 8.0, 1.5]
    assert lines["date"].dt.strftime("%d %b").tolist() == ["03 Apr", "05 Jun", "07 Aug"]


def test_arguments_win_over_the_file(folder):
    (folder / "exports" / "orders.csv").write_text(ORDERS.replace("Summe", "Summe;Netto", 1))
    path = folder / "company.toml"
    (folder / "exports" / "orders.csv").write_text(
        "Kunde;Datum;Summe;Netto\nA;03/04/2026;12,50;10,00\n"
    )
    company = load(path, columns={"amount": "Netto"}, as_of="2026-05-01")
    assert company.transactions["amount"].tolist() == [10.0]
    assert company.transactions["customer_id"].tolist() == ["A"]  # as the file tells
    assert company.as_of == pd.Timestamp("2026-05-01")


def test_other_files_stand_in_for_tables(folder):
    (folder / "other.csv").write_text("customer_id,date,amount\nZ,2026-05-01,3\n")
    told = read_company_file(folder / "company.toml")
    company = load(told.with_tables({"transactions": str(folder / "other.csv")}))
    assert company.transactions["customer_id"].tolist() == ["Z"]
    assert load(told).transactions["customer_id"].tolist() == ["A", "A", "B"]


@pytest.mark.parametrize(("policy", "lines"), [("net", 1), ("drop", 1), ("keep", 2)])
def test_the_policy_on_returns_is_told(folder, policy, lines):
    (folder / "exports" / "orders.csv").write_text(
        "customer_id,date,amount,order_id\nA,2026-05-01,10,1\nA,2026-05-02,-4,1\n"
    )
    path = written(folder, f'returns = "{policy}"\n[tables.transactions]\n'
                           'file = "exports/orders.csv"\n')  # fmt: skip
    assert len(load(path).transactions) == lines


def test_a_sheet_is_told(folder):
    frame = pd.DataFrame({"customer_id": ["A"], "date": ["2026-05-01"], "amount": [3]})
    with pd.ExcelWriter(folder / "book.xlsx") as book:
        frame.assign(amount=1).to_excel(book, sheet_name="Old", index=False)
        frame.to_excel(book, sheet_name="New", index=False)
    path = written(folder, '[tables.transactions]\nfile = "book.xlsx"\nsheet = "New"\n')
    assert load(path).transactions["amount"].tolist() == [3.0]


def test_a_survey_has_its_codebook(folder):
    (folder / "answers.csv").write_text("customer,date,E01,P01,E02,P02\nA,2026-01-02,5,4,3,2\n")
    (folder / "codebook.csv").write_text(
        "column,item,role\nE01,Taste,expectation\nP01,Taste,perception\n"
        "E02,Price,expectation\nP02,Price,perception\n"
    )
    path = written(
        folder,
        'as_of = "2026-10-31"\n[tables.survey]\nfile = "answers.csv"\ncodebook = "codebook.csv"\n',
    )
    items = load(path).survey["item"].str.split().str[-1]
    assert sorted(items) == ["Price", "Taste"]


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("company.toml", "", "exports"),
        ("shop.toml", "", "shop"),
        ("company.toml", 'title = "Our shop"\n', "Our shop"),
    ],
)
def test_a_company_is_called_after_its_title_its_file_or_its_folder(folder, name, text, title):
    path = folder / "exports" / name
    path.write_text(f"{text}{WHOLE.partition('as_of')[2].partition(chr(10))[2]}")
    assert read_company_file(path).title == title


FILE = '[tables.transactions]\nfile = "exports/orders.csv"\n'
MISTAKES = {
    "unknown key": (f'curency = "EUR"\n{FILE}',
                    "line 1: unknown key 'curency': did you mean 'currency'"),
    "unknown table": ('[tables.transctions]\nfile = "x"', r"line 1, \[tables\]: unknown key "
                      "'transctions': did you mean 'transactions'"),
    "unknown key of a table": (f"{FILE}delimeter = ';'",
                               r"line 3, \[tables.transactions\]: unknown key "
                               "'delimeter': did you mean 'delimiter'"),
    "unknown column": (f"{FILE}columns = {{ customer = 'x' }}", "did you mean 'customer_id'"),
    "unknown setting": (f"{FILE}[report]\nchapter = ['x']", "did you mean 'chapters'"),
    "a secret": (f"{FILE}password = 'secret'", "unknown key 'password'"),
    "no text": (f"title = 5\n{FILE}", "line 1: title must be a text in quotes, got 5"),
    "no list": (f"{FILE}[report]\nchapters = 'customers'",
                r"line 4, \[report\]: chapters must be a list"),
    "no number": (f"{FILE}[report]\nworkers = '2'", "workers must be a whole number, got '2'"),
    "too many": (f"{FILE}[report]\nworkers = 99", "workers must be 64 or less, got 99"),
    "no flag": (f"pseudonymise = 'yes'\n{FILE}", "pseudonymise must be true or false"),
    "no code": (f"currency = 'Euro'\n{FILE}",
                "currency must be an ISO code such as EUR, got 'Euro'"),
    "no slug": (f"name = 'My shop'\n{FILE}", "name must be small letters"),
    "no policy": (f"returns = 'nett'\n{FILE}", "returns must be one of 'net', 'drop' or 'keep'"),
    "no day": (f"as_of = 'soon'\n{FILE}", "as_of must be a date such as 2026-10-31, got 'soon'"),
    "no section": ("tables = 3", "tables must be a section, got 3"),
    "no parameter": (f"{FILE}[parameters]\nmargin = [1]", "margin must be a number, a text"),
    "no table": ("title = 'x'", "tables is missing"),
    "empty tables": ("[tables]", r"tells no table: begin with \[tables.transactions\]"),
    "no source": ("[tables.transactions]\ncolumns = {}", "must have one of file and database"),
    "two sources": (f"{FILE}database = 'duckdb:///x.db'", "must have one of file and database"),
    "sheet of a database": ("[tables.transactions]\ndatabase = 'duckdb:///x.db'\nsheet = 'x'",
                            "sheet goes with file only"),
    "table of a file": (f"{FILE}table = 'x'", "table goes with database only"),
    "no address": ("[tables.transactions]\ndatabase = 'shop.db'", "must be an address"),
    "an address as file": ("[tables.transactions]\nfile = 'https://example.org/x.csv'",
                           "file must be a path, got 'https://example.org/x.csv': nothing is"),
    "query of a file": (f"{FILE}query = 'SELECT 1'", "query goes with database only"),
    "query and table": ("[tables.transactions]\ndatabase = 'duckdb:///x.db#y'\nquery = 'SELECT 1'",
                        "query stands in the place of a table"),
    "a table twice": (f"{FILE}{FILE}", "twice at line 3"),
    "a key twice": (f"{FILE}file = 'x'\n", "told twice"),
    "no TOML": ("title = \n", "isn't TOML: invalid value at line 1"),
    "a folder as file": ("[tables.transactions]\nfile = 'exports'", "is a folder, not a file"),
    "a missing file": ("[tables.transactions]\nfile = 'order.csv'", "there is no file"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_sentence_with_its_place(folder, mistake):
    text, says = MISTAKES[mistake]
    with pytest.raises(InputError, match=says) as told:
        load(written(folder, text))
    assert "\n" not in str(told.value)
    assert "pydantic" not in str(told.value)


def test_what_is_no_file_is_said(folder):
    with pytest.raises(InputError, match="write one with: crm-analysis init"):
        load(folder / "missing.toml")
    (folder / "folder.toml").mkdir()
    with pytest.raises(InputError, match="is a folder; a company file is a text file"):
        load(folder / "folder.toml")
    (folder / "latin.toml").write_bytes(b'title = "K\xe4se"\n')
    with pytest.raises(InputError, match="isn't UTF-8"):
        load(folder / "latin.toml")


def test_a_password_comes_from_the_environment_only(folder, monkeypatch):
    database = "[tables.transactions]\ndatabase = 'postgres://ann{}@localhost/shop'\n"
    with pytest.raises(InputError, match="holds a password") as told:
        read_company_file(written(folder, database.format(":hush")))
    assert "hush" not in str(told.value)
    path = written(folder, database.format("") + "table = 'orders'\npassword_env = 'SHOP_WORD'\n")
    with pytest.raises(InputError, match=r"environment variable SHOP_WORD.* isn't set"):
        read_company_file(path).sources()
    monkeypatch.setenv("SHOP_WORD", "h/u@sh")
    address = "postgres://ann:h%2Fu%40sh@localhost/shop#orders"
    assert read_company_file(path).sources() == {"transactions": address}


def test_a_database_that_is_a_file_is_seen_from_the_company_file(folder):
    (folder / "shop.duckdb").write_bytes(b"")
    path = written(folder, "[tables.transactions]\ndatabase = 'duckdb:///shop.duckdb'\n")
    address = f"duckdb:///{folder / 'shop.duckdb'}#transactions"
    assert read_company_file(path).sources() == {"transactions": address}


def test_tables_of_a_database_are_loaded_beside_files(folder):
    with duckdb.connect(folder / "shop.duckdb") as shop:
        shop.execute("create table lines as select 'A' kunde, date '2026-05-01' d, 3.5 amount")
    path = written(
        folder,
        'as_of = "2026-10-31"\n[tables.transactions]\ndatabase = "duckdb:///shop.duckdb"\n'
        'table = "lines"\ncolumns = { customer_id = "kunde", date = "d" }\n'
        '[tables.profiles]\nfile = "people.csv"\n',
    )
    (folder / "people.csv").write_text("customer_id,city\nA,Bonn\n")
    company = load(path)
    assert company.transactions["amount"].tolist() == [3.5]
    assert company.profiles["region"].tolist() == ["Bonn"]


def test_a_query_stands_in_the_place_of_a_table(folder):
    address = "duckdb:///shop.duckdb"
    connection = duckdb.connect(str(folder / "shop.duckdb"))
    connection.sql(
        "CREATE TABLE sales AS SELECT 'A' AS client, DATE '2026-10-31' AS day, 3.5 AS paid"
    )
    connection.close()
    select = (
        "WITH s AS (SELECT * FROM sales)\nSELECT client, day AS date, paid * 2 AS amount FROM s;"
    )
    told = f'[tables.transactions]\ndatabase = "{address}"\nquery = """%s"""'
    company = load(written(folder, told % select))
    assert company.transactions["amount"].tolist() == [7.0]
    assert "the query of duckdb" in company.notes[0]
    before = (folder / "shop.duckdb").read_bytes()
    for wrong, says in {
        "DROP TABLE sales": "is one SELECT, which writes nothing, got DROP TABLE sales",
        "SELECT 1; DROP TABLE sales": "is one SELECT, got several statements",
        "SELECT * INTO mine FROM sales": "which writes nothing",
        "SELECT nothing FROM sales": "the query of duckdb.* can't be read: .*nothing",
        "SELEC client FROM": "the query can't be read",
    }.items():
        with pytest.raises(InputError, match=says):
            load(written(folder, told % wrong))
    assert (folder / "shop.duckdb").read_bytes() == before


def test_a_database_that_isnt_there_is_said(folder):
    path = written(folder, "[tables.transactions]\ndatabase = 'duckdb:///no.duckdb'\n")
    with pytest.raises(InputError, match=r"no database .*no\.duckdb"):
        load(path)


def test_the_schema_in_the_package_is_that_of_the_model():
    said = "run python -m crm_analysis.data.company_model"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), said


def test_the_schema_knows_every_key_and_refuses_others():
    schema = json.loads(schema_text())
    assert set(schema["properties"]) == set(CompanyModel.model_fields)
    assert schema["additionalProperties"] is False
    known = schema["$defs"]
    assert set(known["Tables"]["properties"]) == set(TABLES)
    for name, table in TABLES.items():
        columns = known[f"ColumnsOf{name.title().replace('_', '')}"]
        assert set(columns["properties"]) == {column.name for column in table.columns}
        assert columns["additionalProperties"] is False
    assert '"null"' not in schema_text()
