"""Kano by numbers instead of letters, with the dispersion that a mean hides."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc, stdtrit

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction._resampling import dealt, resampled_counts
from crm_analysis.satisfaction.gap import holm
from crm_analysis.satisfaction.kano import CATEGORY_NAMES, classify_answers
from crm_analysis.satisfaction.respondents import numbers

__all__ = ["kano_by_segment", "kano_continuous", "questionable_answers"]

# Values of like, must be so, neutral, can live with it, dislike.
_FUNCTIONAL = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
_DYSFUNCTIONAL = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
# By (pleases: functional at least 2, hurts: dysfunctional at least 2).
_QUADRANT = np.array([["I", "M"], ["A", "O"]])
_MIDDLE = 2.0
_SCALES = ["functional", "dysfunctional"]


def kano_continuous(
    answers: pd.DataFrame, *, confidence: float = 0.95, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Place each item by how much it pleases when there and hurts when missing.

    Answers become numbers: functional 4, 2, 0, −1, −2 and dysfunctional −2, −1, 0, 2, 4, from like
    to dislike. The stronger opinions, which are at the positive end, count more. The middle of the
    positive half, 2, parts the quadrants.

    Parameters
    ----------
    answers : respondent_id, item, functional, dysfunctional (1 like … 5 dislike), [importance (as
        the respondent states it)]. Questionable pairs are left out.
    confidence : of the intervals, between 0 and 1.
    draws : bootstrap samples of respondents, for the certainty.
    seed : of the bootstrap.

    Returns
    -------
    Frame by item: n, functional, dysfunctional (means, −2 to 4), [importance (mean)], category (M,
    O, A, I by quadrant; R where the two means add up to less than 0: on balance its lack pleases),
    certainty (share of resamples with the same category); then of each mean _low, _high (t
    interval) and _spread (standard deviation: a wide one says that there are several opinions).

    Raises
    ------
    ValueError : a column is missing, or an answer isn't 1 to 5.
    InsufficientData : no item has two usable pairs.

    Notes
    -----
    Where some want a feature and others don't, the means meet in the indifferent quadrant: read the
    spread and the letters of ``kano`` beside it.

    References
    ----------
    DuMouchel, in Berger et al. (1993), Kano's methods for understanding customer-defined quality,
    Center for Quality Management Journal 2(4), 3–36.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent_id": [1, 2, 3], "item": "kept cold",
    ...     "functional": [3, 2, 2], "dysfunctional": [5, 5, 4]})
    >>> row = kano_continuous(answers).loc["kept cold"]
    >>> f"{row.category}: {row.functional:.2f} there, {row.dysfunctional:.2f} missing"
    'M: 1.33 there, 3.33 missing'
    """
    check_columns(answers, ["respondent_id", "item"], table="answers")
    check_probability(confidence, name="confidence")
    places = _places(answers[(classify_answers(answers) != "Q").to_numpy()])
    items = places["item"].dropna().unique()
    groups = places.groupby("item", sort=False)
    if groups.size().max() < 2 or places.empty:
        raise InsufficientData(
            "continuous Kano", f"{len(places):,} usable pairs", "two for at least one item"
        )
    frame = pd.DataFrame({"n": groups.size()}).reindex(items).rename_axis("item")
    scales = [name for name in (*_SCALES, "importance") if name in places]
    for name in scales:
        frame = frame.join(_described(groups[name], name, confidence))
    spread = {"index": "respondent_id", "columns": "item"}
    wide = [places.pivot_table(**spread, values=name)[list(items)].to_numpy() for name in _SCALES]
    frame["category"], frame["certainty"] = _categories(np.stack(wide), draws, seed)
    order = ["n", *scales, "category", "certainty"]
    return frame[order + [name for name in frame if name not in order]]


