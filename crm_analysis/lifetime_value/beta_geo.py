"""BG/NBD: how often customers buy again, and whether they still do.

While active a customer buys at random at an own rate (Gamma over customers); after each repeat
purchase a coin, own to the customer as well (Beta), decides whether that was the last one.
"""

import numpy as np
from scipy.special import digamma, expit, gammaln

from crm_analysis.lifetime_value import _coin_and_clock as future
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._lifetimes import BetaGeoFitter
from crm_analysis.lifetime_value._purchase_model import PurchaseModel

__all__ = ["BetaGeo"]


class BetaGeo(PurchaseModel, BetaGeoFitter):
    """BG/NBD model of repeat purchases, on the terms of ``lifetimes.BetaGeoFitter``.

    Fitted on the distinct (frequency, recency, T) with an analytic gradient, so a million
    customers take little longer than their distinct histories. There's no penalizer: it pulls
    a and b far from their maximum (CDNOW: .793 and 2.426 become .498 and 1.323 at .001).

    Attributes
    ----------
    params_ : r and alpha (Gamma shape and rate of the purchase rate; alpha in the unit of T),
        a and b (Beta of the chance that a repeat purchase is the last).
    standard_errors_, covariance_ : of the parameters, from the curvature of the likelihood.
    log_likelihood_ : sum over customers.
    converged_ : the gradient vanishes at the maximum, the Hessian is definite there, and no
        parameter ran off to 0 or infinity.

    Notes
    -----
    Nobody can leave before the first repeat purchase, so who has none is alive with
    probability 1: read that as "not known", not as "loyal".

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science
    24(2), 275-284. Hardie, note 027, for the likelihood that stays finite.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30})
    >>> model = BetaGeo().fit(customers)
    >>> model.predict_purchases(customers.head(2), horizon=39).round(2)["purchases"].tolist()
    [1.06, 1.55]
    """

    _title = "the BG/NBD model"
    _names = ("r", "alpha", "a", "b")
    _starts = (
        (0.3, 0.1, 0.8, 2.5),
        (1.0, 0.1, 0.5, 5.0),
        (1.0, 1.0, 1.0, 1.0),
        (3.0, 0.3, 0.1, 0.3),
    )

    def __init__(self):
        super().__init__(penalizer_coef=0.0)

    @staticmethod
    def _likelihood(histories: Histories):
        return _Likelihood(histories)

    @staticmethod
    def _log_odds(parameters, histories: Histories) -> np.ndarray:
        """Return the log of P(alive) / P(gone); infinite without a repeat purchase."""
        r, alpha, a, b = parameters
        x, tx, T = histories.x, histories.tx, histories.T
        clock = (r + x) * (np.log(alpha + T) - np.log(alpha + tx))
        coin = np.log(a) - np.log(b + np.maximum(x - 1, 0))
        return np.where(x > 0, -(clock + coin), np.inf)

    def _alive(self, parameters, histories: Histories) -> np.ndarray:
        return expit(self._log_odds(parameters, histories))

    @staticmethod
    def _clock_and_coin(parameters, histories: Histories) -> tuple:
        r, alpha, a, b = parameters
        return r + histories.x, alpha + histories.T, a, b + histories.x

    def conditional_expected_number_of_purchases_up_to_time(self, t, frequency, recency, T):
        """Return lifetimes' expectation, finite also where its closed form isn't."""
        history = np.broadcast_arrays(*map(np.atleast_1d, (frequency, recency, T)))
        x, tx, age = (np.asarray(part, dtype=float) for part in history)
        return self._expected(self._fitted(), Histories(x, tx, age, np.ones_like(x), 0), t)

    predict = conditional_expected_number_of_purchases_up_to_time

    def expected_number_of_purchases_up_to_time(self, t):
        """Return lifetimes' expectation for a new customer, finite also at a = 1 or a + b < 1."""
        return self.expected_purchases_new(t)

    def probability_of_n_purchases_up_to_time(self, t, n):
        """Return the chance of exactly ``n`` repeat purchases of a new customer in time ``t``."""
        r, alpha, a, b = self._fitted()
        more = future.at_least(n + 1, r, alpha, a, b, t)
        return (1.0 if n == 0 else future.at_least(n, r, alpha, a, b, t)) - more


class _Likelihood:
    """Log-likelihood of the distinct histories and its gradient.

    Most terms depend on the frequency or on T alone and are summed once per distinct value;
    only the choice between "still there" and "left after the last purchase" needs them all.
    """

    def __init__(self, histories: Histories):
        count = histories.count
        self.n = count.sum()
        self.x, of_x = np.unique(histories.x, return_inverse=True)
        self.n_x = np.bincount(of_x, count)
        self.T, of_T = np.unique(histories.T, return_inverse=True)
        self.n_T, self.x_T = np.bincount(of_T, count), np.bincount(of_T, count * histories.x)
        again = histories.x > 0
        parts = (histories.x, histories.tx, histories.T, count)
        self.again = tuple(part[again] for part in parts)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        choice, choice_slopes = self._choice(*parameters)
        coin, coin_slopes = self._coin(*parameters[2:])
        clock, clock_slopes = self._clock(*parameters[:2])
        slopes = np.concatenate([clock_slopes, coin_slopes]) + choice_slopes
        return clock + coin + choice, slopes

    def _clock(self, r: float, alpha: float) -> tuple[float, np.ndarray]:
        """Purchases at the times they came, and none after, as if nobody left."""
        log_T = np.log(alpha + self.T)
        value = self.n_x @ (gammaln(r + self.x) - gammaln(r)) + self.n * r * np.log(alpha)
        value -= (r * self.n_T + self.x_T) @ log_T
        by_r = self.n_x @ (digamma(r + self.x) - digamma(r)) + self.n * np.log(alpha)
        by_r -= self.n_T @ log_T
        by_alpha = self.n * r / alpha - ((r * self.n_T + self.x_T) / (alpha + self.T)).sum()
        return value, np.array([by_r, by_alpha])

    def _coin(self, a: float, b: float) -> tuple[float, np.ndarray]:
        """The coin fell well after each repeat purchase."""
        x, n_x = self.x, self.n_x
        value = n_x @ (gammaln(a + b) - gammaln(b) + gammaln(b + x) - gammaln(a + b + x))
        both = digamma(a + b) - digamma(a + b + x)
        return value, np.array([n_x @ both, n_x @ (both - digamma(b) + digamma(b + x))])

    def _choice(self, r, alpha, a, b) -> tuple[float, np.ndarray]:
        """Add the other way to see no purchase since: the last one was the last."""
        x, tx, T, count = self.again
        log_ratio = np.log((alpha + T) / (alpha + tx))
        d = (r + x) * log_ratio + np.log(a / (b + (x - 1)))
        gone = count * expit(d)
        by_alpha = gone @ ((r + x) * (1 / (alpha + T) - 1 / (alpha + tx)))
        slopes = [gone @ log_ratio, by_alpha, gone.sum() / a, -(gone / (b + (x - 1))).sum()]
        return count @ np.logaddexp(0, d), np.array(slopes)
