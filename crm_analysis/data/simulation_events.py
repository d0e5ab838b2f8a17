"""What happens to the simulated dairy: a scare, a driver who leaves, a programme, campaigns.

Everything is laid over the households' own ordering with a stated effect: orders that are not
placed, or placed in addition. A household's first order is never touched. Together the events
change a few orders in a hundred, so that the parameters of ``DairyTruth`` can still be found.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream, typed
from crm_analysis.data.simulation import DairyTruth, Households

__all__ = ["STAFF", "Campaign", "EventTruth", "Happened", "let_happen", "segment_of"]

STAFF = (
    "Alva", "Bero", "Cosma", "Dario", "Edda", "Falk", "Gesa", "Hanno",
    "Ilka", "Jonte", "Kaya", "Lorin", "Merle", "Nino", "Oda", "Pelle",
)  # fmt: skip


@dataclass(frozen=True)
class Campaign:
    """A message to some of the households that ordered in the half year before it.

    Parameters
    ----------
    cost : of a message, in EUR.
    size : households chosen, those of the control group among them.
    """

    name: str
    day: date
    channel: str
    offer: str
    cost: float
    size: int


_CAMPAIGNS = (
    Campaign("Spring 2024", date(2024, 4, 8), "letter", "free delivery", 0.68, 900),
    Campaign("Cheese 2024", date(2024, 10, 7), "e-mail", "cheese box", 0.03, 900),
    Campaign("Back to milk 2025", date(2025, 6, 2), "letter", "2 EUR off", 0.68, 1100),
    Campaign("Harvest 2025", date(2025, 9, 29), "e-mail", "cheese box", 0.03, 1000),
    Campaign("Summer 2026", date(2026, 6, 15), "SMS", "2 EUR off", 0.07, 1000),
)


@dataclass(frozen=True)
class EventTruth:
    """What happens, and how much it changes.

    Parameters
    ----------
    scare_on : first day of the scare about the milk.
    scare_orders : share of the orders that are still placed right after it; it goes back to 1 in
        a straight line within ``scare_weeks``.
    leaver, successor, left_on : who of the delivery staff leaves, who takes over the route, and
        the leaver's last day.
    taken_along : share of the route's households that leave with the leaver, for good.
    programme_from : first day of the points programme; a household may join with its first order
        from then on that isn't its first of all.
    joins : share of households with the median rate of ordering that join if they can.
    joins_by_rate : log odds of joining that a doubling of the rate of ordering adds: selection.
    members_order : what membership multiplies the rate of ordering by: effect.
    campaigns : those that were run.
    control : share of the chosen households that get no message.
    campaign_weeks : how long a message works.
    persuaded : share of persuadable households that the message brings one more order from.
    put_off : share of the orders that households which shouldn't be disturbed drop after it.
    """

    scare_on: date = date(2025, 2, 10)
    scare_orders: float = 0.55
    scare_weeks: int = 16
    leaver: str = "Falk"
    successor: str = "Rhea"
    left_on: date = date(2025, 6, 30)
    taken_along: float = 0.4
    programme_from: date = date(2024, 5, 1)
    joins: float = 0.36
    joins_by_rate: float = 0.5
    members_order: float = 1.10
    campaigns: tuple[Campaign, ...] = _CAMPAIGNS
    control: float = 0.3
    campaign_weeks: int = 4
    persuaded: float = 0.3
    put_off: float = 0.5


@dataclass(frozen=True)
class Happened:
    """The households after what happened.

    Parameters
    ----------
    households : as ``simulate_households`` gives them, with the orders as they came to be.
    contacts : the table.
    taken : by customer_id: whether the household left with the driver.
    joined : by customer_id: when it joined the programme, in weeks; missing for the others.
    """

    households: Households
    contacts: pd.DataFrame
    taken: pd.Series
    joined: pd.Series


def segment_of(people: pd.DataFrame) -> pd.Series:
    """Tell how a household takes messages, by age and children.

    Examples
    --------
    >>> people = pd.DataFrame({"age": ["over 65", "under 40", "under 40"],
    ...     "children": ["none", "one", "none"]})
    >>> segment_of(people).tolist()
    ['do not disturb', 'persuadable', 'sure thing']
    """
    old, family = people["age"] == "over 65", people["children"] != "none"
    names = np.select([old, family], ["do not disturb", "persuadable"], "sure thing")
    return pd.Series(names, people.index, name="segment", dtype="str")


def let_happen(
    households: Households,
    people: pd.DataFrame,
    emailed: pd.Series,
    truth: DairyTruth | None = None,
    events: EventTruth | None = None,
    seed: int = 2026,
) -> Happened:
    """Lay the events over the households' orders.

    Parameters
    ----------
    people : by customer_id, as from ``simulate_people``.
    emailed : by customer_id, whether the dairy knows an e-mail address.
    """
    truth, events, rng = truth or DairyTruth(), events or EventTruth(), stream(seed, "events")
    customers = households.customers
    owner = customers.index.get_indexer(households.orders["customer_id"])
    week = households.orders["week"].to_numpy()
    taken = _taken_along(rng, customers, truth, events)
    stays = ~(taken[owner] & (week >= truth.week_of(events.left_on) + 1 / 7))
    stays &= _despite_scare(rng, week, truth, events)
    stays |= week == customers["acquired"].to_numpy()[owner]
    owner, week = owner[stays], week[stays]
    joined = _joined(rng, customers, owner, week, truth, events)
    owner, week = _members_more(rng, owner, week, joined, events)
    contacts = []
    for campaign in events.campaigns:
        at = truth.week_of(campaign.day)
        reached = emailed.to_numpy() if campaign.channel == "e-mail" else np.ones(len(taken), bool)
        chosen, treated = _choose(rng, owner, week, at, reached & ~taken, campaign, events)
        contacts.append(_contacts(rng, customers.index[chosen], treated, campaign))
        segment = segment_of(people).to_numpy()[chosen[treated]]
        owner, week = _respond(rng, owner, week, chosen[treated], segment, at, events)
    order = np.lexsort((week, owner))
    orders = {"customer_id": customers.index.take(owner[order]), "week": week[order]}
    customers = customers.assign(alive=customers["alive"] & ~taken)
    return Happened(
        replace(households, customers=customers, orders=pd.DataFrame(orders)),
        typed(pd.concat(contacts), "contacts"),
        pd.Series(taken, customers.index),
        pd.Series(joined, customers.index),
    )


def _taken_along(rng, customers, truth, events):
    on_route = np.arange(len(customers)) % len(STAFF) == STAFF.index(events.leaver)
    there = customers["acquired"].to_numpy() < truth.week_of(events.left_on)
    return on_route & there & (rng.random(len(customers)) < events.taken_along)


def _despite_scare(rng, week, truth, events):
    """Tell which orders are placed although there is a scare."""
    since = week - truth.week_of(events.scare_on)
    placed = events.scare_orders + (1 - events.scare_orders) * since / events.scare_weeks
    during = (since >= 0) & (since < events.scare_weeks)
    return ~during | (rng.random(len(week)) < placed)


def _joined(rng, customers, owner, week, truth, events):
    """Return when each household joins the programme: with an order; the keener are likelier."""
    can = (week >= truth.week_of(events.programme_from)) & np.r_[False, owner[1:] == owner[:-1]]
    at = pd.Series(week[can]).groupby(owner[can]).min().reindex(range(len(customers))).to_numpy()
    doublings = np.log2(customers["rate"] / customers["rate"].median()).to_numpy()
    odds = events.joins / (1 - events.joins) * np.exp(events.joins_by_rate * doublings)
    return np.where(rng.random(len(customers)) < odds / (1 + odds), at, np.nan)


def _members_more(rng, owner, week, joined, events):
    """Add the orders that members place beyond their own rate, while they are customers."""
    last = np.r_[owner[1:] != owner[:-1], True]
    until = np.where(last, week, np.r_[week[1:], 0])
    more = (week >= joined[owner]) & ~last & (rng.random(len(week)) < events.members_order - 1)
    added = week[more] + rng.random(more.sum()) * (until - week)[more]
    return _merged(owner, week, owner[more], added)


def _choose(rng, owner, week, at, allowed, campaign, events):
    """Choose the households of a campaign, and who of them gets the message."""
    recent = np.unique(owner[(week >= at - 26) & (week < at)])
    chosen = np.sort(rng.permutation(recent[allowed[recent]])[: campaign.size])
    return chosen, rng.random(len(chosen)) >= events.control


def _contacts(rng, ids, treated, campaign):
    electronic = treated & (campaign.channel == "e-mail")
    opened = rng.random(len(ids)) < 0.44
    clicked = opened & (rng.random(len(ids)) < 0.22)
    frame = pd.DataFrame({"customer_id": ids, "campaign": campaign.name, "date": campaign.day})
    frame["date"] = pd.to_datetime(frame["date"])
    frame["channel"], frame["offer"] = campaign.channel, campaign.offer
    frame["group"] = np.where(treated, "treatment", "control")
    frame["cost"] = np.where(treated, campaign.cost, 0.0)
    return frame.assign(
        opened=pd.array(opened, dtype="boolean"), clicked=pd.array(clicked, dtype="boolean")
    ).assign(**{n: lambda f, n=n: f[n].where(electronic) for n in ("opened", "clicked")})


def _respond(rng, owner, week, told, segment, at, events):
    """Let who got a message order more, as before, or less."""
    put_off = np.isin(owner, told[segment == "do not disturb"])
    during = (week >= at) & (week < at + events.campaign_weeks)
    dropped = put_off & during & (rng.random(len(week)) < events.put_off)
    more = told[(segment == "persuadable") & (rng.random(len(told)) < events.persuaded)]
    added = at + rng.random(len(more)) * events.campaign_weeks
    return _merged(owner[~dropped], week[~dropped], more, added)


def _merged(owner, week, more_owner, more_week):
    owner, week = np.concatenate([owner, more_owner]), np.concatenate([week, more_week])
    order = np.lexsort((week, owner))
    return owner[order], week[order]
