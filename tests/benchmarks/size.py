"""The step from transactions to one row per customer, at sizes that real companies have.

    python -m tests.benchmarks size            1 and 10 million lines
    python -m tests.benchmarks size 20 100     sizes in million lines, with their peaks of memory

Lines are drawn by DuckDB into a temporary folder: as many customers as a tenth of the lines, two
years of days, amounts up to 200, once without and once with numbers of orders.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
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
    print(  # noqa: T201
        f"customer table of {path.stem}, beside hand-written SQL: {times:.2f} of its time "
        f"({ours:.2f} s, {theirs:.2f} s)",
        flush=True,
    )


def beside_lifetimes(path: Path) -> None:
    """Compare with lifetimes, each in a process of its own.

    lifetimes needs a frame in memory. Ours reads the Parquet file anew, or takes the same frame.
    """
    told = {way: in_own_process(way, path) for way in ("lifetimes", "parquet", "frame")}
    theirs = told["lifetimes"]
    whole = theirs["read"] + theirs["seconds"]
    print(f"{path.stem}: lifetimes needs {theirs['gigabytes']:.1f} GB of memory")  # noqa: T201
    for way in ("parquet", "frame"):
        ours = told[way]
        times = theirs["seconds"] / ours["seconds"]
        say(f"{path.stem}, from a {way}: {times:.1f} × faster than lifetimes from a frame", ours)
    times = whole / told["parquet"]["seconds"]
    say(f"{path.stem}, both from Parquet: {times:.1f} × faster than lifetimes", theirs)


def out_of_core(path: Path) -> None:
    """Check and summarise a source in a process of its own, and say its peak of memory."""
    say(f"{path.name}: read, checked and summarised", in_own_process("prepare", path))
    shutil.rmtree(path.with_name("prepared"))


def shop_and_text(path: Path) -> None:
    """Prepare the same lines in a folder beside a table of customers, and as CSV."""
    shop, text = path.with_name("shop"), path.with_suffix(".csv")
    shop.mkdir()
    path.rename(shop / "transactions.parquet")
    with duckdb.connect() as connection:
        lines = f"FROM '{shop}/transactions.parquet'"
        people = f"SELECT customer_id, min(date) AS acquired_on {lines} GROUP BY ALL LIMIT 100_000"
        connection.execute(f"COPY ({people}) TO '{shop}/profiles.csv'")
        out_of_core(shop)
        connection.execute(f"COPY (SELECT * {lines}) TO '{text}'")
    shutil.rmtree(shop)
    out_of_core(text)
    text.unlink()


def in_own_process(way: str, path: Path) -> dict[str, float]:
    """Return seconds by the clock and of both processors, and gigabytes at most."""
    command = [sys.executable, "-m", "tests.benchmarks.size", way, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def say(what: str, told: dict[str, float]) -> None:
    measured = f"{told['seconds']:.1f} s, {told['processor']:.1f} s of processors"
    print(f"{what} ({measured}, {told['gigabytes']:.1f} GB)", flush=True)  # noqa: T201


def main(*sizes: int) -> None:
    """Measure each size, in million lines."""
    with tempfile.TemporaryDirectory() as folder:
        for millions in sizes or (1, 10):
            path = draw(Path(folder) / f"{millions} million lines.parquet", millions)
            out_of_core(path)
            if millions <= 60:
                beside_lifetimes(path)
            if millions <= 10:
                beside_sql(path)
                path.unlink()
                name = f"{millions} million lines with order ids.parquet"
                path = draw(Path(folder) / name, millions, orders=True)
                beside_sql(path)
            if millions == 20:
                shop_and_text(path)
            path.unlink(missing_ok=True)


def alone(way: str, path: Path) -> None:
    """Do one thing once, and say what it took."""
    told = {}
    if way in ("lifetimes", "frame"):
        start = time.perf_counter()
        frame = pd.read_parquet(path, columns=["customer_id", "date", "amount"])
        frame["date"] = pd.to_datetime(frame["date"])
        told["read"] = time.perf_counter() - start
    if way == "lifetimes":
        by_lifetimes(frame.head(1000))()  # what is done once in a process isn't counted
        work = by_lifetimes(frame)
    elif way == "frame":
        summarize(frame.head(1000), AS_OF)
        work = partial(summarize, frame, AS_OF)
    elif way == "parquet":
        lines = ibis.duckdb.connect().read_parquet(path)
        summarize(lines.limit(1000), AS_OF)
        work = partial(summarize, lines, AS_OF)
    else:
        target = path.with_name("prepared")
        work = partial(write_whole, [str(path)], Wishes(), target)
    processor = time.process_time()
    told["seconds"] = seconds(work)
    told["processor"] = time.process_time() - processor
    told["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps(told))  # noqa: T201


def by_lifetimes(frame: pd.DataFrame) -> Callable[[], object]:
    from lifetimes.utils import summary_data_from_transaction_data

    names = ("customer_id", "date", "amount")
    options = {"observation_period_end": str(AS_OF), "freq": "D"}
    return lambda: summary_data_from_transaction_data(frame, *names, **options)


if __name__ == "__main__":
    alone(sys.argv[1], Path(sys.argv[2]))
