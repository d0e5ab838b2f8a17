"""The dairy has every table, and the folder that people open holds the same."""

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.dairy import make_dairy, write_dairy
from crm_analysis.data.schemas import schema
from crm_analysis.data.simulation_truth import Truth, as_json
from crm_analysis.data.tables import TABLES

FOLDER = Path(__file__).parents[2] / "data" / "dairy"


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def test_every_table_and_column_is_there(dairy):
    assert list(dairy.tables) == list(TABLES)
    # Shops are no households; the dairy asks for expectation and perception; it books no returns.
    without = {("deals", "customer_id"), ("survey", "satisfaction"), ("transactions", "kind")}
    for name, table in TABLES.items():
        columns = {column.name for column in table.columns}
        missing = {(name, column) for column in columns - set(getattr(dairy, name).columns)}
        assert missing <= without, missing


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_trusted_one(dairy, name):
    table = getattr(dairy, name)
    schema(TABLES[name]).validate(table)
    order = [column.name for column in TABLES[name].columns if column.name in table]
    assert list(table.columns)[: len(order)] == order
    assert table.index.equals(pd.RangeIndex(len(table)))


def test_nothing_lies_after_the_last_day(dairy):
    for table in dairy.tables.values():
        for name in table.columns[table.dtypes.astype(str).str.startswith("datetime")]:
            assert not (table[name] > dairy.as_of).any(), name


def test_customers_are_the_same_in_every_table(dairy):
    known = set(dairy.profiles["customer_id"])
    for name, table in dairy.tables.items():
        if "customer_id" in table:
            assert set(table["customer_id"]) <= known, name


def test_sales_at_the_door_are_set_aside(dairy):
    door = dairy.unidentified
    assert len(door) == len(dairy.set_aside) == 420
    assert door["customer_id"].isna().all()
    assert (door["amount"] > 0).all()
    assert dairy.set_aside["reason"].unique().tolist() == ["no customer"]
    assert dairy.read["transactions"] == len(dairy.transactions) + 420


def test_the_folder_is_what_the_simulation_writes(tmp_path):
    # Made by python -m crm_analysis.data.dairy.
    written = {path.name: path.read_bytes() for path in write_dairy(tmp_path).iterdir()}
    for name, content in written.items():
        assert (FOLDER / name).read_bytes() == content, name
    stored = {path.name for path in FOLDER.iterdir() if not path.name.startswith(".")}
    assert stored == set(written)


def test_the_folder_opens_in_a_spreadsheet():
    files = list(FOLDER.glob("*.csv"))
    assert len(files) == len(TABLES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 8_000_000
    for path in files:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")  # by which Excel knows that it's UTF-8
        assert content.count(b"\n") < 1_048_576  # rows of a sheet


def test_the_folder_loads_as_the_same_company(dairy):
    folder = load(FOLDER)
    assert (folder.as_of, folder.read) == (dairy.as_of, dairy.read)
    for name, table in dairy.tables.items():
        pd.testing.assert_frame_equal(getattr(folder, name), table)
    outside = pd.concat([folder.set_aside, folder.rejected], ignore_index=True)
    pd.testing.assert_frame_equal(outside, dairy.set_aside)


def test_truth_is_what_the_parts_were_made_from():
    told = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(as_json(Truth(), 2026)))
    assert set(told) == {"seed", *TABLES} - {"outcomes"}
    assert told["transactions"]["ordering"]["alpha"] == Truth().dairy.alpha
    assert told["contacts"]["campaigns"][0]["day"] == "2024-04-08"
    assert set(told["interactions"]) == {*asdict(Truth().service), "odds_ratio", "others"}


def test_another_seed_gives_another_company(dairy):
    other = make_dairy(seed=7)
    for name, table in dairy.tables.items():
        if name != "crm_costs":
            assert not table.equals(getattr(other, name)), name


def test_names_are_told_apart(dairy):
    # A name twice is a person stored twice, nothing else.
    assert dairy.profiles["name"].duplicated().sum() == 30
