"""Whether being bad on something costs more than being good on it brings: penalty and reward."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData

__all__ = ["penalty_reward"]


def penalty_reward(
    predictors: pd.DataFrame, outcome: pd.Series, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate what a low and what a high perception of each driver does to the outcome.

    Least squares of the outcome on two marks per driver: among its lowest third, among its highest
    third. Both are measured against the middle third, all other drivers held equal.

    Parameters
    ----------
    predictors : a row per respondent, a column per driver; incomplete rows are left out.
    outcome : overall satisfaction or another outcome, same index.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame by driver: penalty, penalty_low, penalty_high, reward, reward_low, reward_high (points of
    the outcome), asymmetry (reward + penalty, points; below 0 the penalty is the larger), low, high
    (its interval), kind: "basic" (surely the penalty), "excitement" (surely the reward),
    "performance" (neither surely, but penalty or reward surely there), "open". A driver whose
    thirds can't be told apart, because too many answered alike, has missing values and is "open".

    Raises
    ------
    InsufficientData : no more complete respondents than marks, or an outcome without spread.

    References
    ----------
    Brandt (1987), A procedure for identifying value-enhancing service components using customer
    satisfaction survey data, in: Surprenant (ed.), Add Value to Your Service. MacKinnon, White
    (1985), Journal of Econometrics 29(3), 305–325: the standard errors (HC3).

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.DataFrame(g.normal(size=(600, 2)), columns=["cold", "gifts"])
    >>> overall = felt["cold"].clip(upper=0) + felt["gifts"].clip(lower=0)
    >>> penalty_reward(felt, overall + g.normal(size=600))["kind"].to_dict()
    {'cold': 'basic', 'gifts': 'excitement'}
    """
    check_columns(predictors, [], table="predictors")
    check_probability(confidence, name="confidence")
    joined = predictors.assign(**{"": outcome}).dropna().astype(float)
    felt, y = joined.drop(columns=""), joined[""].to_numpy()
    marks, parted = _marks(felt)
    rest = len(y) - marks.shape[1] - 1
    if rest < 1 or np.ptp(y) == 0:
        have = f"{len(y):,}" if rest < 1 else "only equal answers on the outcome"
        need = f"at least {marks.shape[1] + 2} respondents with all answers, and some that differ"
        raise InsufficientData("penalty and reward", have, need)
    slope, covariance = _robust(marks, y)
    t = stdtrit(rest, (1 + confidence) / 2)
    penalty, reward = slope[0::2], slope[1::2]
    variance = np.diag(covariance)
    between = np.diag(covariance[0::2, 1::2])
    error = np.sqrt((variance[0::2] + variance[1::2] + 2 * between).clip(min=0))
    effects = {"penalty": (penalty, np.sqrt(variance[0::2]))}
    effects |= {"reward": (reward, np.sqrt(variance[1::2])), "": (penalty + reward, error)}
    frame = pd.DataFrame(index=felt.columns[parted].rename("driver"))
    for name, (value, spread) in effects.items():
        frame[name or "asymmetry"] = value
        frame[f"{name}_low".lstrip("_")] = value - t * spread
        frame[f"{name}_high".lstrip("_")] = value + t * spread
    return frame.assign(kind=_kind(frame)).reindex(felt.columns).fillna({"kind": "open"})


def _marks(felt: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Marks of the lowest and the highest third, side by side, and which drivers have both."""
    low, high = felt.quantile(1 / 3), felt.quantile(2 / 3)
    # Where many answered alike, the third is what lies beyond them.
    lowest = felt.le(low) & felt.lt(felt.max())
    highest = felt.ge(high) & ~lowest
    middle = ~lowest & ~highest
    parted = (lowest.any() & highest.any() & middle.any()).to_numpy()
    pairs = np.stack([lowest.to_numpy()[:, parted], highest.to_numpy()[:, parted]], axis=2)
    return pairs.reshape(len(felt), 2 * parted.sum()).astype(float), parted


def _robust(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and their HC3 covariance."""
    x = np.column_stack([np.ones(len(y)), x])
    inverse = np.linalg.pinv(x.T @ x)
    slope = inverse @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x).clip(max=0.99)
    scaled = x * ((y - x @ slope) / (1 - leverage))[:, None]
    covariance = inverse @ (scaled.T @ scaled) @ inverse
    return slope[1:], covariance[1:, 1:]


def _kind(effects: pd.DataFrame) -> np.ndarray:
    there = (effects["penalty_high"] < 0) | (effects["reward_low"] > 0)
    basic, excitement = effects["high"] < 0, effects["low"] > 0
    names = ["basic", "excitement", "performance"]
    return np.select([basic & there, excitement & there, there], names, default="open")
