"""Weights that make the respondents look like the base: raking."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.estimates import Estimate

__all__ = ["effective_size", "rake", "weighted_mean"]

_ROUNDS, _CLOSE = 500, 1e-10


def rake(respondents: pd.DataFrame, margins: Mapping[str, pd.Series]) -> pd.Series:
    """Weight respondents so that each margin agrees with the base (iterative proportional fitting).

    Parameters
    ----------
    respondents : one row per respondent, a column per margin; nothing missing.
    margins : by column, how many of the base (or what share) are in each category.

    Returns
    -------
    Series with the index of ``respondents``: weights above 0, with mean 1.

    Raises
    ------
    ValueError : a respondent's category isn't in the margin or is empty in the base.
    InsufficientData : nobody answered in a category that the base has, or the margins can't be met
        together.

    Notes
    -----
    Weights mend what the margins hold, no more, and they widen every interval: see
    ``effective_size``. Merge categories in which only a few answered.

    References
    ----------
    Deming, Stephan (1940), Annals of Mathematical Statistics 11(4), 427–444.

    Examples
    --------
    >>> respondents = pd.DataFrame({"region": ["north", "north", "north", "south"]})
    >>> rake(respondents, {"region": pd.Series({"north": 50, "south": 50})}).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    check_columns(respondents, margins, table="respondents")
    if respondents.empty or not margins:
        raise InsufficientData("raking", f"{len(respondents):,} and {len(margins)}", "both")
    targets = {name: _target(respondents[name], base) for name, base in margins.items()}
    weight = pd.Series(1.0, index=respondents.index, name="weight")
    for _ in range(_ROUNDS):
        for name, target in targets.items():
            now = _margin(weight, respondents[name])
            weight = weight * respondents[name].map(target / now).astype(float)
        if all(
            (_margin(weight, respondents[name]) - target).abs().max() < _CLOSE
            for name, target in targets.items()
        ):
            return weight
    raise InsufficientData(
        "raking", "margins that no weights meet together", "answers in more combinations"
    )


def effective_size(weights: pd.Series) -> float:
    """Return how many equally weighted answers these are worth (Kish).

    Raises
    ------
    InputError : a weight is below 0 or missing, or they sum to nothing.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7.

    Examples
    --------
    >>> effective_size(pd.Series([1, 1, 1, 1])), round(effective_size(pd.Series([3, 1, 1, 1])), 2)
    (4.0, 3.0)
    """
    usable = _usable(weights)
    return float(usable.sum() ** 2 / np.square(usable).sum())


def weighted_mean(values: pd.Series, weights: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """Return the weighted mean, with an interval that the weights widen.

    Parameters
    ----------
    values : answers, by respondent; missing ones are left out.
    weights : by respondent, as from ``rake``.
    confidence : of the interval (linearised variance), between 0 and 1.

    Raises
    ------
    InputError : a weight is below 0 or missing, or they sum to nothing.
    InsufficientData : fewer than 2 answers.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 6.

    Examples
    --------
    >>> print(f"{weighted_mean(pd.Series([6, 4, 5, 2]), pd.Series([1, 1, 1, 3])):.2f}")
    3.50 (1.47 to 5.53)
    """
    check_probability(confidence, name="confidence")
    given = values.dropna().astype(float)
    n = len(given)
    if n < 2:
        raise InsufficientData("the weighted mean", f"{n} answers", "at least 2")
    weight = _usable(weights.reindex(given.index))
    share = weight / weight.sum()
    mean = float((share * given).sum())
    error = np.sqrt(n / (n - 1) * np.square(share * (given - mean)).sum())
    half = float(ndtri((1 + confidence) / 2) * error)
    return Estimate(mean, mean - half, mean + half, confidence, n, "linearised, weighted")


def _usable(weights: pd.Series) -> pd.Series:
    """The weights, if they can weigh anything."""
    named = weights.rename("weight").astype(float)
    check_values(named, named.ge(0), rule="at least 0 and not missing", table="weights")
    if not named.sum() > 0:
        raise InputError(f"the {len(named):,} weights sum to nothing; leave them out or mend them")
    return named


def _margin(weight: pd.Series, column: pd.Series) -> pd.Series:
    """Weighted share of each category."""
    return weight.groupby(column, observed=True).sum() / weight.sum()


def _target(column: pd.Series, base: pd.Series) -> pd.Series:
    """Share of each category in the base, once it's sure that it can be met."""
    share = base / base.sum()
    known = column.isin(share.index[share > 0])
    check_values(column, known, rule="a category of the base", table="respondents")
    unheard = share.index[(share > 0) & ~share.index.isin(column)]
    if len(unheard):
        raise InsufficientData(
            f"raking by {column.name}",
            f"0 answers from “{unheard[0]}”",
            "answers from each category of the base; merge those that kept silent",
        )
    return share[share > 0]
