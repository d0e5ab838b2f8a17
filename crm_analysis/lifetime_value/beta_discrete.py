"""How long contracts last: the shifted beta-geometric model of renewals.

At the end of each period a coin, own to the contract (Beta over contracts), decides whether it
ends. Those with a bad coin leave first, so the retention rate of who is left rises with age,
though no single contract gets any more loyal.
"""

from typing import Self

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from crm_analysis.checks import check_columns, check_probability, check_values
from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value._fitted import FittedModel
from crm_analysis.lifetime_value._limits import HUGE, TINY, Limit, settle
from crm_analysis.lifetime_value._maximum import maximise
from crm_analysis.lifetime_value._rising import log_rising, rising_curvature, rising_slope
from crm_analysis.lifetime_value._uncertainty import standard_error_of

__all__ = ["BetaDiscrete"]

_FEWEST = 10  # contracts that ended
_STARTS = ((1.0, 1.0), (0.5, 5.0), (5.0, 50.0))
_NEGLIGIBLE = 1e-12
_LIMITS = (
    (
        Limit(
            "all contracts have the same coin (alpha and beta grow without end): retention is "
            "the same at every age",
            lambda at: at * HUGE / at.sum(),
            held=(1,),
        ),
        Limit(
            "each contract ends at once or never (alpha and beta fall to 0)",
            lambda at: at * TINY / at.sum(),
            held=(1,),
        ),
    ),
)


