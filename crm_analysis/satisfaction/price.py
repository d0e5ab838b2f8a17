"""What customers would pay: Van Westendorp's price sensitivity meter.

Each respondent names four prices: too cheap to be good, cheap, expensive, too expensive to
consider.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData, unknown_name
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction._resampling import resampled_counts
from crm_analysis.satisfaction.respondents import numbers

__all__ = ["PriceSensitivity", "price_sensitivity"]

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
# More stated prices than these are thinned out to their quantiles.
_PRICES = 2000
# For each point: the curve that rises with the price, the one that falls.
_CROSSINGS = {
    "original": {
        "lower": ("not_cheap", "too_cheap"),
        "optimal": ("too_expensive", "too_cheap"),
        "indifference": ("expensive", "cheap"),
        "upper": ("too_expensive", "not_expensive"),
    },
    "narrower": {
        "lower": ("expensive", "too_cheap"),
        "optimal": ("too_expensive", "too_cheap"),
        "indifference": ("expensive", "cheap"),
        "upper": ("too_expensive", "cheap"),
    },
}


@dataclass(frozen=True)
class PriceSensitivity:
    """The four crossings, and the curves that cross.

    Parameters
    ----------
    lower, upper : ends of the acceptable range (points of marginal cheapness and expensiveness).
    optimal : as many find it too cheap as too expensive.
    indifference : as many find it cheap as expensive.
    n : respondents whose answers count.
    dropped : respondents set aside because their prices don't rise from too cheap to too expensive.
    incomplete : respondents who left out a price.
    curves : by price: too_cheap, cheap, expensive, too_expensive, not_cheap, not_expensive (share
        of respondents who find that price so, 0 to 1).
    """

    lower: Estimate
    optimal: Estimate
    indifference: Estimate
    upper: Estimate
    n: int
    dropped: int
    incomplete: int
    curves: pd.DataFrame


def price_sensitivity(
    prices: pd.DataFrame,
    *,
    acceptable: str = "original",
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> PriceSensitivity:
    """Find the four prices at which opinions balance.

    Parameters
    ----------
    prices : too_cheap, cheap, expensive, too_expensive (money), one row per respondent.
    acceptable : ends of the acceptable range: "original", where too cheap meets not cheap and too
        expensive meets not expensive; or "narrower", where too cheap meets expensive and too
        expensive meets cheap.
    confidence : of the intervals, between 0 and 1.
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Returns
    -------
    PriceSensitivity. A curve is drawn straight between the prices stated; where two lie on each
    other the crossing is the middle of that stretch.

    Raises
    ------
    InputError : ``acceptable`` isn't known.
    InsufficientData : fewer than 2 respondents with four rising prices.
    ValueError : a column is missing, or a price isn't a number.

    Notes
    -----
    People are asked about prices, they don't pay them: the answers anchor on the prices they know.
    The method sees no competitor and no cost.

    References
    ----------
    Van Westendorp (1976), NSS price sensitivity meter, Proceedings of the 29th ESOMAR Congress,
    139–167. The narrower range is the one that later practice often draws.

    Examples
    --------
    >>> prices = pd.DataFrame({"too_cheap": [2, 3, 4, 9], "cheap": [4, 5, 6, 5],
    ...     "expensive": [7, 8, 9, 6], "too_expensive": [10, 11, 12, 7]})
    >>> meter = price_sensitivity(prices)
    >>> meter.n, meter.dropped, f"{meter.lower.value:.2f} to {meter.upper.value:.2f}"
    (3, 1, '4.50 to 9.00')
    """
    if acceptable not in _CROSSINGS:
        raise unknown_name("acceptable range", acceptable, _CROSSINGS)
    check_probability(confidence, name="confidence")
    rising, dropped, incomplete = consistent(prices)
    n, answers = len(rising), rising.to_numpy()
    grid = grid_of(answers, _PRICES)
    pairs = _CROSSINGS[acceptable]
    curves = _curves(answers, grid, np.ones((1, n)))
    value = _points(curves, grid, pairs)[:, 0]
    blocks = resampled_counts(n, draws, seed)
    drawn = np.hstack([_points(_curves(answers, grid, block), grid, pairs) for block in blocks])
    estimates = intervals(value, drawn, confidence, n, f"bootstrap, {draws:,} draws")
    shown = pd.DataFrame({name: curve[0] for name, curve in curves.items()}, index=grid)
    points = dict(zip(pairs, estimates, strict=True))
    return PriceSensitivity(
        **points, n=n, dropped=dropped, incomplete=incomplete, curves=shown.rename_axis("price")
    )


def consistent(prices: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Return the rows whose four prices rise, and how many don't or are incomplete."""
    check_columns(prices, QUESTIONS, table="prices")
    stated = pd.DataFrame({name: numbers(prices, name, table="prices") for name in QUESTIONS})
    complete = stated.dropna()
    rises = (np.diff(complete.to_numpy(), axis=1) > 0).all(axis=1)
    if rises.sum() < 2:
        raise InsufficientData(
            "the price sensitivity meter",
            f"{rises.sum()} among {len(prices):,}",
            "at least 2 respondents whose prices rise from too cheap to too expensive",
        )
    return complete[rises], int((~rises).sum()), len(prices) - len(complete)


