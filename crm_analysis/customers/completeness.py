"""What is known of the customers: how completely each field of their profiles is filled."""

from collections.abc import Iterable

import pandas as pd

from crm_analysis.checks import check_columns

__all__ = ["profile_completeness"]


def profile_completeness(
    profiles: pd.DataFrame | None, customers: Iterable[str] | None = None
) -> pd.DataFrame:
    """Return, for each field, for how many customers it is filled, the fullest first.

    Parameters
    ----------
    profiles : a row per customer with customer_id; None where there is no such table.
    customers : ids of all customers that buy; one without a profile counts as empty in every
        field. By default those of ``profiles``.

    Returns
    -------
    Frame by field: filled, n (customers), share (0..1); empty where there are no profiles.

    Examples
    --------
    >>> profiles = pd.DataFrame({"customer_id": ["A", "B"], "region": ["north", None]})
    >>> profile_completeness(profiles, ["A", "B", "C", "D"]).loc["region"].tolist()
    [1.0, 4.0, 0.25]
    """
    if profiles is None:
        nothing = pd.DataFrame(columns=["filled", "n", "share"], dtype="float64")
        return nothing.rename_axis("field")
    check_columns(profiles, ["customer_id"], table="profiles")
    known = profiles.drop_duplicates("customer_id").set_index("customer_id")
    if customers is not None:
        known = known.reindex(pd.Index(customers).unique())
    counts = known.notna().sum().rename_axis("field").to_frame("filled")
    counts["n"] = len(known)
    counts["share"] = counts["filled"] / max(len(known), 1)
    return counts.sort_values("share", ascending=False, kind="stable")
