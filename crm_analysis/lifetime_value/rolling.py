"""Forecasts made at earlier moments of a log, and what came: evidence from inside the log.

References
----------
Tashman (2000), "Out-of-sample tests of forecasting accuracy", International Journal of
Forecasting 16, 437-450, for rolling origins.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value._outlook import Outlook
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.forecaster import Recipe, in_weeks
from crm_analysis.lifetime_value.holdout import Split, split
from crm_analysis.lifetime_value.metrics import compare, poisson_deviance

__all__ = ["Trial", "moments", "rolling_origins", "try_recipe"]

_LONGEST, _SHORTEST_PAST = 0.5, 0.25  # shares of the log: a trial's horizon, and its past


def moments(log: PurchaseLog, horizon: float, n: int = 3) -> tuple[list[float], float]:
    """Return up to ``n`` moments of a log from which ``horizon`` can be looked ahead, latest first.

    The horizon is cut to half of the log where it's longer; moments lie half a horizon apart,
    and none leaves less than a quarter of the log behind it.
    """
    ahead = min(horizon, _LONGEST * log.weeks)
    steps = log.end - ahead * (1 + np.arange(n) / 2)
    earliest = log.start + _SHORTEST_PAST * log.weeks - 1e-9
    return [float(step) for step in steps if step >= earliest], ahead


def rolling_origins(
    transactions: pd.DataFrame,
    as_of: str | pd.Timestamp | None,
    horizon: float,
    n: int = 3,
    unit: str = "W",
) -> list[Split]:
    """Cut a log at several earlier days, each followed by a stretch that is known by now.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, ``amount``; not changed.
    as_of : last day that counts; the last date of the data if not given.
    horizon : length of each stretch in ``unit``; cut to half of the log where it's longer.
    n : the most cuts; fewer where the log is short, at least one.
    unit : "D" or "W".

    Returns
    -------
    list of ``Split``, the latest first. None of them holds a purchase after ``as_of``.

    Raises
    ------
    InputError : the unit isn't known, or the horizon isn't positive.
    InsufficientData : the log is shorter than four days.
    """
    log = PurchaseLog.of(transactions, as_of)
    days = log.time * 7
    if np.ptp(days) < 4:
        have, need = f"{np.ptp(days):.0f} days", "at least four days"
        raise InsufficientData("a forecast from an earlier day", have, need)
    cuts, ahead = moments(log, in_weeks(horizon, unit), n)
    return [
        split(transactions, log.day(cut), unit, as_of=log.day(min(cut + ahead, log.end)))
        for cut in cuts
    ]


@dataclass(frozen=True)
class Trial:
    """One recipe at one moment.

    Parameters
    ----------
    past, weeks : weeks of the log that were known, and how far it looked ahead.
    outlook, actual : what it expected of each customer, and what came.
    """

    past: float
    weeks: float
    outlook: Outlook
    actual: np.ndarray

    @property
    def log_ratio(self) -> float:
        """Log of purchases that came by those expected."""
        return float(np.log(max(self.actual.sum(), 0.5) / max(self.outlook.mean.sum(), 0.5)))

    @property
    def deviance(self) -> float:
        """Poisson deviance, the total set right: who buys how much more than whom."""
        return poisson_deviance(self.actual, self.outlook.mean * np.exp(self.log_ratio))

    def scores(self) -> dict[str, float]:
        """Return the measures of ``metrics.compare``, and ``deviance``."""
        return compare(self.actual, self.outlook.mean) | {"deviance": self.deviance}


def try_recipe(
    recipe: Recipe, log: PurchaseLog, horizon: float, n: int = 3, seed: int = 0
) -> dict[float, Trial]:
    """Forecast from earlier moments of the log with what was known by then.

    A season's clock is the one of the whole log. Moments at which there's too little for the
    recipe are left out.
    """
    cuts, ahead = moments(log, horizon, n)
    trials = {}
    for cut in cuts:
        try:
            forecaster = recipe.fit(log.until(cut), ahead, seed)
        except InsufficientData:
            continue
        customers = forecaster.log.customers()
        came = pd.Series(log.counts(cut, cut + ahead), index=log.ids).loc[customers.index]
        made = forecaster.outlook(customers, ahead)
        trials[cut] = Trial(cut - log.start, ahead, made, came.to_numpy())
    return trials
