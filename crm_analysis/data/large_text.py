"""Text beyond memory: laid down as Parquet block by block, each row with its line."""

import csv
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crm_analysis.data.reading.delimited import find_delimiter
from crm_analysis.data.reading.fast import read_even_rows
from crm_analysis.data.reading.opening import open_bytes
from crm_analysis.data.reading.sources import table_stem
from crm_analysis.data.typed import LINE, TypedTable
from crm_analysis.errors import InputError

__all__ = ["even_text"]

_BLOCK = 32 << 20
_HEAD = 65_536


def even_text(path: Path, reading: Mapping[str, str | None], spill: Path) -> TypedTable | None:
    """Return a text file as a table whose columns are text; None where ``load`` is to read it.

    It's for UTF-8 files each of whose lines is a row of the same length. Others (with broken
    rows, of another encoding, with line ends within fields) need a reader that sees all of it.

    Parameters
    ----------
    reading : encoding and delimiter, where they're told.
    spill : a folder with room for the file.
    """
    encoding, delimiter = reading.get("encoding") or "utf-8", reading.get("delimiter")
    if encoding.lower() not in ("utf-8", "utf8") or len(delimiter or ",") != 1:
        return None
    target = spill / "text.parquet"
    try:
        with open_bytes(path) as (stream, _):
            _lay_down(_blocks(stream), path, delimiter, target)
    except (InputError, UnicodeDecodeError, OSError, csv.Error):
        # Whoever reads the whole file says what is wrong with it, and where.
        return None
    rows = ibis.duckdb.connect(threads=1).read_parquet(target)
    return TypedTable(rows, path.name, table_stem(path), is_text=True)


def _blocks(stream) -> Iterator[str]:
    """Give the text in blocks of whole lines."""
    rest = b""
    while chunk := stream.read(_BLOCK):
        held, end, rest_of_chunk = bytes(chunk).rpartition(b"\n")
        if not end:
            raise InputError("a line longer than a block")
        yield (rest + held + end).decode("utf-8")
        rest = rest_of_chunk
    if rest:
        yield rest.decode("utf-8")


def _lay_down(blocks: Iterator[str], path: Path, delimiter: str | None, target: Path) -> None:
    first = next(blocks, "").removeprefix("\ufeff")
    header, _, first = first.partition("\n")
    likely = "\t" if ".tsv" in path.name.lower() else ""
    delimiter = delimiter or find_delimiter(f"{header}\n{first[:_HEAD]}", likely=likely)
    tables = _tables(header, chain([first], blocks), path.name, delimiter)
    top = next(tables)
    with pq.ParquetWriter(target, top.schema) as writer:
        for table in chain([top], tables):
            writer.write_table(table)


def _tables(header: str, blocks: Iterator[str], name: str, delimiter: str) -> Iterator[pa.Table]:
    """Give the rows of each block as text, with their lines in the file."""
    above = 0
    for block in blocks:
        raw = read_even_rows(f"{header}\n{block}", name, delimiter, worthwhile=0)
        # An odd number of quotes: a field goes on in the next block.
        if raw is None or "\0" in block or block.count('"') % 2:
            raise InputError(f"{name} has lines that aren't rows of one length")
        lines = pd.Series(raw.rows.index + above, index=raw.rows.index, dtype="int64")
        rows = raw.rows.astype(pd.StringDtype("pyarrow", na_value=float("nan")))
        yield pa.Table.from_pandas(rows.assign(**{LINE: lines}), preserve_index=False)
        above += block.count("\n")
