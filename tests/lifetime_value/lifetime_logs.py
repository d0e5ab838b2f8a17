"""Logs of purchases from known worlds: random, regular, seasonal, drifting, cut off on the left."""

import numpy as np
import pandas as pd

_YEAR = 365.25 / 7


def simulate_log(
    n: int = 2_000,
    weeks: int = 78,
    *,
    clock: tuple[float, float] = (0.8, 8.0),
    coin: tuple[float, float] = (0.8, 3.0),
    shape: float = 1.0,
    season: float = 0.0,
    drift: float = 0.0,
    before: int = 0,
    cohort: int = 0,
    seed: int = 0,
) -> pd.DataFrame:
    """Live the lives of ``n`` customers and keep what a log of ``weeks`` weeks sees.

    Parameters
    ----------
    clock : Gamma of the rate per week; coin : Beta of the chance that a purchase is the last.
    shape : of the Gamma gaps; 1 is random, more is regular.
    season : amplitude of the log rate over the year, highest in the middle of December.
    drift : of the log rate per year.
    before : weeks of company life before the log begins.
    cohort : customers come in the first so many weeks; 0 for all the time.
    """
    rng = np.random.default_rng(seed)
    days = np.arange(-before * 7, weeks * 7 + 1) / 7
    pace = np.exp(
        drift * np.maximum(days, 0) / 52 + season * np.cos(2 * np.pi * (days - 50) / _YEAR)
    )
    ticks = np.concatenate([[0.0], np.cumsum(pace)[:-1] / 7])
    born = rng.uniform(-before, cohort or weeks, n)
    rate, leaves = rng.gamma(clock[0], 1 / clock[1], n), rng.beta(*coin, n)
    now, name, seen = np.interp(born, days, ticks), np.arange(n), []
    while len(name):  # one round per purchase, of those who are still there
        moment = np.interp(now, ticks, days)
        seen.append(pd.DataFrame({"customer_id": name, "week": moment})[moment >= 0])
        # The first purchase is followed by no throw of the coin.
        stays = (rng.random(len(name)) >= leaves[name]) | (len(seen) == 1)
        now = now + rng.gamma(shape, 1 / shape, len(name)) / rate[name]
        kept = stays & (now < ticks[-1])
        now, name = now[kept], name[kept]
    table = pd.concat(seen, ignore_index=True)
    date = pd.Timestamp("2023-01-02") + pd.to_timedelta((table["week"] * 7).astype(int), unit="D")
    amount = rng.gamma(4, 10, len(table)).round(2)
    table = table.assign(date=date, amount=amount)[["customer_id", "date", "amount"]]
    return table.sort_values(["date", "customer_id"], ignore_index=True)
