"""Addresses of databases: what is found there, and one sentence where it can't be."""

import sqlite3
import subprocess
import sys

import ibis
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.databases import shown_address
from crm_analysis.errors import InputError

ORDERS = pd.DataFrame(
    {"Customer ID": ["C1", "C2"], "Order date": pd.to_datetime(["2026-01-05", "2026-02-01"])}
).assign(Total=[12.5, 3.0])


@pytest.fixture
def sqlite_file(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        ORDERS.to_sql("orders", connection, index=False)
        ORDERS.to_sql("transactions", connection, index=False)
    connection.close()
    return path


def test_columns_are_recognised_and_the_company_is_called_after_the_database(sqlite_file):
    company = load(f"sqlite:///{sqlite_file}")
    assert company.name == "shop"
    assert company.transactions["amount"].tolist() == [12.5, 3.0]
    assert any("customer_id from 'Customer ID'" in note for note in company.notes)


def test_one_table_by_its_name_alone_or_beside_a_file(sqlite_file, tmp_path):
    one = load(f"sqlite:///{sqlite_file}#orders")
    (tmp_path / "profiles.csv").write_text("customer_id,region\nC1,north\n")
    both = load(
        {
            "transactions": f"sqlite:///{sqlite_file}#orders",
            "profiles": tmp_path / "profiles.csv",
        }
    )
    assert both.transactions.equals(one.transactions)
    assert both.profiles["region"].tolist() == ["north"]


def test_an_ibis_table_stands_for_a_table(sqlite_file):
    connection = ibis.duckdb.connect()
    company = load({"transactions": ibis.memtable(ORDERS)})
    assert len(company.transactions) == 2
    connection.disconnect()


def test_a_database_stays_as_it_was(sqlite_file):
    before = sqlite_file.read_bytes()
    load(f"sqlite:///{sqlite_file}")
    assert sqlite_file.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("duckdb:///nowhere.duckdb", "there is no database 'nowhere.duckdb'"),
        ("sqlite:///nowhere.db", "there is no database 'nowhere.db'"),
        ("mysql://ann:secret@host/shop", "unknown kind of database 'mysql'"),
        ("spark://127.0.0.1:1/shop", "no Spark answers at 127.0.0.1:1"),
        (
            "https://ann:secret@host/orders.csv?key=secret",
            "https://ann@host/orders.csv is no database, and nothing is fetched",
        ),
        ("S3://bucket/orders.csv", "nothing is fetched from an address: save the file"),
        ("postgres://ann:secret@127.0.0.1:1/shop", "postgres://ann@127.0.0.1:1/shop can't be read"),
        ("postgres://ann:se#cr/et@127.0.0.1:1/shop", "postgres://ann@127.0.0.1:1/shop"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence_without_the_password(address, words):
    if address.startswith("postgres"):
        pytest.importorskip("psycopg", reason="psycopg isn't installed")
    with pytest.raises(InputError) as caught:
        load(address)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "cr/et" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_a_file_that_is_no_database_is_named(scheme, tmp_path):
    (tmp_path / "shop.db").write_bytes(b"no database at all, but long enough" * 40)
    with pytest.raises(InputError, match=r"shop\.db can't be read"):
        load(f"{scheme}:///{tmp_path}/shop.db")


def test_a_table_that_is_not_there_names_the_nearest(sqlite_file):
    with pytest.raises(InputError, match="did you mean 'orders'"):
        load(f"sqlite:///{sqlite_file}#order")


def test_a_database_without_our_tables_says_what_it_has(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        ORDERS.to_sql("bills", connection, index=False)
    connection.close()
    with pytest.raises(InputError, match=r"holds no table called as ours are .* it has: bills"):
        load(f"sqlite:///{tmp_path / 'shop.db'}")


def test_a_wrong_password_and_a_missing_right_are_told_without_it(postgres):
    wrong = f"postgres://ann:wrongword@{postgres.place}"
    with pytest.raises(InputError, match="password authentication failed") as caught:
        load(wrong)
    assert "wrongword" not in str(caught.value)
    connection = postgres.connect()
    connection.create_table("transactions", ORDERS, overwrite=True)
    connection.con.execute("CREATE USER bo PASSWORD 'bo'")
    connection.con.commit()
    with pytest.raises(InputError, match="not for this user to read"):
        load(f"postgres://bo:bo@{postgres.place}#transactions")


def test_the_password_may_come_from_the_environment(postgres, monkeypatch):
    connection = postgres.connect()
    connection.create_table("orders", ORDERS, overwrite=True)
    monkeypatch.setenv("PGPASSWORD", "p@ss/w?rd")
    company = load(f"postgresql://ann@{postgres.place}#public.orders")
    assert company.name == "shop"
    assert len(company.transactions) == 2
    assert "p@ss" not in repr(company) + " ".join(company.notes)


def test_the_command_ends_with_2_and_one_line():
    command = [sys.executable, "-m", "crm_analysis", "check", "mysql://ann:secret@host/shop"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "secret" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_is_shown_of_an_address():
    assert shown_address("postgres://ann:se/cr@et@db/shop") == "postgres://ann@db/shop"
    assert shown_address("postgres://db/shop?password=secret") == "postgres://db/shop"
