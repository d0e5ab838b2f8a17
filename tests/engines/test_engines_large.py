"""Transactions beyond memory come out as those that fit into it."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.data import large_sources, load, prepare
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
    # The last day is one of somebody unknown.
    frame.loc[7, ["Customer", "date", "amount"]] = [None, DAY + pd.Timedelta(days=3), 5.0]
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
    monkeypatch.setattr("crm_analysis.data.large_sources._LARGE", 1000)
    monkeypatch.setattr("crm_analysis.customers.on_disk._LINES_AT_A_TIME", 500)
    write_whole([str(path)], Wishes(), tmp_path / "large")
    assert_same_folder(tmp_path / "small", tmp_path / "large")
    company = load(tmp_path / "large")
    customers = pd.read_parquet(tmp_path / "large" / "customers.parquet").set_index("customer_id")
    expected = summarize(company.transactions, company.as_of)
    pd.testing.assert_frame_equal(customers.astype(expected.dtypes.to_dict()), expected)
    assert said_of(tmp_path / "large") == said_of(tmp_path / "small")
    assert {p.name for p in (tmp_path / "large").iterdir()} >= {"company.json", "returns.parquet"}


PEOPLE = pd.DataFrame(
    {
        "customer_id": [f"C{n}" for n in range(300)] + ["C1"],
        "name": "Ann",
        "acquired_on": pd.date_range(DAY - pd.Timedelta(days=290), periods=301),
        "region": "north",
    }
)
COSTS = "date,kind,amount\n2026-01-05,programme,100\n2027-01-05,programme,x\n,programme,5\n"


@pytest.fixture
def is_large(monkeypatch):
    """Take every table of transactions for one beyond memory, and tell which were."""
    monkeypatch.setattr(large_sources, "_LARGE", 1)
    monkeypatch.setattr(large_sources, "_LARGE_TEXT", 1)
    monkeypatch.setattr("crm_analysis.data.large_text._BLOCK", 5000)
    monkeypatch.setattr("crm_analysis.data.large_pseudonyms._BATCH", 50)
    prepared = []

    def noted(source, folder, **options):
        prepared.append(source.file)
        return prepare_large(source, folder, **options)

    monkeypatch.setattr(large_sources, "prepare_large", noted)
    return prepared


def assert_alike(source, tmp_path, **options):
    """Compare what is written of large tables with what ``load`` gives of the same."""
    prepare(load(source, **options), tmp_path / "small")
    large_sources.prepare_source(source, tmp_path / "large", **options)
    for folder in (tmp_path / "small", tmp_path / "large"):
        for name in ("rejected", "set_aside", "flagged"):
            # Rows of the transactions come first; within a table their order is the same.
            frame = pd.read_parquet(folder / f"{name}.parquet")
            frame.sort_values("table", kind="stable").to_parquet(
                folder / f"{name}.parquet", index=False
            )
    assert_same_folder(tmp_path / "small", tmp_path / "large")


def with_others(folder, write_orders):
    folder.mkdir()
    write_orders(folder)
    PEOPLE.to_csv(folder / "profiles.csv", index=False)
    (folder / "crm_costs.csv").write_text(COSTS)
    return folder


@pytest.mark.parametrize("as_of", [None, "2025-12-31"])
def test_a_folder_with_other_tables(tmp_path, is_large, as_of):
    shop = with_others(tmp_path / "Corner shop", lambda to: orders().to_parquet(
        to / "transactions.parquet"))  # fmt: skip
    assert_alike(shop, tmp_path, as_of=as_of, returns="drop")
    assert is_large == ["transactions.parquet"]
    assert load(tmp_path / "large").read.keys() == {"transactions", "profiles", "crm_costs"}


@pytest.mark.parametrize("key", [None, "a key of enough characters"])
def test_a_company_file_with_other_tables(tmp_path, is_large, key):
    shop = with_others(tmp_path / "shop", lambda to: orders().to_parquet(to / "o.parquet"))
    (shop / "company.toml").write_text(
        'title = "Corner"\ncurrency = "EUR"\nreturns = "keep"\n[parameters]\nmargin = 0.4\n'
        '[tables.profiles]\nfile = "profiles.csv"\n[tables.transactions]\nfile = "o.parquet"\n'
        'columns = { customer_id = "Customer" }\n'
    )
    assert_alike(shop / "company.toml", tmp_path, pseudonymise=key)
    assert is_large == ["o.parquet"]
    company = load(tmp_path / "large")
    assert (company.title, company.currency) == ("Corner", "EUR")
    assert company.parameters == {"margin": 0.4}
    assert company.pseudonymised == (key is not None)
    assert company.transactions["customer_id"].isin(company.profiles["customer_id"]).mean() > 0.9


@pytest.mark.parametrize("shop", ["duckdb"], indirect=True)
def test_a_database_with_other_tables(shop, tmp_path, is_large):
    shop.put("transactions", orders(400))
    shop.put("profiles", PEOPLE)
    large_sources.prepare_source(shop.source, tmp_path / "large")
    assert len(is_large) == 1
    assert load(tmp_path / "large").read == {"transactions": 460, "profiles": 301}


@pytest.mark.parametrize("policy", ["net", "keep"])
@pytest.mark.parametrize("written", [{}, {"sep": ";", "decimal": ","}, {"date_format": "%d.%m.%Y"}])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text(tmp_path, is_large, policy, written, ending):
    lines = orders()
    lines["amount"] = lines["amount"].astype("str").mask(lines.index % 90 == 0, "a lot")
    lines["product"] = lines["product"] + ", größer"
    path = tmp_path / "orders.csv"
    lines.to_csv(path, index=False, lineterminator=ending, **written)
    path.write_bytes(path.read_bytes().replace(b"date,", b"date,", 1) + ending.encode() * 2)
    assert_alike(path, tmp_path, returns=policy)
    assert is_large == ["orders.csv"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "one,field\n",
        lambda text: text.replace("C17", '"C\n17"', 1),
        lambda text: text.replace("C17", "Ä17", 1).encode("cp1252"),
        lambda text: "sep=,\n" + text,
        lambda text: text.replace("C17", "17.0"),
    ],
)
def test_text_that_needs_a_look_at_all_of_it_is_left_to_load(tmp_path, is_large, change):
    text = change(orders(400).to_csv(index=False))
    path = tmp_path / "orders.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert_alike(path, tmp_path)
    assert is_large == []


def test_pseudonyms_are_never_left_out(tmp_path, is_large):
    orders(200).to_csv(tmp_path / "orders.csv", index=False)
    wishes = Wishes(options={"pseudonymise": "a key of enough characters"})
    write_whole([str(tmp_path / "orders.csv")], wishes, tmp_path / "out")
    company = load(tmp_path / "out")
    assert company.pseudonymised
    assert company.transactions["customer_id"].str.fullmatch("p[a-z2-7]{12}").all()


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


def test_a_source_that_cannot_be_used_leaves_no_folder_behind(tmp_path):
    with pytest.raises(InputError, match="no file or folder"):
        large_sources.prepare_source(tmp_path / "none.csv", tmp_path / "new" / "out")
    assert not (tmp_path / "new").exists()
    orders(100).to_csv(tmp_path / "orders.csv", index=False)
    large_sources.prepare_source(tmp_path / "orders.csv", tmp_path / "new" / "out")
    assert {p.name for p in (tmp_path / "new").iterdir()} == {"out"}
