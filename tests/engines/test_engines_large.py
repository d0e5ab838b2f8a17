"""Transactions beyond memory come out as those that fit into it."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.data import load, prepare
from crm_analysis.data.databases import open_parquet, table_at
from crm_analysis.data.large import prepare_large
from crm_analysis.errors import InputError
from crm_analysis.reporting.prepared import said_of, write_whole
from crm_analysis.reporting.sources import Wishes

DAY = pd.Timestamp("2026-03-01")


def orders(lines: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Draw orders with everything that may be wrong with a line."""
    draw = np.random.default_rng(seed)

    def some(values, share):
        return pd.Series(values).where(draw.random(lines) >= share)

    number = draw.integers(10_000, 10_900, lines)
    frame = pd.DataFrame(
        {
            "Customer": some([f"C{one}" for one in draw.integers(0, 300, lines)], 0.05),
            "order_id": some([f"{one}" for one in number], 0.03),
            "date": some(DAY - pd.to_timedelta(draw.integers(0, 400, lines), unit="D"), 0.02),
            "amount": some(draw.integers(1, 900, lines) / 4, 0.02),
            "quantity": some(draw.integers(1, 5, lines).astype("float64"), 0.1),
            "product": some([f"p{one}" for one in draw.integers(0, 3, lines)], 0.01),
            "hour": pd.Series(draw.integers(0, 25, lines)).where(draw.random(lines) > 0.5),
        }
    )
    back = draw.random(lines) < 0.1
    frame.loc[back, "amount"] *= -0.5
    cancelled = draw.random(lines) < 0.02
    frame.loc[cancelled, "order_id"] = "C" + frame.loc[cancelled, "order_id"]
    frame.loc[5, "Customer"] = " N/A "
    frame.loc[6, "Customer"] = "  C7\t"
    frame = pd.concat([frame, frame.sample(60, random_state=seed)], ignore_index=True)
    types = {"Customer": "str", "order_id": "str", "product": "str", "date": "datetime64[us]"}
    return frame.astype(types)


def assert_same_folder(one, other):
    for path in sorted({*one.iterdir()} | {one / path.name for path in other.iterdir()}):
        again = other / path.name
        assert path.exists(), path.name
        assert again.exists(), path.name
        if path.suffix == ".json":
            assert path.read_text() == again.read_text()
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(again))


@pytest.mark.parametrize("policy", ["net", "drop", "keep"])
@pytest.mark.parametrize("as_of", [None, "2025-12-31"])
@pytest.mark.parametrize("without", [[], ["order_id", "product"], ["product"]])
def test_the_same_folder_as_in_memory(tmp_path, monkeypatch, policy, as_of, without):
    monkeypatch.setattr("crm_analysis.data.large_files._BATCH", 100)
    path = tmp_path / "Orders 2026.parquet"
    orders().drop(columns=without).to_parquet(path)
    company = load(path, as_of=as_of, returns=policy)
    prepare(company, tmp_path / "small")
    prepare_large(open_parquet(path), tmp_path / "large", as_of=as_of, returns=policy)
    assert_same_folder(tmp_path / "small", tmp_path / "large")
    assert len(load(tmp_path / "large").transactions) == len(company.transactions)


@pytest.mark.parametrize("shop", ["duckdb", "postgres"], indirect=True)
def test_a_database_s_table_is_prepared_as_from_memory(shop, tmp_path):
    shop.put("transactions", orders(400))
    prepare(load(shop.source), tmp_path / "small")
    prepare_large(table_at(f"{shop.source}#transactions"), tmp_path / "large")
    # Equal rows have no order.
    columns = ["customer_id", "date", "amount", "order_id", "product", "quantity"]
    for name in ("transactions", "rejected", "set_aside", "returns"):
        one, other = (pd.read_parquet(tmp_path / f / f"{name}.parquet") for f in ("small", "large"))
        by = [c for c in columns if c in one] or ["reason", "row"]
        one, other = (frame.sort_values(by, ignore_index=True)[by] for frame in (one, other))
        pd.testing.assert_frame_equal(one, other)


def test_the_command_takes_the_same_care_of_large_and_small(tmp_path, monkeypatch):
    path = tmp_path / "orders.parquet"
    orders().to_parquet(path)
    write_whole([str(path)], Wishes(), tmp_path / "small")
    monkeypatch.setattr("crm_analysis.data.large._LARGE", 1000)
    monkeypatch.setattr("crm_analysis.customers.on_disk._LINES_AT_A_TIME", 500)
    write_whole([str(path)], Wishes(), tmp_path / "large")
    assert_same_folder(tmp_path / "small", tmp_path / "large")
    company = load(tmp_path / "large")
    customers = pd.read_parquet(tmp_path / "large" / "customers.parquet").set_index("customer_id")
    expected = summarize(company.transactions, company.as_of)
    pd.testing.assert_frame_equal(customers.astype(expected.dtypes.to_dict()), expected)
    assert said_of(tmp_path / "large") == said_of(tmp_path / "small")
    assert {p.name for p in (tmp_path / "large").iterdir()} >= {"company.json", "returns.parquet"}


def test_pseudonyms_are_never_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("crm_analysis.data.large._LARGE", 1)
    orders(200).to_parquet(tmp_path / "orders.parquet")
    wishes = Wishes(options={"pseudonymise": "a key of enough characters"})
    write_whole([str(tmp_path / "orders.parquet")], wishes, tmp_path / "out")
    assert load(tmp_path / "out").pseudonymised


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        (orders(200).assign(amount=np.nan), {}, r"no row of x\.parquet can be used: no amount in"),
        (orders(200), {"as_of": "2020-01-01"}, "lies before all transactions"),
        (orders(200), {"returns": "some"}, "policy on returns"),
        (orders(200).iloc[:0], {}, "has columns but no rows"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_left(tmp_path, frame, options, words):
    frame.to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match=words):
        prepare_large(open_parquet(tmp_path / "x.parquet"), tmp_path / "out", **options)
    assert not (tmp_path / "out" / "company.json").exists()


def test_a_folder_with_files_is_left_alone(tmp_path):
    orders(100).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="isn't empty"):
        prepare_large(open_parquet(tmp_path / "x.parquet"), tmp_path)
