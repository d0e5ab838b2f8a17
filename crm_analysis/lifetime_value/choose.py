"""Which forecaster for this log: corrected for what the log is, chosen by earlier forecasts.

References
----------
Bates and Granger (1969), "The combination of forecasts", Operational Research Quarterly 20,
451-468, for why the mean of two kinds of forecasts is the one to beat.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from crm_analysis.errors import InsufficientData, unknown_name
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.conformal import Widening, learn_widening
from crm_analysis.lifetime_value.crossfit import Gain, gain_of_trees
from crm_analysis.lifetime_value.forecaster import Forecaster, Recipe, in_weeks
from crm_analysis.lifetime_value.holdout import split
from crm_analysis.lifetime_value.log_kind import LogKind, describe_log
from crm_analysis.lifetime_value.modified_beta_geo import ModifiedBetaGeo
from crm_analysis.lifetime_value.pareto_nbd import ParetoNBD
from crm_analysis.lifetime_value.rolling import Trial, try_recipe
from crm_analysis.lifetime_value.seasonality import SEASON_WEEKS
from crm_analysis.lifetime_value.validation import Validation, validate

__all__ = ["MODELS", "choose_model", "validate_choice"]

MODELS = {
    "bg_nbd": Recipe("BG/NBD", BetaGeo),
    "mbg_nbd": Recipe("MBG/NBD", ModifiedBetaGeo),
    "pareto_nbd": Recipe("Pareto/NBD", ParetoNBD),
}
# Of the deviance: by so much another model must be better than BG/NBD.
_CLEARLY = 0.01
_ENOUGH = 5_000  # customers for the trials; more change nothing but the time they take
_ENOUGH_FOR_TREES = 30_000  # to tell whether they gain; of fewer they learn less
_LEAST_LEVEL, _MOST_LEVEL = 0.005, 0.25  # as logs
_NO_WORD_OF = ("actual", "predicted")

Trials = dict[str, dict[float, Trial]]


def choose_model(
    transactions: pd.DataFrame,
    as_of: str | pd.Timestamp | None = None,
    horizon: float = 52,
    *,
    model: str = "auto",
    unit: str = "W",
    seed: int = 0,
) -> Forecaster:
    """Choose, fit and correct a forecaster of purchases for this log.

    All evidence comes from inside the log: every candidate forecasts from up to three earlier
    days with what was known by then. Tried are BG/NBD, MBG/NBD and Pareto/NBD; the best of them
    by the season's clock or with two populations where the log asks for that; and the mean of
    what is best and boosted trees. BG/NBD stays unless another model is better by more than 1 %
    of the deviance, and the mean unless the model alone is better by more than one standard
    error on customers whom the trees haven't seen: errors of two kinds partly cancel. Unless they
    gain by more than that, the trees order the customers and the model sets the total.

    Where the log ends in a haste that may be a season's or a campaign's, and less than two years
    are seen, the model is also tried by the pace seen, which expects the mean pace to come
    rather than the last one; that one is taken if it foretold totals better.

    Then a factor on the total is learned from the same days, as far as they agree, and intervals
    are stretched where they missed.

    Parameters
    ----------
    transactions : ``customer_id`` and ``date``; not changed.
    as_of : last day that may be seen; the last date of the data if not given.
    horizon : how far the forecasts will look ahead, in ``unit``.
    model : "auto", or one of bg_nbd, mbg_nbd and pareto_nbd, then as it is in the textbook.
    unit : "D" or "W", of horizons and of the customers that the forecaster will be given.
    seed : of the trees, and of the randomised coverage.

    Returns
    -------
    Forecaster : with ``evidence`` (a row per candidate), ``kind`` and ``reason``.

    Raises
    ------
    InputError : the model or the unit isn't known, or the horizon isn't positive.
    InsufficientData : fewer than 10 customers bought again.
    """
    if model not in {"auto", *MODELS}:
        raise unknown_name("model", model, ["auto", *MODELS])
    log, weeks = PurchaseLog.of(transactions, as_of), in_weeks(horizon, unit)
    kind = describe_log(log)
    if model == "auto":
        return replace(_chosen(log, kind, weeks, seed), unit=unit)
    told = f"{MODELS[model].name} was asked for, as it is in the textbook."
    return replace(MODELS[model].fit(log, weeks, seed), unit=unit, kind=kind, reason=told)


def _chosen(log: PurchaseLog, kind: LogKind, weeks: float, seed: int) -> Forecaster:
    few = log.every(_step(log, _ENOUGH))
    best, trials = _search(few, kind, weeks, seed)
    mean, gain = _with_trees(best, log, kind, weeks, seed)
    if gain is not None:
        trials[mean.name] = try_recipe(mean, few, weeks, seed=seed)
    recipe = best if gain is None or gain.lost else mean
    own = trials.get(recipe.name, {})
    level = _level(own, kind)
    return replace(
        recipe.fit(log, weeks, seed),
        level=level,
        widening=_widening(own, level, log.weeks * weeks, seed),
        kind=kind,
        evidence=_evidence(trials, recipe),
        reason=_reason(recipe, trials, gain, level),
    )


def validate_choice(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    as_of: str | pd.Timestamp | None = None,
    *,
    model: str = "auto",
    seed: int = 0,
) -> Validation:
    """Choose a forecaster on the time up to the cut alone, and test it on what came after.

    Parameters
    ----------
    transactions, calibration_end, as_of : as for ``validate``; all in weeks.
    model, seed : as for ``choose_model``.

    Returns
    -------
    Validation : of the forecaster ("chosen", the first row), the three textbook models and the
        rules.

    Raises
    ------
    InputError : the cut isn't inside the data.
    """
    parts = split(transactions, calibration_end, as_of=as_of)
    duration = {"horizon": parts.duration, "model": model, "seed": seed}
    with parts.telling_the_cut():
        chosen = choose_model(transactions, parts.calibration_end, **duration)
    textbook = {recipe.name: recipe.model() for recipe in MODELS.values()}
    return validate(
        transactions, parts.calibration_end, {"chosen": chosen} | textbook, as_of=parts.as_of
    )


def _search(log, kind: LogKind, horizon: float, seed: int) -> tuple[Recipe, Trials]:
    """Take one correction after the other, each if earlier forecasts were the better for it."""
    recipes = {recipe.name: recipe for recipe in MODELS.values()}
    trials = {name: try_recipe(each, log, horizon, seed=seed) for name, each in recipes.items()}
    best = recipes[min(trials, key=lambda name: _mean_deviance(trials[name]))]
    usual = MODELS["bg_nbd"]
    if _mean_deviance(trials[usual.name]) <= (1 + _CLEARLY) * _mean_deviance(trials[best.name]):
        best = usual
    for changed in _corrections(best, kind):
        trials[changed.name] = try_recipe(changed, log, horizon, seed=seed)
        if _mean_deviance(trials[changed.name]) < _mean_deviance(trials[best.name]):
            best = changed
    if kind.rises_at_end:
        paced = replace(best, name=f"{best.name} by the pace seen", paced=True)
        trials[paced.name] = try_recipe(paced, log, horizon, seed=seed)
        if _total_error(trials[paced.name]) < _total_error(trials[best.name]):
            best = paced
    return best, trials


def _with_trees(best: Recipe, log: PurchaseLog, kind: LogKind, horizon: float, seed: int) -> tuple:
    """Return the mean with trees, and what it gained on customers whom the trees hadn't seen."""
    mean = replace(best, name=f"mean of {best.name} and boosted trees", boosted=True)
    try:
        gain = gain_of_trees(best, log.every(_step(log, _ENOUGH_FOR_TREES)), horizon, seed)
    except InsufficientData:
        return mean, None
    # Trees whose gain isn't beyond doubt have no claim to set the total.
    held = kind.has("unusual at the end") or not gain.won
    return replace(mean, hold_level=held), gain


