"""What BG/NBD and MBG/NBD share: after purchases a coin is thrown that decides about leaving."""

import numpy as np
from scipy.special import expit

from crm_analysis.lifetime_value import _coin_and_clock
from crm_analysis.lifetime_value._clock import Clock
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._limits import HUGE, SAME_RATE, TINY, Limit
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value._rising import log_rising, rising_slope

__all__ = ["CoinModel"]

_LEAVING = (
    Limit(
        "nobody leaves (a / b falls to 0): what is left is the NBD of Ehrenberg (1959)",
        lambda at: np.array([*at[:2], TINY * at[3], at[3]]),
        held=(2, 3),
    ),
    Limit(
        "all leave at the first throw of the coin (b / a falls to 0)",
        lambda at: np.array([*at[:2], at[2], TINY * at[2]]),
        held=(2, 3),
    ),
    Limit(
        "the coin is the same for all (a and b grow without end): lifetimes are geometric",
        lambda at: np.array([*at[:2], *(at[2:] * HUGE / at[2:].sum())]),
        held=(3,),
    ),
    Limit(
        "each leaves at the first throw of the coin or never (a and b fall to 0)",
        lambda at: np.array([*at[:2], *(at[2:] * TINY / at[2:].sum())]),
        held=(3,),
    ),
)


class CoinModel(PurchaseModel):
    """A gamma clock, and a beta coin thrown after each repeat purchase, or after each purchase."""

    _alive_is_quick = True
    _names = ("r", "alpha", "a", "b")
    _times = ("alpha",)
    _starts = (
        (0.3, 0.1, 0.8, 2.5),
        (1.0, 0.1, 0.5, 5.0),
        (1.0, 1.0, 1.0, 1.0),
        (3.0, 0.3, 0.1, 0.3),
    )
    _limits = ((SAME_RATE,), _LEAVING)
    _future = _coin_and_clock
    _throws_at_first: int  # 1 where the first purchase is followed by a throw too

    def _likelihood(self, histories: Histories):
        return _Likelihood(histories, self._throws_at_first)

    def _log_odds(self, parameters, histories: Histories) -> np.ndarray:
        """Return the log of P(alive) / P(gone); infinite where no coin was thrown yet."""
        r, alpha, a, b = parameters
        x, tx, T = histories.x, histories.tx, histories.T
        throws = x + self._throws_at_first
        clock = (r + x) * np.log1p((T - tx) / (alpha + tx))
        coin = np.log(a) - np.log(b + np.maximum(throws - 1, 0))
        return np.where(throws > 0, -(clock + coin), np.inf)

    def _ahead(self, parameters, histories: Histories) -> tuple:
        """Return Gamma and Beta of the clock and the coin of who is still there."""
        r, alpha, a, b = parameters
        return r + histories.x, alpha + histories.T, a, b + histories.x + self._throws_at_first


class _Likelihood:
    """Log-likelihood of the distinct histories and its gradient.

    Only the choice between "still there" and "left after the last purchase" needs each history;
    the rest is summed once per distinct frequency or T.
    """

    def __init__(self, histories: Histories, throws_at_first: int):
        self.clock = Clock(histories)
        self.throws = self.clock.x + throws_at_first
        thrown = histories.x + throws_at_first
        parts = (histories.x, histories.tx, histories.T, thrown - 1, histories.count)
        self.thrown = tuple(part[thrown > 0] for part in parts)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        clock, clock_slopes = self.clock(*parameters[:2])
        coin, coin_slopes = self._coin(*parameters[2:])
        choice, choice_slopes = self._choice(*parameters)
        slopes = np.concatenate([clock_slopes, coin_slopes]) + choice_slopes
        return clock + coin + choice, slopes

    def _coin(self, a: float, b: float) -> tuple[float, np.ndarray]:
        """The coin fell well each time."""
        k, n = self.throws, self.clock.n_x
        both = -(n @ rising_slope(a + b, k))
        value = n @ (log_rising(b, k) - log_rising(a + b, k))
        return value, np.array([both, both + n @ rising_slope(b, k)])

    def _choice(self, r, alpha, a, b) -> tuple[float, np.ndarray]:
        """Add the other way to see no purchase since: the last one was the last."""
        x, tx, T, before, count = self.thrown
        log_ratio = np.log1p((T - tx) / (alpha + tx))
        d = (r + x) * log_ratio + np.log(a / (b + before))
        gone = count * expit(d)
        by_alpha = gone @ ((r + x) * (1 / (alpha + T) - 1 / (alpha + tx)))
        slopes = [gone @ log_ratio, by_alpha, gone.sum() / a, -(gone / (b + before)).sum()]
        return count @ np.logaddexp(0, d), np.array(slopes)
