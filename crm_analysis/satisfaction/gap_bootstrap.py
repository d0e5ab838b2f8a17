"""The interval of the gap without the t distribution: respondents drawn anew."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import percent
from crm_analysis.satisfaction._resampling import dealt, resampled_counts
from crm_analysis.satisfaction.respondents import answer_matrix

__all__ = ["gap_bootstrap", "interval_sentence"]


def gap_bootstrap(
    survey: pd.DataFrame,
    by: str = "item",
    *,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the percentile bootstrap interval of each gap.

    Parameters
    ----------
    survey : respondent_id, expectation, perception, the column ``by``.
    by : "item", "dimension" or any other column.
    confidence : of the interval, between 0 and 1.
    draws : samples of respondents, drawn whole: who answered one item oddly takes the others along.
    seed : of the draws.

    Returns
    -------
    Frame by ``by``, in the order of the questionnaire: gap, low, high (points). Missing ends where
    a single respondent answered.

    Raises
    ------
    As ``gap``; InsufficientData : fewer than 2 respondents.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7(1), 1–26.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": range(8), "item": "delivered on time",
    ...     "expectation": [7, 6, 7, 6, 7, 7, 6, 7], "perception": [5, 5, 4, 6, 5, 6, 5, 3]})
    >>> gap_bootstrap(survey).round(1).iloc[0].tolist()
    [-1.8, -2.6, -1.0]
    """
    check_probability(confidence, name="confidence")
    felt = answer_matrix(survey, "gap", by)
    if len(felt) < 2:
        raise InsufficientData("the bootstrap of the gaps", f"{len(felt)}", "2 respondents")
    values = felt.to_numpy()
    answered = ~np.isnan(values)
    known, places = dealt(np.stack([np.nan_to_num(values), answered.astype(float)]), seed)
    blocks = resampled_counts(len(known), draws, seed)
    drawn = np.vstack([_means(known, places, counts) for counts in blocks])
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    lone = answered.sum(axis=0) < 2
    ends = {"low": np.where(lone, np.nan, low), "high": np.where(lone, np.nan, high)}
    return pd.DataFrame({"gap": felt.mean(), **ends}, index=felt.columns)


def interval_sentence(gaps: pd.DataFrame, resampled: pd.DataFrame, confidence: float) -> str:
    """Say how far the two ways to an interval differ.

    Parameters
    ----------
    gaps, resampled : from ``gap`` and ``gap_bootstrap``, with the same ``confidence``.
    """
    ends = ["low", "high"]
    apart = float((gaps[ends] - resampled[ends]).abs().max().max())
    width = float((gaps["high"] - gaps["low"]).mean())
    told = (
        f"The {percent(confidence)} intervals are {width:.2f} points wide on average. Respondents "
        f"drawn anew give the same ends to within {apart:.2f} points."
    )
    if apart < width / 5:
        return told
    return f"{told} So few answers, or so odd ones, decide there: look at them one by one."


def _means(known: np.ndarray, places: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean of each column in each resample; missing where nobody drawn had answered."""
    answered = counts @ places
    return np.where(answered > 0, counts @ known / np.maximum(answered, 1.0), np.nan)
