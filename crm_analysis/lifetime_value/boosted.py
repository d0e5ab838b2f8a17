"""Purchases by boosted trees, trained on earlier moments of the same log.

The models of purchases know three numbers of a customer. Trees can use more: how the purchases
lie in time, how even the gaps are, how long the silence is measured by them. They have no story
for the far future, so they learn one window of time, and the model of purchases carries their
expectation from there to the horizon.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value._outlook import outlook
from crm_analysis.lifetime_value._plain_trees import PlainTrees
from crm_analysis.lifetime_value._purchase_log import PurchaseLog

__all__ = ["BoostedCounts", "Lesson", "features"]

_BACK = (1.0, 1.25, 1.5)  # moments of training, in windows before the end
_SHORTEST = 0.25  # of the log must be known at each of them
_FEWEST = 200  # customers, and purchases to learn from
_LEAST = 1e-9


@dataclass(frozen=True)
class Lesson:
    """What was known of customers at a moment, and what came in the window after it.

    Parameters
    ----------
    past : the log up to the moment.
    inputs : see ``features``.
    counts : purchases in the window.
    """

    past: PurchaseLog
    inputs: pd.DataFrame
    counts: np.ndarray


class BoostedCounts:
    """Poisson regression by gradient-boosted trees on moments inside the log.

    Parameters
    ----------
    model : makes an unfitted model of purchases, whose expectation and P(alive) are features.
    seed : of the trees.

    Attributes
    ----------
    window_ : weeks that the trees look ahead; at most half of the log.
    moments_ : weeks since the log's origin at which they were trained.

    References
    ----------
    Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of
    Statistics 29(5), 1189-1232.
    """

    def __init__(self, model, seed: int = 0):
        self.model, self.seed = model, seed

    def fit(self, log: PurchaseLog, horizon: float) -> Self:
        """Train on what came after each of up to three moments.

        Raises
        ------
        InsufficientData : fewer than 200 customers or purchases to learn from.
        """
        lessons = self.lessons(log, horizon)
        self._trees = self.grow([(part.inputs, part.counts) for part in lessons])
        return self

    def lessons(self, log: PurchaseLog, horizon: float) -> list["Lesson"]:
        """Return what was known at each moment of training and what came, latest moment first.

        Raises
        ------
        InsufficientData : fewer than 200 customers or purchases to learn from.
        """
        self.window_ = min(horizon, log.weeks / 2)
        moments = [log.end - back * self.window_ for back in _BACK]
        earliest = log.start + _SHORTEST * log.weeks - 1e-9
        self.moments_ = [moment for moment in moments if moment >= earliest]
        parts = [self._seen_from(log, moment) for moment in self.moments_]
        customers, counts = len(parts[0].counts), sum(part.counts.sum() for part in parts)
        if customers < _FEWEST or counts < _FEWEST:
            have = f"{customers:,} customers with {counts:,.0f} purchases"
            raise InsufficientData("boosted trees", have, f"at least {_FEWEST} of both")
        return parts

    def _seen_from(self, log: PurchaseLog, moment: float) -> "Lesson":
        past = log.until(moment)
        inputs = features(past, self.model().fit(past.customers()), self.window_)
        came = pd.Series(log.counts(moment, moment + self.window_), index=log.ids)
        return Lesson(past, inputs, came.loc[inputs.index].to_numpy())

    def grow(self, parts: list[tuple[pd.DataFrame, np.ndarray]]) -> PlainTrees:
        """Grow trees on inputs and counts."""
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        inputs, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        trees = HistGradientBoostingRegressor(
            loss="poisson",
            learning_rate=0.05,
            max_iter=100,
            max_leaf_nodes=8,
            min_samples_leaf=50,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=self.seed,
        )
        # Trees this small are grown in less time than threads take to wait for each other.
        with threadpool_limits(1, user_api="openmp"):
            return PlainTrees.of(trees.fit(inputs, counts))

    def predict(self, log: PurchaseLog, model, horizon: float) -> pd.Series:
        """Expect the purchases of each customer of the log in ``horizon`` weeks after its end.

        Parameters
        ----------
        model : the fitted model of purchases that carries the window on to the horizon.
        """
        inputs = features(log, model, self.window_)
        near = self._trees.predict(inputs.to_numpy())
        far = outlook(model, log.customers(), horizon).mean
        # Where the model expects nothing any more, the trees' word doesn't grow with time.
        growth = np.where(inputs["expected"] > _LEAST, far / inputs["expected"].clip(_LEAST), 1.0)
        return pd.Series(near * growth, index=inputs.index)

    def content(self) -> dict[str, Any]:
        """Return what was learned, as JSON can hold it."""
        learned = {"window": self.window_, "moments": self.moments_}
        return {"seed": self.seed, **learned, **self._trees.content()}

    @classmethod
    def from_content(cls, model, content: dict[str, Any]) -> Self:
        """Read what ``content`` gave."""
        told = cls(model, content["seed"])
        told.window_, told.moments_ = content["window"], content["moments"]
        told._trees = PlainTrees.from_content(content)
        return told


def features(log: PurchaseLog, model, window: float) -> pd.DataFrame:
    """Describe each customer at the end of the log.

    Returns
    -------
    frame : a row per customer: ``frequency``, ``silence``, ``T``, ``rate`` (per week),
        ``mean_gap``, ``gap_variation`` (standard deviation / mean), ``silence_in_gaps``,
        ``last_quarter``, ``last_half``, ``last_window`` (purchases in those parts of the
        window), and by the fitted model ``expected`` in the window and ``alive``.
    """
    customers = log.customers()
    frequency, silence = customers["frequency"], customers["T"] - customers["recency"]
    gaps, owner = log.gaps()
    squares = pd.Series(np.bincount(owner, gaps**2, minlength=len(log.ids)), index=log.ids)
    mean_gap = (customers["recency"] / frequency).where(frequency > 0)
    spread = (squares.loc[customers.index] / frequency - mean_gap**2).clip(lower=0) ** 0.5
    ahead = outlook(model, customers, window)
    columns = {
        "frequency": frequency,
        "silence": silence,
        "T": customers["T"],
        "rate": frequency / customers["T"].clip(lower=1),
        "mean_gap": mean_gap,
        "gap_variation": (spread / mean_gap).where(frequency > 1),
        "silence_in_gaps": silence / mean_gap,
        "expected": ahead.mean,
        "alive": ahead.alive,
    }
    for name, share in (("last_quarter", 0.25), ("last_half", 0.5), ("last_window", 1.0)):
        recent = pd.Series(log.counts(log.end - share * window, log.end), index=log.ids)
        columns[name] = recent.loc[customers.index]
    return pd.DataFrame(columns)
