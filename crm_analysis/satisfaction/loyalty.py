"""Satisfaction and loyalty in one figure each: NPS, top box, and the cells of Dick and Basu."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crm_analysis.checks import check_probability, check_values
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.estimates import Estimate

__all__ = ["LOYALTY_CELLS", "loyalty_cells", "nps", "nps_change", "top_box"]

LOYALTY_CELLS = ("loyal", "latent", "spurious", "none")


def nps(scores: Sequence[float] | pd.Series, confidence: float = 0.95) -> Estimate:
    """Return the Net Promoter Score: the percentage of promoters less that of detractors.

    Parameters
    ----------
    scores : likelihood to recommend, whole numbers from 0 to 10; missing ones are left out.
        9 and 10 are promoters, 0 to 6 detractors.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Estimate in points from −100 to 100. The value is the observed score; the interval is the
    adjusted Wald one, which adds three answers (¾ promoter, ¾ detractor, 1½ passive) and so lies
    a little nearer to 0.

    Raises
    ------
    ValueError : a score isn't a whole number from 0 to 10.
    InsufficientData : there is no score.

    References
    ----------
    Rocks (2016), Interval estimation for the Net Promoter Score, The American Statistician 70(4),
    365–372.

    Examples
    --------
    >>> print(f"{nps([10] * 50 + [8] * 30 + [3] * 20):.1f}")
    30.0 (14.1 to 44.2)
    """
    check_probability(confidence, name="confidence")
    answers = _answers(scores, "recommend", "the Net Promoter Score")
    whole = answers.between(0, 10) & (answers % 1 == 0)
    check_values(answers, whole, rule="a whole number from 0 to 10", table="scores")
    n, promoters, detractors = len(answers), (answers >= 9).sum(), (answers <= 6).sum()
    value = 100 * (promoters - detractors) / n
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    half = 100 * ndtri((1 + confidence) / 2) * np.sqrt((p + d - (p - d) ** 2) / (n + 3))
    centre = 100 * (p - d)
    # With two or three answers the interval around the shifted centre can miss the value.
    low = min(max(centre - half, -100.0), value)
    high = max(min(centre + half, 100.0), value)
    return Estimate(
        float(value), float(low), float(high), confidence, n, "adjusted Wald (Rocks 2016)"
    )


def nps_change(
    before: Sequence[float] | pd.Series,
    after: Sequence[float] | pd.Series,
    confidence: float = 0.95,
) -> Estimate:
    """Return by how many points the Net Promoter Score moved between two waves.

    Parameters
    ----------
    before, after : scores of the two waves, as for ``nps``; from different respondents. Where the
        same people answered twice the interval is wider than it need be.
    confidence : of the interval, between 0 and 1. An interval that excludes 0 is the two-sided
        test at one minus the confidence.

    Returns
    -------
    Estimate in points from −200 to 200; the interval joins the two scores' own intervals.

    Raises
    ------
    ValueError : a score isn't a whole number from 0 to 10.
    InsufficientData : a wave holds no score.

    References
    ----------
    Zou, Donner (2008), Construction of confidence limits about effect measures: a general
    approach, Statistics in Medicine 27(10), 1693–1702.

    Examples
    --------
    >>> moved = nps_change([10] * 50 + [8] * 30 + [3] * 20, [10] * 60 + [8] * 30 + [3] * 10)
    >>> print(f"{moved:.1f}", moved.excludes(0))
    20.0 (-0.3 to 39.7) False
    """
    first, second = nps(before, confidence), nps(after, confidence)
    change = second.value - first.value
    down = np.hypot(second.value - second.low, first.high - first.value)
    up = np.hypot(second.high - second.value, first.value - first.low)
    ends = float(change - down), float(change + up)
    return Estimate(
        change, *ends, confidence, first.n + second.n, "from both adjusted Wald intervals"
    )


def top_box(
    scores: Sequence[float] | pd.Series,
    *,
    boxes: int = 2,
    maximum: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return the share of answers in the top boxes of the scale, with Wilson's interval.

    Parameters
    ----------
    scores : answers on a scale of whole numbers; missing ones are left out.
    boxes : how many points of the scale count as top, e.g. 4 and 5 of five.
    maximum : the highest point of the scale; None takes the highest answer, which is wrong where
        nobody chose the highest point.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Estimate of a share, 0 to 1.

    Raises
    ------
    ValueError : a score isn't a number or lies above the maximum, or ``boxes`` is below 1.
    InsufficientData : there is no score.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158), 209–212.

    Examples
    --------
    >>> print(f"{top_box([5] * 50 + [4] * 30 + [2] * 20):.3f}")
    0.800 (0.711 to 0.867)
    """
    check_probability(confidence, name="confidence")
    if boxes < 1:
        raise InputError(f"boxes must be at least 1, got {boxes}")
    answers = _answers(scores, "satisfaction", "the top box")
    top = answers.max() if maximum is None else maximum
    check_values(answers, answers <= top, rule=f"at most {top:g}", table="scores")
    hits, n = int((answers > top - boxes).sum()), len(answers)
    low, high = wilson(hits, n, confidence)
    return Estimate(hits / n, float(low), float(high), confidence, n, "Wilson")


