"""The step from transactions to one row per customer, at sizes that real companies have.

    python -m tests.benchmarks size            1 and 10 million lines
    python -m tests.benchmarks size 100        one size in million lines, with its peak of memory

Lines are drawn by DuckDB into a temporary folder: as many customers as a tenth of the lines, two
years of days, amounts up to 200, once without and once with numbers of orders.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import duckdb
import ibis
import pandas as pd

from crm_analysis.customers import customer_table, summarize
from crm_analysis.reporting.prepared import write_whole
from crm_analysis.reporting.sources import Wishes

AS_OF = date(2025, 12, 31)
ROUNDS = 3
LINES = """
    SELECT 'C' || lpad((hash(i) % {customers})::VARCHAR, 8, '0') AS customer_id,
           DATE '2024-01-01' + (hash(i + 1000000007) % 730)::INTEGER AS date,
           (hash(i + 2000000011) % 20000) / 100.0::DOUBLE AS amount{orders}
    FROM range({lines}) AS numbers(i)
"""
# Two lines an order, on average.
ORDERS = """,
           'O' || (hash(i + 3000000019) % {orders})::VARCHAR AS order_id"""
# What one would type who needs nothing else than this table.
BY_HAND = """
    WITH days AS (
        SELECT customer_id, date AS day, sum(amount) AS amount, count(*) AS lines
        FROM '{path}' WHERE date <= DATE '{as_of}' GROUP BY ALL
    ), customers AS (
        SELECT customer_id, min(day) AS first, max(day) AS last, sum(lines) AS orders,
               sum(amount) AS revenue, count(*) - 1 AS frequency, arg_min(amount, day) AS one
        FROM days GROUP BY ALL
    )
    SELECT customers.* EXCLUDE (one){replaced}, last - first AS recency,
           DATE '{as_of}' - first AS "T",
           coalesce((revenue - one) / nullif(frequency, 0), 0) AS monetary_value
    FROM customers {joined}ORDER BY customer_id
"""
WITH_ORDERS = {
    "replaced": " REPLACE (counted.orders AS orders)",
    "joined": """JOIN (
        SELECT customer_id, count(DISTINCT order_id) AS orders
        FROM '{path}' WHERE date <= DATE '{as_of}' GROUP BY ALL
    ) AS counted USING (customer_id) """,
}


def draw(path: Path, millions: int, *, orders: bool = False) -> Path:
    lines = millions * 1_000_000
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '2GB'")
        ids = ORDERS.format(orders=lines // 2) if orders else ""
        drawn = LINES.format(lines=lines, customers=lines // 10, orders=ids)
        connection.execute(f"COPY ({drawn}) TO '{path}' (FORMAT parquet)")
    return path


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(one: Callable, other: Callable) -> tuple[float, float, float]:
    """Return how many times longer the one takes, and the middle seconds of both, in turns."""
    one(), other()  # a first run of each, not counted
    pairs = [(seconds(one), seconds(other)) for _ in range(ROUNDS)]
    first, second = (median(times) for times in zip(*pairs, strict=True))
    return first / second, first, second


def beside_sql(path: Path) -> None:
    """Compare with hand-written SQL, both from Parquet to an Arrow table."""
    lines = ibis.duckdb.connect().read_parquet(path)
    plain = duckdb.connect()
    said = WITH_ORDERS if "order_id" in lines.columns else dict.fromkeys(WITH_ORDERS, "")
    names = {"path": path, "as_of": AS_OF}
    sql = BY_HAND.format(**{key: part.format(**names) for key, part in said.items()}, **names)
    times, ours, theirs = ratio(
        lambda: customer_table(lines, AS_OF).to_pyarrow(),
        lambda: plain.sql(sql).to_arrow_table(),
    )
    say(
        f"customer table of {path.stem}, beside hand-written SQL: {times:.2f} of its time",
        ours,
        theirs,
    )


def beside_lifetimes(path: Path) -> None:
    """Compare with lifetimes, which needs a frame in memory; ours reads the Parquet file anew."""
    from lifetimes.utils import summary_data_from_transaction_data

    columns = ["customer_id", "date", "amount"]
    read = seconds(lambda: pd.read_parquet(path, columns=columns))
    frame = pd.read_parquet(path, columns=columns)
    frame["date"] = pd.to_datetime(frame["date"])
    theirs = seconds(
        lambda: summary_data_from_transaction_data(
            frame, "customer_id", "date", "amount", observation_period_end=str(AS_OF), freq="D"
        )
    )
    in_memory = seconds(lambda: summarize(frame, AS_OF))
    lines = ibis.duckdb.connect().read_parquet(path)
    ours = seconds(lambda: summarize(lines, AS_OF))
    whole = read + theirs
    say(f"{path.stem}, beside lifetimes: {whole / ours:.1f} × faster from Parquet", ours, whole)
    say(
        f"{path.stem}, beside lifetimes: {theirs / in_memory:.1f} × from a frame", in_memory, theirs
    )


def out_of_core(path: Path) -> None:
    """Check and summarise a file in a process of its own, and say its peak of memory."""
    command = [sys.executable, "-m", "tests.benchmarks.size", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ended.stdout.splitlines()[-1])
    print(  # noqa: T201
        f"{path.stem}: read, checked and summarised in {told['seconds']:.0f} s, "
        f"{told['gigabytes']:.1f} GB of memory at most"
    )


def say(what: str, ours: float, theirs: float) -> None:
    print(f"{what} ({ours:.2f} s, {theirs:.2f} s)", flush=True)  # noqa: T201


def main(*sizes: int) -> None:
    """Measure each size, in million lines."""
    with tempfile.TemporaryDirectory() as folder:
        for millions in sizes or (1, 10):
            path = draw(Path(folder) / f"{millions} million lines.parquet", millions)
            out_of_core(path)
            if millions <= 30:
                beside_lifetimes(path)
            if millions <= 10:
                beside_sql(path)
                path.unlink()
                name = f"{millions} million lines with order ids.parquet"
                path = draw(Path(folder) / name, millions, orders=True)
                beside_sql(path)
            path.unlink()


def alone(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_whole([str(path)], Wishes(), Path(folder) / "prepared")
        told = {"seconds": time.perf_counter() - start}
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(told | {"gigabytes": kilobytes / 1e6}))  # noqa: T201


if __name__ == "__main__":
    alone(Path(sys.argv[1]))
