"""Complaints that were never made: what the survey knows and the record doesn't."""

import pandas as pd

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.complaints import COMPLAINT, share_of
from crm_analysis.satisfaction.loyalty import wilson

__all__ = ["complaint_steps", "hidden_complaints"]


def hidden_complaints(
    satisfaction: pd.Series,
    complained: pd.Series,
    *,
    dissatisfied_below: float,
    confidence: float = 0.95,
) -> Estimate:
    """Return the share of dissatisfied customers who never complained.

    Parameters
    ----------
    satisfaction : by customer_id, as from ``satisfaction_by_customer``.
    complained : by customer_id, whether there is a complaint of that customer on record.
    dissatisfied_below : satisfaction under this counts as dissatisfied, in points.
    confidence : of the interval (Wilson), between 0 and 1.

    Raises
    ------
    InsufficientData : no customer is dissatisfied.

    Notes
    -----
    It speaks for those who answered. Who is dissatisfied and neither complains nor answers is in no
    record at all.

    References
    ----------
    Hirschman (1970), Exit, Voice, and Loyalty.

    Examples
    --------
    >>> satisfaction = pd.Series({"a": 2, "b": 3, "c": 6, "d": 1, "e": 2})
    >>> complained = pd.Series({"a": True})
    >>> print(f"{hidden_complaints(satisfaction, complained, dissatisfied_below=4):.2f}")
    0.75 (0.30 to 0.95)
    """
    check_probability(confidence, name="confidence")
    low = satisfaction.index[satisfaction < dissatisfied_below]
    if low.empty:
        raise InsufficientData(
            "hidden complaints",
            f"{satisfaction.notna().sum():,} customers, none below {dissatisfied_below:g}",
            "dissatisfied customers",
        )
    spoke = complained.reindex(low).eq(True)
    return share_of(int((~spoke).sum()), len(low), confidence)


def complaint_steps(
    satisfaction: pd.Series,
    interactions: pd.DataFrame,
    *,
    dissatisfied_below: float,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Follow the customers who answered from dissatisfaction to a content end of their complaint.

    Parameters
    ----------
    satisfaction : by customer_id, as from ``satisfaction_by_customer``.
    interactions : customer_id, kind, [resolved_on, satisfied].
    dissatisfied_below : satisfaction under this counts as dissatisfied, in points.
    confidence : of the intervals (Wilson), between 0 and 1.

    Returns
    -------
    Frame by step ("answered", "dissatisfied", "complained", then "settled" and "content" where they
    are recorded): customers, share (of the step before, 0 to 1), low, high; missing in the first
    step and after an empty one.

    Raises
    ------
    InsufficientData : nobody answered.

    Examples
    --------
    >>> satisfaction = pd.Series({"a": 2, "b": 3, "c": 6, "d": 7})
    >>> interactions = pd.DataFrame({"customer_id": ["a", "d"], "kind": "complaint"})
    >>> steps = complaint_steps(satisfaction, interactions, dissatisfied_below=4)
    >>> steps["customers"].to_dict()
    {'answered': 4, 'dissatisfied': 2, 'complained': 1}
    """
    check_probability(confidence, name="confidence")
    check_columns(interactions, ["customer_id", "kind"], table="interactions")
    felt = satisfaction.dropna()
    if felt.empty:
        raise InsufficientData("the complaint funnel", "0 answers", "at least one")
    low = felt.index[felt < dissatisfied_below]
    theirs = interactions[
        (interactions["kind"] == COMPLAINT) & interactions["customer_id"].isin(low)
    ]
    steps = {"answered": len(felt), "dissatisfied": len(low)}
    steps["complained"] = theirs["customer_id"].nunique()
    if "resolved_on" in theirs.columns:
        theirs = theirs[theirs["resolved_on"].notna()]
        steps["settled"] = theirs["customer_id"].nunique()
    if "satisfied" in theirs.columns:
        content = theirs["satisfied"].eq(True).fillna(False).astype(bool)
        steps["content"] = theirs.loc[content, "customer_id"].nunique()
    customers = pd.Series(steps, name="customers").rename_axis("step")
    before = customers.shift().where(lambda n: n > 0)
    ends = wilson(customers, before, confidence)
    columns = {"customers": customers, "share": customers / before}
    return pd.DataFrame({**columns, "low": ends[0], "high": ends[1]})
