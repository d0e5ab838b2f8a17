"""One set of expressions: the same customer table and the same flows on each engine."""

import ibis
import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import base_by_month, summarize

BY_HAND = pd.DataFrame(
    [
        ("Ann", "2026-01-05", 10.0, "o1"),
        ("Ann", "2026-01-05", 5.0, "o1"),
        ("Ann", "2026-04-20", 4.0, "o2"),
        ("Bo", "2026-01-31", 20.0, None),
        ("Bo", "2026-02-20", 1.0, None),
        ("Cy", "2026-02-01", 3.0, "o9"),
        ("Cy", "2026-03-04", 3.0, "o10"),
    ],
    columns=["customer_id", "date", "amount", "order_id"],
).astype({"date": "datetime64[us]"})


def some_lines(customers: int = 300, seed: int = 3) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), draw.geometric(0.25, customers))
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(0, 420, len(who)), unit="D")
    frame = pd.DataFrame({"customer_id": [f"C{one:04}" for one in who], "date": day})
    frame = frame.assign(amount=draw.integers(1, 4000, len(who)) / 4)
    order = pd.Series([f"o{one}" for one in draw.integers(0, len(who) // 2, len(who))], dtype="str")
    return frame.assign(order_id=order.where(draw.random(len(who)) < 0.9)).astype(
        {"date": "datetime64[us]"}
    )


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def engine(request, tmp_path):
    """Return a function that puts a frame into an engine and gives it as an Ibis table."""
    if request.param == "duckdb":
        return ibis.memtable
    if request.param == "postgres":
        connection = request.getfixturevalue("postgres").connect()
        return lambda frame: connection.create_table("lines", frame, overwrite=True)
    connection = ibis.pyspark.connect(request.getfixturevalue("spark"))

    def put(frame: pd.DataFrame):
        frame.to_parquet(tmp_path / "lines.parquet")
        return connection.read_parquet(str(tmp_path / "lines.parquet"))

    return put


@pytest.mark.parametrize("frame", [BY_HAND, some_lines()], ids=["by hand", "drawn"])
def test_the_customer_table_is_the_same_on_every_engine(engine, frame):
    before = frame.copy(deep=True)
    table = engine(frame)
    for as_of, unit in ((None, "D"), ("2026-02-10", "W")):
        expected = summarize(frame, as_of, unit)
        pd.testing.assert_frame_equal(summarize(table, as_of, unit), expected)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("frame", [BY_HAND, some_lines()], ids=["by hand", "drawn"])
def test_the_base_by_month_is_the_same_on_every_engine(engine, frame):
    table = engine(frame)
    for as_of, days in ((None, None), (None, 30), ("2026-02-10", 45)):
        expected = base_by_month(frame, as_of, lost_after=days)
        pd.testing.assert_frame_equal(base_by_month(table, as_of, lost_after=days), expected)