def grid_of(values: np.ndarray, most: int) -> np.ndarray:
    """Return the values stated, in order; where there are too many, their quantiles."""
    stated = np.unique(values)
    if len(stated) <= most:
        return stated
    return np.unique(np.quantile(values, np.linspace(0, 1, most), method="nearest"))


def intervals(
    value: np.ndarray, drawn: np.ndarray, confidence: float, n: int, method: str
) -> list[Estimate]:
    """Return an Estimate per value, from its resamples (values × draws), by percentiles."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=1)
    low, high = np.minimum(low, value), np.maximum(high, value)
    rows = zip(value.tolist(), low.tolist(), high.tolist(), strict=True)
    return [Estimate(*row, confidence, n, method) for row in rows]


def _curves(answers: np.ndarray, grid: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Share (draws × prices) of each resample that finds a price too cheap, cheap and so on."""
    sides = (_at_least, _at_least, _at_most, _at_most)
    curves = {
        name: side(answers[:, column], grid, counts)
        for column, (name, side) in enumerate(zip(QUESTIONS, sides, strict=True))
    }
    curves["not_cheap"] = 1 - curves["cheap"]
    curves["not_expensive"] = 1 - curves["expensive"]
    return curves


def _at_most(stated: np.ndarray, grid: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Share of each resample that stated at most the price of the grid."""
    return _shares(np.searchsorted(grid, stated), len(grid), counts).cumsum(axis=1)


def _at_least(stated: np.ndarray, grid: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Share of each resample that stated at least the price of the grid."""
    place = np.searchsorted(grid, stated, side="right") - 1
    return _shares(place, len(grid), counts)[:, ::-1].cumsum(axis=1)[:, ::-1]


def _shares(place: np.ndarray, prices: int, counts: np.ndarray) -> np.ndarray:
    """Share of each resample at each place of the grid."""
    n = len(place)
    stated = csr_array((np.ones(n), (np.arange(n), place)), shape=(n, prices))
    return (counts @ stated) / n


def _points(curves: dict[str, np.ndarray], grid: np.ndarray, pairs: dict) -> np.ndarray:
    """The crossings of every resample: (points, draws)."""
    return np.stack([_crossing(curves[up] - curves[down], grid) for up, down in pairs.values()])


def _crossing(difference: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Where each row of differences, which never fall, passes through 0."""
    difference = np.round(difference, 12)  # shares of the same respondents, summed otherwise
    begins = _passing(difference, grid)
    ends = _passing(-difference[:, ::-1], grid[::-1])
    return (begins + ends) / 2


def _passing(difference: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Where each row first reaches 0, straight between the last price below and the next."""
    after = (difference < 0).sum(axis=1).clip(max=len(grid) - 1)
    before = (after - 1).clip(min=0)
    rows = np.arange(len(difference))
    start, end = difference[rows, before], difference[rows, after]
    step = np.where(end > start, -start / np.where(end > start, end - start, 1.0), 0.0)
    return grid[before] + step.clip(0, 1) * (grid[after] - grid[before])
