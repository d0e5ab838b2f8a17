"""The rest of the simulated dairy's books: deals with shops, visitors, what CRM costs and saves."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream, typed, weighted
from crm_analysis.data.simulation import DairyTruth

__all__ = ["CRM_COSTS", "DealTruth", "TrafficTruth", "list_crm_costs", "simulate_deals",
           "simulate_traffic"]  # fmt: skip

# Kind → first month, last month, every how many months, EUR: above zero a cost, below a benefit.
CRM_COSTS = {
    "software": ("2023-11", "2026-10", 1, 480.0),
    "data clean-up": ("2023-11", "2024-02", 1, 2600.0),
    "training": ("2023-12", "2026-10", 6, 1450.0),
    "staff time": ("2024-01", "2026-10", 1, 1150.0),
    "vouchers": ("2024-06", "2026-10", 1, 290.0),
    "advertising saved": ("2024-07", "2026-10", 1, -1380.0),
    "fewer calls": ("2024-10", "2026-10", 1, -620.0),
    "customers kept": ("2025-01", "2026-10", 1, -1240.0),
}


@dataclass(frozen=True)
class DealTruth:
    """How deals with shops and cafés go.

    Parameters
    ----------
    deals : how many are opened, evenly over the records.
    stages : stage → share of deals that go on from it; from the last one they're won.
    weeks : mean time in a stage, in weeks.
    sources : source → share of the deals, factor on the odds of going on from the first stage.
    staff : who works on deals → share of them, factor on the odds of being won from the last stage.
    amount, spread : median of what a deal brings in EUR a year; its standard deviation in
        logarithms.
    """

    deals: int = 640
    stages: dict[str, float] = field(
        default_factory=lambda: {"lead": 0.55, "tasting": 0.65, "offer": 0.75, "talks": 0.6}
    )
    weeks: float = 3.0
    sources: dict[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "fair": (0.3, 1.0),
            "recommendation": (0.2, 3.0),
            "cold call": (0.5, 0.6),
        }
    )
    staff: dict[str, tuple[float, float]] = field(
        default_factory=lambda: {"Tove": (0.4, 1.0), "Ulf": (0.35, 1.0), "Vera": (0.25, 3.0)}
    )
    amount: float = 2400.0
    spread: float = 0.7


def simulate_deals(
    truth: DairyTruth | None = None, deals: DealTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Return the table ``deals``: each with the last stage that it reached by the last day.

    The stage of a decided deal is the one from which it was won or lost.
    """
    truth, deals, rng = truth or DairyTruth(), deals or DealTruth(), stream(seed, "deals")
    n, over = deals.deals, (truth.last_day - truth.first_day).days
    opened = np.sort(rng.integers(0, over + 1, n))
    source, person = (
        weighted(rng, [share for share, _ in of.values()], n) for of in (deals.sources, deals.staff)
    )
    goes_on = _chances(deals, source, person)
    stays = np.ceil(rng.exponential(7 * deals.weeks, goes_on.shape))
    left = opened[:, None] + stays.cumsum(axis=1)
    on = rng.random(goes_on.shape) < goes_on
    # A deal rests in the first stage that it doesn't pass, or that it is still in on the last day.
    passed = on & (left <= over)
    stage = np.minimum(np.logical_and.accumulate(passed, axis=1).sum(axis=1), on.shape[1] - 1)
    closed, won = left[np.arange(n), stage], on[np.arange(n), stage]
    decided = closed <= over
    table = {
        "deal_id": [f"S{k:04d}" for k in range(1, n + 1)],
        "stage": np.array(list(deals.stages), dtype=object)[stage],
        "opened_on": truth.dates(opened),
        "amount": np.rint(rng.lognormal(np.log(deals.amount), deals.spread, n) / 10) * 10,
        "salesperson": np.array(list(deals.staff), dtype=object)[person],
        "source": np.array(list(deals.sources), dtype=object)[source],
        "closed_on": truth.dates(closed).where(decided),
        "won": pd.Series(won, dtype="boolean").where(decided),
    }
    return typed(pd.DataFrame(table), "deals")


def _chances(deals, source, person):
    """Return the chance of each deal (rows) to go on from each stage (columns)."""
    odds = np.array([share / (1 - share) for share in deals.stages.values()])
    odds = np.tile(odds, (len(source), 1))
    odds[:, 0] *= np.array([factor for _, factor in deals.sources.values()])[source]
    odds[:, -1] *= np.array([factor for _, factor in deals.staff.values()])[person]
    return odds / (1 + odds)


@dataclass(frozen=True)
class TrafficTruth:
    """How many visitors come a day.

    Parameters
    ----------
    web, depot : on an average weekday in the first year.
    web_week, depot_week : factor on each day of the week, from Monday.
    growth : factor on the web shop's visitors from year to year.
    season : how far the depot's visitors swing over the year, highest in mid-June.
    scare : factor on the visitors of both in the four weeks after the scare.
    """

    web: float = 88.0
    depot: float = 41.0
    web_week: tuple[float, ...] = (1.15, 1.0, 0.95, 1.0, 0.9, 0.8, 1.2)
    depot_week: tuple[float, ...] = (0.8, 0.8, 0.9, 0.9, 1.2, 1.4, 0.0)
    growth: float = 1.12
    season: float = 0.15
    scare: float = 0.7


def simulate_traffic(
    truth: DairyTruth | None = None,
    traffic: TrafficTruth | None = None,
    scare_on: pd.Timestamp | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Return the table ``traffic``: the web shop's and the depot shop's visitors by day."""
    truth, traffic, rng = truth or DairyTruth(), traffic or TrafficTruth(), stream(seed, "traffic")
    days = pd.date_range(truth.first_day, truth.last_day)
    year = np.arange(len(days)) / 365.25
    since = (days - scare_on).days if scare_on is not None else np.full(len(days), -1)
    scare = np.where((since >= 0) & (since < 28), traffic.scare, 1.0)
    season = 1 + traffic.season * np.cos(2 * np.pi * (days.dayofyear - 166) / 365.25)
    means = {
        ("web", ""): traffic.web * traffic.growth**year * scare,
        ("depot door", "North"): traffic.depot * season * scare,
    }
    frames = []
    for ((channel, store), mean), week in zip(
        means.items(), (traffic.web_week, traffic.depot_week), strict=True
    ):
        visitors = rng.poisson(mean * np.array(week)[days.dayofweek])
        frame = pd.DataFrame({"date": days, "visitors": visitors, "channel": channel})
        frames.append(frame.assign(store=store or None))
    both = pd.concat(frames).sort_values(["date", "channel"])
    return typed(both, "traffic")


def list_crm_costs() -> pd.DataFrame:
    """Return the table ``crm_costs``: what the CRM programme costs and brings, by month.

    Examples
    --------
    >>> costs = list_crm_costs()
    >>> int((costs["amount"] > 0).sum()), int((costs["amount"] < 0).sum())
    (108, 75)
    """
    rows = [
        {"date": month.to_timestamp(how="end").normalize(), "kind": kind, "amount": amount}
        for kind, (first, last, step, amount) in CRM_COSTS.items()
        for month in pd.period_range(first, last, freq="M")[::step]
    ]
    return typed(pd.DataFrame(rows).sort_values(["date", "kind"]), "crm_costs")
