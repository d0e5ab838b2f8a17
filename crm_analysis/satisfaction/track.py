"""Waves over time: what moved, what is more than the usual wobble, and what an event did."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction.respondents import numbers

__all__ = ["control_chart", "event_effect", "waves"]

# Shewhart's limits from the mean moving range of two: 3 / 1.128.
_LIMIT = 3 / 1.128
_RUN = 8


def waves(
    scores: pd.DataFrame, value: str, *, by: str = "wave", confidence: float = 0.95
) -> pd.DataFrame:
    """Give the mean of each wave and how it moved since the one before.

    Parameters
    ----------
    scores : respondent_id, the columns ``by`` and ``value``. Several answers of a respondent in a
        wave are averaged first.
    value : what was asked, on the same scale in all waves.
    by : the wave: a number, a date or another column that sorts in time.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame by wave, in order of time: n (respondents), mean, low, high (t interval), change,
    change_low, change_high (since the wave before, Welch's interval; the waves are taken as
    different people). What a single respondent can't give is missing.

    Raises
    ------
    MissingTable : the answers have no such column.
    InsufficientData : there is no answer.

    References
    ----------
    Welch (1947), Biometrika 34(1–2), 28–35.

    Examples
    --------
    >>> scores = pd.DataFrame({"respondent_id": range(6), "wave": [2025] * 3 + [2026] * 3,
    ...     "overall_satisfaction": [4, 5, 3, 6, 6, 5]})
    >>> waves(scores, "overall_satisfaction")["change"].round(2).tolist()
    [nan, 1.67]
    """
    check_probability(confidence, name="confidence")
    if by not in scores.columns:
        raise MissingTable(f"the answers don't say of which {by} they are")
    check_columns(scores, ["respondent_id", value], table="scores")
    answers = scores[["respondent_id", by]].assign(score=numbers(scores, value, table="scores"))
    people = answers.dropna().groupby([by, "respondent_id"], observed=True)["score"].mean()
    if people.empty:
        raise InsufficientData("the waves", "0 answers", "at least one")
    groups = people.groupby(level=by)
    n, mean, variance = groups.size(), groups.mean(), groups.var()
    error = variance / n
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * np.sqrt(error)
    frame = pd.DataFrame({"n": n, "mean": mean, "low": mean - half, "high": mean + half})
    both = error + error.shift()
    # Welch's degrees of freedom; without any spread the interval is the point itself.
    parts = error**2 / (n - 1) + (error**2 / (n - 1)).shift()
    freedom = (both**2 / parts.where(parts > 0)).fillna(1.0)
    reach = stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(both)
    change = mean.diff()
    return frame.assign(change=change, change_low=change - reach, change_high=change + reach)


def control_chart(values: pd.Series, *, baseline: int | None = None) -> pd.DataFrame:
    """Tell signals from the usual wobble of a figure over time (Shewhart's chart of individuals).

    Parameters
    ----------
    values : one figure per wave, week or month, in order of time.
    baseline : how many of the first periods set the centre and the limits; None: all.

    Returns
    -------
    Frame with the index of ``values``: value, centre (mean of the baseline), low, high (limits:
    centre ∓ 2.66 mean moving ranges), signal ("beyond the limits", "eight on one side" for the
    eighth period in a row above or below the centre and those after it, else "").

    Raises
    ------
    InsufficientData : fewer than 3 periods in the baseline, or values are missing.

    Notes
    -----
    The limits come from how much neighbouring periods differ, so they hold for any figure: a mean,
    a score, complaints a week. They expect neither trend nor season: take those out before. With
    all periods as baseline a large shift widens the limits little, since it enters one difference.

    References
    ----------
    Shewhart (1931), Economic Control of Quality of Manufactured Product. Nelson (1984), The
    Shewhart control chart: tests for special causes, Journal of Quality Technology 16(4), 237–239.

    Examples
    --------
    >>> chart = control_chart(pd.Series([5.0, 5.1, 4.9, 5.0, 5.1, 4.9, 6.2]), baseline=6)
    >>> chart["signal"].tolist()[-2:]
    ['', 'beyond the limits']
    """
    first = values.iloc[:baseline].to_numpy(dtype=float)
    if len(first) < 3 or values.isna().any():
        raise InsufficientData(
            "the control chart",
            f"{len(first):,} periods in the baseline, {values.isna().sum():,} values missing",
            "at least 3 periods in the baseline and no gap",
        )
    centre, wobble = first.mean(), np.abs(np.diff(first)).mean()
    frame = pd.DataFrame({"value": values.astype(float), "centre": centre})
    frame["low"], frame["high"] = centre - _LIMIT * wobble, centre + _LIMIT * wobble
    side = np.sign(frame["value"] - centre)
    run = side.groupby((side != side.shift()).cumsum()).cumcount() + 1
    beyond = (frame["value"] < frame["low"]) | (frame["value"] > frame["high"])
    signals = ["beyond the limits", "eight on one side"]
    frame["signal"] = np.select([beyond, (run >= _RUN) & (side != 0)], signals, default="")
    return frame


def event_effect(values: pd.Series, event: object, *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate how an event shifted a figure, against the trend before it.

    Segmented regression: a straight trend, a step at the event, and a change of the trend after it.

    Parameters
    ----------
    values : one figure per period, in order of time; the index sorts.
    event : label of the index; periods from it on are after the event.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame with the rows "step" (in the unit of the figure) and "trend" (change of the trend, unit
    per period): effect, low, high (Newey–West errors, which allow for neighbouring periods to go
    together), before, after (periods).

    Raises
    ------
    InsufficientData : fewer than 4 periods on either side, or values are missing.

    Notes
    -----
    Whatever else happened at the same time is in the step. A comparison that the event didn't touch
    (another region) is worth more than any model.

    References
    ----------
    Wagner, Soumerai, Zhang, Ross-Degnan (2002), Segmented regression analysis of interrupted time
    series studies, Journal of Clinical Pharmacy and Therapeutics 27(4), 299–309. Newey, West
    (1987), Econometrica 55(3), 703–708.

    Examples
    --------
    >>> satisfaction = pd.Series([5.0, 5.1, 4.9, 5.1, 5.0, 4.2, 4.1, 4.3, 4.2, 4.2])
    >>> step = event_effect(satisfaction, 5).loc["step"]
    >>> f"{step.effect:.2f} ({step.low:.2f} to {step.high:.2f})"
    '-0.84 (-0.92 to -0.76)'
    """
    check_probability(confidence, name="confidence")
    after = np.asarray(values.index >= event)
    n, later = len(values), int(after.sum())
    if min(later, n - later) < 4 or values.isna().any():
        raise InsufficientData(
            "the effect of an event",
            f"{n - later:,} before and {later:,} after, {values.isna().sum():,} without a value",
            "at least 4 periods before and 4 after, and no gap",
        )
    time = np.arange(n, dtype=float)
    since = np.where(after, time - (n - later), 0.0)
    x = np.column_stack([after, since, np.ones(n), time]).astype(float)
    slope, covariance = _newey_west(x, values.to_numpy(dtype=float))
    effect, error = slope[:2], np.sqrt(np.diag(covariance)[:2])
    half = stdtrit(n - x.shape[1], (1 + confidence) / 2) * error
    columns = {"effect": effect, "low": effect - half, "high": effect + half}
    frame = pd.DataFrame(columns, index=pd.Index(["step", "trend"], name="part"))
    return frame.assign(before=n - later, after=later)


def _newey_west(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares, and a covariance that allows neighbouring residuals to go together."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    slope = inverse @ x.T @ y
    scaled = x * (y - x @ slope)[:, None]
    middle = scaled.T @ scaled
    lags = int(4 * (n / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        shifted = scaled[lag:].T @ scaled[:-lag]
        middle += (1 - lag / (lags + 1)) * (shifted + shifted.T)
    return slope, inverse @ middle @ inverse * n / (n - k)
