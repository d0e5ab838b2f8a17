"""Pseudonyms in the place of customers in transactions beyond memory."""

from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from crm_analysis.data.pseudonyms import SHARED, Pseudonyms
from crm_analysis.data.typed import LINE
from crm_analysis.errors import InputError

__all__ = ["with_pseudonyms_on_disk"]

_BATCH = 200_000
_NAMES = pa.schema({"__id": pa.string(), "__pseudonym": pa.string()})


def with_pseudonyms_on_disk(rows: ir.Table, pseudonyms: Pseudonyms, spill: Path) -> ir.Table:
    """Return rows in the order of their lines, with pseudonyms in the place of customer_id.

    Parameters
    ----------
    rows : with customer_id and ``__line``, in a DuckDB.
    pseudonyms : looked at for a part of the customers at a time; all of them may be many.
    spill : a folder with room for the rows once more.

    Raises
    ------
    InputError : two customers would share a pseudonym.
    """
    known = rows.filter(rows.customer_id.notnull())
    ids = known.select("customer_id").distinct().order_by("customer_id")
    ids.to_parquet(spill / "ids.parquet")
    with pq.ParquetWriter(spill / "names.parquet", _NAMES) as writer:
        for batch in pq.ParquetFile(spill / "ids.parquet").iter_batches(_BATCH):
            own = batch.column("customer_id").to_pandas().astype("str")
            columns = [own, pseudonyms.fresh().of(own)]
            writer.write_table(pa.table([pa.array(c, pa.string()) for c in columns], _NAMES))
    connection = rows.get_backend()
    names = connection.read_parquet(spill / "names.parquet")
    if int(names["__pseudonym"].nunique().execute()) < int(names.count().execute()):
        raise InputError(SHARED)
    hidden = rows.left_join(names, rows.customer_id == names["__id"])
    hidden = hidden.mutate(customer_id=hidden["__pseudonym"]).drop("__id", "__pseudonym")
    hidden.order_by(LINE).to_parquet(spill / "hidden.parquet")
    return connection.read_parquet(spill / "hidden.parquet")
