"""One row per respondent: what each answered on the whole, and which customer it was.

Answers stay on the scale of the questionnaire; the gap is perception − expectation, in points
of that scale.
"""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InsufficientData, MissingTable, unknown_name
from crm_analysis.optional import NotShown

__all__ = ["answer_matrix", "broadest", "respondents", "satisfaction_by_customer"]

_SCORES = ["expectation", "perception"]
_VALUES = [*_SCORES, "gap", "importance"]


def numbers(frame: pd.DataFrame, column: str, *, table: str) -> pd.Series:
    """Return a column of answers as floats; text that isn't a number is refused, by row."""
    values = pd.to_numeric(frame[column], errors="coerce").astype(float)
    usable = frame[column].isna() | np.isfinite(values)
    check_values(frame[column], usable, rule="a number on the scale", table=table)
    return values


def complete_items(answers: pd.DataFrame | np.ndarray) -> pd.DataFrame:
    """Return the respondents who answered every item, as numbers.

    A column respondent_id says who answered; it isn't an item.
    """
    table = pd.DataFrame(answers)
    if "respondent_id" in table.columns:
        table = table.set_index("respondent_id")
    for name in table.select_dtypes(exclude="number"):
        table = table.assign(**{name: numbers(table, name, table="answers")})
    return table.dropna().astype(float)


def need_answers(survey: pd.DataFrame, *names: str) -> None:
    """Raise ``MissingTable`` if the questionnaire didn't ask one of these."""
    check_columns(survey, ["respondent_id"], table="survey")
    missing = [name for name in names if name not in survey.columns]
    if missing:
        raise MissingTable(f"the survey holds no answers on {' and '.join(missing)}")


def need_grouping(survey: pd.DataFrame, by: str) -> None:
    """Raise if there is no such column; items needn't be sorted into dimensions."""
    if by == "dimension" and by not in survey.columns:
        raise MissingTable("the survey doesn't say which dimension an item belongs to")
    check_columns(survey, [by], table="survey")


def complete_pairs(survey: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows that have both expectation and perception, as numbers."""
    need_answers(survey, *_SCORES)
    need_grouping(survey, by)
    keys = list(dict.fromkeys([by, "respondent_id"]))
    pairs = survey[keys].assign(**{name: numbers(survey, name, table="survey") for name in _SCORES})
    pairs["gap"] = pairs["perception"] - pairs["expectation"]
    if "importance" in survey.columns:
        pairs["importance"] = numbers(survey, "importance", table="survey")
        not_below = ~(pairs["importance"] < 0)
        check_values(pairs["importance"], not_below, rule="at least 0", table="survey")
    return pairs.dropna(subset=["gap", *keys])


def answer_matrix(
    survey: pd.DataFrame, value: str = "perception", by: str = "item"
) -> pd.DataFrame:
    """Spread the survey out: one row per respondent, one column per item or dimension.

    Parameters
    ----------
    survey : respondent_id, the column ``by``, and the answers.
    value : "expectation", "perception", "importance" or "gap" (perception − expectation).
    by : what becomes the columns; several answers of a respondent on one are averaged.

    Returns
    -------
    Frame indexed by respondent_id, on the scale of the answers; missing where one didn't answer.

    Raises
    ------
    MissingTable : the survey has no answers on ``value``, or no dimensions.
    ValueError : another column is missing, or answers aren't numbers.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["r1", "r1", "r2"], "item": ["cold", "on time",
    ...     "cold"], "perception": [6, 4, 5]})
    >>> answer_matrix(survey)  # doctest: +NORMALIZE_WHITESPACE
    item           cold  on time
    respondent_id
    r1              6.0      4.0
    r2              5.0      NaN
    """
    if value not in _VALUES:
        raise unknown_name("value", value, _VALUES)
    if value == "gap":
        long = complete_pairs(survey, by)
    else:
        need_answers(survey, value)
        need_grouping(survey, by)
        long = survey[["respondent_id", by]].assign(
            **{value: numbers(survey, value, table="survey")}
        )
    order = pd.Index(long[by].dropna().unique(), name=by)
    spread = {"index": "respondent_id", "columns": by, "values": value}
    return long.pivot_table(**spread, sort=False, observed=True).reindex(columns=order)


def broadest(survey: pd.DataFrame) -> str:
    """Say by what a survey is best summed up: "dimension" where there are several, or "item".

    Examples
    --------
    >>> broadest(pd.DataFrame({"item": ["cold", "app"], "dimension": ["product", "service"]}))
    'dimension'
    """
    several = (
        "dimension" in survey.columns and len(survey["dimension"].dropna().drop_duplicates()) > 1
    )
    return "dimension" if several else "item"


def respondents(survey: pd.DataFrame, outcomes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Sum each respondent up: items answered, mean expectation, perception and gap.

    Parameters
    ----------
    survey : respondent_id, item, perception, [expectation, customer_id].
    outcomes : respondent_id and further answers (overall_satisfaction, recommend, …), joined on;
        its customer_id counts where the survey has none.

    Returns
    -------
    Frame indexed by respondent_id: [customer_id], items (answered, as pairs where both were asked),
    [expectation], perception, [gap] (points of the scale), then the columns of ``outcomes``.

    Raises
    ------
    ValueError : a column is missing or holds text; a respondent has two rows in ``outcomes``.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["r1", "r1"], "customer_id": ["c7", "c7"],
    ...     "item": ["cold", "on time"], "expectation": [6, 7], "perception": [6, 4]})
    >>> respondents(survey)[["customer_id", "gap"]]  # doctest: +NORMALIZE_WHITESPACE
                  customer_id   gap
    respondent_id
    r1                     c7  -1.5
    """
    answers = complete_pairs(survey, "item") if "expectation" in survey else _perceived(survey)
    groups = answers.groupby("respondent_id", sort=False)
    scores = [name for name in (*_SCORES, "gap") if name in answers]
    result = groups[scores].mean()
    result.insert(0, "items", groups.size())
    if outcomes is not None:
        check_columns(outcomes, ["respondent_id"], table="outcomes")
        once = ~outcomes["respondent_id"].duplicated()
        check_values(outcomes["respondent_id"], once, rule="there once", table="outcomes")
        further = outcomes.set_index("respondent_id")
        result = result.join(further.drop(columns="customer_id", errors="ignore"))
    customers = _customers(survey, outcomes)
    if customers is not None:
        result.insert(0, "customer_id", customers.reindex(result.index))
    return result