def questionable_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Count the questionable pairs of each respondent: who didn't understand, or didn't read.

    Parameters
    ----------
    answers : respondent_id, functional, dysfunctional (1 like … 5 dislike).

    Returns
    -------
    Frame by respondent_id, most questionable first: answers, questionable, share (0 to 1).

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent_id": ["r1", "r1", "r2"], "functional": [1, 5, 1],
    ...     "dysfunctional": [1, 5, 5]})
    >>> questionable_answers(answers)["share"].to_dict()
    {'r1': 1.0, 'r2': 0.0}
    """
    check_columns(answers, ["respondent_id"], table="answers")
    odd = classify_answers(answers).eq("Q").groupby(answers["respondent_id"])
    frame = pd.DataFrame({"answers": odd.size(), "questionable": odd.sum(), "share": odd.mean()})
    return frame.sort_values("share", ascending=False, kind="stable")


def kano_by_segment(answers: pd.DataFrame, segment: pd.Series) -> pd.DataFrame:
    """Give each item's category in each segment, and test whether the segments answer alike.

    Parameters
    ----------
    answers : respondent_id, item, functional, dysfunctional (1 like … 5 dislike).
    segment : of each respondent, by respondent_id; who has none is left out.

    Returns
    -------
    Frame by item: a column per segment with its most frequent category (in a tie M before O, A, I,
    R, Q), p_value (χ² test of equal shares of the categories, corrected by Holm for the number of
    items).

    Raises
    ------
    InsufficientData : fewer than 2 segments among the respondents.

    Notes
    -----
    The test is rough where most categories are expected fewer than five times in a segment.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent_id": range(20), "item": "app", "functional": 1,
    ...     "dysfunctional": [3] * 10 + [5] * 10})
    >>> kano_by_segment(answers, pd.Series(["old"] * 10 + ["new"] * 10))[["old", "new"]].iloc[0].tolist()
    ['A', 'O']
    """  # noqa: E501 - a doctest that fits no other way
    check_columns(answers, ["respondent_id", "item"], table="answers")
    letters = classify_answers(answers)
    group = answers["respondent_id"].map(segment)
    names = group.dropna().unique()
    if len(names) < 2:
        raise InsufficientData("Kano by segment", f"{len(names)}", "at least 2 segments")
    keys = [answers["item"], group, letters]
    table = pd.crosstab(keys[:2], letters).reindex(columns=list(CATEGORY_NAMES), fill_value=0)
    items = answers["item"].dropna().unique()
    winners = table.idxmax(axis=1).unstack().reindex(index=items, columns=names)  # noqa: PD010
    tests = table.groupby(level=0).apply(_homogeneity).reindex(items)
    return winners.rename_axis(index="item", columns=None).assign(p_value=holm(tests))


def _places(answers: pd.DataFrame) -> pd.DataFrame:
    """The answers as numbers, and the importance where it was asked."""
    columns = {
        "functional": _FUNCTIONAL[answers["functional"].astype(int) - 1],
        "dysfunctional": _DYSFUNCTIONAL[answers["dysfunctional"].astype(int) - 1],
    }
    if "importance" in answers.columns:
        columns["importance"] = numbers(answers, "importance", table="answers")
    return answers[["respondent_id", "item"]].assign(**columns)


def _described(groups, name: str, confidence: float) -> pd.DataFrame:
    """Mean of each item with its t interval and spread; one answer has neither."""
    mean, spread, n = groups.mean(), groups.std(), groups.count()
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * spread / np.sqrt(n)
    ends = {f"{name}_low": mean - half, f"{name}_high": mean + half, f"{name}_spread": spread}
    return pd.DataFrame({name: mean, **ends})


def _categories(wide: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Category of each item, and in what share of the resamples it is the same."""
    sums = dealt(np.stack([np.nan_to_num(wide), ~np.isnan(wide)]), seed)
    category = _letters(sums, np.ones((1, sums.shape[2])))[0]
    blocks = resampled_counts(sums.shape[2], draws, seed)
    same = sum((_letters(sums, counts) == category).sum(axis=0) for counts in blocks)
    return category, same / draws


def _letters(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Category by quadrant of every resample and item.

    ``sums`` holds answers and how many there are: (2, 2 scales, respondents or groups, items).
    """
    answers, answered = counts @ sums
    functional, dysfunctional = answers / np.maximum(answered, 1.0)
    pleases, hurts = functional >= _MIDDLE, dysfunctional >= _MIDDLE
    return np.where(
        functional + dysfunctional < 0, "R", _QUADRANT[pleases.astype(int), hurts.astype(int)]
    )


def _homogeneity(counts: pd.DataFrame) -> float:
    """P-value of the χ² test that the rows have the same shares; 1 where nothing differs."""
    table = counts.to_numpy(dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    degrees = (len(table) - 1) * (table.shape[1] - 1)
    if degrees == 0:
        return 1.0
    return float(chdtrc(degrees, (np.square(table - expected) / expected).sum()))
