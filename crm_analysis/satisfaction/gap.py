"""The gap between what customers perceive and what they expect (SERVQUAL).

The gap is perception − expectation, in points of the scale: below 0 customers get less than they
expect. A respondent counts once per row: several answers of one respondent in a dimension or group
are averaged first, because they aren't independent of each other.
"""

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from crm_analysis.checks import check_probability
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.respondents import complete_pairs, need_answers

__all__ = ["gap", "servqual_score", "surely_below"]

# Means of decimals differ in their last digits where the answers are the same.
_ROUNDING = 1e-9


def gap(
    survey: pd.DataFrame,
    by: str = "item",
    *,
    confidence: float = 0.95,
    min_answers: int = 30,
    tolerance: float = 0.0,
) -> pd.DataFrame:
    """Measure how far perception falls short of expectation, by item, dimension or group.

    Parameters
    ----------
    survey : respondent_id, expectation, perception, the column ``by``, [importance]; rows without
        both answers are left out.
    by : "item", "dimension" or any other column, such as a region.
    confidence : of the interval, between 0 and 1.
    min_answers : rows with fewer respondents aren't ``enough`` to decide on.
    tolerance : a respondent's gap up to this size, in points, counts as "at expectation".

    Returns
    -------
    Frame indexed by ``by``, in the order of the questionnaire: [dimension, when by item], n
    (respondents), expectation, perception, gap (their mean difference, points), low, high (paired t
    interval of the gap), ratio (C = mean perception / mean expectation), p_value (paired t test of
    "no gap", corrected by Holm for the number of rows), effect_size (gap in standard deviations of
    the respondents' gaps), below, at, above (share of respondents, 0 to 1), enough (bool). With
    importance, by item or dimension: importance (mean), points (100 points shared out by each
    respondent in proportion to importance, mean), weighted_gap (points/100 × gap, mean; its sum
    over the rows is the weighted SERVQUAL score).

    What a single respondent can't give (interval, p_value, effect_size) is missing in that row.
    Where all respondents have the same gap there is no spread for the t test, and the p-value is
    that of the sign test.

    Raises
    ------
    MissingTable : the survey lacks expectation or perception, or dimensions.
    InsufficientData : no row has answers of two respondents.
    ValueError : another column is missing, or answers aren't numbers.

    Notes
    -----
    The ratio needs a scale with a true zero. On a scale from 1 to 7 it shrinks towards 1, and a
    shift of the scale changes it: rank by the gap, quote the ratio only beside it. It is a ratio of
    means; the mean of the respondents' ratios is another number, drawn up by those who expect
    little.

    References
    ----------
    Parasuraman, Zeithaml, Berry (1988), SERVQUAL, Journal of Retailing 64(1), 12–40.
    Holm (1979), Scandinavian Journal of Statistics 6(2), 65–70.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 2, 3, 4], "item": "delivered on time",
    ...     "expectation": [7, 6, 7, 6], "perception": [5, 5, 4, 6]})
    >>> row = gap(survey).iloc[0]
    >>> f"{row.gap:.2f} ({row.low:.2f} to {row.high:.2f}), ratio {row.ratio:.3f}"
    '-1.50 (-3.55 to 0.55), ratio 0.769'
    """
    check_probability(confidence, name="confidence")
    if tolerance < 0:
        raise InputError(f"tolerance must be at least 0, got {tolerance}")
    pairs = complete_pairs(survey, by)
    units = pairs.groupby([by, "respondent_id"], sort=False, observed=True).mean()
    order = pd.unique(survey[by].dropna())
    groups = units.groupby(level=by, sort=False, observed=True)
    result = groups[["expectation", "perception", "gap"]].mean()
    result.insert(0, "n", groups.size())
    if result["n"].max() < 2 or result.empty:
        raise InsufficientData(
            "the gap",
            f"{len(units):,} answered by one respondent each" if len(units) else "0 answered pairs",
            f"expectation and perception by at least 2 respondents per {by}",
        )
    result = result.join(_paired_t(result, groups["gap"].std(), confidence))
    result = result.join(_shares(units["gap"], by, tolerance))
    result["enough"] = result["n"] >= min_answers
    if "importance" in units and by in ("item", "dimension"):
        result = result.join(_weighted(units, by))
    result = result.loc[[name for name in order if name in result.index]].rename_axis(by)
    if by == "item" and "dimension" in survey.columns:
        of_item = survey.drop_duplicates("item").set_index("item")["dimension"]
        result.insert(0, "dimension", of_item.reindex(result.index))
    return result


