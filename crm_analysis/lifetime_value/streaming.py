"""Score more customers than fit into memory: batches in, batches out."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError
from crm_analysis.lifetime_value._histories import check_horizon
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.value import customer_lifetime_value, per_year

__all__ = ["score"]

_BATCH = 250_000  # customers at once
_COUNTED = ("spend_purchases",)  # taken along where it is there


def score(
    table: Any,
    model: PurchaseModel,
    out: str | Path,
    horizon: float | None = None,
    *,
    spend: GammaGamma | None = None,
    discount_rate: float = 0.1,
    margin: float = 0.3,
    unit: str | float = "W",
    interval: float | None = None,
) -> Path:
    """Write what the models expect of each customer, batch by batch.

    On DuckDB (and any database that Ibis speaks to) batches of Arrow stream through this process,
    whatever their number; on Spark the workers score their own.

    Parameters
    ----------
    table : a Parquet file or pattern of them, a relation of DuckDB, an Ibis table, a Spark or
        pandas frame or an Arrow table, with ``customer_id``, ``frequency``, ``recency``, ``T`` in
        ``unit``, and ``monetary_value`` where ``spend`` is given, with ``spend_purchases`` as
        ``GammaGamma`` takes it.
    model : fitted model of purchases.
    out : Parquet file to write; on Spark a folder of them. What is there is replaced.
    horizon : how far to look ahead, in ``unit``; a year where it isn't given.
    spend : fitted model of spend; without it there's no value.
    discount_rate, margin, unit : as in ``customer_lifetime_value``.
    interval : chance, between 0 and 1, that a customer's count (or value, where ``spend`` is
        given) lies from ``low`` to ``high``.

    Returns
    -------
    path : of ``out``, which holds ``customer_id``, ``alive``, ``purchases``, with ``spend`` and
        ``value`` where a model of spend was given, and ``low`` and ``high``.

    Raises
    ------
    InputError : the table lacks a column, or there's no such file.
    ValueError : a row is impossible; it's named, and nothing is written.
    """
    out, horizon = Path(out), per_year(unit) if horizon is None else check_horizon(horizon)
    terms = {"discount_rate": discount_rate, "margin": margin, "unit": unit}
    job = partial(_score_batch, _light(model), spend and _light(spend), horizon, terms, interval)
    columns = ["customer_id", "frequency", "recency", "T", *(["monetary_value"] if spend else [])]
    if type(table).__module__.startswith("pyspark"):
        names = ["alive", "purchases", *(["spend", "value"] if spend else [])]
        names += ["low", "high"] if interval is not None else []
        _score_spark(_select(table, columns), job, names, out)
    else:
        _write(map(job, _batches(_select(_source(table), columns))), out)
    return out


def _light(model):
    """Return the model without the customers that it was fitted on: it travels to workers."""
    slim = copy(model)
    slim.__dict__.pop("data", None)
    return slim


def _select(table: Any, columns: list[str]) -> Any:
    try:
        check_columns(pd.DataFrame(columns=list(table.columns)), columns, table="the table")
    except ValueError as problem:
        raise InputError(str(problem)) from None
    counted = [name for name in _COUNTED if name in table.columns and "monetary_value" in columns]
    return table.select(*columns, *counted)


def _source(table: Any) -> Any:
    """Return a file, a frame or an Arrow table as a relation of DuckDB, others as they are."""
    if not isinstance(table, str | Path | pd.DataFrame | pa.Table):
        return table
    connection = duckdb.connect()
    if isinstance(table, pa.Table):
        return connection.from_arrow(table)
    if isinstance(table, pd.DataFrame):
        named = table if "customer_id" in table else table.rename_axis("customer_id").reset_index()
        return connection.from_df(named)
    path = Path(table)
    if not any(path.parent.glob(path.name)):
        raise InputError(f"there is no file {path}")
    try:
        return connection.read_parquet(str(path))
    except duckdb.Error as problem:
        raise InputError(f"{path} can't be read as Parquet: {problem}") from None


def _batches(table: Any) -> Iterable[pa.RecordBatch]:
    if hasattr(table, "to_arrow_reader"):
        return table.to_arrow_reader(_BATCH)
    backend = ibis.get_backend(table)
    if backend.name != "duckdb":
        return table.to_pyarrow_batches(chunk_size=_BATCH)
    # Ibis 12 streams by what DuckDB 2 has renamed, and with a copy. It hands over what lies in
    # memory only when it's asked for something itself.
    table.limit(0).to_pyarrow()
    return backend.con.sql(backend.compile(table)).to_arrow_reader(_BATCH)


def _score_batch(
    model: PurchaseModel,
    spend: GammaGamma | None,
    horizon: float,
    terms: dict,
    interval: float | None,
    batch: pa.RecordBatch,
) -> pa.RecordBatch:
    customers = batch.to_pandas().set_index("customer_id")
    scored = model.predict_alive(customers)
    if spend is None:
        scored = pd.concat([scored, model.predict_purchases(customers, horizon, interval)], axis=1)
    else:
        counts = model.predict_purchases(customers, horizon)
        value = customer_lifetime_value(
            model, spend, customers, horizon, **terms, interval=interval
        )
        scored = pd.concat([scored, counts, spend.predict_spend(customers), value], axis=1)
    columns = [batch.column("customer_id"), *(pa.array(scored[name]) for name in scored)]
    return pa.RecordBatch.from_arrays(columns, names=["customer_id", *scored])


def _write(batches: Iterable[pa.RecordBatch], out: Path) -> None:
    """Write beside and move into place, so that nobody reads half a file."""
    part = out.with_name(f".{out.name}.part")
    writer = None
    try:
        for batch in batches:
            writer = writer or pq.ParquetWriter(part, batch.schema)
            writer.write_batch(batch)
        if writer is None:
            raise InputError("there are no customers to score")
        writer.close()
        part.replace(out)
    finally:
        if writer is not None:
            writer.close()
        part.unlink(missing_ok=True)


def _score_spark(table: Any, job: Callable, names: list[str], out: Path) -> None:
    kind = table.schema["customer_id"].dataType.simpleString()
    doubles = "".join(f", {name} double" for name in names)

    def score_all(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(job, batches)

    frame = table.mapInArrow(score_all, f"customer_id {kind}{doubles}")
    frame.write.mode("overwrite").parquet(str(out))
