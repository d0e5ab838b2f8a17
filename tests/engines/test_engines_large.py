"""Transactions beyond memory come out as those that fit into it."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from crm_analysis.customers import summarize
from crm_analysis.customers.large import prepare_large
from crm_analysis.data import load
from crm_analysis.errors import InputError

LINES = pd.DataFrame(
    {
        "customer": ["C1", "C1", None, "C2", "C3"],
        "date": pd.to_datetime(["2026-01-05", "2026-02-01", "2026-02-01", None, "2026-01-31"]),
        "amount": [12.5, 3.0, 1.0, 2.0, None],
    }
)


def test_the_same_customers_and_reasons_as_in_memory(tmp_path):
    LINES.to_parquet(tmp_path / "orders.parquet")
    counts = prepare_large(tmp_path / "orders.parquet", tmp_path / "out")
    company = load(tmp_path / "orders.parquet")
    assert counts == {"read": 5, "accepted": 2, "rejected": 3, "customers": 1}
    customers = pd.read_parquet(tmp_path / "out" / "customers.parquet").set_index("customer_id")
    expected = summarize(company.transactions)
    pd.testing.assert_frame_equal(
        customers.astype(expected.dtypes.to_dict()), expected, check_index_type=False
    )
    lost = pd.read_parquet(tmp_path / "out" / "rejected.parquet")
    assert lost.set_index("line")["reason"].to_dict() == {
        4: "no customer",
        5: "no date",
        6: "no amount",
    }
    assert pq.read_schema(tmp_path / "out" / "rejected.parquet").names == [
        "table", "file", "line", "reason", "row",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "customers.parquet", "rejected.parquet", "size.json", "transactions.parquet",
    ]  # fmt: skip


def test_a_folder_with_files_is_left_alone(tmp_path):
    LINES.to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(InputError, match="isn't empty"):
        prepare_large(tmp_path / "orders.parquet", tmp_path)