def surely_below(gaps: pd.DataFrame, confidence: float = 0.95) -> pd.Series:
    """Tell which rows are below expectation beyond doubt and by enough respondents.

    Parameters
    ----------
    gaps : from ``gap``: gap, p_value, enough.
    confidence : the corrected p-value must lie under 1 − confidence.

    Examples
    --------
    >>> rows = {"gap": [-1.0, -0.1, 1.0], "p_value": [0.01, 0.4, 0.01], "enough": True}
    >>> surely_below(pd.DataFrame(rows)).tolist()
    [True, False, False]
    """
    return (gaps["gap"] < 0) & (gaps["p_value"] < 1 - confidence) & gaps["enough"]


def servqual_score(
    survey: pd.DataFrame, *, weighted: bool = False, confidence: float = 0.95
) -> Estimate:
    """Return the mean gap over all respondents, each counted once.

    Parameters
    ----------
    survey : respondent_id, item, expectation, perception, [importance].
    weighted : each respondent shares out 100 points among the items in proportion to importance,
        and the gaps are weighted by them; otherwise all items answered count alike.
    confidence : of the interval (t over respondents), between 0 and 1.

    Raises
    ------
    MissingTable : expectation or perception wasn't asked, or importance where it is needed.
    InsufficientData : fewer than 2 respondents.

    References
    ----------
    Parasuraman, Zeithaml, Berry (1988), SERVQUAL, Journal of Retailing 64(1), 12–40.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 1, 2, 2], "item": ["cold", "app"] * 2,
    ...     "expectation": 6, "perception": [4, 6, 5, 5], "importance": [75, 25, 50, 50]})
    >>> servqual_score(survey).value, servqual_score(survey, weighted=True).value
    (-1.0, -1.25)
    """
    check_probability(confidence, name="confidence")
    if weighted:
        need_answers(survey, "importance")
    pairs = complete_pairs(survey, "item")
    weight = pairs["importance"] if weighted else pd.Series(1.0, index=pairs.index)
    parts = pd.DataFrame({"weight": weight, "gap": weight * pairs["gap"]}).dropna()
    sums = parts.groupby(pairs["respondent_id"], sort=False).sum()
    scores = (sums["gap"] / sums["weight"].where(sums["weight"] > 0)).dropna()
    n = len(scores)
    if n < 2:
        raise InsufficientData("the SERVQUAL score", f"{n} respondents", "at least 2")
    mean = scores.mean()
    half = stdtrit(n - 1, (1 + confidence) / 2) * scores.std() / np.sqrt(n)
    return Estimate(float(mean), float(mean - half), float(mean + half), confidence, n, "t")


def _paired_t(means: pd.DataFrame, spread: pd.Series, confidence: float) -> pd.DataFrame:
    """Interval, ratio, corrected p-value and effect size of each row."""
    n, mean = means["n"], means["gap"]
    spread = spread.mask(spread < _ROUNDING, 0.0)
    error = spread / np.sqrt(n)
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * error
    flat = spread == 0
    t = (mean / error).where(~flat)
    p_value = pd.Series(2 * stdtr((n - 1).clip(lower=1), -t.abs()), index=means.index)
    no_gap = mean.abs() < _ROUNDING
    # The sign test of n equal signs; no gap anywhere is no evidence at all.
    p_value = p_value.mask(flat, np.where(no_gap, 1.0, np.exp2(1.0 - n)))
    effect = (mean / spread.where(~flat)).mask(flat & no_gap, 0.0)
    expected = means["expectation"]
    return pd.DataFrame(
        {
            "low": mean - half,
            "high": mean + half,
            "ratio": means["perception"] / expected.where(expected > 0),
            "p_value": holm(p_value),
            "effect_size": effect,
        }
    )


def holm(p_values: pd.Series) -> pd.Series:
    """Correct p-values for their number; missing ones aren't counted."""
    ordered = p_values.dropna().sort_values(kind="stable")
    corrected = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1.0)
    return corrected.reindex(p_values.index)


def _shares(gaps: pd.Series, by: str, tolerance: float) -> pd.DataFrame:
    """Share of respondents below, at and above their expectation."""
    edge = tolerance + _ROUNDING
    sides = pd.DataFrame({"below": gaps < -edge, "at": gaps.abs() <= edge, "above": gaps > edge})
    return sides.groupby(level=by, sort=False, observed=True).mean()


def _weighted(units: pd.DataFrame, by: str) -> pd.DataFrame:
    """Importance shared out as 100 points by each respondent, and the gap weighted by it."""
    total = units.groupby(level="respondent_id", sort=False)["importance"].transform("sum")
    points = 100 * units["importance"] / total.where(total > 0)
    columns = {"importance": units["importance"], "points": points}
    columns["weighted_gap"] = points / 100 * units["gap"]
    return pd.DataFrame(columns).groupby(level=by, sort=False, observed=True).mean()