def _step(log: PurchaseLog, enough: int) -> int:
    return -(-len(log.ids) // enough)


def _corrections(recipe: Recipe, kind: LogKind) -> list[Recipe]:
    changed = []
    if kind.clock is not None:
        recipe = replace(recipe, name=f"{recipe.name} by the season's clock", clock=kind.clock)
        changed.append(recipe)
    if kind.opening:
        name = f"{recipe.name} for two populations"
        changed.append(replace(recipe, name=name, opening=kind.opening))
    return changed


def _mean_deviance(trials: dict[float, Trial]) -> float:
    return float(np.mean([trial.deviance for trial in trials.values()])) if trials else np.inf


def _total_error(trials: dict[float, Trial]) -> float:
    """Return the root mean square of the totals' errors, as logs."""
    ratios = [trial.log_ratio for trial in trials.values()]
    return float(np.sqrt(np.mean(np.square(ratios)))) if ratios else np.inf


def _level(trials: dict[float, Trial], kind: LogKind) -> float:
    """Learn a factor on the total from days that agree; what could be a season is left out."""
    ratios = np.array([trial.log_ratio for trial in trials.values()])
    if len(ratios) < 2 or kind.has("unusual at the end"):
        return 1.0
    mean, error = ratios.mean(), ratios.std(ddof=1) / np.sqrt(len(ratios))
    agreed = max(0.0, 1 - (error / mean) ** 2) if mean else 0.0
    # A few overlapping stretches are little evidence, and less where no year was seen twice.
    trust = len(ratios) / (len(ratios) + 2) * min(1.0, kind.weeks / (2 * SEASON_WEEKS))
    level = np.clip(agreed * trust * mean, -_MOST_LEVEL, _MOST_LEVEL)
    return float(np.exp(level)) if abs(level) >= _LEAST_LEVEL else 1.0


def _widening(trials: dict[float, Trial], level: float, scale: float, seed: int) -> Widening:
    made = list(trials.values())
    moved = [trial.outlook.with_mean(level * trial.outlook.mean) for trial in made]
    growth = [scale / (trial.past * trial.weeks) for trial in made]
    return learn_widening(moved, [trial.actual for trial in made], growth, seed)


def _evidence(trials: Trials, chosen: Recipe) -> pd.DataFrame | None:
    """Average the measures over the days; None where no day could be compared."""
    rows = {}
    for name, of_one in trials.items():
        if not of_one:
            continue
        scores = pd.DataFrame([trial.scores() for trial in of_one.values()])
        rows[name] = scores.drop(columns=list(_NO_WORD_OF)).mean().to_dict()
        rows[name]["trials"] = len(of_one)
    if not rows:
        return None
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    return frame.assign(chosen=frame.index == chosen.name)


def _reason(recipe: Recipe, trials: Trials, gain: Gain | None, level: float) -> str:
    own = trials.get(recipe.name, {})
    if not own:
        return f"Taken was the {recipe.name}: the log is too short for forecasts of earlier days."
    told = [f"Chosen was the {recipe.name}, by forecasts from {len(own)} earlier days of the log."]
    told.append(_trees_told(gain))
    if recipe.hold_level:
        told.append("The trees order the customers, the model sets the total: " + _held(gain))
    if recipe.paced:
        told.append(
            "It ends faster than the model can explain: expected is the mean pace of the log, "
            "which foretold earlier totals better than the last one."
        )
    if level != 1:
        told.append(f"The total is corrected by {100 * (level - 1):+.0f} %.")
    return " ".join(told)


def _trees_told(gain: Gain | None) -> str:
    if gain is None:
        return "There's too little to grow trees on."
    size = f"{abs(gain.mean) / gain.error:.1f} standard errors" if gain.error else "nothing"
    if gain.lost:
        return f"On customers whom trees hadn't seen, their mean with the model lost by {size}."
    word = "gained" if gain.mean >= 0 else "lost no more than"
    return f"On customers whom trees hadn't seen, their mean with the model {word} {size}."


def _held(gain: Gain | None) -> str:
    if gain is None or gain.won:
        return "the log ends in an unusual time, and its level could be the season's."
    return "what the trees gain isn't beyond one standard error."
