"""Files on which transactions beyond memory wait, come back in parts, and end."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from crm_analysis.data.aside import stacked
from crm_analysis.data.schemas import type_of
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import LINE
from crm_analysis.data.typed_door import typed_frame

__all__ = ["Apart", "batches", "confined", "copy_typed", "frames", "stream"]

_TABLE = TABLES["transactions"]
_BATCH = 200_000


def confined(spill: Path) -> BaseBackend:
    """Connect to a DuckDB that keeps what memory doesn't hold in a folder."""
    connection = ibis.duckdb.connect(memory_limit="2GB", temp_directory=str(spill))
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def stream(rows: ir.Table, path: Path) -> None:
    """Write rows of a database as they come, without holding them."""
    coming = rows.to_pyarrow_batches(chunk_size=_BATCH)
    with pq.ParquetWriter(path, coming.schema) as writer:
        for batch in coming:
            writer.write_batch(batch)


class Apart:
    """Rows as text on their way into one file, part by part."""

    def __init__(self, path: Path):
        self.schema = pa.Schema.from_pandas(stacked([]), preserve_index=False)
        self.writer, self.rows = pq.ParquetWriter(path, self.schema), 0

    def add(self, frame: pd.DataFrame) -> None:
        """Write further rows."""
        if len(frame):
            table = pa.Table.from_pandas(frame, self.schema, preserve_index=False)
            self.writer.write_table(table)
            self.rows += len(frame)


def batches(rows: ir.Table) -> Iterator[pa.Table]:
    """Give rows in the order of their lines, part by part, by way of a file."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        rows.order_by(LINE).to_parquet(file.name)
        for batch in pq.ParquetFile(file.name).iter_batches(_BATCH):
            yield pa.Table.from_batches([batch])


def frames(rows: ir.Table) -> Iterator[pd.DataFrame]:
    """Give typed rows as trusted tables have them, part by part; the index is the line."""
    for batch in batches(rows):
        yield typed_frame(batch.to_pandas(date_as_object=False), _TABLE)


def copy_typed(rows: ir.Table, names: list[str], path: Path) -> int:
    """Write rows with the types that pandas is to read them in; a file of none is removed."""
    dates = {n: rows[n].cast("timestamp(6)") for n in names if _TABLE[n].kind == "date"}
    rows = rows.mutate(**dates).select(names)
    empty = pd.DataFrame({n: pd.Series(dtype=type_of(_TABLE[n])) for n in names})
    types = pa.Schema.from_pandas(empty, preserve_index=False).metadata[b"pandas"].decode()
    rows.to_parquet(path, kv_metadata={"pandas": types})
    count = pq.read_metadata(path).num_rows
    if not count:
        path.unlink()
    return count
