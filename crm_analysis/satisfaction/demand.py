"""Demand and revenue by price, after Newton, Miller and Smith's extension of the price meter."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability, check_values
from crm_analysis.errors import MissingTable
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction._resampling import resampled_counts
from crm_analysis.satisfaction.price import consistent, grid_of, intervals
from crm_analysis.satisfaction.respondents import numbers

__all__ = ["Demand", "demand"]

_ASKED = ("buys_cheap", "buys_expensive")
_PRICES = 100


@dataclass(frozen=True)
class Demand:
    """How many would buy at each price, and what that brings.

    Parameters
    ----------
    most_buyers : price with the highest demand.
    most_revenue : price with the highest revenue.
    curve : by price: demand (mean probability to buy, 0 to 1), demand_low, demand_high, revenue
        (money per person asked), revenue_low, revenue_high.
    """

    most_buyers: Estimate
    most_revenue: Estimate
    curve: pd.DataFrame


def demand(
    prices: pd.DataFrame, *, confidence: float = 0.95, draws: int = 1000, seed: int = 0
) -> Demand:
    """Draw demand and revenue over the price.

    A respondent's probability to buy is as stated at the cheap and at the expensive price, 0 at the
    prices that are too cheap or too expensive and beyond them, and straight in between.

    Parameters
    ----------
    prices : too_cheap, cheap, expensive, too_expensive (money), buys_cheap, buys_expensive
        (probability to buy at the cheap and at the expensive price, 0 to 1), a row per respondent.
    confidence : of the intervals, between 0 and 1.
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Raises
    ------
    InsufficientData : fewer than 2 respondents with four rising prices.
    MissingTable : nobody was asked how likely they are to buy.
    ValueError : a price is missing, or a probability lies outside 0 to 1.

    Notes
    -----
    Stated probabilities are too high, and more so the higher they are. Scale them down before, by
    what earlier launches or a trial showed. Revenue isn't profit: costs aren't in it.

    References
    ----------
    Newton, Miller, Smith (1993), A market acceptance extension to traditional price sensitivity
    measurement, Proceedings of the American Marketing Association Advanced Research Techniques
    Forum.

    Examples
    --------
    >>> prices = pd.DataFrame({"too_cheap": [2, 2], "cheap": [4, 4], "expensive": [8, 8],
    ...     "too_expensive": [12, 12], "buys_cheap": [0.8, 0.6], "buys_expensive": [0.5, 0.5]})
    >>> demand(prices).curve[["demand", "revenue"]].round(2).reset_index()
       price  demand  revenue
    0    2.0     0.0      0.0
    1    4.0     0.7      2.8
    2    8.0     0.5      4.0
    3   12.0     0.0      0.0
    """
    if not set(_ASKED) <= set(prices.columns):
        raise MissingTable(f"the prices hold no answers on {' and '.join(_ASKED)}")
    check_probability(confidence, name="confidence")
    rising, *_ = consistent(prices)
    stated = {name: numbers(prices, name, table="prices") for name in _ASKED}
    for values in stated.values():
        usable = values.isna() | values.between(0, 1)
        check_values(values, usable, rule="between 0 and 1", table="prices")
    # Who gave no probability is taken as not asked.
    table = rising.join(pd.DataFrame(stated)).dropna()
    grid = grid_of(table[rising.columns].to_numpy(), _PRICES)
    single = _probabilities(table.to_numpy(), grid)
    mean = single.mean(axis=0)
    drawn = np.vstack(
        [block @ single / len(table) for block in resampled_counts(len(table), draws, seed)]
    )
    best, best_drawn = _best(mean[None], grid)[:, 0], _best(drawn, grid)
    made = f"bootstrap, {draws:,} draws"
    found = intervals(best, best_drawn, confidence, len(table), made)
    return Demand(*found, _curve(grid, mean, drawn, confidence))


def _probabilities(table: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Each respondent's probability to buy at each price: (respondents, prices)."""
    too_cheap, cheap, expensive, too_expensive, at_cheap, at_expensive = table.T[:, :, None]
    rising = at_cheap * (grid - too_cheap) / (cheap - too_cheap)
    between = at_cheap + (at_expensive - at_cheap) * (grid - cheap) / (expensive - cheap)
    falling = at_expensive * (too_expensive - grid) / (too_expensive - expensive)
    outside = (grid <= too_cheap) | (grid >= too_expensive)
    return np.select([outside, grid < cheap, grid < expensive], [0.0, rising, between], falling)


def _best(demand: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Price of the highest demand and of the highest revenue, in each row: (2, rows)."""
    return np.stack([grid[demand.argmax(axis=1)], grid[(demand * grid).argmax(axis=1)]])


def _curve(
    grid: np.ndarray, mean: np.ndarray, drawn: np.ndarray, confidence: float
) -> pd.DataFrame:
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    ends = {"demand": mean, "demand_low": np.minimum(low, mean)}
    ends["demand_high"] = np.maximum(high, mean)
    curve = pd.DataFrame(ends, index=pd.Index(grid, name="price"))
    money = curve.mul(curve.index, axis=0)
    money.columns = [name.replace("demand", "revenue") for name in curve.columns]
    return curve.join(money)
