"""Transactions beyond memory: read, checked and summarised on disk, into Parquet files."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crm_analysis.customers.summary import customer_table
from crm_analysis.data.aside import lay_out
from crm_analysis.data.databases import open_parquet
from crm_analysis.data.recognition import recognise_columns
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import LINE, RAW, REASON, TypedTable, as_text, marked_rows
from crm_analysis.errors import InputError

__all__ = ["prepare_large"]

_BATCH = 100_000


def prepare_large(
    source: str | Path,
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    memory_gigabytes: float = 2.0,
) -> dict[str, int]:
    """Check a Parquet file of transactions and write the customer table, without loading either.

    Rows are checked one by one, for the reasons of ``load``; lines that stand twice and returns
    aren't looked for, since that takes the table as a whole.

    Parameters
    ----------
    source : a Parquet file of transactions.
    folder : made if it isn't there; must not hold files.
    columns : our column name → the file's header.
    memory_gigabytes : what DuckDB may use; the rest goes to the folder while it works.

    Returns
    -------
    How many lines were read, accepted and rejected, and how many customers there are. The folder
    holds transactions.parquet (accepted lines), rejected.parquet (file, line, reason and row of
    the others), customers.parquet (as ``summarize`` gives it, on the last day) and size.json.

    Raises
    ------
    InputError : the folder holds files already, or no line can be used.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(f"{folder} isn't empty: prepare a company into a new folder")
    lines = open_parquet(Path(source))
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        _confine(lines.rows, spill, memory_gigabytes)
        counts = _write_checked(lines, folder, columns or {}, Path(spill))
        counts["customers"] = _write_customers(folder, spill, memory_gigabytes)
    (folder / "size.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    return counts


def _confine(table: ir.Table, spill: str, memory_gigabytes: float) -> None:
    connection = table.get_backend()
    connection.raw_sql(f"SET memory_limit = '{memory_gigabytes}GB'")
    connection.raw_sql(f"SET temp_directory = '{spill}'")
    connection.raw_sql("RESET threads")


def _write_checked(
    lines: TypedTable, folder: Path, columns: Mapping[str, str], spill: Path
) -> dict[str, int]:
    """Write accepted and rejected lines apart, and count them."""
    table = TABLES["transactions"]
    found = recognise_columns(lines.headers, table, columns, file=lines.file)
    marked = marked_rows(lines, table, found)
    usable = marked[REASON].isnull()  # noqa: PD003 - Ibis
    typed = [name for name in found if name in marked.columns]
    marked.filter(usable).select(typed).to_parquet(folder / "transactions.parquet")
    raw = [name for name in marked.columns if name.startswith(RAW)]
    marked.filter(~usable).select(LINE, REASON, *raw).to_parquet(spill / "lost.parquet")
    rejected = _lay_out_rejected(spill / "lost.parquet", folder / "rejected.parquet", lines.file)
    accepted = pq.read_metadata(folder / "transactions.parquet").num_rows
    read = int(lines.rows.count().execute())
    assert accepted + rejected == read, f"{accepted} + {rejected} is not {read} read"
    if not accepted:
        raise InputError(f"no row of {lines.file} can be used")
    return {"read": read, "accepted": accepted, "rejected": rejected}


def _lay_out_rejected(lost: Path, rejected: Path, file: str) -> int:
    """Lay rejected lines out part by part; return how many there are."""
    held = pq.ParquetFile(lost)
    empty = held.schema_arrow.empty_table().to_pandas()
    schema = pa.Schema.from_pandas(_laid_out(empty, file), preserve_index=False)
    with pq.ParquetWriter(rejected, schema) as writer:
        for batch in held.iter_batches(_BATCH):
            rows = _laid_out(batch.to_pandas(), file)
            writer.write_table(pa.Table.from_pandas(rows, schema, preserve_index=False))
    return held.metadata.num_rows


def _laid_out(fetched: pd.DataFrame, file: str) -> pd.DataFrame:
    rows = fetched.set_axis(pd.Index(fetched[LINE].astype("int64")))
    raw = [name for name in rows.columns if name.startswith(RAW)]
    text = pd.DataFrame({name.removeprefix(RAW): as_text(rows[name]) for name in raw})
    return lay_out(text, rows[REASON].astype("str"), TABLES["transactions"], file=file)


def _write_customers(folder: Path, spill: str, memory_gigabytes: float) -> int:
    lines = ibis.duckdb.connect().read_parquet(folder / "transactions.parquet")
    _confine(lines, spill, memory_gigabytes)
    last = lines.date.max().cast("date").execute()
    customer_table(lines, pd.Timestamp(last).date()).to_parquet(folder / "customers.parquet")
    return pq.read_metadata(folder / "customers.parquet").num_rows
