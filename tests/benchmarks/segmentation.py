"""What chapter 02 must reach: a million customers scored in seconds.

python -m tests.benchmarks segmentation [customers]
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from crm_analysis.segmentation import (
    CustomerClusters,
    customer_pyramid,
    life_cycle_grid,
    name_segments,
    rfm_scores,
)

__all__ = ["customer_base", "main", "segmentation"]


def customer_base(customers: int, seed: int = 0) -> pd.DataFrame:
    """Draw a customer table of two years."""
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 730, customers)
    frequency = rng.negative_binomial(1, 0.25, customers)
    recency = np.where(frequency > 0, (age * rng.beta(3, 1, customers)).astype(int), 0)
    return pd.DataFrame(
        {
            "frequency": frequency,
            "recency": recency,
            "T": age,
            "orders": frequency + 1,
            "revenue": rng.gamma(2, 20, customers).round(2) * (frequency + 1),
        },
        index=pd.Index(np.arange(customers).astype(str), name="customer_id"),
    )


def score(table: pd.DataFrame) -> None:
    """Do what each customer of the chapter gets: scores, name, cell and grade."""
    name_segments(rfm_scores(table))
    life_cycle_grid(table)
    customer_pyramid(table)


def segmentation(customers: int = 1_000_000) -> dict[str, float]:
    """Return the seconds that each part takes: "scores" should be below 2, "clusters" below 20."""
    table = customer_base(customers)
    work: dict[str, Callable[[], object]] = {
        "scores": lambda: score(table),
        "clusters": lambda: CustomerClusters().fit(table),
    }
    return {name: _seconds(part) for name, part in work.items()}


def _seconds(part: Callable[[], object]) -> float:
    start = time.perf_counter()
    part()
    return time.perf_counter() - start


def main(customers: int = 1_000_000) -> None:
    """Print the seconds of each part."""
    for name, taken in segmentation(customers).items():
        print(f"{name} of {customers:,} customers: {taken:.2f} s")  # noqa: T201
