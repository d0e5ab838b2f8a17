"""From a log of orders to everybody's value of the next twelve months, beside lifetimes.

    python -m tests.benchmarks lifetime_value [customers]

Both go the whole way once, step by step, on the same simulated log: one row per customer, the
fit of BG/NBD, P(alive), the fit of spend and the value. The log-likelihoods of both fits are
computed by one formula.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crm_analysis.customers import summarize
from crm_analysis.lifetime_value import BetaGeo, GammaGamma, customer_lifetime_value
from crm_analysis.lifetime_value._histories import Histories

END = pd.Timestamp("2025-12-31")
YEAR = 365.25


class Stopwatch:
    """Take the time of named steps by the clock."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        self.seconds[step] = time.perf_counter() - start
        return result


def ours(log: pd.DataFrame) -> tuple[dict[str, float], np.ndarray, pd.DataFrame]:
    timed = Stopwatch()
    table = timed("summary", lambda: summarize(log, as_of=END, unit="D"))
    model = timed("fit", lambda: BetaGeo().fit(table))
    timed("P(alive)", lambda: model.predict_alive(table))
    spend = timed("fit of spend", lambda: GammaGamma().fit(table))
    timed(
        "value",
        lambda: customer_lifetime_value(model, spend, table, YEAR, 0.1, 0.3, unit="D"),
    )
    return timed.seconds, model.params_.to_numpy(), table


def theirs(log: pd.DataFrame) -> tuple[dict[str, float], np.ndarray]:
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    timed = Stopwatch()
    table = timed(
        "summary",
        lambda: summary_data_from_transaction_data(
            log, "customer_id", "date", "amount", observation_period_end=END, freq="D"
        ),
    )
    histories = [table[name] for name in ("frequency", "recency", "T")]
    money, again = table["monetary_value"], table["frequency"] > 0
    model = timed("fit", lambda: BetaGeoFitter().fit(*histories))
    timed("P(alive)", lambda: model.conditional_probability_alive(*histories))
    spend = timed("fit of spend", lambda: GammaGammaFitter().fit(histories[0][again], money[again]))
    timed(
        "value",
        lambda: spend.customer_lifetime_value(
            model, *histories, money, time=12, discount_rate=1.1 ** (1 / 12) - 1, freq="D"
        ),
    )
    return timed.seconds, model.params_.to_numpy()


def main(customers: int = 1_000_000) -> None:
    """Print for each step, and in total, how much longer lifetimes takes."""
    from tests.benchmarks.__main__ import orders

    warnings.simplefilter("ignore")
    log = orders(customers)
    other, at_theirs = theirs(log)
    mine, at_ours, table = ours(log)
    likelihood = BetaGeo()._likelihood(Histories.of(table))
    print(f"{customers:,} customers, {len(log):,} orders, beside lifetimes")  # noqa: T201
    for step in (*mine, "total"):
        a, b = ((sum(s.values()) if step == "total" else s[step]) for s in (mine, other))
        print(f"{step:<14} {b / a:6.1f} × faster ({a:.2f} s, {b:.2f} s)")  # noqa: T201
    higher = likelihood(at_ours)[0] - likelihood(at_theirs)[0]
    print(f"log-likelihood higher by {higher:.4f}")  # noqa: T201
