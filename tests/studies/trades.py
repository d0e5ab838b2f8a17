"""How does the chosen forecaster do in trades of many kinds, beside the classic models and rules?

``python -m tests.studies trades`` prints a row per world, the mean over seeds.
"""

import sys

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value import (
    BetaGeo,
    ModifiedBetaGeo,
    ParetoNBD,
    choose_model,
    validate,
)
from tests.studies._worlds import TRADES

SEEDS = (21, 22)
_MODELS = {"BG/NBD": BetaGeo, "MBG/NBD": ModifiedBetaGeo, "Pareto/NBD": ParetoNBD}


def compare_in(world, seed: int) -> tuple[pd.DataFrame, str]:
    """Return the holdout's measures by forecaster, and the name of the chosen one."""
    log, known, ahead = world(seed)
    cut = log["date"].min().normalize() + pd.Timedelta(days=known * 7 - 1)
    chosen = choose_model(log, cut, horizon=ahead)
    models = {"chosen": chosen} | {name: model() for name, model in _MODELS.items()}
    last = min(cut + pd.Timedelta(days=ahead * 7), log["date"].max())
    return validate(log, cut, models, as_of=last).metrics, chosen.name


def row(metrics: pd.DataFrame) -> dict[str, float]:
    """Return the chosen forecaster beside the best of the others, measure by measure."""
    ours, others = metrics.loc["chosen"], metrics.drop(index="chosen")
    return {
        "error": ours["aggregate_error"],
        "bg_error": others.loc["BG/NBD", "aggregate_error"],
        "rmse": ours["rmse"] / others["rmse"].min() - 1,
        "gini": ours["normalised_gini"] - others["normalised_gini"].max(),
        "top": ours["top_10_share"] - others["top_10_share"].max(),
        "covered": ours["coverage_90"],
    }


def study(names, seeds) -> pd.DataFrame:
    """Return a row per world and seed."""
    rows = []
    for name in names:
        for seed in seeds:
            metrics, chosen = compare_in(TRADES[name], seed)
            rows.append({"world": name, "seed": seed, **row(metrics), "chosen": chosen})
    return pd.DataFrame(rows)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Average over seeds; errors of the total by their size."""
    sized = table.assign(error=table["error"].abs(), bg_error=table["bg_error"].abs())
    shown = sized.drop(columns=["seed", "chosen"]).groupby("world", sort=False).mean()
    misses = np.where(shown["bg_error"] > 0.1, shown["error"] > shown["bg_error"] / 2, False)
    return shown.round(3).assign(total_missed=misses)


def main() -> None:
    """Print both tables."""
    table = study(TRADES, SEEDS)
    sys.stdout.write(table.round(3).to_string() + "\n\n" + summary(table).to_string() + "\n")


if __name__ == "__main__":
    main()
