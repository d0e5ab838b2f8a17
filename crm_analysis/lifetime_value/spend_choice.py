"""Spend per purchase: learned from repeat purchases only, as in the literature, or from all.

First purchases are often smaller (a trial) or larger (an introduction) than those that follow, so
the literature leaves them out. Where they aren't, leaving them out throws knowledge away: of a
customer with one repeat purchase half of it, of a one-time buyer all. Which holds here, earlier
days of the log tell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.rolling import rolling_origins

__all__ = ["SpendChoice", "choose_spend"]

_KINDS = ("repeat purchases", "all purchases")


@dataclass(frozen=True)
class SpendChoice:
    """From which purchases a customer's mean spend is taken.

    Parameters
    ----------
    source : "repeat purchases" or "all purchases".
    evidence : a row per source: ``error``, the sum of what each customer's later purchases were
        off, as a share of their revenue, averaged over ``days`` earlier days.
    """

    source: str
    evidence: pd.DataFrame

    def of(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return customers with the ``monetary_value`` that was chosen; not changed themselves.

        From all purchases it is everybody's, one-time buyers' too, and ``spend_purchases`` says
        of how many purchases it is the mean.
        """
        return _with_source(customers, self.source)


def _with_source(customers: pd.DataFrame, source: str) -> pd.DataFrame:
    check_columns(customers, ["frequency", "monetary_value", "revenue"], table="customers")
    if source == _KINDS[0]:
        return customers
    purchases = customers["frequency"] + 1
    # Who spent nothing on the whole has no spend to learn from.
    mean = (customers["revenue"] / purchases).clip(lower=0.0)
    return customers.assign(monetary_value=mean, spend_purchases=purchases)


def choose_spend(
    transactions: pd.DataFrame,
    as_of: str | pd.Timestamp | None = None,
    horizon: float = 52,
    unit: str = "W",
) -> SpendChoice:
    """Choose from which purchases to learn spend, by what came after earlier days of the log.

    Parameters
    ----------
    transactions : ``customer_id``, ``date``, ``amount``; not changed.
    as_of, horizon, unit : as for ``rolling_origins``.

    Returns
    -------
    SpendChoice : repeat purchases where no earlier day can tell.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06", periods=52, freq="7D")
    >>> bought = [(f"c{n}", day) for n in range(60) for day in days[n % 8 :: 2 + n % 5]]
    >>> lines = pd.DataFrame(bought, columns=["customer_id", "date"])
    >>> lines["amount"] = [10.0 + len(str(day)) % 3 + n % 7 for n, day in enumerate(lines["date"])]
    >>> choose_spend(lines, horizon=10).source in ("repeat purchases", "all purchases")
    True
    """
    errors: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for part in rolling_origins(transactions, as_of, horizon, unit=unit):
        try:
            tried = {kind: _error(part.customers, kind) for kind in _KINDS}
        except InsufficientData:
            continue
        for kind, error in tried.items():
            errors[kind].append(error)
    means = [float(np.mean(errors[kind])) if errors[kind] else float("nan") for kind in _KINDS]
    index = pd.Index(_KINDS, name="source")
    evidence = pd.DataFrame({"error": means, "days": len(errors[_KINDS[0]])}, index=index)
    return SpendChoice(_KINDS[int(means[1] < means[0])], evidence)


def _error(customers: pd.DataFrame, source: str) -> float:
    table = _with_source(customers, source)
    spend = GammaGamma().fit(table).predict_spend(table)["spend"]
    expected = spend * customers["holdout_purchases"]
    revenue = customers["holdout_revenue"]
    if revenue.sum() <= 0:
        raise InsufficientData("a comparison of spend", "0 later revenue", "some revenue")
    return float((expected - revenue).abs().sum() / revenue.sum())
