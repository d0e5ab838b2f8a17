"""Answers on a question that not every company asks."""

import pandas as pd

from crm_analysis.errors import MissingTable

__all__ = ["answers_on"]


def answers_on(outcomes: pd.DataFrame, question: str) -> pd.Series:
    """Return the answers on one question of the table outcomes, by respondent_id.

    Raises
    ------
    MissingTable : nobody was asked: the column isn't there or is empty.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"respondent_id": ["r1", "r2"], "recommend": [9, None]})
    >>> answers_on(outcomes, "recommend").to_dict()
    {'r1': 9.0}
    """
    if question not in outcomes.columns or outcomes[question].isna().all():
        raise MissingTable(f"the table outcomes holds no answers on {question}")
    return outcomes.set_index("respondent_id")[question].dropna()
