"""Measure speed side by side with other ways of doing the same, and print ratios.

    make bench                                         all parts
    python -m tests.benchmarks models [customers]
    python -m tests.benchmarks lifetime_value [customers]
    python -m tests.benchmarks segmentation [customers]
    python -m tests.benchmarks size [million lines ...]

Each pair runs in turn, in one process; the ratio of the times is printed.
Absolute times depend on the machine and aren't kept.
"""

import sys
import time
import warnings
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd

from crm_analysis.customers import summarize
from crm_analysis.lifetime_value import BetaGeo
from crm_analysis.segmentation import name_segments, rfm_scores
from tests.benchmarks import lifetime_value, segmentation, size

ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(what: str, ours: Callable, theirs: Callable, whose: str) -> None:
    """Print how much longer their way takes than ours."""
    ours(), theirs()  # a first run of each, not counted
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    mine, other = (median(times) for times in zip(*pairs, strict=True))
    print(f"{what:<58} {other / mine:6.1f} × faster than {whose} ({mine:.2f} s, {other:.2f} s)")  # noqa: T201


def orders(customers: int, seed: int = 0) -> pd.DataFrame:
    """Draw an order log of two years: a gamma clock, and a beta coin thrown after each order."""
    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(0.8, 1 / 60, customers), rng.beta(0.9, 5.0, customers)
    first = rng.integers(0, 365, customers)
    rung = rng.poisson(rate * (730 - first))
    who = np.repeat(np.arange(customers), rung)
    log = pd.DataFrame({"customer_id": who, "day": rng.uniform(first[who], 730)})
    log = log.sort_values(["customer_id", "day"], ignore_index=True)
    stayed = log.groupby("customer_id").cumcount() < rng.geometric(leaves)[log["customer_id"]]
    won = pd.DataFrame({"customer_id": np.arange(customers), "day": first.astype(float)})
    log = pd.concat([won, log[stayed]], ignore_index=True)
    log["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["day"] // 1, unit="D")
    return log.drop(columns="day").assign(amount=rng.gamma(6, 5, len(log)).round(2))


def models(customers: int = 50_000) -> None:
    """Compare what a notebook does in a moment."""
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter
    from lifetimes.utils import summary_data_from_transaction_data

    log = orders(customers)
    end = pd.Timestamp("2025-12-31")
    compare(
        f"one row per customer, {len(log):,} orders",
        lambda: summarize(log, as_of=end, unit="W"),
        lambda: summary_data_from_transaction_data(
            log, "customer_id", "date", "amount", observation_period_end=end, freq="D"
        ),
        "lifetimes",
    )
    table = summarize(log, as_of=end, unit="W")
    arrays = [table[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T")]
    compare(
        f"BG/NBD fit with standard errors, {customers:,} customers",
        lambda: BetaGeo().fit(table),
        lambda: BetaGeoFitter().fit(*arrays),
        "lifetimes",
    )
    compare(
        f"RFM scores and names, {customers:,} customers",
        lambda: name_segments(rfm_scores(table)),
        lambda: row_by_row(table),
        "a row-wise apply",
    )


def row_by_row(table: pd.DataFrame) -> pd.Series:
    """Score as most tutorials do: quintiles by rank, then a function per row."""
    scores = pd.DataFrame(
        {
            "r": pd.qcut((table["recency"] - table["T"]).rank(method="first"), 5, labels=False) + 1,
            "f": pd.qcut(table["orders"].rank(method="first"), 5, labels=False) + 1,
        }
    )
    return scores.apply(lambda row: f"{row['r']}{row['f']}", axis=1)


PARTS = {
    "models": models,
    "lifetime_value": lifetime_value.main,
    "segmentation": segmentation.main,
    "size": size.main,
}


def main(part: str | None = None, *numbers: str) -> None:
    """Run one part with its numbers, or all with those that they have by themselves."""
    if part is not None and part not in PARTS:
        sys.exit(f"unknown benchmark {part!r}: it's one of {', '.join(PARTS)}")
    for name in PARTS if part is None else [part]:
        PARTS[name](*map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
