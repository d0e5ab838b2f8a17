"""Pareto/NBD: customers buy at random while they live, and may leave at any time.

The first of its kind. BG/NBD ties leaving to purchases; here it goes on between them.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value import _two_clocks
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._lifetimes import ParetoNBDFitter
from crm_analysis.lifetime_value._like_lifetimes import LikeLifetimes, as_given
from crm_analysis.lifetime_value._likelihood import Left, PurchaseLikelihood, blocks
from crm_analysis.lifetime_value._limits import HUGE, SAME_RATE, TINY, Limit
from crm_analysis.lifetime_value._lives import live
from crm_analysis.lifetime_value._pareto_departure import Departure
from crm_analysis.lifetime_value._purchase_model import PurchaseModel

__all__ = ["ParetoNBD"]

_LEAST = 1e-300  # a rate of leaving that is none
_LEAVING = (
    Limit(
        "nobody leaves (s / beta falls to 0): what is left is the NBD of Ehrenberg (1959)",
        lambda at: np.array([*at[:2], TINY * at[3], at[3]]),
        held=(2, 3),
    ),
    Limit(
        "all leave at the same rate (s and beta grow without end): lifetimes are exponential",
        lambda at: np.array([*at[:2], HUGE, HUGE * at[3] / at[2]]),
        held=(2,),
    ),
    Limit(
        "some leave at once and the others never (s and beta fall to 0)",
        lambda at: np.array([*at[:2], at[2] / 10, at[3] ** 10]),
        held=(2,),
    ),
)


class ParetoNBD(PurchaseModel, LikeLifetimes, ParetoNBDFitter):
    """Pareto/NBD model of repeat purchases, on the terms of ``lifetimes.ParetoNBDFitter``.

    Finite for customers of any number of purchases: the chance of having left is integrated
    where the closed form overflows, and the gradient with it.

    Attributes
    ----------
    params_ : r and alpha (Gamma shape and rate of the purchase rate), s and beta (Gamma shape
        and rate of the rate of leaving); alpha and beta in the unit of T.
    standard_errors_, covariance_, log_likelihood_, converged_, limit_ : as in ``BetaGeo``.

    References
    ----------
    Schmittlein, Morrison and Colombo (1987), "Counting your customers: who are they and what
    will they do next?", Management Science 33(1), 1-24. Fader and Hardie (2005), "A note on
    deriving the Pareto/NBD model and related expressions", note 009.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 900] * 30, "T": 38.0,
    ...                           "recency": [0.0, 8.0, 10.0, 37.9] * 30})
    >>> model = ParetoNBD().fit(customers)
    >>> model.predict_alive(customers.tail(1)).round(2)["alive"].tolist()
    [0.99]
    """

    _title = "the Pareto/NBD model"
    _names = ("r", "alpha", "s", "beta")
    _times = ("alpha", "beta")
    _starts = (
        (0.5, 0.3, 0.5, 0.3),
        (1.0, 0.1, 1.0, 1.0),
        (1.0, 1.0, 1.0, 1.0),
        (3.0, 0.3, 0.3, 3.0),
    )
    _limits = ((SAME_RATE,), _LEAVING)
    _future = _two_clocks

    def conditional_probability_alive(self, frequency, recency, T):
        """Return the probability of being there; a number for numbers, here too as lifetimes."""
        alive = super().conditional_probability_alive(frequency, recency, T)
        return as_given(alive, frequency, recency, T)

    @staticmethod
    def _likelihood(histories: Histories):
        return _Likelihood(histories)

    @staticmethod
    def _log_odds(parameters, histories: Histories) -> np.ndarray:
        """Return the log of P(alive) / P(gone); infinite right after a purchase."""
        given, log_odds = histories, np.empty(len(histories.x))
        for some in blocks(len(given.x)):
            parts = given.x[some], given.tx[some], given.T[some]
            log_odds[some] = Departure.of(parameters, *parts).log_odds
        return -log_odds

    @staticmethod
    def _ahead(parameters, histories: Histories) -> tuple:
        """Return the Gammas of both clocks of who is still there."""
        r, alpha, s, beta = parameters
        return r + histories.x, alpha + histories.T, s, beta + histories.T

    def _new_lives(self, rng: np.random.Generator, T: np.ndarray) -> pd.DataFrame:
        r, alpha, s, beta = self._fitted()
        rate, leaving = rng.gamma(r, 1 / alpha, len(T)), rng.gamma(s, 1 / beta, len(T))
        life = rng.standard_exponential(len(T)) / np.maximum(leaving, _LEAST)
        frequency, recency, _ = live(rng, rate, np.minimum(life, T))
        own = {"lambda": rate, "mu": leaving, "alive": life > T}
        return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T, **own})


class _Likelihood(PurchaseLikelihood):
    """Log-likelihood of the distinct histories."""

    def __init__(self, histories: Histories):
        super().__init__(histories)
        self.histories = histories

    def _stayed(self, s: float, beta: float) -> tuple[float, np.ndarray]:
        """Nobody left before today."""
        T, n = self.clock.T, self.clock.n_T
        log = n @ np.log1p(T / beta)
        return -s * log, np.array([-log, s * (n @ (T / (beta * (beta + T))))])

    def _stayed_curvature(self, s: float, beta: float) -> np.ndarray:
        share, over, n = self.clock.T / beta, 1 / (beta + self.clock.T), self.clock.n_T
        both = n @ (share * over)
        return np.array([[0.0, both], [both, -s * (n @ (share * (2 + share) * over**2))]])

    def _left(self, parameters: np.ndarray) -> Iterator[Left]:
        """The customer left at some time since the last purchase."""
        given = self.histories
        for some in blocks(len(given.x)):
            parts = given.x[some], given.tx[some], given.T[some]
            departure = Departure.of(parameters, *parts)
            yield Left(given.count[some], departure.log_odds, departure.slopes, departure.bend)