def satisfaction_by_customer(
    survey: pd.DataFrame | NotShown | None = None,
    outcomes: pd.DataFrame | NotShown | None = None,
) -> pd.DataFrame:
    """Give each customer who answered a satisfaction, to be set beside the customer's value.

    Parameters
    ----------
    survey : respondent_id, item, perception, [expectation, customer_id].
    outcomes : respondent_id, [customer_id, overall_satisfaction].

    Returns
    -------
    Frame indexed by customer_id: respondents (answers of several are averaged), satisfaction and,
    where expectation was asked, gap (perception − expectation, in points of the scale; below 0 the
    customer gets less than expected). ``satisfaction`` is the overall satisfaction on the scale it
    was asked on; a company that didn't ask it has the mean perception of all items there. Compare
    customers of one company by it, not companies.

    Raises
    ------
    MissingTable : neither table is given.
    InsufficientData : no respondent is known as a customer.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"respondent_id": ["r1", "r2"], "customer_id": ["c7", "c9"],
    ...     "overall_satisfaction": [6, 3]})
    >>> satisfaction_by_customer(outcomes=outcomes)  # doctest: +NORMALIZE_WHITESPACE
                 respondents  satisfaction
    customer_id
    c7                     1           6.0
    c9                     1           3.0
    """
    survey, outcomes = (
        table if isinstance(table, pd.DataFrame) else None for table in (survey, outcomes)
    )
    if survey is None and outcomes is None:
        raise MissingTable("satisfaction by customer needs the table survey or the table outcomes")
    if survey is not None and ("perception" in survey or outcomes is None):
        known = respondents(survey, outcomes)
    else:
        check_columns(outcomes, ["respondent_id"], table="outcomes")
        known = outcomes.set_index("respondent_id")
    if "customer_id" not in known or known["customer_id"].isna().all():
        raise InsufficientData(
            "satisfaction by customer",
            f"{len(known):,} respondents without customer_id",
            "respondents who are known as customers",
        )
    source = "overall_satisfaction" if "overall_satisfaction" in known else "perception"
    check_columns(known, [source], table="outcomes")
    known["satisfaction"] = known[source].astype(float)
    scores = [name for name in ("satisfaction", "gap") if name in known]
    customers = known.dropna(subset=["satisfaction"]).groupby("customer_id")
    result = customers[scores].mean()
    result.insert(0, "respondents", customers.size())
    return result


def _perceived(survey: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a perception, as numbers."""
    need_answers(survey, "perception")
    check_columns(survey, ["item"], table="survey")
    perception = numbers(survey, "perception", table="survey")
    return survey[["respondent_id"]].assign(perception=perception).dropna()


def _customers(survey: pd.DataFrame, outcomes: pd.DataFrame | None) -> pd.Series | None:
    """Tell which customer each respondent is, from the survey or else from the outcomes."""
    for table in (survey, outcomes):
        if table is not None and "customer_id" in table.columns:
            named = table.dropna(subset=["customer_id"]).drop_duplicates("respondent_id")
            return named.set_index("respondent_id")["customer_id"]
    return None
