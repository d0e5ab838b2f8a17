"""Logs of trades that differ in how their customers come, buy and go; nothing is drawn from one.

Each world is a function of a seed that gives a log, the weeks known and the weeks foretold.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

__all__ = ["TRADES"]

_YEAR = 365.25 / 7
_START = pd.Timestamp("2021-01-04")


def _log(who: np.ndarray, week: np.ndarray, weeks: float, rng) -> pd.DataFrame:
    seen = (week >= 0) & (week < weeks)
    day = np.floor(week[seen] * 7).astype(int)
    # A customer's own level of spend, and a purchase's chance about it.
    own = rng.gamma(6, 10, who.max() + 1)
    amount = (own[who[seen]] * rng.gamma(3, 1 / 3, len(day))).round(2) + 0.01
    table = {"customer_id": who[seen], "date": _START + pd.to_timedelta(day, unit="D")}
    frame = pd.DataFrame(table | {"amount": amount})
    return frame.sort_values(["date", "customer_id"], ignore_index=True)


def _lives(rng, born, rate, weeks, *, coin=None, stay=None, shape=1.0, pace=None):
    """Live one purchase after the other: by a coin after each, or until a time is over.

    ``rate`` per week of an average pace, ``stay`` weeks from the first purchase, ``shape`` of
    the Gamma gaps, ``pace`` a function of calendar weeks.
    """
    days = np.arange(np.floor(born.min() * 7), weeks * 7 + 1) / 7
    speed = np.ones(len(days)) if pace is None else pace(days)
    ticks = np.concatenate([[0.0], np.cumsum(speed)[:-1] / 7])
    end = np.full(len(born), np.inf) if stay is None else born + stay
    now, name, seen, alone = np.interp(born, days, ticks), np.arange(len(born)), [], True
    while len(name):
        moment = np.interp(now, ticks, days)
        there = (moment <= end[name]) & (now < ticks[-1])
        now, name = now[there], name[there]
        seen.append((name, moment[there]))
        if coin is not None and not alone:
            kept = rng.random(len(name)) >= coin[name]
            now, name = now[kept], name[kept]
        alone = False
        now = now + rng.gamma(shape, 1 / shape, len(name)) / rate[name]
    return tuple(np.concatenate(parts) for parts in zip(*seen, strict=True))


def _by_weeks(rng, intensity: np.ndarray):
    """Draw purchases from a rate per customer and week."""
    who, week = np.nonzero(count := rng.poisson(intensity))
    times = count[who, week]
    who, week = np.repeat(who, times), np.repeat(week, times)
    return who, week + rng.random(len(week))


def _season(height: float, peak: float = 48):
    return lambda weeks: np.exp(height * np.cos(2 * np.pi * (weeks - peak) / _YEAR))


def _random(seed, n=3000, known=52, ahead=26, clock=(0.8, 8.0), coin=(0.8, 3.0), cohort=0, **more):
    rng, weeks = np.random.default_rng(seed), known + ahead
    born = rng.uniform(more.pop("since", 0), cohort or weeks, n)
    rate, leaves = rng.gamma(clock[0], 1 / clock[1], n), rng.beta(*coin, n)
    lived = _lives(rng, born, rate, weeks, coin=leaves, **more)
    return _log(*lived, weeks, rng), known, ahead


def _pareto(seed, n=3000, known=52, ahead=39):
    rng, weeks = np.random.default_rng(seed), known + ahead
    stay = rng.exponential(1 / rng.gamma(0.6, 1 / 12, n))
    lived = _lives(rng, rng.uniform(0, weeks, n), rng.gamma(0.7, 1 / 6, n), weeks, stay=stay)
    return _log(*lived, weeks, rng), known, ahead


def _quality(seed, trend, n=3500, known=65, ahead=39):
    """Later customers are worse (trend < 0) and more, or better and fewer."""
    rng, weeks = np.random.default_rng(seed), known + ahead
    when = rng.beta(2, 1, n) if trend < 0 else rng.beta(1, 2, n)
    rate = rng.gamma(0.8, 1 / 6, n) * np.exp(trend * when)
    leaves = 1 - rng.beta(3.0, 0.8, n) ** np.exp(-trend * when)
    lived = _lives(rng, when * weeks, rate, weeks, coin=leaves)
    return _log(*lived, weeks, rng), known, ahead


def _wholesalers(seed, n=2500, known=52, ahead=26):
    rng, weeks = np.random.default_rng(seed), known + ahead
    rate = np.exp(rng.normal(-2.6, 1.5, n))
    stay, born = rng.exponential(90, n), rng.uniform(-200, weeks, n)
    lived = _lives(rng, born, rate, weeks, stay=stay, pace=_season(0.3))
    return _log(*lived, weeks, rng), known, ahead


def _projects(seed, n=1500, known=78, ahead=39):
    """Months of frequent orders, then silence until the next project."""
    rng, weeks = np.random.default_rng(seed), known + ahead
    since = 104
    at, active = rng.gamma(0.8, 1 / 60, n), np.zeros((n, weeks + since), bool)
    length = 1 / rng.uniform(3, 12, n)
    now = np.zeros(n, bool)
    for week in range(weeks + since):
        now = np.where(now, rng.random(n) > length, rng.random(n) < at)
        active[:, week] = now
    rate = rng.gamma(1.5, 0.3, n)[:, None] * active
    who, week = _by_weeks(rng, rate)
    return _log(who, week - since, weeks, rng), known, ahead


def _wandering(seed, n=3000, known=52, ahead=39, spread=1.0, memory=30.0, since=0):
    """Rates that wander: nobody leaves for good, few stay as they were."""
    rng, weeks = np.random.default_rng(seed), known + ahead + since
    keep = np.exp(-1 / memory)
    level, path = rng.normal(0, spread, n), np.empty((n, weeks))
    for week in range(weeks):
        level = keep * level + np.sqrt(1 - keep**2) * rng.normal(0, spread, n)
        path[:, week] = level
    born = rng.uniform(0, weeks, n)
    rate = np.exp(path + rng.normal(-2.8, 0.8, n)[:, None])
    rate *= np.arange(weeks) >= born[:, None]
    who, week = _by_weeks(rng, rate)
    return _log(who, week - since, known + ahead, rng), known, ahead


def _event(seed, factor, length, known=52, ahead=26):
    """A price-off at the very end of what is known, or weeks of closed doors in its middle."""
    since = known - length if factor > 1 else known / 2

    def pace(weeks):
        return np.where((weeks >= since) & (weeks < since + length), factor, 1.0)

    return _random(seed, known=known, ahead=ahead, pace=pace)


_REGULAR = {"clock": (3.0, 10.0), "coin": (0.5, 6.0), "n": 1500}
TRADES: dict[str, Callable] = {
    "random (BG/NBD)": _random,
    "one cohort (BG/NBD)": partial(
        _random, known=39, ahead=39, clock=(0.25, 4.4), coin=(0.8, 2.4), cohort=13, n=4000
    ),
    "random (Pareto/NBD)": _pareto,
    "supermarket": partial(_random, **_REGULAR, shape=3.0, since=-104, known=26),
    "restaurant, closed weeks": partial(_event, factor=0.02, length=3),
    "seasonal, two years": partial(_random, known=117, ahead=39, pace=_season(0.8)),
    "seasonal, one year": partial(_random, pace=_season(0.8)),
    "gifts, cut before the season": partial(_random, since=-104, known=39, pace=_season(0.7)),
    "left-cut": partial(_random, since=-156, known=26, clock=(1, 4), coin=(0.6, 6), n=4000),
    "growing, worse customers": partial(_quality, trend=-1.2),
    "shrinking, better customers": partial(_quality, trend=0.8),
    "furniture": partial(_random, known=156, ahead=52, clock=(0.6, 60.0), coin=(1.0, 3.0), n=4000),
    "yearly donations": partial(
        _random, known=208, ahead=104, clock=(9, 450), coin=(0.9, 3), shape=12.0, cohort=26, n=2500
    ),
    "monthly contracts": partial(
        _random, clock=(40, 174), coin=(0.8, 12), shape=25.0, n=1500, since=-26
    ),
    "projects (B2B)": _projects,
    "wholesalers": _wholesalers,
    "wandering rates": _wandering,
    "price-off at the end": partial(_event, factor=3.0, length=3),
    "tiny": partial(_random, n=150),
    "four weeks": partial(_random, known=4, ahead=2, clock=(0.8, 1.5), n=2000),
}
