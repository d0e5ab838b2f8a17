"""How many purchases each customer makes in the time that comes: mean, variance, quantiles, draws.

What who is still there does next depends on the model's ``_future``: a module with
``mean_purchases``, ``mean_square_purchases``, ``at_least`` and ``draw``, which all take the four
numbers that the model's ``_ahead`` gives per history, and the horizon.
"""

from types import ModuleType

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value._histories import Histories, check_horizon
from crm_analysis.lifetime_value._uncertainty import draw_parameters

__all__ = ["PredictiveCounts"]


class PredictiveCounts:
    """The distribution of each customer's count; a model adds ``_alive`` and ``_ahead``."""

    _future: ModuleType

    def _expected(self, parameters, histories: Histories, horizon) -> np.ndarray:
        alive = self._alive(parameters, histories)
        if np.ndim(horizon):
            return alive * self._future.mean_purchases(*self._ahead(parameters, histories), horizon)
        few, row_of = histories.ahead
        ahead = self._future.mean_purchases(*self._ahead(parameters, few), horizon)
        return alive * ahead[row_of]

    def _variance(self, parameters, histories: Histories, horizon) -> np.ndarray:
        """Return the variance of each customer's own count, the parameters being known."""
        times = np.broadcast_to(np.asarray(horizon, dtype=float), histories.x.shape)
        few, row_of = histories.futures(times)
        ahead = self._ahead(parameters, few)
        square = self._future.mean_square_purchases(*ahead, times[few.row_of])[row_of]
        alive = self._alive(parameters, histories)
        variance = alive * square - self._expected(parameters, histories, horizon) ** 2
        return np.maximum(variance, 0.0)  # rounding

    def _at_least(self, k, points, histories: Histories, horizon, rows) -> np.ndarray:
        """Return P(at least k purchases) for some ``rows``, averaged over parameter ``points``."""
        some = Histories(*(part[rows] for part in (histories.x, histories.tx, histories.T)), 1, 0)
        few, row_of = some.futures(k)
        chances = [
            self._alive(point, some)
            * self._future.at_least(k[few.row_of], *self._ahead(point, few), horizon)[row_of]
            for point in points
        ]
        return np.mean(chances, axis=0)

    def _count_quantile(self, share: float, histories: Histories, horizon) -> np.ndarray:
        """Return the smallest count that is exceeded with a chance of at most 1 - share."""
        points = self._points()
        low = np.full(len(histories.x), -1.0)  # P(count > low) is still too large
        high = np.zeros(len(histories.x))
        open_ = np.arange(len(high))
        while len(open_):  # double until the quantile is inside
            exceeded = self._at_least(high[open_] + 1, points, histories, horizon, open_)
            open_ = open_[exceeded > 1 - share]
            low[open_] = high[open_]
            high[open_] = 2 * high[open_] + 1
        while len(open_ := np.flatnonzero(high - low > 1)):  # then halve
            middle = np.floor((low[open_] + high[open_]) / 2)
            exceeded = self._at_least(middle + 1, points, histories, horizon, open_)
            over = exceeded > 1 - share
            low[open_[over]] = middle[over]
            high[open_[~over]] = middle[~over]
        return high

    def simulate(
        self, customers: pd.DataFrame, horizon: float, draws: int = 1_000, seed: int = 0
    ) -> pd.DataFrame:
        """Draw what each customer may buy in the time that comes.

        Each draw takes one set of parameters, from what isn't known of them, for all customers,
        so sums over customers are drawn rightly too; then each customer's own fate.

        Parameters
        ----------
        customers : ``frequency``, ``recency`` and ``T`` per customer, in the unit of the fit.
        horizon : how far to look ahead, in the same unit; 0 or more.
        draws : how many; at least 1.
        seed : the same seed gives the same draws.

        Returns
        -------
        frame : a row per customer, a column per draw (0, 1, ...), of whole purchases.

        Examples
        --------
        >>> from crm_analysis.lifetime_value import BetaGeo
        >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
        ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30})
        >>> drawn = BetaGeo().fit(customers).simulate(customers.head(2), 39, draws=4_000)
        >>> drawn.shape, drawn.mean(axis=1).round(0).tolist()
        ((2, 4000), [1.0, 2.0])
        """
        if draws < 1:
            raise ValueError(f"draws must be at least 1, got {draws}")
        parameters, horizon = self._fitted(), check_horizon(horizon)
        histories = Histories.of(customers)
        each = histories.for_each_customer()
        rng = np.random.default_rng(seed)
        points = draw_parameters(rng, parameters, self._log_covariance, draws)
        counts = np.empty((len(each.x), draws), dtype=np.int64)
        for place, point in enumerate(points):
            alive = self._alive(point, histories)[histories.row_of]
            stays = rng.random(len(alive)) < alive
            drawn = self._future.draw(rng, *self._ahead(point, each), horizon)
            counts[:, place] = np.where(stays, drawn, 0)
        return pd.DataFrame(counts, index=customers.index)
