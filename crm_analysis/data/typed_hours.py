"""The hour of the day of rows with types, where their dates have one: as files give it."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from crm_analysis.data.dates import parse_hours
from crm_analysis.data.tables import Table

__all__ = ["HOUR", "with_hours"]

# No source uses this name for a column of its own.
HOUR = "__hour"
_TEXT = "__moment"


def with_hours(
    rows: ir.Table, table: Table, found: Mapping[str, str], date_format: str | None = None
) -> ir.Table:
    """Lay the hour of a row's date beside it, in ``__hour``, where any row has a time of day.

    Parameters
    ----------
    found : our column name → the source's header.
    date_format : how dates that are kept as text are written, see ``parse_hours``.

    Returns
    -------
    The rows; without ``__hour`` where the table has no such column, has one of its own, or every
    time is midnight, which is how days without a time are often kept.

    Examples
    --------
    >>> import pandas as pd
    >>> from crm_analysis.data.tables import TABLES
    >>> rows = ibis.memtable(pd.DataFrame({"date": pd.to_datetime(["2026-10-31 17:45"])}))
    >>> with_hours(rows, TABLES["transactions"], {"date": "date"}).to_pandas()["__hour"].tolist()
    [17]
    """
    wanted = any(column.name == "hour" for column in table.columns)
    if not wanted or "hour" in found or "date" not in found:
        return rows
    moment = rows[found["date"]]
    if moment.type().is_timestamp():
        timed = (moment.hour() > 0) | (moment.minute() > 0) | (moment.second() > 0)
        has_time = bool(rows.aggregate(timed=timed.any()).to_pandas()["timed"].fillna(False)[0])
        return rows.mutate(**{HOUR: moment.hour()}) if has_time else rows
    return _read_texts(rows, moment, date_format) if moment.type().is_string() else rows


def _read_texts(rows: ir.Table, moment: ir.Value, date_format: str | None) -> ir.Table:
    """Read the hours of dates that are kept as text by their distinct values."""
    distinct = rows.select(raw=moment).distinct().to_pandas()
    hours = parse_hours(distinct["raw"].astype("str").fillna(""), date_format=date_format)
    timed = hours.notna()
    if not timed.any():
        return rows
    pairs = distinct[timed].set_axis([_TEXT], axis=1).assign(**{HOUR: hours[timed].astype("int64")})
    lookup = ibis.memtable(pairs, schema={_TEXT: moment.type(), HOUR: "int64"})
    return rows.left_join(lookup, moment == lookup[_TEXT]).drop(_TEXT)
