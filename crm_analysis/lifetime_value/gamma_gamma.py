"""Gamma-Gamma: how much customers spend per purchase, learned from few purchases each.

Every purchase of a customer varies around an own mean; the means vary over customers. The fewer
purchases are known of a customer, the nearer the estimate lies to everybody's mean.
"""

import warnings
from dataclasses import asdict
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import gammainccinv
from scipy.stats import norm

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value._fitted import FittedModel
from crm_analysis.lifetime_value._lifetimes import GammaGammaFitter
from crm_analysis.lifetime_value._like_lifetimes import as_given, check_fit_options, check_penalizer
from crm_analysis.lifetime_value._maximum import Maximum, maximise
from crm_analysis.lifetime_value._spend_likelihood import SpendLikelihood
from crm_analysis.lifetime_value._uncertainty import standard_error_of

__all__ = ["GammaGamma", "known_spend"]

_ESTIMATES = ("correlation", "mean_spend", "first_spend")
_SPEND = ["frequency", "monetary_value"]
_COUNTED = "spend_purchases"
_FEWEST = 10  # repeat customers
_PART = 2_000  # customers on which the starts are tried
_STARTS = ((2.0, 2.0, 1.0), (6.0, 4.0, 0.5), (1.0, 1.5, 0.5), (20.0, 20.0, 1.0))


