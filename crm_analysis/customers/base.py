"""The customer base over time: who is new, who comes back, what each brings."""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData

__all__ = ["base_by_month", "same_months_a_year_before"]


def base_by_month(transactions: pd.DataFrame, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Count active customers and revenue by calendar month, new and returning apart.

    A customer is new in the month of the first purchase and returning in each later month with
    a purchase. All that a new customer spends in that first month counts as revenue of new ones.

    Parameters
    ----------
    transactions : customer_id, date, amount.
    as_of : the last day known; by default the last date. Later rows are left out.

    Returns
    -------
    Frame by month (its first day), months without a purchase included:
        new, returning, active : customers; active = new + returning.
        revenue_new, revenue_returning : sums of the amounts.
        complete : False for the last month where ``as_of`` isn't its last day.

    Raises
    ------
    InsufficientData : there is no purchase up to ``as_of``.

    Examples
    --------
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["A", "B", "A"],
    ...     "date": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-03-02"]),
    ...     "amount": [10.0, 5.0, 8.0],
    ... })
    >>> base_by_month(lines)[["new", "returning", "active", "complete"]].to_numpy().tolist()
    [[2, 0, 2, True], [0, 0, 0, True], [0, 1, 1, False]]
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    as_of = transactions["date"].max() if as_of is None else pd.Timestamp(as_of)
    seen = transactions[transactions["date"] <= as_of]
    if seen.empty:
        raise InsufficientData("the base by month", "0 purchases", "at least 1")
    months = pd.period_range(seen["date"].min(), as_of, freq="M", name="month")
    frame = _by_kind(seen).reindex(months, fill_value=0)
    frame.insert(2, "active", frame["new"] + frame["returning"])
    frame["complete"] = months.end_time.normalize() <= as_of
    return frame.set_axis(months.to_timestamp())


def _by_kind(seen: pd.DataFrame) -> pd.DataFrame:
    """Count customers and sum amounts by month, apart for new and returning customers."""
    month = seen["date"].dt.to_period("M").rename("month")
    spent = seen["amount"].groupby([seen["customer_id"], month]).sum().reset_index()
    is_new = spent["month"] == spent.groupby("customer_id")["month"].transform("min")
    kinds = {"new": spent[is_new], "returning": spent[~is_new]}
    counts = {kind: part.groupby("month").size() for kind, part in kinds.items()}
    sums = {
        f"revenue_{kind}": part.groupby("month")["amount"].sum() for kind, part in kinds.items()
    }
    types = dict.fromkeys(counts, "int64") | dict.fromkeys(sums, "float64")
    return pd.DataFrame(counts | sums).fillna(0).astype(types)


def same_months_a_year_before(base: pd.DataFrame, months: int = 3) -> tuple[float, float]:
    """Return the mean number of active customers in the last complete months, and a year before.

    Comparing like months leaves the season out.

    Raises
    ------
    InsufficientData : the records are shorter than a year and those months, or nobody bought
        a year before.
    """
    complete = base[base["complete"]]
    if len(complete) < 12 + months:
        need = f"{12 + months} complete months"
        raise InsufficientData("a comparison with the year before", f"only {len(complete)}", need)
    now, before = complete["active"].iloc[-months:], complete["active"].iloc[-12 - months : -12]
    if before.sum() == 0:
        have = "0 customers in those months of the year before"
        raise InsufficientData("a comparison with the year before", have, "at least 1")
    return float(now.mean()), float(before.mean())
