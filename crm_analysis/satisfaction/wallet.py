"""A company's share of its customers' spending, from its rank among those they use."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData

__all__ = ["wallet_allocation", "wallet_shares"]


def wallet_shares(ratings: pd.DataFrame) -> pd.DataFrame:
    """Give each respondent's expected share of spending for each company (Wallet Allocation Rule).

    A company's share follows from its rank alone: (1 − rank/(n + 1)) · 2/n among the n companies
    that the respondent uses; ties take the mean rank.

    Parameters
    ----------
    ratings : a row per respondent, a column per company: satisfaction or another preference,
        higher is better; missing where the respondent doesn't use the company.

    Returns
    -------
    Frame of the same shape: share of the respondent's spending, 0 to 1; each row sums to 1.

    References
    ----------
    Keiningham, Aksoy, Buoye, Cooil (2011), Customer loyalty isn't enough. Grow your share of
    wallet, Harvard Business Review 89(10), 29–31.

    Examples
    --------
    >>> ratings = pd.DataFrame({"us": [9, 7], "them": [7, 7], "a third": [None, 8]})
    >>> wallet_shares(ratings).round(3).to_dict("list")
    {'us': [0.667, 0.25], 'them': [0.333, 0.25], 'a third': [nan, 0.5]}
    """
    check_columns(ratings, [], table="ratings")
    ranks = ratings.astype(float).rank(axis=1, ascending=False, method="average")
    used = ratings.notna().sum(axis=1)
    n = used.where(used > 0)
    return (1 - ranks.div(n + 1, axis=0)).mul(2 / n, axis=0)


def wallet_allocation(ratings: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Average the expected shares of spending over those who use each company.

    Parameters
    ----------
    ratings : as in ``wallet_shares``.
    confidence : of the interval, between 0 and 1.

    Returns
    -------
    Frame by company: n (respondents who use it), rank (mean), share, low, high (of its users'
    spending, 0 to 1; t interval), first (share of its users who rank it first, ties not counted).

    Raises
    ------
    InsufficientData : no company is used by 2 respondents.

    Notes
    -----
    A rule of thumb for spending that isn't known. Where purchases at competitors are known, use
    them. It says what a better rank would bring, not how to get there.

    Examples
    --------
    >>> ratings = pd.DataFrame({"us": [9, 7, 8], "them": [7, 8, 6]})
    >>> wallet_allocation(ratings)["share"].round(3).to_dict()
    {'us': 0.556, 'them': 0.444}
    """
    check_probability(confidence, name="confidence")
    shares = wallet_shares(ratings)
    n = shares.count()
    if n.max() < 2 or n.empty:
        raise InsufficientData(
            "the wallet allocation", f"{len(ratings):,}", "2 respondents who rate one company"
        )
    ranks = ratings.astype(float).rank(axis=1, ascending=False, method="average")
    alone = ratings.eq(ratings.max(axis=1), axis=0).sum(axis=1).eq(1)
    first = ranks.eq(1).mul(alone, axis=0).where(ratings.notna())
    half = stdtrit((n - 1).clip(lower=1), (1 + confidence) / 2) * shares.std() / np.sqrt(n)
    columns = {"n": n, "rank": ranks.mean(), "share": shares.mean()}
    columns |= {"low": (shares.mean() - half).clip(lower=0)}
    columns |= {"high": (shares.mean() + half).clip(upper=1), "first": first.astype(float).mean()}
    return pd.DataFrame(columns).rename_axis("company")