class GammaGamma(FittedModel, GammaGammaFitter):
    """Gamma-Gamma model of spend per purchase, on the terms of ``lifetimes.GammaGammaFitter``.

    Fitted on customers with repeat purchases and positive mean spend. There's no penalizer: at
    .01 it makes the population's mean negative.

    Attributes
    ----------
    params_ : p (shape of a customer's purchases), q and v (Gamma of their scale; v in money).
    standard_errors_, covariance_ : of the parameters, from the curvature of the likelihood.
    log_likelihood_ : sum over the customers that were used.
    converged_ : the gradient vanishes at the maximum and the Hessian is definite there.
    set_aside_ : customers that weren't used, by reason.
    mean_spend_ : Estimate of the population's mean spend per purchase; None where q <= 1.
    correlation_ : Estimate of the correlation of frequency with mean spend. The model assumes
        none; where it's positive, frequent buyers' value is understated, and the reverse.
    first_spend_ : Estimate of the mean first purchase, which is often smaller than the later
        ones; None where the customers came without ``revenue``.

    References
    ----------
    Fader and Hardie (2013), "The Gamma-Gamma model of monetary value", note 025.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [1, 2, 3, 4, 0] * 20,
    ...                           "monetary_value": [30.0, 50.0, 20.0, 40.0, 0.0] * 20})
    >>> model = GammaGamma().fit(customers)
    >>> model.set_aside_
    {'no repeat purchase': 20, 'spend not positive': 0}
    >>> model.predict_spend(customers.tail(2)).round(0)["spend"].tolist()
    [40.0, 35.0]
    """

    first_spend_: Estimate | None = None

    def __init__(self, penalizer_coef: float = 0.0):
        super().__init__(penalizer_coef=check_penalizer(penalizer_coef))

    def fit(self, customers=None, monetary_value=None, *, frequency=None, **options) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        customers : one row per customer with ``frequency`` (repeat purchases) and
            ``monetary_value`` (mean spend per repeat purchase, in money), and ``revenue`` of
            all purchases where it's known; not changed. A column ``spend_purchases`` says of
            how many purchases ``monetary_value`` is the mean, where these aren't the repeat
            purchases (see ``choose_spend``). Or the array of frequencies, with the array
            ``monetary_value`` after it.
        frequency, options : as in ``BetaGeo.fit``.

        Raises
        ------
        ValueError : a frequency is negative or something is missing; the row is named.
        InsufficientData : fewer than 10 repeat customers with positive spend.
        """
        check_fit_options(options)
        customers = customers if frequency is None else frequency
        if monetary_value is not None:
            arrays = (np.asarray(part) for part in (customers, monetary_value))
            customers = pd.DataFrame(dict(zip(_SPEND, arrays, strict=True)))
        _check(customers)
        used = self._set_aside(customers)
        x, m = (used[name].to_numpy(dtype=float) for name in _SPEND)
        scale = float(np.median(m))
        best = _highest(x, m / scale)
        self._know(pd.Series(best.parameters * [1, 1, scale], ["p", "q", "v"]), best.log_covariance)
        # A density in money changes with its unit: one factor per customer.
        self.log_likelihood_ = float(best.log_likelihood - len(x) * np.log(scale))
        self.converged_, self.n_customers_ = best.converged, len(x)
        self._like_lifetimes(used, best)
        self.correlation_ = _correlation(x, m)
        self.mean_spend_, self.first_spend_ = self._mean_spend(), _first_spend(customers)
        return self

    def _set_aside(self, customers: pd.DataFrame) -> pd.DataFrame:
        counted = _counted(customers)
        repeat, paid = counted > 0, customers["monetary_value"] > 0
        self.set_aside_ = {
            "no repeat purchase": int((~repeat).sum()),
            "spend not positive": int((repeat & ~paid).sum()),
        }
        used = customers.assign(frequency=counted).loc[repeat & paid, _SPEND]
        if len(used) < _FEWEST:
            have = f"{len(used):,} among {len(customers):,} customers"
            need = f"at least {_FEWEST} repeat customers with positive spend"
            raise InsufficientData("the Gamma-Gamma model", have, need)
        return used

    def _like_lifetimes(self, used: pd.DataFrame, best) -> None:
        """Leave behind what lifetimes' own methods read of a fitted model."""
        self.data = used[["monetary_value", "frequency"]].assign(weights=1)
        self._hessian_ = best.hessian / len(used)
        self._negative_log_likelihood_ = -best.log_likelihood / len(used)
        self.confidence_intervals_ = self._compute_confidence_intervals()

    def _mean_spend(self, confidence: float = 0.9) -> Estimate | None:
        p, q, v = self._fitted()
        if q <= 1:
            warnings.warn(
                f"the population's mean spend doesn't exist (q = {q:.3f}, needs more than 1): a "
                "few customers spend so much that the mean never settles; customers without "
                "repeat purchases get the population's median instead",
                stacklevel=3,
            )
            return None
        error = standard_error_of(_log_mean_spend, self._fitted(), self._log_covariance)
        factor = np.exp(norm.ppf((1 + confidence) / 2) * error)
        mean = p * v / (q - 1)
        ends = {"low": float(mean / factor), "high": float(mean * factor)}
        method = "delta method, log scale"
        return Estimate(
            float(mean), **ends, confidence=confidence, n=self.n_customers_, method=method
        )

    def _expected(self, parameters, x, m) -> np.ndarray:
        p, q, v = parameters
        shape, rate = q + p * x, v + x * m
        with np.errstate(divide="ignore"):
            mean = p * rate / (shape - 1)
        return np.where(shape > 1, mean, p * rate / gammainccinv(shape, 0.5))

    def predict_spend(self, customers: pd.DataFrame, interval: float | None = None) -> pd.DataFrame:
        """Expect the mean spend per purchase of each customer.

        Parameters
        ----------
        customers : ``frequency`` and ``monetary_value`` per customer, with ``spend_purchases``
            as in ``fit``. Who has none that count, or none of positive spend, gets the
            population's mean.
        interval : chance, between 0 and 1, that the customer's own mean lies from ``low`` to
            ``high``; what isn't known of the parameters widens it.

        Returns
        -------
        frame : a row per customer with ``spend`` in money, and ``low`` and ``high``.
        """
        parameters = self._fitted()
        x, m = known_spend(customers)
        columns = {"spend": self._expected(parameters, x, m)}
        if interval is not None:
            check_probability(interval, name="interval")
            low, high = (1 - interval) / 2, (1 + interval) / 2
            columns |= {"low": self._quantile(low, x, m), "high": self._quantile(high, x, m)}
        return pd.DataFrame(columns, index=customers.index)

    def _quantile(self, share: float, x, m) -> np.ndarray:
        """Return the quantile of the customers' own means, moved by the parameters' error."""

        def log_quantile(parameters):
            p, q, v = parameters
            return np.log(p * (v + x * m)) - np.log(gammainccinv(q + p * x, share))

        own = log_quantile(self._fitted())
        middle = np.log(self._expected(self._fitted(), x, m))
        error = standard_error_of(log_quantile, self._fitted(), self._log_covariance)
        # Both are distances from the middle that have nothing to do with each other.
        return np.exp(
            middle + np.sign(own - middle) * np.hypot(own - middle, norm.ppf(share) * error)
        )

    def conditional_expected_average_profit(self, frequency=None, monetary_value=None):
        """Return lifetimes' expectation of a customer's mean spend, with its arguments."""
        frequency = self.data["frequency"] if frequency is None else frequency
        monetary_value = self.data["monetary_value"] if monetary_value is None else monetary_value
        expected = self._expected(self._fitted(), frequency, monetary_value)
        return as_given(expected, frequency, monetary_value)

    def _further(self) -> dict:
        estimates = {name: getattr(self, f"{name}_") for name in _ESTIMATES}
        written = {name: value and asdict(value) for name, value in estimates.items()}
        return {"set_aside": self.set_aside_, **written}

    def _take_further(self, content: dict) -> None:
        self.set_aside_ = content["set_aside"]
        for name in _ESTIMATES:
            setattr(self, f"{name}_", content[name] and Estimate(**content[name]))


