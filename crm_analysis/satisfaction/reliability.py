"""Do the items of a scale measure one thing? Cronbach's alpha with Feldt's interval, and omega."""

import numpy as np
import pandas as pd
from scipy.special import fdtri

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.one_factor import omega
from crm_analysis.satisfaction.respondents import (
    answer_matrix,
    complete_items,
    need_grouping,
)

__all__ = ["cronbach_alpha", "reliability"]


def cronbach_alpha(answers: pd.DataFrame, confidence: float = 0.95) -> Estimate:
    """Return Cronbach's alpha of a set of items, with Feldt's interval.

    Parameters
    ----------
    answers : one row per respondent, one column per item ([respondent_id] is none); rows with a
        missing answer are left out. Turn reverse-worded items round first.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Estimate, at most 1. Below 0 some items run against the others.

    Raises
    ------
    InsufficientData : fewer than 2 items or 2 complete respondents, or all sums are the same.
    ValueError : an answer isn't a number; see ``decode``.

    References
    ----------
    Cronbach (1951), Psychometrika 16(3), 297–334. Feldt (1965), The approximate sampling
    distribution of Kuder–Richardson reliability coefficient twenty, Psychometrika 30(3), 357–370.

    Examples
    --------
    >>> answers = pd.DataFrame({"cold": [5, 4, 2, 6, 3], "fresh": [6, 4, 3, 6, 2]})
    >>> print(f"{cronbach_alpha(answers):.2f}")
    0.93 (0.37 to 0.99)
    """
    check_probability(confidence, name="confidence")
    complete = complete_items(answers).to_numpy()
    n, k = complete.shape
    what, need = "Cronbach's alpha", "at least 2 items and 2 respondents who answered all of them"
    if k < 2 or n < 2:
        raise InsufficientData(what, f"{k} items and {n:,} such respondents", need)
    total = complete.sum(axis=1).var(ddof=1)
    if np.isclose(total, 0):
        raise InsufficientData(
            what, f"{n:,} respondents with the same sum of answers", "respondents who differ"
        )
    alpha = k / (k - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total)
    low, high = feldt(alpha, items=k, n=n, confidence=confidence)
    return Estimate(float(alpha), low, high, confidence, n, "Feldt (1965)")


def feldt(alpha: float, *, items: int, n: int, confidence: float) -> tuple[float, float]:
    """Return Feldt's interval of an alpha from ``n`` respondents on ``items`` items.

    Examples
    --------
    >>> low, high = feldt(0.85, items=7, n=89, confidence=0.95)
    >>> f"{low:.4f} to {high:.4f}"
    '0.7971 to 0.8932'
    """
    degrees = n - 1, (n - 1) * (items - 1)
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * fdtri(*degrees, p) for p in (1 - tail, tail))
    # A perfect alpha leaves no room; rounding mustn't put it outside.
    return float(min(low, alpha)), float(max(high, alpha))


def reliability(
    survey: pd.DataFrame, value: str = "perception", *, confidence: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Give alpha and omega of each dimension, and what stands against them where there are none.

    Parameters
    ----------
    survey : respondent_id, item, dimension and the answers.
    value : "perception", "expectation", "importance" or "gap".
    confidence : of the intervals, between 0 and 1.
    seed : of the bootstrap behind omega's interval.

    Returns
    -------
    Frame indexed by dimension: items, n (respondents who answered all of them), alpha, low, high
    (missing where it can't be computed), omega, omega_low, omega_high (missing with fewer than 3
    items), remark (why there is no alpha, or how to read it: Nunnally's .70 as the usual floor for
    comparing groups).

    Raises
    ------
    MissingTable : the survey has no dimensions, or no answers on ``value``.

    References
    ----------
    Nunnally, Bernstein (1994), Psychometric Theory, 3rd ed.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 2, 3] * 2, "item": ["cold"] * 3 + ["fresh"] * 3,
    ...     "dimension": "product", "perception": [5, 4, 2, 6, 4, 3]})
    >>> reliability(survey)["remark"].to_dict()
    {'product': 'open: the interval holds .70'}
    """
    check_columns(survey, ["item"], table="survey")
    need_grouping(survey, "dimension")
    answers = answer_matrix(survey, value)
    items = survey.dropna(subset="dimension").drop_duplicates("item")
    dimensions = items.groupby("dimension", sort=False)["item"]
    rows = {name: _row(answers[list(names)], confidence, seed) for name, names in dimensions}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("dimension")


def _row(answers: pd.DataFrame, confidence: float, seed: int) -> dict:
    """Alpha and omega of one dimension, or the reason why there is none."""
    row = {"items": answers.shape[1], "n": len(answers.dropna())}
    try:
        alpha = cronbach_alpha(answers, confidence)
    except InsufficientData as reason:
        remark = f"not computed: {reason.have}"
        row |= dict.fromkeys(("alpha", "low", "high"), np.nan)
        return row | _omega(answers, confidence, seed) | {"remark": remark}
    row |= {"alpha": alpha.value, "low": alpha.low, "high": alpha.high}
    return row | _omega(answers, confidence, seed) | {"remark": _remark(alpha)}


def _remark(alpha: Estimate) -> str:
    if alpha.low >= 0.7:
        return "holds together"
    if alpha.high < 0.7:
        return "below .70: read its items one by one"
    return "open: the interval holds .70"


def _omega(answers: pd.DataFrame, confidence: float, seed: int) -> dict:
    try:
        found = omega(answers, confidence, draws=200, seed=seed)
    except InsufficientData:
        return dict.fromkeys(("omega", "omega_low", "omega_high"), np.nan)
    return {"omega": found.value, "omega_low": found.low, "omega_high": found.high}
