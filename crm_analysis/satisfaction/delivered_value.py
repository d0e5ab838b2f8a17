"""What customers get against what it costs them: product, service, staff and image against money,
time and effort (Kotler's delivered value).
"""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.ratings import ratings
from crm_analysis.satisfaction.respondents import answer_matrix, need_answers

__all__ = ["BENEFITS", "SACRIFICES", "delivered_value", "value_balance"]

BENEFITS = ("product", "service", "staff", "image", "产品", "服务", "人员", "形象")
SACRIFICES = ("money", "time", "effort", "货币", "金钱", "时间", "精力")


def delivered_value(survey: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Rate what customers get and what they give for it, by dimension.

    Parameters
    ----------
    survey : respondent_id, item, dimension, perception. A dimension is known by its name, in any
        case: product, service, staff or image is a benefit; money, time or effort a sacrifice.
        Items on a sacrifice are worded or turned round so that a high answer means easy to bear.
    confidence : of the intervals (t over respondents), between 0 and 1.

    Returns
    -------
    Frame by dimension, benefits first: side ("benefit" or "sacrifice"), n (respondents), mean,
    mean_low, mean_high (points; high is good on both sides).

    Raises
    ------
    MissingTable : perception wasn't asked, or the survey names no benefit or no sacrifice.

    References
    ----------
    Kotler (1994), Marketing Management, 8th ed., chapter 2. Zeithaml (1988), Journal of Marketing
    52(3), 2–22.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 1, 2, 2], "item": ["fresh", "waiting"] * 2,
    ...     "dimension": ["Product", "Time"] * 2, "perception": [6, 3, 5, 4]})
    >>> delivered_value(survey)[["side", "mean"]].to_dict("index")
    {'Product': {'side': 'benefit', 'mean': 5.5}, 'Time': {'side': 'sacrifice', 'mean': 3.5}}
    """
    sided = _sided(survey)
    side = sided.drop_duplicates("dimension").set_index("dimension")["side"]
    frame = ratings(sided, "dimension", confidence=confidence)[
        ["n", "mean", "mean_low", "mean_high"]
    ]
    frame.insert(0, "side", side.reindex(frame.index))
    return frame.sort_values("side", kind="stable")


def value_balance(survey: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """Estimate by how many points the sacrifices are rated better or worse than the benefits.

    Parameters
    ----------
    survey, confidence : as of ``delivered_value``.

    Returns
    -------
    Mean over respondents of their sacrifices' rating − their benefits' rating, in points (paired
    t interval): below 0 what they give weighs more on them than what they get pleases them.

    Raises
    ------
    As ``delivered_value``; InsufficientData : fewer than 2 respondents rated both sides.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 1, 2, 2], "item": ["fresh", "waiting"] * 2,
    ...     "dimension": ["product", "time"] * 2, "perception": [6, 3, 5, 4]})
    >>> value_balance(survey).value
    -2.0
    """
    check_probability(confidence, name="confidence")
    sided = _sided(survey)
    # Each dimension counts alike, however many items it has.
    of_dimension = answer_matrix(sided, by="dimension")
    side = sided.drop_duplicates("dimension").set_index("dimension")["side"]
    of_side = {
        name: of_dimension[side.index[side == name]].mean(axis=1)
        for name in ("sacrifice", "benefit")
    }
    apart = (of_side["sacrifice"] - of_side["benefit"]).dropna()
    n = len(apart)
    if n < 2:
        raise InsufficientData(
            "the balance of what one gets and gives", f"{n} who rated both sides", "at least 2"
        )
    half = stdtrit(n - 1, (1 + confidence) / 2) * apart.std() / np.sqrt(n)
    mean = float(apart.mean())
    return Estimate(mean, mean - float(half), mean + float(half), confidence, n, "t")


def _sided(survey: pd.DataFrame) -> pd.DataFrame:
    """Return the answers on benefits and sacrifices, with the side of each."""
    need_answers(survey, "perception")
    sides = dict.fromkeys(BENEFITS, "benefit") | dict.fromkeys(SACRIFICES, "sacrifice")
    named = survey.get("dimension", pd.Series("", index=survey.index)).astype("str")
    side = named.str.strip().str.casefold().map(sides)
    if side.nunique() < 2:
        raise MissingTable(
            "the survey has no dimensions called product, service, staff or image on one side and "
            "money, time or effort on the other"
        )
    return survey.assign(side=side)[side.notna()]