def _check(customers: pd.DataFrame) -> None:
    check_columns(customers, _SPEND, table="customers")
    for name in _SPEND:
        numbers = pd.to_numeric(customers[name], errors="coerce").astype(float)
        check_values(customers[name], np.isfinite(numbers), rule="a number", table="customers")
    frequency = customers["frequency"]
    check_values(frequency, frequency >= 0, rule="at least 0", table="customers")


def _counted(customers: pd.DataFrame) -> pd.Series:
    """Return of how many purchases ``monetary_value`` is the mean: of the repeats by itself."""
    if _COUNTED not in customers:
        return customers["frequency"]
    counted = customers[_COUNTED]
    check_values(counted, counted >= 0, rule="at least 0", table="customers")
    return counted


def known_spend(customers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return frequency and mean spend, both 0 where nothing is known of a customer's spend."""
    _check(customers)
    x, m = (part.to_numpy(dtype=float) for part in (_counted(customers), customers[_SPEND[1]]))
    known = (x > 0) & (m > 0)
    return np.where(known, x, 0.0), np.where(known, m, 0.0)


def _first_spend(customers: pd.DataFrame, confidence: float = 0.9) -> Estimate | None:
    """Return the mean first purchase: what is left of the revenue without the repeat purchases."""
    if "revenue" not in customers:
        return None
    first = (customers["revenue"] - customers["frequency"] * customers["monetary_value"]).to_numpy(
        dtype=float
    )
    mean = float(first.mean())
    width = norm.ppf((1 + confidence) / 2) * first.std(ddof=1) / np.sqrt(len(first))
    ends = float(mean - width), float(mean + width)
    return Estimate(mean, *ends, confidence=confidence, n=len(first), method="normal")


def _log_mean_spend(parameters) -> float:
    p, q, v = parameters
    return np.log(p * v) - np.log(q - 1)


def _correlation(x: np.ndarray, m: np.ndarray, confidence: float = 0.9) -> Estimate | None:
    """Return Pearson's correlation with Fisher's interval; None where one of them is constant."""
    if np.ptp(x) == 0 or np.ptp(m) == 0:
        return None
    value = float(np.corrcoef(x, m)[0, 1])
    width = norm.ppf((1 + confidence) / 2) / np.sqrt(len(x) - 3)
    low, high = np.tanh(np.arctanh(value) + np.array([-width, width]))
    return Estimate(value, float(low), float(high), confidence, n=len(x), method="Fisher's z")


def _highest(x: np.ndarray, m: np.ndarray) -> Maximum:
    """Try all starts on a part of many customers, so that the whole is climbed only once."""
    if len(x) <= _PART:
        return maximise(SpendLikelihood(x, m), _STARTS, len(x))
    step = len(x) // _PART + 1
    part = maximise(SpendLikelihood(x[::step], m[::step]), _STARTS, len(x[::step]))
    return maximise(SpendLikelihood(x, m), [part.parameters], len(x), near=True)