def loyalty_cells(
    attitude: pd.Series,
    patronage: pd.Series,
    *,
    attitude_cut: float | None = None,
    patronage_cut: float | None = None,
) -> pd.Series:
    """Sort customers by what they feel and what they do: loyal, latent, spurious or none.

    Parameters
    ----------
    attitude : relative attitude, such as an attachment score; higher is warmer.
    patronage : repeat buying, such as repeat purchases in a year; by the same index as
        ``attitude``, in any order.
    attitude_cut, patronage_cut : above it counts as high; None takes the mean.

    Returns
    -------
    Series named "loyalty": loyal (both high), latent (attitude only), spurious (buying only: the
    habit or the lack of a choice, not the heart) or none; missing where either is.

    Raises
    ------
    ValueError : the two aren't about the same customers, or a value isn't a number.
    InsufficientData : nobody has both.

    References
    ----------
    Dick, Basu (1994), Customer loyalty: toward an integrated conceptual framework, Journal of the
    Academy of Marketing Science 22(2), 99–113.

    Examples
    --------
    >>> cells = loyalty_cells(pd.Series([7, 6, 2, 1]), pd.Series([9, 1, 8, 0]))
    >>> cells.tolist()
    ['loyal', 'latent', 'spurious', 'none']
    """
    attitude = _numbers(attitude, "attitude")
    patronage = _of_the_same(_numbers(patronage, "patronage"), attitude.index)
    both = attitude.notna() & patronage.notna()
    if not both.any():
        raise InsufficientData("loyalty", "0 customers with both", "attitude and repeat buying")
    warm = attitude > (attitude[both].mean() if attitude_cut is None else attitude_cut)
    buys = patronage > (patronage[both].mean() if patronage_cut is None else patronage_cut)
    cells = np.select([warm & buys, warm, buys], LOYALTY_CELLS[:3], default=LOYALTY_CELLS[3])
    return pd.Series(cells, index=attitude.index, name="loyalty").where(both)


def wilson(hits, n, confidence: float) -> tuple:
    """Return the ends of Wilson's interval of a share; works on numbers and on columns."""
    z = ndtri((1 + confidence) / 2)
    share = hits / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # At a share of 0 or 1 the end is that share; rounding would leave it a hair inside.
    return np.minimum(np.maximum(centre - half, 0), share), np.maximum(
        np.minimum(centre + half, 1), share
    )


def _answers(scores: Sequence[float] | pd.Series, name: str, what: str) -> pd.Series:
    """Return the answers that are there, as numbers."""
    given = _numbers(scores, name, table="scores").dropna()
    if given.empty:
        raise InsufficientData(what, "0 answers", "at least one")
    return given


def _numbers(given: Sequence[float] | pd.Series, name: str, table: str = "customers") -> pd.Series:
    """Return a column as floats; text that isn't a number is refused, by row."""
    column = pd.Series(given, name=name)
    values = pd.to_numeric(column, errors="coerce")
    check_values(column, values.notna() | column.isna(), rule="a number", table=table)
    return values.astype(float)


def _of_the_same(values: pd.Series, customers: pd.Index) -> pd.Series:
    """Return the values in the order of the customers, if they are about the same ones."""
    if values.index.equals(customers):
        return values
    if not customers.is_unique or not values.index.sort_values().equals(customers.sort_values()):
        raise InputError("attitude and patronage must have the same index: the same customers")
    return values.reindex(customers)
