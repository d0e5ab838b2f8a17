"""A forecaster: a model of purchases with the corrections that its log asks for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability
from crm_analysis.errors import InputError, unknown_name
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._histories import HISTORY, Histories, check_horizon
from crm_analysis.lifetime_value._outlook import Outlook, outlook
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.boosted import BoostedCounts
from crm_analysis.lifetime_value.conformal import Widening
from crm_analysis.lifetime_value.log_kind import LogKind
from crm_analysis.lifetime_value.opening import TwoPopulations
from crm_analysis.lifetime_value.pace import PaceClock, pace_clock
from crm_analysis.lifetime_value.seasonality import SeasonalClock

__all__ = ["UNITS", "Forecaster", "Recipe", "in_weeks"]

UNITS = {"D": 1 / 7, "W": 1.0}  # weeks
_SAME = 1e-6  # weeks within which two histories are one


def in_weeks(horizon: float, unit: str) -> float:
    """Return a horizon in weeks; raise unless it's positive and the unit known."""
    if unit not in UNITS:
        raise unknown_name("unit", unit, UNITS)
    if not (isinstance(horizon, Real) and np.isfinite(horizon) and horizon > 0):
        raise InputError(f"horizon must be above 0 and finite, got {horizon!r}")
    return float(horizon) * UNITS[unit]


@dataclass(frozen=True)
class Recipe:
    """How a forecaster is made.

    Parameters
    ----------
    name : for tables and sentences.
    model : makes an unfitted model of purchases.
    clock : that goes by the season, or by the pace seen; None for the calendar.
    paced : learn the clock as the pace of the log that it's fitted on.
    opening : weeks whose first purchases may be old customers'; 0 for one population.
    boosted : average the model's expectation with that of boosted trees.
    hold_level : let the trees say who buys more than whom, and the model how much in all.
    """

    name: str
    model: Callable[[], PurchaseModel]
    clock: SeasonalClock | PaceClock | None = None
    paced: bool = False
    opening: float = 0.0
    boosted: bool = False
    hold_level: bool = False

    def fit(self, log: PurchaseLog, horizon: float, seed: int = 0) -> "Forecaster":
        """Fit on a log in calendar weeks, for forecasts of about ``horizon`` weeks.

        Raises
        ------
        InsufficientData : the log can't carry the model or the trees.
        """
        recipe = self.at(log)
        timed, ahead = recipe.by_clock(log, horizon)
        customers = timed.customers()
        plain = self.model().fit(customers)
        model = TwoPopulations(self.model, self.opening).fit(customers) if self.opening else plain
        trees = BoostedCounts(self.model, seed).fit(timed, ahead) if self.boosted else None
        return Forecaster(recipe, plain, model, trees, log, timed)

    def at(self, log: PurchaseLog) -> "Recipe":
        """Learn the pace of a log, if the recipe asks for it."""
        return replace(self, clock=pace_clock(log)) if self.paced else self

    def by_clock(self, log: PurchaseLog, horizon: float) -> tuple[PurchaseLog, float]:
        """Measure a log and the horizon after it by the recipe's clock."""
        if self.clock is None:
            return log, horizon
        timed = log.by(self.clock)
        return timed, float(self.clock(log.end + horizon)) - timed.end


