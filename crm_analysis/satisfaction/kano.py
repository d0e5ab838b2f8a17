"""Kano categories from paired answers, coded 1 (like it) to 5 (dislike it).

Must-be (M), one-dimensional (O), attractive (A), indifferent (I), reverse (R), questionable (Q).
"""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction.loyalty import wilson

__all__ = ["CATEGORY_NAMES", "classify_answers", "kano", "satisfaction_coefficients"]

CATEGORY_NAMES = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
_ANSWERS = ["functional", "dysfunctional"]
# Row: answer if the feature is present; column: answer if absent.
_EVALUATION = np.array([list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")])
# In a tie the earlier letter wins: what hurts most when it fails comes first.
_ORDER = list(CATEGORY_NAMES)
_FONG = 1.65


def classify_answers(answers: pd.DataFrame) -> pd.Series:
    """Give each answer pair its letter: M, O, A, I, R or Q.

    Parameters
    ----------
    answers : functional (how it is if the feature is there) and dysfunctional (if it is missing),
        each 1 like, 2 must be so, 3 neutral, 4 can live with it, 5 dislike.

    Returns
    -------
    Series of letters with the index of ``answers``.

    Raises
    ------
    ValueError : a column is missing, or an answer isn't 1, 2, 3, 4 or 5.

    References
    ----------
    Kano, Seraku, Takahashi, Tsuji (1984), Hinshitsu 14(2), 147–156.

    Examples
    --------
    >>> pairs = pd.DataFrame({"functional": [1, 3, 1], "dysfunctional": [3, 5, 5]})
    >>> classify_answers(pairs).tolist()
    ['A', 'M', 'O']
    """
    check_columns(answers, _ANSWERS, table="answers")
    places = []
    for name in _ANSWERS:
        coded = pd.to_numeric(answers[name], errors="coerce")
        valid = coded.isin(range(1, 6))
        check_values(answers[name], valid, rule="1, 2, 3, 4 or 5", table="answers")
        places.append(coded.to_numpy(dtype=int) - 1)
    row, column = places
    return pd.Series(_EVALUATION[row, column], index=answers.index, name="category")


def satisfaction_coefficients(category: pd.Series) -> tuple[float, float]:
    """Return (better in 0..1, worse in −1..0) of one feature.

    Better is the share that it would please when there, worse the share (with a minus) that it
    would displease when missing. R and Q say that the question failed, not that the feature
    matters: they aren't counted.

    Parameters
    ----------
    category : letters as from ``classify_answers``.

    Raises
    ------
    InsufficientData : there is no A, O, M or I among the letters.

    References
    ----------
    Berger et al. (1993), Kano's methods for understanding customer-defined quality, Center for
    Quality Management Journal 2(4), 3–36.

    Examples
    --------
    >>> satisfaction_coefficients(pd.Series(list("AAOMIRQ")))
    (0.6, -0.4)
    """
    counts = category.value_counts().reindex(list("AOMI"), fill_value=0)
    total = counts.sum()
    if total == 0:
        raise InsufficientData(
            "better and worse", f"0 among {len(category):,} letters", "at least one A, O, M or I"
        )
    better, worse = counts["A"] + counts["O"], counts["O"] + counts["M"]
    return float(better / total), float(-worse / total)


def kano(answers: pd.DataFrame, by: str = "item", *, confidence: float = 0.95) -> pd.DataFrame:
    """Count the categories of each item and say which it is, and how clearly.

    Parameters
    ----------
    answers : the column ``by``, functional and dysfunctional (1 to 5, as in
        ``classify_answers``).
    by : what a row of the result stands for.
    confidence : of the intervals of better and worse, between 0 and 1.

    Returns
    -------
    Frame indexed by ``by``, in the order of the questionnaire: n (answers), M, O, A, I, R, Q
    (counts), category (the most frequent letter; in a tie M before O, A, I, R, Q), strength (total
    strength: share of M, O and A among the answers, 0 to 1), better (0 to 1), worse (−1 to 0),
    better_low, better_high, worse_low, worse_high (Wilson intervals), chi_squared (of equal shares
    of M, O, A, I; 3 degrees of freedom), fong_difference (between the two most frequent of M, O, A,
    I, R), fong_threshold, distinct (the difference reaches the threshold). Better, worse and
    chi_squared are missing where every answer is R or Q.

    Raises
    ------
    ValueError : a column is missing, or an answer isn't 1 to 5.
    InsufficientData : there is no row.

    References
    ----------
    Kano et al. (1984); Berger et al. (1993). Fong (1996), Using the self-stated importance
    questionnaire to interpret Kano questionnaire results, Center for Quality Management Journal
    5(3), 21–24. Lee, Newcomb (1997), Applying the Kano methodology to meet customer requirements,
    Quality Management Journal 4(3), 95–110: total strength.

    Examples
    --------
    >>> answers = pd.DataFrame({"item": "kept cold", "functional": [3, 2, 1, 3, 1],
    ...     "dysfunctional": [5, 5, 5, 5, 3]})
    >>> item = kano(answers).loc["kept cold"]
    >>> f"{item.n} answers, {item.category}: better {item.better:.1f}, worse {item.worse:.1f}"
    '5 answers, M: better 0.4, worse -0.8'
    """
    check_columns(answers, [by], table="answers")
    check_probability(confidence, name="confidence")
    if answers.empty:
        raise InsufficientData("the Kano categories", "0 answers", "at least one pair of answers")
    letters = classify_answers(answers)
    rows = answers[by].dropna().unique()
    counts = pd.crosstab(answers[by], letters).reindex(index=rows, columns=_ORDER, fill_value=0)
    counts.index.name, counts.columns.name = by, None
    result = counts.copy()
    result.insert(0, "n", counts.sum(axis=1))
    result["category"] = counts.idxmax(axis=1)
    result["strength"] = counts[["M", "O", "A"]].sum(axis=1) / result["n"]
    return result.join(_coefficients(counts, confidence)).join(_fong(counts))


def _coefficients(counts: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Better and worse of every item, with Wilson's intervals."""
    total = counts[["M", "O", "A", "I"]].sum(axis=1)
    pleased, hurt = counts["A"] + counts["O"], counts["O"] + counts["M"]
    usable = total.where(total > 0)
    better_low, better_high = wilson(pleased, usable, confidence)
    worse_high, worse_low = wilson(hurt, usable, confidence)
    return pd.DataFrame(
        {
            "better": pleased / usable,
            "worse": -hurt / usable,
            "better_low": better_low,
            "better_high": better_high,
            "worse_low": -worse_low,
            "worse_high": -worse_high,
            "chi_squared": _chi_squared(counts[["M", "O", "A", "I"]], usable),
        }
    )


def _chi_squared(counts: pd.DataFrame, total: pd.Series) -> pd.Series:
    """How far the counts are from equal shares."""
    expected = total / counts.shape[1]
    return counts.sub(expected, axis=0).pow(2).div(expected, axis=0).sum(axis=1, skipna=False)


def _fong(counts: pd.DataFrame) -> pd.DataFrame:
    """Fong's test of whether the first category stands out from the second."""
    ranked = np.sort(counts[["M", "O", "A", "I", "R"]].to_numpy(), axis=1)
    first, second = ranked[:, -1], ranked[:, -2]
    n, both = counts.sum(axis=1).to_numpy(), first + second
    threshold = _FONG * np.sqrt(both * (2 * n - both) / (2 * n))
    difference = first - second
    columns = {"fong_difference": difference, "fong_threshold": threshold}
    columns["distinct"] = (difference >= threshold) & (difference > 0)
    return pd.DataFrame(columns, index=counts.index)
