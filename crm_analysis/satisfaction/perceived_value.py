"""What the offer is worth to customers, against the price that is asked for it."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_probability
from crm_analysis.errors import InputError
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction.loyalty import wilson
from crm_analysis.satisfaction.price import QUESTIONS, consistent

__all__ = ["VERDICTS", "perceived_value", "price_verdict"]

# What a respondent finds of a price, from below the first of the four prices to above the last.
VERDICTS = ("too cheap to be good", "a bargain", "fair", "expensive", "too expensive")


def perceived_value(prices: pd.DataFrame, price: float, *, confidence: float = 0.95) -> Estimate:
    """Estimate what the offer is worth to customers beyond its price.

    A respondent's worth is the price at which the offer begins to be expensive and is still
    considered. Above it money, time and trouble outweigh what one gets.

    Parameters
    ----------
    prices : too_cheap, cheap, expensive, too_expensive (money), one row per respondent.
    price : what is asked now, above 0.
    confidence : of the interval (t), between 0 and 1.

    Returns
    -------
    Mean of worth − price (money per customer asked); below 0 the offer is worth less than it costs.

    Raises
    ------
    InputError : the price isn't above 0.
    InsufficientData : fewer than 2 respondents with four rising prices.

    Notes
    -----
    It's stated, not paid: people name the prices they know. It ranks offers and follows one offer
    over time; as money to be earned it's too high.

    References
    ----------
    Zeithaml (1988), Consumer perceptions of price, quality, and value, Journal of Marketing 52(3),
    2–22.

    Examples
    --------
    >>> prices = pd.DataFrame({"too_cheap": [2, 3, 4], "cheap": [4, 5, 6],
    ...     "expensive": [7, 8, 9], "too_expensive": [10, 11, 12]})
    >>> print(f"{perceived_value(prices, 6.5):.2f}")
    1.50 (-0.98 to 3.98)
    """
    check_probability(confidence, name="confidence")
    worth = _rising(prices, price)["expensive"] - price
    n, mean = len(worth), float(worth.mean())
    half = float(stdtrit(n - 1, (1 + confidence) / 2) * worth.std() / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, confidence, n, "t")


def price_verdict(prices: pd.DataFrame, price: float, *, confidence: float = 0.95) -> pd.DataFrame:
    """Count who finds the price too cheap, a bargain, fair, expensive, too expensive.

    Parameters
    ----------
    prices, price, confidence : as of ``perceived_value``; the intervals are Wilson's.

    Returns
    -------
    Frame by verdict, in that order: respondents, share (0 to 1), low, high.

    Raises
    ------
    As ``perceived_value``.

    Examples
    --------
    >>> prices = pd.DataFrame({"too_cheap": [2, 3, 4], "cheap": [4, 5, 6],
    ...     "expensive": [7, 8, 9], "too_expensive": [10, 11, 12]})
    >>> price_verdict(prices, 7.5)["respondents"].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'too cheap to be good': 0, 'a bargain': 0, 'fair': 2, 'expensive': 1, 'too expensive': 0}
    """
    check_probability(confidence, name="confidence")
    table = _rising(prices, price)[list(QUESTIONS)].to_numpy()
    # A price that one named as cheap is a bargain; one named as expensive is expensive.
    passed = np.column_stack([price > table[:, :2], price >= table[:, 2:]]).sum(axis=1)
    counts = np.bincount(passed, minlength=len(VERDICTS))
    low, high = wilson(counts, np.full(len(VERDICTS), len(table)), confidence)
    columns = {"respondents": counts, "share": counts / len(table), "low": low, "high": high}
    return pd.DataFrame(columns, index=pd.Index(VERDICTS, name="verdict"))


def _rising(prices: pd.DataFrame, price: float) -> pd.DataFrame:
    if not price > 0:
        raise InputError(f"the price asked must be above 0, got {price}")
    return consistent(prices)[0]
