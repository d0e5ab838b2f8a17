"""What moves overall satisfaction: Johnson's relative weights with bootstrap intervals."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.satisfaction._resampling import drawn_covariances, resampled_covariances
from crm_analysis.satisfaction.respondents import complete_items

__all__ = ["relative_weights"]


def relative_weights(
    predictors: pd.DataFrame | None = None,
    outcome: pd.Series | str | None = None,
    *,
    correlations: pd.DataFrame | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share out the explained variance of an outcome among correlated predictors.

    Parameters
    ----------
    predictors : one row per respondent, one column per predictor; rows with a missing value are
        left out.
    outcome : the respondents' outcome, same index; or, with ``correlations``, its name.
    correlations : a correlation matrix that holds predictors and outcome, instead of answers.
    confidence : of the interval, between 0 and 1.
    draws : bootstrap samples of respondents.
    seed : of the bootstrap.

    Returns
    -------
    Frame indexed by predictor, heaviest first: weight (0 to 1; they sum to R²), share (0 to 1;
    they sum to 1), low, high (percentile bootstrap interval of the weight; missing with
    ``correlations``, which don't say how many respondents they rest on). A predictor that doesn't
    vary has weight 0.

    Raises
    ------
    InputError : neither answers nor correlations are given, or the outcome isn't in the matrix.
    InsufficientData : the outcome doesn't vary, or there are fewer complete respondents than two
        more than predictors.

    Notes
    -----
    A weight is never below 0, and a predictor without any bearing has one a little above it: judge
    by comparison, not by "above 0". Weights tell what goes with the outcome, not what would change
    it.

    References
    ----------
    Johnson (2000), A heuristic method for estimating the relative weight of predictor variables in
    multiple regression, Multivariate Behavioral Research 35(1), 1–19. Tonidandel, LeBreton, Johnson
    (2009), Determining the statistical significance of relative weights, Psychological Methods
    14(4), 387–399.

    Examples
    --------
    >>> r = pd.DataFrame([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]],
    ...     index=["speed", "price", "satisfaction"], columns=["speed", "price", "satisfaction"])
    >>> relative_weights(correlations=r, outcome="satisfaction")["weight"].round(2).to_dict()
    {'speed': 0.36, 'price': 0.09}
    """
    given = {"correlations": correlations, "confidence": confidence}
    return share_out(johnson, predictors, outcome, **given, draws=draws, seed=seed)


def share_out(
    weigh: Callable[[np.ndarray], np.ndarray],
    predictors: pd.DataFrame | None,
    outcome: pd.Series | str | None,
    *,
    correlations: pd.DataFrame | None,
    confidence: float,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Weigh the predictors of one matrix, or of answers with their resamples.

    ``weigh`` takes correlation matrices (draws, k + 1, k + 1), outcome last, and returns the
    weights (draws, k).
    """
    if correlations is not None:
        matrix = _with_outcome_last(correlations, outcome)
        weight = weigh(matrix.to_numpy(dtype=float)[None])[0]
        return _result(matrix.columns[:-1], weight, np.nan, np.nan)
    if predictors is None or outcome is None or isinstance(outcome, str):
        raise InputError("weights of drivers need predictors and their outcome, or correlations")
    check_probability(confidence, name="confidence")
    predictors = predictors.drop(columns="respondent_id", errors="ignore")
    table = standardised(predictors, outcome)
    weight = weigh(correlations_of(table, np.ones((1, len(table)))))[0]
    drawn = weigh(as_correlations(drawn_covariances(table, draws, seed)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    # Resampled weights of a bystander are pushed up; the interval must still hold the estimate.
    low, high = np.minimum(low, weight), np.maximum(high, weight)
    return _result(predictors.columns, weight, low, high)


def _result(names: pd.Index, weight: np.ndarray, low, high) -> pd.DataFrame:
    total = weight.sum()
    share = weight / total if total > 0 else np.zeros_like(weight)
    columns = {"weight": weight, "share": share, "low": low, "high": high}
    frame = pd.DataFrame(columns, index=pd.Index(names, name="predictor"))
    return frame.sort_values("weight", ascending=False, kind="stable")


def _with_outcome_last(correlations: pd.DataFrame, outcome: str | None) -> pd.DataFrame:
    check_columns(correlations, [], table="correlations")
    if outcome not in correlations.columns:
        raise unknown_name("outcome", outcome, map(str, correlations.columns))
    names = [name for name in correlations.columns if name != outcome]
    return correlations.loc[[*names, outcome], [*names, outcome]]


def standardised(predictors: pd.DataFrame, outcome: pd.Series) -> np.ndarray:
    """Complete rows as standardised columns, the outcome last."""
    joined = predictors.assign(**{"": outcome}) if "" not in predictors else predictors
    table = complete_items(joined).to_numpy()
    what, need = (
        "weighing the drivers",
        f"at least {predictors.shape[1] + 2} respondents with all answers",
    )
    if len(table) < predictors.shape[1] + 2:
        raise InsufficientData(what, f"{len(table):,}", need)
    centred = table - table.mean(axis=0)
    spread = centred.std(axis=0)
    if spread[-1] < 1e-12:
        raise InsufficientData(what, "only equal answers on the outcome", "answers that differ")
    return centred / np.where(spread < 1e-12, 1.0, spread)


def correlations_of(table: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Correlation matrix of each resample: (draws, k, k)."""
    return as_correlations(resampled_covariances(table, counts))


def as_correlations(covariance: np.ndarray) -> np.ndarray:
    """Scale covariance matrices (draws, k, k); 0 where a column doesn't vary."""
    spread = np.sqrt(np.einsum("dii->di", covariance).clip(min=0))
    flat = spread < 1e-9
    spread = np.where(flat, np.inf, spread)
    return covariance / (spread[:, :, None] * spread[:, None, :])


def johnson(correlations: np.ndarray) -> np.ndarray:
    """Johnson's weights of each matrix (draws, k + 1, k + 1), outcome last.

    The predictors are replaced by the orthogonal variables nearest to them; the outcome's squared
    slopes on those are handed back by the squared loadings.
    """
    among, with_outcome = correlations[:, :-1, :-1], correlations[:, :-1, -1:]
    values, vectors = np.linalg.eigh(among)
    values = values.clip(min=0)
    root = np.sqrt(values)
    # Predictors that others determine leave directions of no length: nothing to invert there.
    usable = values > 1e-10
    inverse = np.where(usable, 1 / np.where(usable, root, 1.0), 0.0)
    turned = vectors.transpose(0, 2, 1)
    loadings = (vectors * root[:, None, :]) @ turned
    slopes = (vectors * inverse[:, None, :]) @ turned @ with_outcome
    return (loadings**2 @ slopes**2)[:, :, 0]
