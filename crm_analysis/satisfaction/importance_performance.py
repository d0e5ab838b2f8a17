"""Importance against performance: where to concentrate, and how surely (Martilla, James 1977)."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData, unknown_name
from crm_analysis.satisfaction._resampling import dealt, resampled_counts
from crm_analysis.satisfaction.respondents import answer_matrix, need_answers

__all__ = ["QUADRANTS", "compare_crosshairs", "importance_performance"]

# By (important, performs well).
QUADRANTS = {
    (True, False): "concentrate here",
    (True, True): "keep up the good work",
    (False, False): "low priority",
    (False, True): "possible overkill",
}
_CROSSHAIRS = ("mean", "median", "middle")


def importance_performance(
    survey: pd.DataFrame, crosshair: str = "mean", *, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Place each item by importance and performance, and say how surely it lies there.

    Parameters
    ----------
    survey : respondent_id, item, importance, perception.
    crosshair : where the lines cross: "mean" or "median" of the items' means, or "middle" of the
        scale (halfway between the lowest and the highest answer given).
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Returns
    -------
    Frame indexed by item, in the order of the questionnaire: n (respondents with both answers),
    importance, performance (means, points of their scales), quadrant ("concentrate here", "keep up
    the good work", "low priority", "possible overkill"), certainty (share of the bootstrap samples
    that put it in the same quadrant, 0 to 1), importance_cut, performance_cut (the crosshair),
    importance_error, performance_error (standard errors of the two means, points), together (their
    correlation, −1 to 1: those who rate an item high often call it important too).

    Raises
    ------
    InputError : the crosshair isn't known.
    InsufficientData : fewer than 2 items or 2 respondents.
    MissingTable : importance or perception wasn't asked.
    ValueError : another column is missing, or answers aren't numbers.

    Notes
    -----
    With the mean or median some items always are "low": the map ranks, it doesn't grade. Where most
    answers lie high, the middle of the scale puts every item in one quadrant.

    References
    ----------
    Martilla, James (1977), Importance–performance analysis, Journal of Marketing 41(1), 77–79.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 2, 1, 2], "item": ["cold"] * 2 + ["app"] * 2,
    ...     "importance": [7, 6, 2, 3], "perception": [3, 2, 6, 6]})
    >>> importance_performance(survey)["quadrant"].tolist()
    ['concentrate here', 'possible overkill']
    """
    if crosshair not in _CROSSHAIRS:
        raise unknown_name("crosshair", crosshair, _CROSSHAIRS)
    need_answers(survey, "importance", "perception")
    check_columns(survey, ["item"], table="survey")
    both = survey.dropna(subset=["importance", "perception", "item"])
    importance, performance = (answer_matrix(both, name) for name in ("importance", "perception"))
    respondents, items = importance.shape
    if items < 2 or respondents < 2:
        raise InsufficientData(
            "the importance–performance map",
            f"{items} items and {respondents:,} respondents with both answers",
            "at least 2 of each",
        )
    scales = np.stack([importance.to_numpy(), performance.to_numpy()])
    middle = (np.nanmin(scales, axis=(1, 2)) + np.nanmax(scales, axis=(1, 2))) / 2
    sums = dealt(np.stack([np.nan_to_num(scales), ~np.isnan(scales)]), seed)
    means = _means(sums, np.ones((1, sums.shape[2])))
    cuts = _cuts(means, middle, crosshair)
    high = (means > cuts)[:, 0]
    blocks = resampled_counts(sums.shape[2], draws, seed)
    same = sum(_agreeing(sums, counts, middle, crosshair, high) for counts in blocks)
    columns = {"n": importance.notna().sum(), "importance": means[0, 0], "performance": means[1, 0]}
    columns["quadrant"] = [QUADRANTS[bool(i), bool(p)] for i, p in high.T]
    columns["certainty"] = same / draws
    columns |= {"importance_cut": cuts[0, 0, 0], "performance_cut": cuts[1, 0, 0]}
    return pd.DataFrame(columns | _errors(importance, performance), index=importance.columns)


def _errors(importance: pd.DataFrame, performance: pd.DataFrame) -> dict[str, pd.Series]:
    """Standard errors of each item's two means, and how these go together."""
    spreads = [answers.std() / np.sqrt(answers.count()) for answers in (importance, performance)]
    together = importance.corrwith(performance).fillna(0.0)
    return {"importance_error": spreads[0], "performance_error": spreads[1], "together": together}


def compare_crosshairs(survey: pd.DataFrame) -> pd.DataFrame:
    """Set the quadrants side by side that the three crosshairs give, and the diagonal.

    Parameters
    ----------
    survey : respondent_id, item, importance, perception.

    Returns
    -------
    Frame by item: mean, median, middle (the quadrant under each crosshair), stays (the same under
    all three), short (importance − performance, points; above 0 the item lies over the diagonal,
    where it gets less than its importance; only where both are on the same scale).

    Raises
    ------
    As ``importance_performance``.

    References
    ----------
    Bacon (2003), A comparison of approaches to importance–performance analysis, International
    Journal of Market Research 45(1), 55–71.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 2] * 3, "item": list("aabbcc"),
    ...     "importance": [7, 6, 5, 5, 2, 2], "perception": [3, 2, 6, 5, 6, 6]})
    >>> compare_crosshairs(survey)["stays"].to_dict()
    {'a': True, 'b': False, 'c': True}
    """
    results = {name: importance_performance(survey, name, draws=1) for name in _CROSSHAIRS}
    quadrants = pd.DataFrame({name: result["quadrant"] for name, result in results.items()})
    rated = results["mean"]
    return quadrants.assign(
        stays=quadrants.nunique(axis=1).eq(1), short=rated["importance"] - rated["performance"]
    )


def _means(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean of each scale, resample and item; items that nobody in a resample answered are 0.

    ``sums`` holds answers and how many there are: (2, scales, respondents or groups, items).
    """
    answers, answered = counts @ sums
    return answers / np.maximum(answered, 1.0)


def _cuts(means: np.ndarray, middle: np.ndarray, crosshair: str) -> np.ndarray:
    """Where the lines cross in each scale and resample."""
    if crosshair == "middle":
        return np.broadcast_to(middle[:, None, None], (*means.shape[:2], 1))
    centre = np.mean if crosshair == "mean" else np.median
    return centre(means, axis=2, keepdims=True)


def _agreeing(
    sums: np.ndarray, counts: np.ndarray, middle: np.ndarray, crosshair: str, high: np.ndarray
) -> np.ndarray:
    """In how many resamples each item lies in its quadrant."""
    means = _means(sums, counts)
    return ((means > _cuts(means, middle, crosshair)) == high[:, None]).all(axis=0).sum(axis=0)
