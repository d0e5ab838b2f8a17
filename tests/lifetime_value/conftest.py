"""The purchases of 2,357 CDNOW customers, as the literature summarises them."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


def _summarise(transactions: pd.DataFrame, end: str) -> pd.DataFrame:
    """An own way from purchases to histories, in weeks, beside ``customers.summarize``."""
    days = transactions[transactions["date"] <= end].groupby(["customer_id", "date"])["amount"]
    days = days.sum().reset_index()
    first = days.groupby("customer_id")["date"].transform("min")
    ends = days.groupby("customer_id")["date"].agg(["min", "max", "count"])
    again = days[days["date"] > first].groupby("customer_id")["amount"].mean()
    return pd.DataFrame(
        {
            "frequency": ends["count"] - 1,
            "recency": (ends["max"] - ends["min"]).dt.days / 7,
            "T": (pd.Timestamp(end) - ends["min"]).dt.days / 7,
            "monetary_value": again.reindex(ends.index).fillna(0.0),
        }
    )


@pytest.fixture(scope="session")
def cdnow_transactions() -> pd.DataFrame:
    path = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_sample.txt"
    names = ["master_id", "customer_id", "date", "discs", "amount"]
    table = pd.read_csv(path, sep=r"\s+", header=None, names=names)
    table["date"] = pd.to_datetime(table["date"].astype(str))
    return table[["customer_id", "date", "amount"]]


@pytest.fixture(scope="session")
def cdnow(cdnow_transactions) -> pd.DataFrame:
    return _summarise(cdnow_transactions, "1997-09-30")


@pytest.fixture(scope="session")
def simulated() -> tuple[pd.DataFrame, dict]:
    """20,000 customers of a known BG/NBD process with Gamma-Gamma spend, over 60 weeks."""
    rng = np.random.default_rng(20)
    truth = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0, "p": 5.0, "q": 4.0, "v": 20.0}
    rows = [_live(rng, truth, T=rng.integers(20, 61)) for _ in range(20_000)]
    return pd.DataFrame(rows, columns=["frequency", "recency", "T", "monetary_value"]), truth


def _live(rng, truth, T) -> tuple:
    """Live one customer's life purchase by purchase, as the model tells the story."""
    rate = rng.gamma(truth["r"], 1 / truth["alpha"])
    leaves = rng.beta(truth["a"], truth["b"])
    times, now = [], 0.0
    while (now := now + rng.exponential(1 / rate)) <= T:
        times.append(now)
        if rng.random() < leaves:
            break
    scale = rng.gamma(truth["q"], 1 / truth["v"])
    spend = rng.gamma(truth["p"], 1 / scale, len(times))
    return len(times), (times or [0.0])[-1], float(T), spend.mean() if times else 0.0
