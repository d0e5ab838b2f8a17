"""Importance that nobody states: how much of overall satisfaction goes with each item."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import unknown_name
from crm_analysis.satisfaction._resampling import resampled_counts
from crm_analysis.satisfaction.drivers import correlations_of, johnson, standardised
from crm_analysis.satisfaction.importance_performance import QUADRANTS
from crm_analysis.satisfaction.respondents import answer_matrix

__all__ = ["derived_importance"]

_CENTRES = {"mean": np.mean, "median": np.median}


def derived_importance(
    survey: pd.DataFrame,
    outcome: pd.Series,
    crosshair: str = "mean",
    *,
    confidence: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Place each item by its relative weight for an outcome and by its performance.

    Parameters
    ----------
    survey : respondent_id, item, perception, [importance].
    outcome : overall satisfaction or another, by respondent_id.
    crosshair : where the lines cross: "mean" or "median" of the items.
    confidence : of the intervals, between 0 and 1.
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Returns
    -------
    Frame by item, in the order of the questionnaire: n (respondents who answered everything),
    [stated (mean importance, points)], importance (relative weight, 0 to 1; they sum to R²),
    importance_low, importance_high, performance (mean perception), quadrant, certainty (share of
    resamples with the same quadrant), importance_cut, performance_cut, importance_error,
    performance_error, together (standard errors and correlation over the resamples).
    ``charts.importance_map`` draws it.

    Raises
    ------
    InputError : the crosshair isn't known.
    InsufficientData : too few complete respondents, or an outcome without spread.

    Notes
    -----
    Stated importance says what people think should matter, derived importance what their
    satisfaction moves with. An item on which all agree has little derived importance, however much
    it matters: must-bes that never fail hide here.

    References
    ----------
    Matzler, Bailom, Hinterhuber, Renzl, Pichler (2004), The asymmetric relationship between
    attribute-level performance and overall customer satisfaction, Industrial Marketing Management
    33(4), 271–277.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.DataFrame(g.normal(4, 1, (99, 2)), columns=["cold", "app"])
    >>> survey = felt.rename_axis("respondent_id").melt(ignore_index=False, var_name="item",
    ...     value_name="perception").reset_index()
    >>> derived_importance(survey, felt["cold"] + g.normal(size=99))["importance"].idxmax()
    'cold'
    """
    if crosshair not in _CENTRES:
        raise unknown_name("crosshair", crosshair, _CENTRES)
    check_columns(survey, ["item"], table="survey")
    check_probability(confidence, name="confidence")
    felt = answer_matrix(survey)
    answered = felt.dropna().index.intersection(outcome.dropna().index, sort=False)
    felt = felt.loc[answered]
    table, performance = standardised(felt, outcome.reindex(answered)), felt.to_numpy()
    centre, n = _CENTRES[crosshair], len(felt)
    placed = _places(table, performance, np.ones((1, n)))
    high = _above(placed, centre)[:, 0]
    blocks = resampled_counts(n, draws, seed)
    drawn = np.concatenate([_places(table, performance, block) for block in blocks], axis=1)
    weight, mean = placed[:, 0]
    tail = (1 - confidence) / 2
    low, top = np.quantile(drawn[0], [tail, 1 - tail], axis=0)
    columns = {"n": n}
    if "importance" in survey.columns:
        columns["stated"] = answer_matrix(survey, "importance").mean().reindex(felt.columns)
    columns |= {"importance": weight, "importance_low": np.minimum(low, weight)}
    columns |= {"importance_high": np.maximum(top, weight), "performance": mean}
    columns["quadrant"] = [QUADRANTS[bool(i), bool(p)] for i, p in high.T]
    columns["certainty"] = (_above(drawn, centre) == high[:, None]).all(axis=0).mean(axis=0)
    columns |= {"importance_cut": centre(weight), "performance_cut": centre(mean)}
    return pd.DataFrame(columns | _errors(drawn), index=felt.columns.rename("item"))


def _places(table: np.ndarray, performance: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Relative weight and mean performance of each resample and item: (2, draws, items)."""
    weights = johnson(correlations_of(table, counts))
    return np.stack([weights, counts @ performance / counts.sum(axis=1, keepdims=True)])


def _errors(drawn: np.ndarray) -> dict[str, np.ndarray]:
    """Spread of both over the resamples, and how far they move together."""
    away = drawn - drawn.mean(axis=1, keepdims=True)
    spread = np.sqrt((away**2).mean(axis=1))
    product = np.where(spread.prod(axis=0) > 0, spread.prod(axis=0), 1.0)
    together = (away[0] * away[1]).mean(axis=0) / product
    return {"importance_error": spread[0], "performance_error": spread[1], "together": together}


def _above(places: np.ndarray, centre) -> np.ndarray:
    """Which items lie above the crosshair on each axis."""
    return places > centre(places, axis=2, keepdims=True)
