"""Complaints, questions and returns of the simulated dairy's households."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.data.draws import choose, stream, typed
from crm_analysis.data.simulation import DairyTruth, Households
from crm_analysis.data.simulation_books import purchase_days

__all__ = ["ServiceTruth", "simulate_interactions"]

_CHANNELS = {"telephone": 0.44, "app": 0.31, "e-mail": 0.17, "at the door": 0.08}
# kind → share of the orders that it follows, mean cost in EUR
_OTHERS = {"question": (0.018, 2.1), "return": (0.008, 6.4)}


@dataclass(frozen=True)
class ServiceTruth:
    """How complaints come about and how they're handled.

    Parameters
    ----------
    complaints : share of orders that a household complains about, if it hasn't before.
    quick_days : a complaint settled within so many days is quick.
    quick_if_back : share of quick ones among complaints of households that order again within
        ``back_days`` days.
    quick_if_gone : share of quick ones among the others.
    satisfied_if_quick, satisfied_if_slow : share of households content with the outcome.
    dissatisfied_below : overall satisfaction under this is dissatisfaction.
    dissatisfied_complain : share of dissatisfied respondents of the large survey who complained
        in the year before; the other complaints stay hidden.
    cost : mean cost of handling a complaint, in EUR.

    Notes
    -----
    Handling is drawn given what the household does next, not the other way round: the odds ratio
    between the two is the same either way, and the households' ordering stays as it was.
    """

    complaints: float = 0.05
    quick_days: int = 5
    back_days: int = 90
    quick_if_back: float = 0.68
    quick_if_gone: float = 0.46
    satisfied_if_quick: float = 0.80
    satisfied_if_slow: float = 0.35
    dissatisfied_below: float = 4.0
    dissatisfied_complain: float = 0.3
    cost: float = 9.0

    @property
    def odds_ratio(self) -> float:
        """Odds of ordering again after quick handling, over those after slow handling.

        Examples
        --------
        >>> round(ServiceTruth().odds_ratio, 2)
        2.49
        """
        back, gone = self.quick_if_back, self.quick_if_gone
        return back / (1 - back) / (gone / (1 - gone))


def simulate_interactions(
    households: Households,
    outcomes: pd.DataFrame,
    truth: DairyTruth | None = None,
    service: ServiceTruth | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Return the table ``interactions``; a household complains once at most.

    Parameters
    ----------
    outcomes : of the large survey: customer_id, overall_satisfaction.
    """
    truth, service = truth or DairyTruth(), service or ServiceTruth()
    rng = stream(seed, "interactions")
    days = purchase_days(households)
    complaints = _handled(rng, _complaints(rng, days, outcomes, truth, service), truth, service)
    others = [
        _others(rng, days, kind, share, cost, truth) for kind, (share, cost) in _OTHERS.items()
    ]
    frame = pd.concat([complaints, *others], ignore_index=True)
    frame["channel"] = choose(rng, _CHANNELS, len(frame)).array
    frame = frame.sort_values(["day", "customer_id", "kind"], ignore_index=True)
    frame["date"] = truth.dates(frame.pop("day"))
    return typed(frame, "interactions")


def _complaints(rng, days, outcomes, truth, service):
    """Choose which orders are complained about, a day or two later; and who orders again when."""
    after = days.assign(day=days["day"] + 1 + rng.integers(0, 2, len(days)))
    again = days["day"].shift(-1).where(days["customer"].eq(days["customer"].shift(-1)))
    # An order on the very day of the complaint is no answer to its handling.
    next_but_one = again.shift(-1).where(days["customer"].eq(days["customer"].shift(-2)))
    after["again"] = again.where(again > after["day"], next_but_one)
    low = outcomes["overall_satisfaction"] < service.dissatisfied_below
    low = np.sort(outcomes.loc[low, "customer_id"].unique())
    speak = low[rng.random(len(low)) < service.dissatisfied_complain]
    last = (truth.last_day - truth.first_day).days
    picked = (rng.random(len(days)) < service.complaints) & ~days["customer_id"].isin(low)
    lately = after["customer_id"].isin(speak) & after["day"].between(last - 350, last - 14)
    one = lately & (rng.random(len(days)) < 0.5)
    # Somebody whose draws all failed complains about the first order of the year.
    missed = lately & ~after["customer_id"].isin(after.loc[one, "customer_id"])
    chosen = after[(picked | one | missed) & (after["day"] <= last)]
    return chosen.drop_duplicates("customer_id")[["customer_id", "day", "again"]]


def _handled(rng, complaints, truth, service):
    """Settle the complaints, quicker where the household orders again."""
    n, day = len(complaints), complaints["day"].to_numpy()
    back = (complaints["again"] - complaints["day"] <= service.back_days).to_numpy()
    quick = rng.random(n) < np.where(back, service.quick_if_back, service.quick_if_gone)
    slow_days = service.quick_days + 1 + np.minimum(rng.geometric(1 / 12, n), 60)
    settled = day + np.where(quick, rng.integers(0, service.quick_days + 1, n), slow_days)
    content = rng.random(n) < np.where(quick, service.satisfied_if_quick, service.satisfied_if_slow)
    known = settled <= (truth.last_day - truth.first_day).days
    return pd.DataFrame(
        {
            "customer_id": complaints["customer_id"].array,
            "day": day,
            "kind": "complaint",
            "resolved_on": truth.dates(settled).where(known),
            "satisfied": pd.Series(content, dtype="boolean").where(known),
            "cost": np.round(rng.gamma(4, service.cost / 4, n), 2),
        }
    )


def _others(rng, days, kind, share, cost, truth):
    """Draw questions or returns: settled within days; nobody is asked how content they are."""
    chosen = days[rng.random(len(days)) < share]
    n, day = len(chosen), np.minimum(chosen["day"], (truth.last_day - truth.first_day).days)
    settled = day + rng.integers(0, 3, n)
    known = settled <= (truth.last_day - truth.first_day).days
    return pd.DataFrame(
        {
            "customer_id": chosen["customer_id"].array,
            "day": day.array,
            "kind": kind,
            "resolved_on": truth.dates(settled).where(known.to_numpy()),
            "satisfied": pd.array([pd.NA] * n, dtype="boolean"),
            "cost": np.round(rng.gamma(4, cost / 4, n), 2),
        }
    )
