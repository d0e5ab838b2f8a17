"""Loyalty as intention, emotion and behaviour; Dick and Basu's cells from actual buying."""

import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction.loyalty import LOYALTY_CELLS, loyalty_cells
from crm_analysis.satisfaction.respondents import numbers

__all__ = ["count_cells", "customer_loyalty", "loyalty_scores"]

_QUESTIONS = {
    "intention": ("repurchase_intention", "recommend"),
    "emotion": ("emotional_attachment", "competitor_immunity", "failure_tolerance"),
}
_RECOMMEND = (0.0, 10.0)
_DAYS_A_YEAR = 365.25


def loyalty_scores(
    outcomes: pd.DataFrame,
    customers: pd.DataFrame | None = None,
    *,
    scale: tuple[float, float] = (1, 7),
) -> pd.DataFrame:
    """Score each respondent's loyalty by intention, emotion and, where known, behaviour.

    Parameters
    ----------
    outcomes : respondent_id, [customer_id, repurchase_intention, recommend (0 to 10),
        emotional_attachment, competitor_immunity, failure_tolerance].
    customers : by customer_id, from ``crm_analysis.customers.summarize`` in days: frequency, T.
    scale : lowest and highest point of all questions but recommend.

    Returns
    -------
    Frame by respondent_id, each 0 to 100: intention (mean of buying again and recommending),
    emotion (mean of attachment, immunity to competitors and forgiveness of a failure), [behaviour
    (percentile of the repeat purchases a year among all customers)]. A score rests on what was
    answered; missing where nothing was.

    Raises
    ------
    MissingTable : none of these questions was asked.
    ValueError : an answer lies outside the scale.

    References
    ----------
    Oliver (1999), Whence consumer loyalty?, Journal of Marketing 63, special issue, 33–44.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"respondent_id": ["r1", "r2"], "repurchase_intention": [7, 4],
    ...     "recommend": [10, 5], "emotional_attachment": [4, 1]})
    >>> loyalty_scores(outcomes)  # doctest: +NORMALIZE_WHITESPACE
                   intention  emotion
    respondent_id
    r1                 100.0     50.0
    r2                  50.0      0.0
    """
    check_columns(outcomes, ["respondent_id"], table="outcomes")
    by_respondent = outcomes.set_index("respondent_id")
    scores = {
        name: pd.DataFrame({q: _points(by_respondent, q, scale) for q in asked}).mean(axis=1)
        for name, questions in _QUESTIONS.items()
        if (asked := [q for q in questions if q in outcomes.columns])
    }
    if not scores:
        raise MissingTable("the table outcomes asks neither intention nor attachment")
    frame = pd.DataFrame(scores)
    if customers is not None and "customer_id" in outcomes.columns:
        rank = 100 * _repeats_a_year(customers).rank(pct=True)
        frame["behaviour"] = by_respondent["customer_id"].map(rank)
    return frame


def customer_loyalty(
    outcomes: pd.DataFrame, customers: pd.DataFrame, *, attitude: str = "emotional_attachment"
) -> pd.DataFrame:
    """Sort the customers who answered into Dick and Basu's cells by what they feel and buy.

    Parameters
    ----------
    outcomes : respondent_id, customer_id and the question ``attitude``.
    customers : by customer_id, from ``crm_analysis.customers.summarize`` in days: frequency, T.
    attitude : the question that tells how warm somebody is towards the company.

    Returns
    -------
    Frame by customer_id, for those with both: attitude (points of the scale; the mean where several
    respondents answered for one customer), patronage (repeat purchases a year), loyalty (loyal,
    latent, spurious, none; each cut at the mean).

    Raises
    ------
    MissingTable : the outcomes don't ask it, or don't say which customer a respondent is.
    InsufficientData : no respondent is known among the customers.

    References
    ----------
    Dick, Basu (1994), Customer loyalty: toward an integrated conceptual framework, Journal of the
    Academy of Marketing Science 22(2), 99–113.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"respondent_id": [1, 2], "customer_id": ["a", "b"],
    ...     "emotional_attachment": [6, 2]})
    >>> customers = pd.DataFrame({"frequency": [3, 20], "T": [365.25, 365.25]}, index=["a", "b"])
    >>> customer_loyalty(outcomes, customers)["loyalty"].to_dict()
    {'a': 'latent', 'b': 'spurious'}
    """
    for name in ("customer_id", attitude):
        if name not in outcomes.columns or outcomes[name].isna().all():
            raise MissingTable(f"the table outcomes holds no {name}")
    felt = numbers(outcomes, attitude, table="outcomes").groupby(outcomes["customer_id"]).mean()
    frame = pd.DataFrame({"attitude": felt, "patronage": _repeats_a_year(customers)}).dropna()
    if frame.empty:
        raise InsufficientData(
            "loyalty", f"{len(felt):,} respondents, none among the customers", "some who are both"
        )
    frame["loyalty"] = loyalty_cells(frame["attitude"], frame["patronage"])
    return frame.rename_axis("customer_id")


def count_cells(loyalty: pd.Series, value: pd.Series | None = None) -> pd.DataFrame:
    """Count the customers of each cell, and what they are worth.

    Parameters
    ----------
    loyalty : cell of each customer, as from ``loyalty_cells``.
    value : revenue or another worth of each customer, same index.

    Returns
    -------
    Frame by cell, in the order loyal, latent, spurious, none: customers, share (0 to 1), [value
    (sum), value_share].

    Examples
    --------
    >>> count_cells(pd.Series(["loyal", "none", "loyal"]))["customers"].to_dict()
    {'loyal': 2, 'latent': 0, 'spurious': 0, 'none': 1}
    """
    cells = loyalty.dropna()
    counts = cells.value_counts().reindex(LOYALTY_CELLS, fill_value=0)
    frame = pd.DataFrame({"customers": counts, "share": counts / max(len(cells), 1)})
    if value is not None:
        worth = value.reindex(cells.index).groupby(cells).sum().reindex(LOYALTY_CELLS).fillna(0.0)
        frame = frame.assign(value=worth, value_share=worth / worth.sum())
    return frame.rename_axis("loyalty")


def _points(outcomes: pd.DataFrame, question: str, scale: tuple[float, float]) -> pd.Series:
    """Answers on one question, 0 at the lowest point of its scale and 100 at the highest."""
    low, high = _RECOMMEND if question == "recommend" else scale
    values = numbers(outcomes, question, table="outcomes")
    within = values.isna() | values.between(low, high)
    check_values(values, within, rule=f"between {low:g} and {high:g}", table="outcomes")
    return 100 * (values - low) / (high - low)


def _repeats_a_year(customers: pd.DataFrame) -> pd.Series:
    """Repeat purchases a year; customers of less than a month are taken for a month old."""
    check_columns(customers, ["frequency", "T"], table="customers")
    return customers["frequency"] / (customers["T"].clip(lower=30) / _DAYS_A_YEAR)
