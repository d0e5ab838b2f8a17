"""Do 90 % intervals hold the truth in 90 % of worlds? Customers drawn from known parameters.

Each world has 2,000 customers seen for 20 to 60 weeks, and 39 weeks that nobody has seen. The
intervals of the parameters are those of ``summary``. Counts are judged by the randomised PIT,
since whole numbers can't be met at exactly 90 %: a customer's count n is placed at random
between P(less than n) and P(at most n), and should lie between 5 % and 95 % as often as not.
"""

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value import (
    BetaDiscrete,
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
)
from crm_analysis.lifetime_value._histories import Histories

WORLDS, CUSTOMERS, HORIZON = 200, 2_000, 39.0


def coin_world(rng, truth, throws_at_first: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw histories and futures of BG/NBD (0) or MBG/NBD (1), exactly."""
    T = rng.uniform(20, 60, CUSTOMERS)
    rate = rng.gamma(truth["r"], 1 / truth["alpha"], CUSTOMERS)
    # The repeat purchase after which the customer leaves; 0 where it's the first purchase.
    last = rng.geometric(rng.beta(truth["a"], truth["b"], CUSTOMERS)) - throws_at_first
    rings = rng.poisson(rate * T)
    x = np.minimum(rings, last)
    # The x-th of so many uniform times is a beta variable.
    place = rng.beta(np.maximum(x, 1), np.maximum(rings - x + 1, 1))
    later = np.minimum(last - x, rng.poisson(rate * HORIZON))
    histories = pd.DataFrame({"frequency": x, "recency": np.where(x > 0, T * place, 0.0), "T": T})
    return histories, later


def pareto_world(rng, truth) -> tuple[pd.DataFrame, np.ndarray]:
    T = rng.uniform(20, 60, CUSTOMERS)
    rate = rng.gamma(truth["r"], 1 / truth["alpha"], CUSTOMERS)
    end = rng.exponential(1 / rng.gamma(truth["s"], 1 / truth["beta"], CUSTOMERS))
    x = rng.poisson(rate * np.minimum(end, T))
    last = np.minimum(end, T) * rng.random(CUSTOMERS) ** (1 / np.maximum(x, 1))
    later = rng.poisson(rate * np.clip(end - T, 0, HORIZON))
    histories = pd.DataFrame({"frequency": x, "recency": np.where(x > 0, last, 0.0), "T": T})
    return histories, later


def spend_world(rng, truth) -> tuple[pd.DataFrame, None]:
    x = rng.geometric(0.3, CUSTOMERS)
    scale = rng.gamma(truth["q"], 1 / truth["v"], CUSTOMERS)
    mean = rng.gamma(truth["p"] * x, 1 / scale) / x
    return pd.DataFrame({"frequency": x, "monetary_value": mean}), None


def contract_world(rng, truth) -> tuple[pd.DataFrame, None]:
    ends = rng.geometric(rng.beta(truth["alpha"], truth["beta"], CUSTOMERS))
    seen = rng.integers(1, 37, CUSTOMERS)
    return pd.DataFrame({"periods": np.minimum(ends, seen), "ended": ends <= seen}), None


COIN = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}
STUDIED = {
    "BG/NBD": (BetaGeo, COIN, lambda rng, truth: coin_world(rng, truth, 0)),
    "MBG/NBD": (ModifiedBetaGeo, COIN, lambda rng, truth: coin_world(rng, truth, 1)),
    "Pareto/NBD": (ParetoNBD, {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 15.0}, pareto_world),
    "Gamma-Gamma": (GammaGamma, {"p": 5.0, "q": 4.0, "v": 20.0}, spend_world),
    "shifted beta-geometric": (BetaDiscrete, {"alpha": 0.8, "beta": 7.0}, contract_world),
}


def held(model, truth) -> dict[str, bool]:
    summary = model.summary(0.9)
    return {k: summary.loc[k, "low"] <= v <= summary.loc[k, "high"] for k, v in truth.items()}


def pit_inside(model, customers: pd.DataFrame, later: np.ndarray, rng) -> float:
    """Return the share of customers whose count lies between 5 % and 95 %, placed at random."""
    each = Histories.of(customers).for_each_customer()
    rows, points = np.arange(len(later)), model._points()
    counts = later.astype(float)
    reached = model._at_least(np.maximum(counts, 1), points, each, HORIZON, rows)
    reached = np.where(counts > 0, reached, 1.0)
    passed = model._at_least(counts + 1, points, each, HORIZON, rows)
    place = 1 - (passed + rng.random(len(later)) * (reached - passed))
    return float(((place > 0.05) & (place < 0.95)).mean())


def study(kind, truth, world) -> tuple[dict[str, float], float, int]:
    parameters, counts, limits = [], [], 0
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        customers, later = world(rng, truth)
        model = kind().fit(customers)
        limits += model.limit_ is not None
        parameters.append(held(model, truth))
        if later is not None:
            counts.append(pit_inside(model, customers, later, rng))
    return pd.DataFrame(parameters).mean().to_dict(), float(np.mean(counts or [np.nan])), limits


def main() -> None:
    print(f"{WORLDS} worlds of {CUSTOMERS:,} customers, share of 90 % intervals that hold")  # noqa: T201
    for name, (kind, truth, world) in STUDIED.items():
        parameters, counts, limits = study(kind, truth, world)
        shares = ", ".join(f"{key} {100 * share:.1f} %" for key, share in parameters.items())
        ahead = "" if np.isnan(counts) else f"; counts {100 * counts:.1f} %"
        at_limit = f"; {limits} worlds at a limit" if limits else ""
        print(f"| {name} | {shares}{ahead}{at_limit} |", flush=True)  # noqa: T201