class BetaDiscrete(FittedModel):
    """Shifted beta-geometric model of contracts that are renewed or not, period by period.

    Attributes
    ----------
    params_ : alpha and beta (Beta of the chance that a contract ends with a period).
    standard_errors_, covariance_ : of the parameters, from the curvature of the likelihood.
    log_likelihood_ : sum over contracts.
    converged_, limit_ : as in ``BetaGeo``.

    References
    ----------
    Fader and Hardie (2007), "How to project customer retention", Journal of Interactive
    Marketing 21(1), 76-90. Fader and Hardie (2010), "Customer-base valuation in a contractual
    setting: the perils of ignoring heterogeneity", Marketing Science 29(1), 85-93, for the
    discounted lifetime that is left.

    Examples
    --------
    >>> contracts = pd.DataFrame({"periods": [1, 2, 3, 3], "ended": [True, True, True, False],
    ...                           "n": [370, 160, 90, 380]})
    >>> model = BetaDiscrete().fit(contracts)
    >>> model.survival(4)["survival"].round(2).tolist()
    [1.0, 0.63, 0.47, 0.38, 0.32]
    """

    _names = ("alpha", "beta")

    def fit(self, contracts: pd.DataFrame) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        contracts : one row per contract, as ``contract_months`` gives them: ``periods`` and
            ``ended``; with a column ``n``, one row per so many contracts. Not changed.

        Raises
        ------
        ValueError : a row is impossible; it's named.
        InsufficientData : fewer than 10 contracts have ended.
        """
        periods, ended, count = _checked(contracts)
        n, gone = int(count.sum()), int(count[ended].sum())
        if gone < _FEWEST:
            have = f"{gone:,} among {n:,} contracts"
            raise InsufficientData("the retention model", have, f"at least {_FEWEST} that ended")
        likelihood = _Likelihood(periods, ended, count)
        best, self.limit_ = settle(likelihood, maximise(likelihood, _STARTS, n), _LIMITS, n)
        self._know(pd.Series(best.parameters, list(self._names)), best.log_covariance)
        self.log_likelihood_, self.converged_ = float(best.log_likelihood), best.converged
        self.n_customers_ = n
        return self

    def survival(self, periods: int, interval: float | None = None) -> pd.DataFrame:
        """Follow a new contract: the chance that it still runs, and the retention rate.

        Parameters
        ----------
        periods : how far, at least 1.
        interval : confidence of ``low`` and ``high``, which tell what isn't known of the
            parameters.

        Returns
        -------
        frame : a row per ``period`` from 0: ``survival`` (share of contracts that outlast it),
            ``retention`` (share that outlast it of those that reached it; missing at 0), and
            ``low`` and ``high`` of ``survival``.
        """
        if periods < 1:
            raise ValueError(f"periods must be at least 1, got {periods}")
        age = np.arange(periods + 1)
        columns = {"survival": np.exp(_log_survival(self._fitted(), age))}
        columns["retention"] = columns["survival"] / np.append(np.nan, columns["survival"][:-1])
        if interval is not None:
            columns |= self._chance_ends(lambda point: _log_survival(point, age), interval)
        return pd.DataFrame(columns, index=pd.Index(age, name="period"))

    def predict_survival(
        self, contracts: pd.DataFrame, horizon: int, interval: float | None = None
    ) -> pd.DataFrame:
        """Return the chance that each contract still runs after ``horizon`` more periods.

        Parameters
        ----------
        contracts : ``periods`` and ``ended``; who has ended has no chance.
        horizon : periods to look ahead, 0 or more.
        interval : confidence of ``low`` and ``high``, as in ``survival``.

        Returns
        -------
        frame : a row per contract with ``survival``, and ``low`` and ``high``.
        """
        periods, ended, _ = _checked(contracts)
        if horizon < 0:
            raise ValueError(f"horizon must be at least 0, got {horizon}")

        def log_chance(point):
            return _log_survival(point, periods + horizon) - _log_survival(point, periods)

        columns = {"survival": np.exp(log_chance(self._fitted()))}
        if interval is not None:
            columns |= self._chance_ends(log_chance, interval)
        return pd.DataFrame(columns, index=contracts.index).mul(~ended, axis=0)

    def _chance_ends(self, log_chance, interval: float) -> dict[str, np.ndarray]:
        """Return low and high of a chance, made on the scale of log-odds."""
        check_probability(interval, name="interval")
        certain = log_chance(self._fitted()) == 0

        def log_odds(point):
            return logit(np.where(certain, 0.5, np.exp(log_chance(point))))

        error = standard_error_of(log_odds, self._fitted(), self._log_covariance)
        width = norm.ppf((1 + interval) / 2) * error
        middle = log_odds(self._fitted())
        ends = {"low": expit(middle - width), "high": expit(middle + width)}
        return {name: np.where(certain, 1.0, end) for name, end in ends.items()}

    def expected_lifetime(
        self,
        contracts: pd.DataFrame,
        discount_rate: float = 0.0,
        horizon: int | None = None,
        *,
        periods_per_year: float = 12,
        interval: float | None = None,
    ) -> pd.DataFrame:
        """Expect how many more periods each contract will be renewed for.

        Times what a period brings, that is the value of the contract. The next renewal counts in
        full and each later one less by a period's discount.

        Parameters
        ----------
        contracts : ``periods`` and ``ended``; who has ended has none left.
        discount_rate : per year, 0 to 1.
        horizon : renewals to look ahead at most; all if not given.
        periods_per_year : 12 for months.
        interval : confidence of ``low`` and ``high``; they tell what isn't known of the
            parameters. A single contract may last far longer or end at once.

        Returns
        -------
        frame : a row per contract with ``lifetime`` (periods, discounted), ``low`` and ``high``.

        Raises
        ------
        ValueError : without discount and horizon, where alpha is at most 1: the mean is infinite.
        """
        periods, ended, _ = _checked(contracts)
        if not 0 <= discount_rate <= 1:
            raise ValueError(f"discount_rate must lie between 0 and 1 a year, got {discount_rate}")
        force = np.log1p(discount_rate) / periods_per_year
        self._check_mean(force, horizon)
        age, row_of = np.unique(periods, return_inverse=True)

        def lifetime(point):
            return _lifetime(point, age, force, horizon)

        columns = {"lifetime": lifetime(self._fitted())}
        if interval is not None:
            check_probability(interval, name="interval")
            error = standard_error_of(
                lambda point: np.log(lifetime(point)), self._fitted(), self._log_covariance
            )
            factor = np.exp(norm.ppf((1 + interval) / 2) * error)
            columns |= {
                "low": columns["lifetime"] / factor,
                "high": columns["lifetime"] * factor,
            }
        frame = pd.DataFrame(columns).take(row_of).set_axis(contracts.index)
        return frame.mul(~ended, axis=0)

    def _check_mean(self, force: float, horizon: int | None) -> None:
        if horizon is not None and horizon < 1:
            raise ValueError(f"horizon must be at least 1, got {horizon}")
        alpha = self._fitted()[0]
        if force == 0 and horizon is None and alpha <= 1.01:
            raise ValueError(
                f"the mean lifetime doesn't exist (alpha = {alpha:.3f}, needs more than 1): a few "
                "contracts last so long that it never settles; give a horizon or a discount_rate"
            )


def _checked(contracts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    check_columns(contracts, ["periods", "ended"], table="contracts")
    periods, ended = contracts["periods"], contracts["ended"]
    check_values(ended, ended.isin([True, False]), rule="true or false", table="contracts")
    ended = ended.astype(bool)
    whole = (periods >= ended.astype(int)) & (periods == np.floor(periods)) & np.isfinite(periods)
    rule = "a whole number, at least 0 (at least 1 where the contract ended)"
    check_values(periods, whole, rule=rule, table="contracts")
    count = contracts["n"] if "n" in contracts else pd.Series(1.0, index=contracts.index)
    check_values(count, count >= 0, rule="at least 0", table="contracts")
    return periods.to_numpy(dtype=float), ended.to_numpy(), count.to_numpy(dtype=float)


def _log_survival(parameters, age: np.ndarray) -> np.ndarray:
    alpha, beta = parameters
    return log_rising(beta, age) - log_rising(alpha + beta, age)


def _lifetime(parameters, age: np.ndarray, force: float, horizon: int | None) -> np.ndarray:
    """Sum the chances of the renewals that come, each discounted to the next one."""
    alpha, beta = parameters
    if force == 0 and horizon is None:
        return (beta + age) / (alpha - 1)
    terms = np.inf if force == 0 else np.ceil(-np.log(_NEGLIGIBLE) / force)
    ahead = np.arange(int(min(terms, np.inf if horizon is None else horizon)))
    discount = np.exp(-force * ahead)
    now = _log_survival(parameters, age)
    each = [
        discount @ np.exp(_log_survival(parameters, old + 1 + ahead) - start)
        for old, start in zip(age, now, strict=True)
    ]
    return np.array(each)


class _Likelihood:
    """Log-likelihood of the distinct ages, ended or running, and its gradient."""

    def __init__(self, periods: np.ndarray, ended: np.ndarray, count: np.ndarray):
        # Whoever ended with period t outlasted t - 1 periods, and then the coin fell badly.
        self.outlasted, of = np.unique(periods - ended, return_inverse=True)
        self.n = np.bincount(of, count)
        self.ends = np.bincount(of, count * ended)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        alpha, beta = parameters
        k, n, ends, both = self.outlasted, self.n, self.ends, alpha + beta
        value = n @ _log_survival(parameters, k) + ends @ (np.log(alpha) - np.log(both + k))
        slope = -(n @ rising_slope(both, k)) - ends @ (1 / (both + k))
        by_alpha = slope + ends.sum() / alpha
        return value, np.array([by_alpha, slope + n @ rising_slope(beta, k)])

    def curved(self, parameters: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value, its slopes and the matrix of its second derivatives."""
        alpha, beta = parameters
        k, n, ends = self.outlasted, self.n, self.ends
        both = ends @ (alpha + beta + k) ** -2 - n @ rising_curvature(alpha + beta, k)
        curvature = [
            [both - ends.sum() / alpha**2, both],
            [both, both + n @ rising_curvature(beta, k)],
        ]
        return *self(parameters), np.array(curvature)
