"""What the profiles hold: how completely each field is filled, and how old that is."""

from collections.abc import Iterable

import pandas as pd

from crm_analysis.checks import check_columns

__all__ = ["profile_completeness"]

_YEAR = 365


def profile_completeness(
    profiles: pd.DataFrame | None,
    customers: Iterable[str] | None = None,
    as_of: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Return, for each field, for how many customers it is filled and how old that is.

    Parameters
    ----------
    profiles : a row per customer with customer_id, [updated_on]; None where there is no such
        table. When a profile was last confirmed is taken for each of its fields.
    customers : ids of all customers that buy; one without a profile counts as empty in every
        field. By default those of ``profiles``.
    as_of : the day from which ages count; without it there are none.

    Returns
    -------
    Frame by field, the fullest first: filled, n (customers), share (0..1), age_days (median days
    since the profiles in which it is filled were confirmed), older_than_a_year (share of them,
    0..1; those never confirmed count as older). Ages are missing where updated_on isn't there.
    Empty where there are no profiles. updated_on itself is no field of the customer.

    Examples
    --------
    >>> profiles = pd.DataFrame({"customer_id": ["A", "B"], "region": ["north", None],
    ...     "updated_on": pd.to_datetime(["2026-01-01", None])})
    >>> found = profile_completeness(profiles, list("ABCD"), pd.Timestamp("2026-01-31"))
    >>> found.loc["region"].tolist()
    [1.0, 4.0, 0.25, 30.0, 0.0]
    """
    names = ["filled", "n", "share", "age_days", "older_than_a_year"]
    if profiles is None:
        return pd.DataFrame(columns=names, dtype="float64").rename_axis("field")
    check_columns(profiles, ["customer_id"], table="profiles")
    known = profiles.drop_duplicates("customer_id").set_index("customer_id")
    if customers is not None:
        known = known.reindex(pd.Index(customers).unique())
    updated = known["updated_on"] if "updated_on" in known and as_of is not None else None
    filled = known.drop(columns="updated_on", errors="ignore").notna()
    counts = filled.sum().rename_axis("field").to_frame("filled")
    counts["n"] = len(known)
    counts["share"] = counts["filled"] / max(len(known), 1)
    days = None if updated is None else (pd.Timestamp(as_of) - updated).dt.days
    ages = [_age(days, filled[field]) for field in counts.index]
    ages = pd.DataFrame(ages, counts.index, ["age_days", "older_than_a_year"], dtype="float64")
    counts = counts.join(ages)
    return counts.sort_values("share", ascending=False, kind="stable")


def _age(days: pd.Series | None, filled: pd.Series) -> list[float]:
    if days is None or not filled.any():
        return [float("nan")] * 2
    return [float(days[filled].median()), float(1 - (days[filled] <= _YEAR).mean())]
