"""Who answered: how many, and whether they are like the customers who did not."""

from math import ceil

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InputError, InsufficientData, MissingTable
from crm_analysis.satisfaction.respondents import need_answers
from crm_analysis.show import Sentence

__all__ = ["answered", "compare_with_base", "sample_size"]

_QUESTIONS = ("expectation", "perception", "satisfaction", "importance")


def sample_size(
    margin: float = 0.05, confidence: float = 0.95, population: int | None = None
) -> int:
    """Return how many answers tell a share to within a margin, whatever the share.

    Parameters
    ----------
    margin : half the width of the interval, between 0 and 1.
    confidence : of the interval, between 0 and 1.
    population : how many customers there are, for the finite population correction; None: many.

    Raises
    ------
    ValueError : margin or confidence lie outside 0 to 1, or the population is below 1.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 4.

    Examples
    --------
    >>> sample_size(), sample_size(population=1000)
    (385, 278)
    """
    check_probability(margin, name="margin")
    check_probability(confidence, name="confidence")
    endless = (ndtri((1 + confidence) / 2) / (2 * margin)) ** 2
    if population is None:
        return ceil(endless)
    if population < 1:
        raise InputError(f"population must be at least 1, got {population}")
    return ceil(endless / (1 + (endless - 1) / population))


def answered(survey: pd.DataFrame) -> Sentence:
    """Say who answered how much of the survey, as a sentence.

    Parameters
    ----------
    survey : respondent_id, item, [expectation, perception, satisfaction, importance]; one who
        left all of them empty was asked, but didn't answer.

    Raises
    ------
    MissingTable : none of these was asked.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["r1", "r1", "r2"], "item": ["cold", "app", "cold"],
    ...     "expectation": [6, 5, 7], "perception": [5, None, 6]})
    >>> answered(survey)
    '2 respondents answered on 2 items; of 3 rows 2 hold both expectation and perception.'
    """
    check_columns(survey, ["item"], table="survey")
    need_answers(survey)
    questions = [name for name in _QUESTIONS if name in survey.columns]
    if not questions:
        raise MissingTable(f"the survey holds no answers on {', '.join(_QUESTIONS)}")
    held = survey[questions].notna()
    asked = survey["respondent_id"].nunique()
    given = survey.loc[held.any(axis=1), "respondent_id"].nunique()
    who = f"{asked:,}" if given == asked else f"{given:,} of {asked:,}"
    return Sentence(
        f"{who} respondents answered on {survey['item'].nunique():,} items; of {len(survey):,} "
        f"rows {_held(held)}."
    )


def _held(held: pd.DataFrame) -> str:
    """Say how many rows hold what was asked."""
    if {"expectation", "perception"} <= set(held):
        both = held[["expectation", "perception"]].all(axis=1).sum()
        return f"{both:,} hold both expectation and perception"
    counts = [f"{held[name].sum():,} hold {name}" for name in held]
    absent = "perception" if "expectation" in held else "expectation"
    if "perception" not in held and "satisfaction" in held:
        return f"{', '.join(counts)}; satisfaction stands for the perception, which wasn't asked"
    return f"{', '.join(counts)}; {absent} wasn't asked"


def compare_with_base(
    customers: pd.DataFrame, survey: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Compare the customers who answered with those who didn't.

    Parameters
    ----------
    customers : one row per customer, from ``crm_analysis.customers.summarize`` with days as unit:
        orders, revenue, recency, T.
    survey : respondent_id, customer_id.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Frame with the rows orders, revenue (money), days since the last purchase: answered, others
    (medians), probability (that one who answered lies above one who didn't, ties counted half: 0.5
    where they are alike), low, high (interval of the probability), verdict (those who answered
    lie "higher" or "lower", or "alike" where the interval holds 0.5).

    Raises
    ------
    MissingTable : the survey doesn't say which customer a respondent is.
    InsufficientData : fewer than 2 customers on either side.

    References
    ----------
    DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44(3), 837–845: the interval.

    Examples
    --------
    >>> customers = pd.DataFrame({"orders": [9, 8, 1, 2], "revenue": [90, 80, 10, 20],
    ...     "recency": [300, 300, 0, 100], "T": [310, 305, 300, 300]}, index=list("abcd"))
    >>> survey = pd.DataFrame({"respondent_id": [1, 2], "customer_id": ["a", "b"]})
    >>> compare_with_base(customers, survey).loc["orders", ["answered", "others"]].tolist()
    [8.5, 1.5]
    """
    check_probability(confidence, name="confidence")
    if "customer_id" not in survey.columns:
        raise MissingTable("the survey doesn't say which customer a respondent is")
    among = customers.index.isin(survey["customer_id"].dropna())
    if min(among.sum(), (~among).sum()) < 2:
        raise InsufficientData(
            "the comparison with the base",
            f"{among.sum():,} customers who answered and {(~among).sum():,} who didn't",
            "at least 2 of each",
        )
    measures = {
        "orders": customers["orders"],
        "revenue": customers["revenue"],
        "days since the last purchase": customers["T"] - customers["recency"],
    }
    rows = {
        name: _compare(values[among].to_numpy(), values[~among].to_numpy(), confidence)
        for name, values in measures.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def _compare(answered: np.ndarray, others: np.ndarray, confidence: float) -> dict:
    """Medians of both sides and the probability that the first lies above the second."""
    m, n = len(answered), len(others)
    ranks = rankdata(np.concatenate([answered, others]))
    below = (ranks[:m] - rankdata(answered)) / n
    above = 1 - (ranks[m:] - rankdata(others)) / m
    probability = below.mean()
    error = np.sqrt(below.var(ddof=1) / m + above.var(ddof=1) / n)
    half = ndtri((1 + confidence) / 2) * error
    low, high = max(probability - half, 0.0), min(probability + half, 1.0)
    verdict = "higher" if low > 0.5 else "lower" if high < 0.5 else "alike"
    sides = {"answered": float(np.median(answered)), "others": float(np.median(others))}
    interval = {"probability": float(probability), "low": float(low), "high": float(high)}
    return sides | interval | {"verdict": verdict}
