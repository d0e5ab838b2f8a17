"""A simulated dairy that delivers to the door: its households and when they order.

Households buy by the BG/NBD process (Fader, Hardie and Lee 2005): each has its own rate of
ordering, and after each repeat order its own chance of never ordering again. What an order
brings follows the Gamma-Gamma model (Fader and Hardie 2013). Both come from the parameters of
``DairyTruth``, so a test, or a class, can compare what a method finds with what was put in.

What happens to the dairy on top of this is made by ``simulation_events``, what it writes down by
``simulation_books``, what the households answer when asked by ``simulation_survey``.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream

__all__ = ["DairyTruth", "Households", "simulate_households"]

_DAYS_PER_WEEK = 7
_WEEKS_PER_YEAR = 365.25 / 7


@dataclass(frozen=True)
class DairyTruth:
    """What the dairy is made from.

    Parameters
    ----------
    households : how many are ever customers.
    first_day, last_day : the time the records span, both included.
    r, alpha : a household's orders a week while it is a customer, its standing contract for milk
        not counted, are gamma distributed with shape r and rate alpha: on average r / alpha.
    a, b : its chance of stopping after a repeat order is beta distributed: on average a / (a + b).
    p, q, v : an order's amount in EUR is gamma with shape p and a rate that is gamma over the
        households with shape q and rate v: on average p v / (q - 1).
    acquisition_years : the pace at which winning households slows down: the number won falls to
        1/e of itself in so many years.
    satisfaction_keeps : correlation, before the households are sampled, between how content a
        household is and how unlikely it is to stop.

    Examples
    --------
    >>> truth = DairyTruth()
    >>> f"{truth.r / truth.alpha:.2f} orders a week, {truth.p * truth.v / (truth.q - 1):.2f} EUR each"
    '0.08 orders a week, 20.00 EUR each'
    """  # noqa: E501

    households: int = 5_000
    first_day: date = date(2023, 11, 1)
    last_day: date = date(2026, 10, 31)
    r: float = 0.9
    alpha: float = 11.0
    a: float = 0.7
    b: float = 6.0
    p: float = 10.0
    q: float = 8.0
    v: float = 14.0
    acquisition_years: float = 1.1
    satisfaction_keeps: float = 0.5

    @property
    def weeks(self) -> float:
        """How long the records run, in weeks."""
        return ((self.last_day - self.first_day).days + 1) / _DAYS_PER_WEEK

    def week_of(self, day: date) -> float:
        """Return how many weeks after the first day a day begins."""
        return (day - self.first_day).days / _DAYS_PER_WEEK

    def dates(self, days: np.ndarray) -> pd.Series:
        """Turn whole days since the first into dates."""
        dates = pd.Timestamp(self.first_day) + pd.to_timedelta(np.asarray(days), unit="D")
        return pd.Series(dates).astype("datetime64[us]")


@dataclass(frozen=True)
class Households:
    """The households as they truly are, times in weeks since the first day (not rounded to days).

    Parameters
    ----------
    customers : by customer_id: acquired, rate, dropout, mean_amount (EUR), contentment (z-score),
        alive (whether the household is still a customer on the last day).
    orders : a row per order: customer_id, week; the first of a household is its acquisition.
    """

    customers: pd.DataFrame
    orders: pd.DataFrame


def simulate_households(truth: DairyTruth | None = None, seed: int = 2026) -> Households:
    """Let the households order, in continuous time.

    Given its rate, a household's orders over its time of observation are uniformly spread, as
    the gaps of a Poisson process make them; it stops after a geometric number of repeat orders.

    Examples
    --------
    >>> small = simulate_households(DairyTruth(households=3), seed=1)
    >>> small.customers.index.tolist(), bool((small.orders["week"] <= DairyTruth().weeks).all())
    (['H0001', 'H0002', 'H0003'], True)
    """
    truth, rng = truth or DairyTruth(), stream(seed, "households")
    acquired = _acquired(rng, truth)
    rate = rng.gamma(truth.r, 1 / truth.alpha, truth.households)
    dropout = np.clip(rng.beta(truth.a, truth.b, truth.households), 1e-9, 1)
    observed = truth.weeks - acquired
    possible, until_stop = rng.poisson(rate * observed), rng.geometric(dropout)
    traits = {
        "acquired": acquired,
        "rate": rate,
        "dropout": dropout,
        "mean_amount": truth.p / rng.gamma(truth.q, 1 / truth.v, truth.households),
        "contentment": _contentment(rng, dropout, truth.satisfaction_keeps),
        "alive": until_stop > possible,
    }
    ids = [f"H{number:04d}" for number in range(1, truth.households + 1)]
    customers = pd.DataFrame(traits, index=pd.Index(ids, name="customer_id", dtype="str"))
    repeat_of, week = _repeat_times(rng, possible, until_stop, acquired, observed)
    owner = np.concatenate([np.arange(truth.households), repeat_of])
    times = np.concatenate([acquired, week])
    order = np.lexsort((times, owner))
    owners = customers.index.take(owner[order])
    return Households(customers, pd.DataFrame({"customer_id": owners, "week": times[order]}))


def _acquired(rng, truth):
    """Draw when each household is won, in weeks, the first ones first: ever fewer over time."""
    scale = truth.acquisition_years * _WEEKS_PER_YEAR
    won = rng.random(truth.households) * -np.expm1(-truth.weeks / scale)
    return np.sort(-scale * np.log1p(-won))


def _repeat_times(rng, possible, until_stop, acquired, observed):
    """Return whose each repeat order is and when: the first ``until_stop`` of the possible ones."""
    owner = np.repeat(np.arange(len(possible)), possible)
    times = acquired[owner] + rng.random(len(owner)) * observed[owner]
    order = np.lexsort((times, owner))
    owner, times = owner[order], times[order]
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(possible) - possible, possible)
    kept = rank < until_stop[owner]
    return owner[kept], times[kept]


def _contentment(rng, dropout, correlation):
    """Draw how content each household is, in tune with how unlikely it is to stop."""
    stays = -dropout.argsort(kind="stable").argsort() / len(dropout)
    stays = (stays - stays.mean()) / stays.std()
    return correlation * stays + np.sqrt(1 - correlation**2) * rng.standard_normal(len(dropout))
