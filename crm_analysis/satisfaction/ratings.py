"""How each item is rated: the mean, and the share in the highest points of the scale."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction.loyalty import wilson
from crm_analysis.satisfaction.respondents import need_answers, need_grouping, numbers

__all__ = ["ratings"]

_BOXES = 2
# On a scale of more points the two highest are hardly ever chosen: there a share of it counts.
_MOST_POINTS, _HIGHEST = 11, 0.2


def ratings(
    survey: pd.DataFrame,
    by: str = "item",
    *,
    value: str = "perception",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Average the answers on each item, and count those in the two highest points of the scale.

    It needs no expectation: what a survey that asked for ratings alone can say.

    Parameters
    ----------
    survey : respondent_id, the column ``by`` and the answers.
    by : "item", "dimension" or any other column.
    value : "perception", or another question of the survey.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame by ``by``, in the order of the questionnaire: n (respondents), mean, mean_low, mean_high
    (points; t interval), top, top_low, top_high (share of the respondents whose answer is in the
    two highest points of the scale, or on a scale of more than 11 points in its highest fifth, 0 to
    1; Wilson). Several answers of a respondent in a row are averaged first. The scale is taken to
    reach from the lowest to the highest answer on any item.

    Raises
    ------
    MissingTable : the survey has no answers on ``value``, or no dimensions.
    InsufficientData : there is no answer.
    ValueError : answers aren't numbers.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158), 209–212.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 2, 3, 4], "item": "cold",
    ...     "perception": [5, 5, 4, 2]})
    >>> ratings(survey)[["n", "mean", "top"]].iloc[0].tolist()
    [4.0, 4.0, 0.75]
    """
    check_probability(confidence, name="confidence")
    need_answers(survey, value)
    need_grouping(survey, by)
    answers = survey[[by, "respondent_id"]].assign(answer=numbers(survey, value, table="survey"))
    answers = answers.dropna()
    if answers.empty:
        raise InsufficientData("the ratings", f"0 answers on {value}", "at least one")
    keys = list(dict.fromkeys([by, "respondent_id"]))
    units = answers.groupby(keys, sort=False, observed=True)["answer"].mean()
    groups = units.groupby(level=by, sort=False, observed=True)
    n, mean = groups.size(), groups.mean()
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * groups.std() / np.sqrt(n)
    frame = pd.DataFrame({"n": n, "mean": mean, "mean_low": mean - half, "mean_high": mean + half})
    low, high = answers["answer"].min(), answers["answer"].max()
    boxes = _BOXES if high - low < _MOST_POINTS else _HIGHEST * (high - low)
    hits = (units > high - boxes).groupby(level=by, sort=False, observed=True).sum()
    top_low, top_high = wilson(hits, n, confidence)
    frame = frame.assign(top=hits / n, top_low=top_low, top_high=top_high)
    order = pd.unique(survey[by].dropna())
    return frame.loc[[name for name in order if name in frame.index]].rename_axis(by)
