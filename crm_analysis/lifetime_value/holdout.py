"""A record of purchases cut in two by a day: what was known, and what came."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from crm_analysis.checks import check_columns, check_dates
from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.lifetime_value._purchase_log import as_day, day_of

__all__ = ["DAYS", "Split", "days_of", "split", "suggest_calibration_end"]

DAYS = {"D": 1, "W": 7}


@dataclass(frozen=True)
class Split:
    """A record of purchases cut in two by a day.

    Parameters
    ----------
    customers : who had bought by the cut; ``frequency``, ``recency``, ``T``, ``monetary_value``
        from the time up to it, ``first`` (day), and of the time after it ``holdout_purchases``
        (days with a purchase) and ``holdout_revenue``.
    calibration_end, as_of : the last day of each part.
    duration : length of the holdout in ``unit``.
    unit : "D" or "W".
    """

    customers: pd.DataFrame
    calibration_end: pd.Timestamp
    as_of: pd.Timestamp
    duration: float
    unit: str

    @contextmanager
    def telling_the_cut(self) -> Iterator[None]:
        """Say of too few data that they're those up to the cut."""
        try:
            yield
        except InsufficientData as short:
            have = f"{short.have} up to the calibration's end, {self.calibration_end:%Y-%m-%d}"
            raise InsufficientData(short.what, have, short.need) from None


def days_of(transactions: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and day: ``customer_id``, ``date`` and ``amount``.

    Without ``amount`` each day counts 1: shares of revenue are then shares of purchases.
    """
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    check_dates(transactions, table="transactions")
    lines = transactions.filter(["customer_id", "date", "amount"])
    lines = lines.dropna(subset=["customer_id", "date"])
    lines = lines.assign(date=day_of(lines["date"]))
    if "amount" not in lines:
        return lines.drop_duplicates().sort_values(list(lines), ignore_index=True).assign(amount=1)
    return lines.groupby(["customer_id", "date"], as_index=False)["amount"].sum()


def suggest_calibration_end(
    transactions: pd.DataFrame, as_of: str | pd.Timestamp | None = None
) -> pd.Timestamp:
    """Return the day that leaves two thirds of the record for learning and one for the test.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, ``amount``.
    as_of : the last day that counts; the last date of the data if not given.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-01-01", "2026-03-31"])
    >>> lines = pd.DataFrame({"customer_id": ["Ann", "Bo"], "date": dates, "amount": 5.0})
    >>> print(suggest_calibration_end(lines).date())
    2026-03-01
    """
    check_dates(transactions, table="transactions")
    dates = day_of(transactions["date"].dropna())
    if dates.empty:
        raise InsufficientData("a split in two", "0 purchases", "at least 1 purchase in each part")
    last = as_day(as_of, "as_of") if as_of is not None else dates.max()
    first = dates.min()
    return first + pd.Timedelta(days=int((last - first).days * 2 / 3))


def split(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    unit: str = "W",
    as_of: str | pd.Timestamp | None = None,
) -> Split:
    """Cut transactions into a time to learn from and a time to be tested on.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, [``amount``; 1 per day where missing]; not changed.
    calibration_end : last day that the models may see.
    unit : "D" or "W", of recency, T and the duration.
    as_of : last day of the holdout; the last date of the data if not given.

    Raises
    ------
    InputError : the cut isn't inside the data, or the unit isn't known.
    """
    if unit not in DAYS:
        raise unknown_name("unit", unit, DAYS)
    days = days_of(transactions)
    if days.empty:
        raise InsufficientData("a split in two", "0 purchases", "at least 1 purchase in each part")
    last = as_day(as_of, "as_of") if as_of is not None else days["date"].max()
    end, first = as_day(calibration_end, "calibration_end"), days["date"].min()
    if not first < end < last:
        raise InputError(
            f"calibration_end must lie inside the data, after {first:%Y-%m-%d} and before "
            f"{last:%Y-%m-%d}, got {end:%Y-%m-%d}"
        )
    customers = summarize(days, as_of=end, unit=unit)
    after = days[(days["date"] > end) & (days["date"] <= last)].groupby("customer_id")["amount"]
    held_out = {"holdout_purchases": after.size(), "holdout_revenue": after.sum()}
    held_out = {
        name: values.reindex(customers.index).fillna(0) for name, values in held_out.items()
    }
    return Split(customers.assign(**held_out), end, last, (last - end).days / DAYS[unit], unit)
