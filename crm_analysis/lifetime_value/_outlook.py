"""What a model of purchases says of each customer: P(alive), mean and spread of the count."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.stats import nbinom, norm

from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value.opening import TwoPopulations

__all__ = ["Outlook", "outlook"]

_ALMOST_POISSON = 1e6  # size of a negative binomial that can't be told from a Poisson


@dataclass(frozen=True)
class Outlook:
    """The predictive distribution of each customer's purchases.

    Gone with chance 1 - ``alive``, otherwise a negative binomial count with the model's mean
    and variance. A correction of the mean keeps the relative spread.

    Parameters
    ----------
    alive, mean : P(alive), and expected purchases.
    size : of the negative binomial; small where the count is very uncertain.
    """

    alive: np.ndarray
    mean: np.ndarray
    size: np.ndarray

    def with_mean(self, mean: np.ndarray) -> Self:
        """Return the distribution moved to another mean."""
        return replace(self, mean=np.maximum(mean, 0.0))

    def _chance(self) -> np.ndarray:
        there = self.mean / np.maximum(self.alive, 1e-9)
        return self.size / (self.size + there)

    def at_most(self, count: np.ndarray) -> np.ndarray:
        """Return the chance of at most ``count`` purchases."""
        inside = nbinom.cdf(np.maximum(count, 0), self.size, self._chance())
        return np.where(count < 0, 0.0, 1 - self.alive + self.alive * inside)

    def quantile(self, share: np.ndarray | float) -> np.ndarray:
        """Return the smallest count that is exceeded with a chance of at most 1 - share."""
        there = (share - (1 - self.alive)) / np.maximum(self.alive, 1e-9)
        count = nbinom.ppf(np.clip(there, 0.0, 1 - 1e-12), self.size, self._chance())
        return np.where(there <= 0, 0.0, np.maximum(count, 0.0))

    def interval(self, confidence: float, widening: np.ndarray | float = 1.0) -> tuple:
        """Return low and high count; ``widening`` stretches the interval on the normal scale."""
        reach = norm.ppf((1 + confidence) / 2) * widening
        return self.quantile(norm.cdf(-reach)), self.quantile(norm.cdf(reach))

    def place(self, actual: np.ndarray, seed: int = 0) -> np.ndarray:
        """Return where each count lies in its distribution, 0 to 1 (randomised PIT).

        A count is spread at random over the chance that it has, so that the result is uniform
        where the distributions are right, whole numbers or not.
        """
        below, up_to = self.at_most(actual - 1), self.at_most(actual)
        at_random = np.random.default_rng(seed).uniform(size=len(actual))
        return np.clip(below + at_random * (up_to - below), 1e-12, 1 - 1e-12)


def outlook(model, customers: pd.DataFrame, horizon: float) -> Outlook:
    """Return the predictive distributions by a fitted model, or by two of them.

    Parameters
    ----------
    model : of purchases, or ``TwoPopulations``.
    customers, horizon : as for ``predict_purchases``.
    """
    if isinstance(model, TwoPopulations):
        return _joined(model, customers, horizon)
    histories = Histories.of(customers)
    parameters = model._fitted()
    alive = np.clip(model._alive(parameters, histories), 0.0, 1.0)
    mean = model._expected(parameters, histories, horizon)
    variance = model._variance(parameters, histories, horizon)
    # Of who is still there: the mixture's moments, solved for the negative binomial's.
    there = mean / np.maximum(alive, 1e-9)
    spread = (variance + mean**2) / np.maximum(alive, 1e-9) - there**2
    with np.errstate(divide="ignore", invalid="ignore"):
        size = there**2 / (spread - there)
    size = np.where((size > 0) & (size < _ALMOST_POISSON), size, _ALMOST_POISSON)
    rows = histories.row_of
    return Outlook(alive[rows], mean[rows], size[rows])


def _joined(model: TwoPopulations, customers: pd.DataFrame, horizon: float) -> Outlook:
    columns = np.zeros((3, len(customers)))
    for rows, part in model.parts(customers):
        if rows.any():
            one = outlook(part, customers[rows], horizon)
            columns[:, rows] = one.alive, one.mean, one.size
    return Outlook(*columns)
