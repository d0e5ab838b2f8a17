"""What BG/NBD and MBG/NBD share: after purchases a coin is thrown that decides about leaving."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value import _coin_and_clock
from crm_analysis.lifetime_value._histories import Histories
from crm_analysis.lifetime_value._likelihood import Left, PurchaseLikelihood, blocks
from crm_analysis.lifetime_value._limits import HUGE, SAME_RATE, TINY, Limit
from crm_analysis.lifetime_value._lives import live
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value._rising import log_rising, rising_curvature, rising_slope

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

    def _new_lives(self, rng: np.random.Generator, T: np.ndarray) -> pd.DataFrame:
        r, alpha, a, b = self._fitted()
        rate, coin = rng.gamma(r, 1 / alpha, len(T)), rng.beta(a, b, len(T))
        # Of who leaves at the first purchase nothing more is seen.
        stays = rng.random(len(T)) >= coin * self._throws_at_first
        frequency, recency, stayed = live(rng, rate * stays, T, coin)
        own = {"lambda": rate, "p": coin, "alive": stays & stayed}
        return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T, **own})


class _Likelihood(PurchaseLikelihood):
    """Log-likelihood of the distinct histories."""

    def __init__(self, histories: Histories, throws_at_first: int):
        super().__init__(histories)
        self.throws = self.clock.x + throws_at_first
        thrown = histories.x + throws_at_first > 0
        given = (histories.count, histories.x, histories.tx, histories.T)
        self.count, self.x, self.tx, self.T = (part[thrown] for part in given)
        self.before, self.silence = self.x + (throws_at_first - 1), self.T - self.tx

    def _stayed(self, a: float, b: float) -> tuple[float, np.ndarray]:
        """The coin fell well each time."""
        k, n = self.throws, self.clock.n_x
        both = -(n @ rising_slope(a + b, k))
        value = n @ (log_rising(b, k) - log_rising(a + b, k))
        return value, np.array([both, both + n @ rising_slope(b, k)])

    def _stayed_curvature(self, a: float, b: float) -> np.ndarray:
        k, n = self.throws, self.clock.n_x
        both = -(n @ rising_curvature(a + b, k))
        return np.array([[both, both], [both, both + n @ rising_curvature(b, k)]])

    def _left(self, parameters: np.ndarray) -> Iterator[Left]:
        """The last purchase was the last: the coin fell badly then."""
        r, alpha, a, b = parameters
        for some in blocks(len(self.count)):
            power, coin = r + self.x[some], 1 / (b + self.before[some])
            share = self.silence[some] / (alpha + self.tx[some])
            over = 1 / (alpha + self.T[some])
            slopes = np.empty((4, len(power)))
            np.log1p(share, out=slopes[0])
            np.multiply(power, -share * over, out=slopes[1])
            slopes[2], slopes[3] = 1 / a, -coin
            log_odds = power * slopes[0] + np.log(a * coin)
            yield Left(
                self.count[some], log_odds, slopes, partial(_bend, a, power, share, over, coin)
            )


def _bend(a: float, power, share, over, coin, weight: np.ndarray) -> np.ndarray:
    bend = np.zeros((4, 4))
    bend[0, 1] = bend[1, 0] = -weight @ (share * over)
    bend[1, 1] = weight @ (power * share * (2 + share) * over**2)
    bend[2, 2], bend[3, 3] = -weight.sum() / a**2, weight @ coin**2
    return bend
