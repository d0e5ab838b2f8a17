"""Tables and questions that not every company has."""

import pandas as pd

from crm_analysis.errors import MissingTable
from crm_analysis.optional import NotShown

__all__ = ["answers_on", "count_respondents", "identified", "need_some"]


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


def need_some(company, *tables: str) -> None:
    """Raise if a company has none of these tables.

    Parameters
    ----------
    company : from ``crm_analysis.data.load``.
    tables : names of its tables.

    Raises
    ------
    MissingTable : there is none of them.
    """
    if all(getattr(company, name) is None for name in tables):
        raise MissingTable(f"{company.title} supplied none of the tables {', '.join(tables)}")


def identified(*tables: pd.DataFrame | NotShown) -> pd.DataFrame | NotShown:
    """Return the first table that says which customers answered, or else the first there is.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["r1"]})
    >>> identified(survey, survey.assign(customer_id="c7"))["customer_id"].tolist()
    ['c7']
    """
    there = [table for table in tables if isinstance(table, pd.DataFrame)]
    named = [table for table in there if "customer_id" in table.columns]
    return (named or there or list(tables))[0]


def count_respondents(*tables: pd.DataFrame | NotShown | None) -> int:
    """Count who answered in any of these tables.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["r1", "r1", "r2"]})
    >>> count_respondents(survey, None, pd.DataFrame({"respondent_id": ["r3", "r2"]}))
    3
    """
    held = [table["respondent_id"] for table in tables if isinstance(table, pd.DataFrame)]
    return int(pd.concat(held).nunique()) if held else 0
