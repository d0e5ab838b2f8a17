"""When respondents were asked: the latest wave, and each customer's first answer."""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError, InsufficientData, MissingTable

__all__ = ["first_answers", "latest_wave", "rated", "survey_day"]


def latest_wave(answers: pd.DataFrame | None) -> pd.DataFrame | None:
    """Keep the answers of the latest wave; all where the survey had one wave.

    Parameters
    ----------
    answers : survey or outcomes, with [wave, date]; None stays None.

    Returns
    -------
    The rows of the wave with the latest date, or without dates of the wave whose name sorts last.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent_id": [1, 2], "wave": ["2025", "2026"]})
    >>> latest_wave(answers)["respondent_id"].tolist()
    [2]
    """
    if answers is None or "wave" not in answers.columns or answers["wave"].isna().all():
        return answers
    if "date" in answers.columns and answers["date"].notna().any():
        latest = answers.loc[answers["date"].idxmax(), "wave"]
    else:
        latest = answers["wave"].dropna().max()
    return answers[answers["wave"] == latest].reset_index(drop=True)


def rated(survey: pd.DataFrame) -> pd.DataFrame:
    """Let the satisfaction with each item stand for its perception where that wasn't asked.

    Parameters
    ----------
    survey : respondent_id, item, [perception, satisfaction].

    Examples
    --------
    >>> rated(pd.DataFrame({"item": ["cold"], "satisfaction": [6]}))["perception"].tolist()
    [6]
    """
    if "perception" in survey.columns or "satisfaction" not in survey.columns:
        return survey
    return survey.assign(perception=survey["satisfaction"])


def first_answers(outcomes: pd.DataFrame, surveyed_on: pd.Timestamp | None) -> pd.DataFrame:
    """Return each customer's first stated satisfaction and the day it was stated.

    Parameters
    ----------
    outcomes : customer_id, overall_satisfaction, [date].
    surveyed_on : the day of the survey, for answers that have no date.

    Returns
    -------
    Frame by customer_id: satisfaction (points), surveyed_on.

    Raises
    ------
    MissingTable : overall satisfaction or the customers weren't asked, or nobody says when.
    InsufficientData : no respondent is known as a customer.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"customer_id": ["a", "a"], "overall_satisfaction": [6, 2],
    ...     "date": pd.to_datetime(["2026-04-01", "2026-01-01"])})
    >>> first_answers(outcomes, None)["satisfaction"].tolist()
    [2.0]
    """
    for name in ("customer_id", "overall_satisfaction"):
        if name not in outcomes.columns:
            raise MissingTable(f"the outcomes hold no column {name}")
    check_columns(outcomes, ["customer_id"], table="outcomes")
    day = outcomes.get("date", pd.Series(pd.NaT, index=outcomes.index))
    stated = pd.DataFrame(
        {
            "customer_id": outcomes["customer_id"],
            "satisfaction": outcomes["overall_satisfaction"].astype(float),
            "surveyed_on": day if surveyed_on is None else day.fillna(surveyed_on),
        }
    )
    if stated["surveyed_on"].isna().all():
        raise MissingTable("neither the outcomes nor the parameter surveyed_on say when was asked")
    known = stated.dropna().sort_values("surveyed_on", kind="stable")
    if known.empty:
        raise InsufficientData("first answers", "0 with a customer_id", "known customers")
    return known.drop_duplicates("customer_id").set_index("customer_id")


def survey_day(stated: str) -> pd.Timestamp | None:
    """Return the day of the survey; None where nobody has said when it was.

    Parameters
    ----------
    stated : YYYY-MM-DD, or empty.

    Raises
    ------
    InputError : ``stated`` isn't a day.

    Examples
    --------
    >>> str(survey_day("2026-05-02").date())
    '2026-05-02'
    """
    if not stated:
        return None
    day = pd.to_datetime(stated, format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        raise InputError(f"surveyed_on must be a day as YYYY-MM-DD, got {stated!r}")
    return day
