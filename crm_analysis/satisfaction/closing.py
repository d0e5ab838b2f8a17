"""What closing the gaps would do: slopes of overall satisfaction on perceptions, times the gap."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData

__all__ = ["effect_of_closing"]


def effect_of_closing(
    gaps: pd.DataFrame,
    perceptions: pd.DataFrame,
    outcome: pd.Series,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate how much the outcome would rise if perception reached expectation.

    Least squares of the outcome on all perceptions at once gives the slope of each; the effect is
    the slope times what is missing. Where perception already meets expectation nothing is missing.

    Parameters
    ----------
    gaps : from ``gap``, by dimension or item.
    perceptions : one row per respondent, one column per row of ``gaps``; incomplete rows are left
        out.
    outcome : overall satisfaction or another outcome, by respondent.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Frame by dimension or item, largest effect first: gap (points of the survey's scale), slope
    (points of the outcome per point of perception), slope_low, slope_high, effect, low, high
    (points of the outcome; the interval is that of the slope, and the gap is taken as it was
    measured).

    Raises
    ------
    InsufficientData : too few complete respondents for the slopes, or an outcome without spread.

    Notes
    -----
    A slope is what goes together among the respondents now. It is an effect only if the perception
    is the cause and nothing unasked stands behind both.

    Examples
    --------
    >>> gaps = pd.DataFrame({"gap": [-2.0, 0.5]}, index=["delivery", "product"])
    >>> perceptions = pd.DataFrame({"delivery": [1, 2, 3, 4, 5.], "product": [5, 3, 4, 4, 5.]})
    >>> outcome = pd.Series([2, 2.5, 3, 3.5, 4.2])
    >>> effect_of_closing(gaps, perceptions, outcome)["effect"].round(1).to_dict()
    {'delivery': 1.1, 'product': 0.0}
    """
    check_probability(confidence, name="confidence")
    check_columns(gaps, ["gap"], table="gaps")
    names = [name for name in gaps.index if name in perceptions.columns]
    table = perceptions[names].astype(float).assign(outcome=outcome.astype(float)).dropna()
    rest = len(table) - len(names) - 1
    if rest < 1:
        raise InsufficientData(
            "the effect of closing the gaps",
            f"{len(table):,}",
            f"at least {len(names) + 2} respondents with all answers",
        )
    slope, error = _least_squares(table[names].to_numpy(), table["outcome"].to_numpy(), rest)
    half = stdtrit(rest, (1 + confidence) / 2) * error
    missing = (-gaps.loc[names, "gap"]).clip(lower=0).to_numpy()
    columns = {"gap": gaps.loc[names, "gap"], "slope": slope}
    columns |= {"slope_low": slope - half, "slope_high": slope + half}
    columns |= {"effect": slope * missing + 0.0, "low": (slope - half) * missing + 0.0}
    columns["high"] = (slope + half) * missing + 0.0
    return pd.DataFrame(columns).sort_values("effect", ascending=False, kind="stable")


def _least_squares(x: np.ndarray, y: np.ndarray, rest: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and their standard errors; predictors that others determine share the slope."""
    x, y = x - x.mean(axis=0), y - y.mean()
    if np.allclose(y, 0):
        raise InsufficientData(
            "the effect of closing the gaps",
            "only equal answers on the outcome",
            "some that differ",
        )
    inverse = np.linalg.pinv(x.T @ x)
    slope = inverse @ x.T @ y
    variance = np.square(y - x @ slope).sum() / rest
    return slope, np.sqrt(variance * np.diag(inverse).clip(min=0))