@dataclass(frozen=True)
class Forecaster:
    """A fitted forecast of purchases, with the interface of the models of purchases.

    Parameters
    ----------
    recipe : how it was made.
    plain : the model of purchases alone, fitted on all customers.
    model : the same, or two of them for two populations.
    trees : boosted counts, or None.
    log, timed : what it was fitted on, in calendar weeks and by its own clock.
    level : factor on expected purchases, learned at earlier moments.
    widening : of the intervals, learned at earlier moments; None for none.
    unit : "D" or "W", of the customers and horizons that it is asked about.
    kind : what kind of log it is, where that was looked at.
    evidence : how it and the other candidates did at earlier moments, where they were compared.
    reason : why it was chosen, in sentences.

    Notes
    -----
    ``predict_purchases`` takes customers as ``summarize`` gives them on the last day of the log.
    The trees know a customer by the index; for any other history the model speaks alone.
    """

    recipe: Recipe
    plain: PurchaseModel
    model: PurchaseModel | TwoPopulations
    trees: BoostedCounts | None
    log: PurchaseLog
    timed: PurchaseLog
    level: float = 1.0
    widening: Widening | None = None
    unit: str = "W"
    kind: LogKind | None = None
    evidence: pd.DataFrame | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        """Name of the recipe."""
        return self.recipe.name

    @property
    def as_of(self) -> pd.Timestamp:
        """Last day of the log."""
        return self.log.day(self.log.end)

    def _weeks(self, length: float) -> float:
        return check_horizon(length) * UNITS[self.unit]

    def _ahead(self, horizon: float) -> float:
        """Return the horizon by the forecaster's own clock."""
        clock = self.recipe.clock
        return horizon if clock is None else float(clock(self.log.end + horizon)) - self.timed.end

    def _by_clock(self, customers: pd.DataFrame) -> pd.DataFrame:
        Histories.of(customers)  # refuses impossible rows before anything is computed
        table = customers[HISTORY].assign(
            recency=customers["recency"] * UNITS[self.unit], T=customers["T"] * UNITS[self.unit]
        )
        clock = self.recipe.clock
        if clock is None:
            return table
        first = self.log.end - table["T"]
        last = clock((first + table["recency"]).to_numpy())
        start = clock(first.to_numpy())
        age = np.maximum(self.timed.end - start, 0.0)
        return table.assign(recency=np.clip(last - start, 0.0, age), T=age)

    def outlook(self, customers: pd.DataFrame, horizon: float) -> Outlook:
        """Return each customer's predictive distribution."""
        table, ahead = self._by_clock(customers), self._ahead(self._weeks(horizon))
        plain = outlook(self.model, table, ahead)
        mean = plain.mean if self.trees is None else self._averaged(table, plain.mean, ahead)
        return plain.with_mean(self.level * mean)

    def _averaged(self, table: pd.DataFrame, mean: np.ndarray, ahead: float) -> np.ndarray:
        if table.empty or ahead == 0:
            return mean
        known = self.timed.customers().reindex(table.index)
        same = ((known - table).abs() <= _SAME).all(axis=1).to_numpy()
        trees = self.trees.predict(self.timed, self.plain, ahead)
        if self.recipe.hold_level:
            all_of_model = outlook(self.model, self.timed.customers(), ahead).mean.sum()
            trees = trees * (all_of_model / max(trees.sum(), _SAME))
        trees = trees.reindex(table.index).to_numpy()
        return np.where(same, (mean + np.where(same, trees, 0.0)) / 2, mean)

    def predict_purchases(
        self, customers: pd.DataFrame, horizon: float, interval: float | None = None
    ) -> pd.DataFrame:
        """Expect the purchases of each customer in the time after the log's last day.

        Parameters
        ----------
        customers : ``frequency``, ``recency`` and ``T`` in ``unit``, by customer; not changed.
        horizon : in ``unit``.
        interval : chance, between 0 and 1, that the count lies from ``low`` to ``high``.

        Returns
        -------
        frame : ``purchases`` and, with an interval, ``low`` and ``high`` (whole purchases).
        """
        ahead = self.outlook(customers, horizon)
        columns = {"purchases": ahead.mean}
        if interval is not None:
            check_probability(interval, name="interval")
            wider = 1.0 if self.widening is None else self.widening.of(ahead.mean)
            columns["low"], columns["high"] = ahead.interval(interval, wider)
        return pd.DataFrame(columns, index=customers.index)

    def predict_alive(self, customers: pd.DataFrame, interval: float | None = None) -> pd.DataFrame:
        """Return the probability ``alive`` that each customer will still buy.

        With an interval also ``low`` and ``high``, as the model of purchases gives them.
        """
        table = self._by_clock(customers)
        if interval is None:
            alive = outlook(self.model, table, 1.0).alive
            return pd.DataFrame({"alive": alive}, index=customers.index)
        two = isinstance(self.model, TwoPopulations)
        parts = self.model.parts(table) if two else [(np.full(len(table), True), self.model)]
        ends = np.empty((len(table), 3))
        for rows, model in parts:
            ends[rows] = model.predict_alive(table[rows], interval)
        return pd.DataFrame(ends, index=customers.index, columns=["alive", "low", "high"])

    def expected_purchases_new(
        self, horizon: float, interval: float | None = None
    ) -> float | Estimate:
        """Expect the repeat purchases of a customer won on the last day of the log.

        With an interval an Estimate, as the model of purchases gives it.
        """
        newcomers = self.model.after_ if isinstance(self.model, TwoPopulations) else self.model
        expected = newcomers.expected_purchases_new(self._ahead(self._weeks(horizon)), interval)
        if interval is None:
            return self.level * expected
        ends = {name: self.level * getattr(expected, name) for name in ("value", "low", "high")}
        return replace(expected, **ends)

    def simulate(
        self, customers: pd.DataFrame, horizon: float, draws: int = 1000, seed: int = 0
    ) -> pd.DataFrame:
        """Draw counts of purchases: a row per customer, a column per draw."""
        ahead, rng = self.outlook(customers, horizon), np.random.default_rng(seed)
        at_random = rng.uniform(size=(draws, len(customers)))
        counts = np.array([ahead.quantile(share) for share in at_random])
        return pd.DataFrame(counts.T, index=customers.index)

    def save_model(self, path: str | Path) -> None:
        """Write it to a JSON file: see ``save_model``, and ``load_model`` for the way back."""
        from crm_analysis.lifetime_value.saving import save_model

        save_model(self, path)
