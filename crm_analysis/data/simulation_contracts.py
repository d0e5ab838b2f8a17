"""Standing contracts and the points programme of the simulated dairy.

How many months a contract lasts follows the shifted beta-geometric model (Fader and Hardie 2007):
each has its own chance of being ended in a month, drawn from a beta distribution.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream, typed, weighted
from crm_analysis.data.simulation import DairyTruth
from crm_analysis.data.simulation_books import staff_of
from crm_analysis.data.simulation_events import STAFF, EventTruth, Happened

__all__ = ["ContractTruth", "PointsTruth", "simulate_points", "simulate_subscriptions"]

_DAYS_PER_WEEK = 7
_MONTHS_PER_WEEK = 12 / 365.25 * 7
# In months; far beyond the records.
_LONGEST = 600


@dataclass(frozen=True)
class ContractTruth:
    """What the standing contracts are made from.

    Parameters
    ----------
    share : of the households that conclude one, from the first of a month on.
    months_until : mean number of months from winning a household to its contract.
    a, b : the chance that a contract is ended in a month is beta distributed: on average
        a / (a + b) in the first month, ever less later on.
    plans : plan → share of the contracts, EUR a month.
    """

    share: float = 0.34
    months_until: float = 2.0
    a: float = 0.8
    b: float = 14.0
    plans: dict[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "1 l a week": (0.38, 6.40),
            "2 l a week": (0.36, 12.20),
            "4 l a week": (0.16, 23.60),
            "milk and eggs": (0.10, 18.90),
        }
    )


def simulate_subscriptions(
    happened: Happened,
    truth: DairyTruth | None = None,
    contracts: ContractTruth | None = None,
    events: EventTruth | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Return the table ``subscriptions``.

    A contract runs by whole months. Households that leave with their driver end it in that month.
    """
    truth, contracts = truth or DairyTruth(), contracts or ContractTruth()
    events, rng = events or EventTruth(), stream(seed, "subscriptions")
    customers, n = happened.households.customers, len(happened.taken)
    begins, over = (pd.Period(day, "M") for day in (truth.first_day, truth.last_day))
    who = np.flatnonzero(rng.random(n) < contracts.share)
    won = customers["acquired"].to_numpy()[who] * _MONTHS_PER_WEEK
    start = np.ceil(won + rng.exponential(contracts.months_until, len(who))).astype("int64")
    lasts = rng.geometric(np.clip(rng.beta(contracts.a, contracts.b, len(who)), 1e-9, 1))
    last = start + np.minimum(lasts, _LONGEST) - 1
    left = (pd.Period(events.left_on, "M") - begins).n
    last = np.where(happened.taken.to_numpy()[who] & (start <= left), np.minimum(last, left), last)
    plan = weighted(rng, [share for share, _ in contracts.plans.values()], len(who))
    started = pd.PeriodIndex(begins + start)
    ended = pd.Series(pd.PeriodIndex(begins + last).to_timestamp(how="end").normalize())
    served = (ended.clip(upper=pd.Timestamp(truth.last_day)) - pd.Timestamp(truth.first_day)).dt
    table = {
        "customer_id": customers.index[who],
        "started_on": started.to_timestamp(),
        "monthly_amount": np.array([price for _, price in contracts.plans.values()])[plan],
        "ended_on": ended.where(ended <= pd.Timestamp(truth.last_day)),
        "plan": np.array(list(contracts.plans), dtype=object)[plan],
        "salesperson": staff_of(who % len(STAFF), served.days.to_numpy(), truth, events),
    }
    begun = started <= over
    frame = pd.DataFrame(table)[begun].sort_values(["started_on", "customer_id"])
    return typed(frame, "subscriptions")


@dataclass(frozen=True)
class PointsTruth:
    """What the points programme is made from.

    Parameters
    ----------
    per_eur : points earned for each EUR of an order; credited at the end of the month.
    voucher : points that a voucher takes.
    redeems : chance that a household with enough points for a voucher takes one at a month's end.
    months_valid : how long points last; those unspent expire at the end of that month.
    """

    per_eur: float = 1.0
    voucher: int = 50
    redeems: float = 0.25
    months_valid: int = 12


def simulate_points(
    happened: Happened,
    transactions: pd.DataFrame,
    truth: DairyTruth | None = None,
    points: PointsTruth | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Return the table ``programme``: what members earn, redeem and let expire, month by month."""
    truth, points = truth or DairyTruth(), points or PointsTruth()
    rng = stream(seed, "programme")
    earned = _earned(happened, transactions, truth, points)
    balance = np.zeros((len(earned), points.months_valid))  # by age of the points, oldest first
    moves = []
    for month, gained in earned.items():
        expired, balance = balance[:, 0], np.column_stack([balance[:, 1:], gained])
        willing = rng.random(len(earned)) < points.redeems
        spent = np.where(willing & (balance.sum(axis=1) >= points.voucher), points.voucher, 0)
        balance = _spend(balance, spent)
        parts = {"expire": -expired, "earn": gained.to_numpy(), "redeem": -spent}
        for kind, moved in parts.items():
            at = moved != 0
            row = {"customer_id": earned.index[at], "points": moved[at], "kind": kind}
            moves.append(pd.DataFrame(row).assign(date=month.to_timestamp(how="end").normalize()))
    return typed(pd.concat(moves), "programme")


def _earned(happened, transactions, truth, points):
    """Return the points that members earn, by customer_id and month."""
    joined = happened.joined.dropna()
    since = pd.Series(truth.dates(np.floor(joined * _DAYS_PER_WEEK)).array, joined.index)
    lines = transactions[transactions["date"] >= transactions["customer_id"].map(since)]
    months = pd.period_range(truth.first_day, truth.last_day, freq="M")
    paid = lines.groupby(["customer_id", lines["date"].dt.to_period("M")])["amount"].sum()
    by_month = paid.rename_axis(["customer_id", "month"]).rename("paid").reset_index()
    by_month = by_month.pivot_table(index="customer_id", columns="month", values="paid")
    return np.floor(by_month.reindex(columns=months).fillna(0.0) * points.per_eur)


def _spend(balance, spent):
    """Take points away, the oldest first."""
    before = np.cumsum(balance, axis=1) - balance
    return balance - np.clip(spent[:, None] - before, 0, balance)
