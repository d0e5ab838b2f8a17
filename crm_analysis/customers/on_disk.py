"""The customer table of transactions beyond memory: parted once, then summarised part by part."""

import tempfile
from datetime import date
from pathlib import Path

from crm_analysis.customers.summary import customer_table
from crm_analysis.data.large_files import confined

__all__ = ["write_customer_table"]

# More lines would need more memory for their customers than DuckDB is given.
_LINES_AT_A_TIME = 5_000_000
_USED = ("customer_id", "date", "amount", "order_id")


def write_customer_table(transactions: Path, as_of: date, target: Path) -> None:
    """Write the customer table of a Parquet file of transactions into another.

    It's done on one thread, since equal input must give equal bytes.

    Parameters
    ----------
    transactions : customer_id, date, amount, [order_id].
    as_of : the last day that counts.
    target : in a folder that has room for the transactions once more.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as spill:
        connection = confined(Path(spill))
        connection.raw_sql("SET threads = 1")
        lines = connection.read_parquet(transactions)
        parts = -(-int(lines.count().execute()) // _LINES_AT_A_TIME)
        if parts == 1:
            customer_table(lines, as_of).to_parquet(target)
            return
        own = {"part": lines.customer_id.hash().abs() % parts}
        lines.select(*(name for name in _USED if name in lines.columns), **own).to_parquet(
            f"{spill}/lines", partition_by="part"
        )
        for folder in sorted(Path(spill, "lines").iterdir()):
            part = connection.read_parquet(f"{folder}/*.parquet", hive_partitioning=False)
            customer_table(part, as_of).to_parquet(f"{folder}.parquet")
        customers = connection.read_parquet(f"{spill}/lines/*.parquet").order_by("customer_id")
        customers.to_parquet(target)
