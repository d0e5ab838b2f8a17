"""What every model of purchases shares: fitting on distinct histories, prediction, intervals."""

from typing import Self

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from crm_analysis.checks import check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._counts import as_counts
from crm_analysis.lifetime_value._fitted import FittedModel
from crm_analysis.lifetime_value._histories import Histories, check_horizon
from crm_analysis.lifetime_value._like_lifetimes import check_fit_options
from crm_analysis.lifetime_value._limits import Limit, settle
from crm_analysis.lifetime_value._maximum import Likelihood, Maximum, maximise
from crm_analysis.lifetime_value._predictive import PredictiveCounts
from crm_analysis.lifetime_value._uncertainty import standard_error_of

__all__ = ["PurchaseModel"]

# Customers, and those of them who bought again; with fewer the likelihood has no maximum worth
# the name.
_FEWEST, _FEWEST_AGAIN = 30, 10
_PART = 2_000  # histories on which the starts are tried


class PurchaseModel(FittedModel, PredictiveCounts):
    """Fit and predictions of a model with a gamma clock of purchases and a way to leave.

    A model gives its ``_names``, those of them that are ``_times``, its ``_likelihood`` of
    histories, its ``_starts`` and ``_limits``, the ``_log_odds`` of being alive, the ``_future``
    of who is, and in ``_ahead`` the four numbers that this takes.
    """

    _alive_is_quick = False  # quicker than finding the distinct histories
    _names: tuple[str, ...]
    _times: tuple[str, ...]
    _title: str
    _starts: tuple[tuple[float, ...], ...]
    _limits: tuple[tuple[Limit, ...], ...]

    def fit(
        self, customers=None, recency=None, T=None, weights=None, *, frequency=None, **options
    ) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        customers : one row per customer with ``frequency`` (repeat purchases, 0 or more),
            ``recency`` (time from first to last purchase) and ``T`` (time from first purchase
            to today), both in one unit; not changed. Or the array of frequencies, with the
            arrays ``recency`` and ``T`` after it, as lifetimes takes them. Or a table of these
            columns in a database (Ibis, DuckDB, Spark), counted there. With a column ``n``, a
            frame or a table has one row per so many customers.
        weights : customers that each row stands for; ``n``, or 1 where not given.
        frequency, options : lifetimes' name of its first array, and its ``initial_params``,
            ``tol``, ``verbose`` and ``index``, which change nothing here.

        Raises
        ------
        ValueError : a row is impossible (missing, negative, recency above T); it's named.
        InsufficientData : fewer than 30 customers, or fewer than 10 who bought again.
        """
        check_fit_options(options)
        given = customers if frequency is None else frequency
        table, weights = as_counts(given, recency, T, weights)
        histories = Histories.of(table, weights)
        self._check_enough(histories)
        # In units of the longest history the parameters are of one size, whatever the unit.
        scale = max(histories.T.max(), histories.tx.max())
        scaled = Histories(
            histories.x,
            histories.tx / scale,
            histories.T / scale,
            histories.count,
            histories.row_of,
        )
        likelihood = self._likelihood(scaled)
        best = self._highest(likelihood, scaled)
        best, self.limit_ = settle(likelihood, best, self._limits, histories.n)
        self._learn(best, histories, scale)
        self._like_lifetimes(table, weights, best, histories.n, scale)
        return self

    def _highest(self, likelihood: Likelihood, scaled: Histories) -> Maximum:
        """Try all starts on a part of many histories, so that the whole is climbed only once."""
        if len(scaled.x) <= _PART:
            return maximise(likelihood, self._starts, scaled.n)
        part = scaled.every(len(scaled.x) // _PART + 1)
        best = maximise(self._likelihood(part), self._starts, part.n)
        return maximise(likelihood, [best.parameters], scaled.n, near=True)

    def _check_enough(self, histories: Histories) -> None:
        repeat = int(histories.count[histories.x > 0].sum())
        if repeat < _FEWEST_AGAIN:
            have = f"{repeat:,} among {histories.n:,} customers"
            raise InsufficientData(self._title, have, f"at least {_FEWEST_AGAIN} who bought again")
        if histories.n < _FEWEST:
            have = f"{histories.n:,} customers"
            raise InsufficientData(self._title, have, f"at least {_FEWEST} customers")
        if not histories.T.max() > 0:
            have = f"{histories.n:,} customers of one day"
            raise InsufficientData(self._title, have, "customers seen for some time (T above 0)")

    def _learn(self, best: Maximum, histories: Histories, scale: float) -> None:
        time = np.array([scale if name in self._times else 1.0 for name in self._names])
        self._know(pd.Series(best.parameters * time, list(self._names)), best.log_covariance)
        # A density in time changes with the unit of time: one factor per repeat purchase.
        purchases = float(histories.count @ histories.x)
        self.log_likelihood_ = float(best.log_likelihood - purchases * np.log(scale))
        self.converged_ = best.converged
        self.n_customers_ = histories.n

    def _like_lifetimes(self, table, weights, best: Maximum, n: int, scale: float) -> None:
        """Leave behind what lifetimes' own methods and plots read of a fitted model."""
        self.data = table[["frequency", "recency", "T"]].assign(
            weights=1 if weights is None else np.asarray(weights)
        )
        self._scale = 1 / scale
        self._hessian_ = best.hessian / n
        self._negative_log_likelihood_ = -best.log_likelihood / n
        self.confidence_intervals_ = self._compute_confidence_intervals()

    def _alive(self, parameters, histories: Histories) -> np.ndarray:
        return expit(self._log_odds(parameters, histories))

    def predict_purchases(
        self, customers: pd.DataFrame, horizon: float, interval: float | None = None
    ) -> pd.DataFrame:
        """Expect the purchases of each customer in the time that comes.

        Parameters
        ----------
        customers : ``frequency``, ``recency`` and ``T`` per customer, in the unit of the fit.
        horizon : how far to look ahead, in the same unit; 0 or more.
        interval : chance, between 0 and 1, that the customer's count lies from ``low`` to
            ``high``. It counts the customer's own chance and what isn't known of the parameters.

        Returns
        -------
        frame : a row per customer with ``purchases`` (a mean, 0 or more) and, with an interval,
            ``low`` and ``high`` (whole purchases).

        Raises
        ------
        ValueError : the horizon is negative, or a row is impossible.
        """
        parameters, horizon = self._fitted(), check_horizon(horizon)
        histories = Histories.of(customers)
        columns = {"purchases": self._expected(parameters, histories, horizon)}
        if interval is not None:
            check_probability(interval, name="interval")
            columns["low"] = self._count_quantile((1 - interval) / 2, histories, horizon)
            columns["high"] = self._count_quantile((1 + interval) / 2, histories, horizon)
        return pd.DataFrame(columns).take(histories.row_of).set_axis(customers.index)

    def predict_alive(self, customers: pd.DataFrame, interval: float | None = None) -> pd.DataFrame:
        """Return the probability that each customer will still buy.

        Parameters
        ----------
        customers : ``frequency``, ``recency`` and ``T`` per customer, in the unit of the fit.
        interval : confidence, between 0 and 1, of ``low`` and ``high``; they tell what isn't
            known of the parameters.

        Returns
        -------
        frame : a row per customer with ``alive`` from 0 to 1, and ``low`` and ``high``.
        """
        parameters = self._fitted()
        if interval is None and self._alive_is_quick:
            alive = self._alive(parameters, Histories.each(customers))
            return pd.DataFrame({"alive": alive}, index=customers.index)
        histories = Histories.of(customers)
        columns = {"alive": self._alive(parameters, histories)}
        if interval is not None:
            columns |= self._alive_ends(histories, interval)
        return pd.DataFrame(columns).take(histories.row_of).set_axis(customers.index)

    def _alive_ends(self, histories: Histories, interval: float) -> dict[str, np.ndarray]:
        check_probability(interval, name="interval")

        middle = self._log_odds(self._fitted(), histories)
        certain = np.isinf(middle)  # alive by assumption, whatever the parameters

        def log_odds(parameters):
            return np.where(certain, 0.0, self._log_odds(parameters, histories))

        error = standard_error_of(log_odds, self._fitted(), self._log_covariance)
        width = norm.ppf((1 + interval) / 2) * error
        return {"low": expit(middle - width), "high": expit(middle + width)}

    def expected_purchases_new(self, horizon, interval: float | None = None):
        """Expect the repeat purchases of a customer won today.

        Parameters
        ----------
        horizon : one time or an array of them, in the unit of the fit; 0 or more.
        interval : confidence of an Estimate, from what isn't known of the parameters; for one
            horizon only.

        Returns
        -------
        mean : number of repeat purchases; an array for an array, an Estimate with an interval.
        """
        times = np.array([check_horizon(time) for time in np.atleast_1d(horizon)])
        new = Histories(*np.zeros((3, len(times))), np.ones(len(times)), np.arange(len(times)))
        mean = self._expected(self._fitted(), new, times)
        if interval is None:
            return mean if np.ndim(horizon) else float(mean[0])
        check_probability(interval, name="interval")
        horizon = check_horizon(horizon)
        error = standard_error_of(
            # Of nothing, in no time, nothing is unknown.
            lambda point: np.log(self._expected(point, new, times)) if horizon > 0 else np.zeros(1),
            self._fitted(),
            self._log_covariance,
        )
        factor = np.exp(norm.ppf((1 + interval) / 2) * error[0])
        ends = float(mean[0]), float(mean[0] / factor), float(mean[0] * factor)
        return Estimate(*ends, confidence=interval, n=self.n_customers_, method="delta, log scale")

    def total_purchases(
        self, customers: pd.DataFrame, horizon: float, interval: float = 0.9
    ) -> Estimate:
        """Expect the purchases of all these customers together.

        What isn't known of the parameters moves all customers the same way; their own chance
        mostly cancels. Both are in the interval.

        Parameters
        ----------
        customers, horizon : as for ``predict_purchases``.
        interval : chance, between 0 and 1, that the total lies within.
        """
        parameters, horizon = self._fitted(), check_horizon(horizon)
        check_probability(interval, name="interval")
        histories = Histories.of(customers)

        def total(point):
            return histories.count @ self._expected(point, histories, horizon)

        own = histories.count @ self._variance(parameters, histories, horizon)
        known = standard_error_of(total, parameters, self._log_covariance)
        value = float(total(parameters))
        width = norm.ppf((1 + interval) / 2) * float(np.sqrt(own + known**2))
        method = "delta method and the customers' own chance"
        ends = max(value - width, 0.0), value + width
        return Estimate(value, *ends, confidence=interval, n=histories.n, method=method)
