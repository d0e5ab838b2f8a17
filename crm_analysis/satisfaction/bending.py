"""Whether a driver's effect bends: partial dependence of a boosted model beside straight lines."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData

__all__ = ["partial_dependence", "straightness"]

_FOLDS, _LEAST = 5, 50
# Over so many respondents a curve is averaged; more would move it by less than its drawing shows.
_AVERAGED = 5_000


def partial_dependence(
    predictors: pd.DataFrame, outcome: pd.Series, *, points: int = 9, seed: int = 0
) -> pd.DataFrame:
    """Draw the outcome over each driver as a boosted model sees it, the others as they are.

    Parameters
    ----------
    predictors : a row per respondent, a column per driver; incomplete rows are left out.
    outcome : overall satisfaction or another outcome, same index.
    points : at how many quantiles of each driver, from its 5 % to its 95 % quantile.
    seed : of the model.

    Returns
    -------
    Frame in long form: driver, perception (points of its scale), outcome (mean prediction, over at
    most 5,000 respondents drawn at random).

    Raises
    ------
    InsufficientData : fewer than 50 complete respondents.

    Notes
    -----
    Where drivers go together, the curve asks the model about respondents who hardly exist. Read the
    shape, not the level; and only where ``straightness`` says that the bends are worth anything.

    References
    ----------
    Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of
    Statistics 29(5), 1189–1232.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.DataFrame(g.uniform(1, 7, (200, 2)), columns=["cold", "app"])
    >>> curve = partial_dependence(felt, felt["cold"].clip(upper=4), points=3)
    >>> curve.loc[curve["driver"] == "cold", "outcome"].round(1).tolist()
    [1.3, 3.7, 4.0]
    """
    felt, y = _complete(predictors, outcome)
    model = _boosted(felt.to_numpy(), y, seed)
    some = felt.sample(min(len(felt), _AVERAGED), random_state=seed).to_numpy()
    rows = []
    for place, name in enumerate(felt.columns):
        values = np.unique(felt.iloc[:, place].quantile(np.linspace(0.05, 0.95, points)))
        asked = np.repeat(some[None], len(values), axis=0)
        asked[:, :, place] = values[:, None]
        predicted = model.predict(asked.reshape(-1, felt.shape[1])).reshape(len(values), -1)
        curve = {"driver": name, "perception": values, "outcome": predicted.mean(axis=1)}
        rows.append(pd.DataFrame(curve))
    return pd.concat(rows, ignore_index=True)


def straightness(predictors: pd.DataFrame, outcome: pd.Series, *, seed: int = 0) -> pd.DataFrame:
    """Compare how well straight lines and a boosted model foretell respondents not yet seen.

    Parameters
    ----------
    predictors, outcome : as for ``partial_dependence``.
    seed : of the folds and the model.

    Returns
    -------
    Frame with the rows "straight lines" and "boosted": r_squared (of the predictions for left-out
    fifths, at most 1), n. Where straight lines do as well, the drivers' slopes may be read as they
    are.

    Raises
    ------
    InsufficientData : fewer than 50 complete respondents, or an outcome without spread.

    References
    ----------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions, Journal of the
    Royal Statistical Society B 36(2), 111–147.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.DataFrame(g.normal(size=(300, 2)), columns=["cold", "app"])
    >>> straightness(felt, felt["cold"] ** 2)["r_squared"].idxmax()
    'boosted'
    """
    felt, y = _complete(predictors, outcome)
    x, n = felt.to_numpy(), len(y)
    fold = np.random.default_rng(seed).permutation(n) % _FOLDS
    straight, boosted = np.empty(n), np.empty(n)
    for out in (fold == number for number in range(_FOLDS)):
        line = np.column_stack([np.ones(n), x])
        slope = np.linalg.lstsq(line[~out], y[~out])[0]
        straight[out] = line[out] @ slope
        boosted[out] = _boosted(x[~out], y[~out], seed).predict(x[out])
    total = np.square(y - y.mean()).sum()
    rows = {"straight lines": straight, "boosted": boosted}
    fits = {name: 1 - np.square(y - told).sum() / total for name, told in rows.items()}
    return pd.DataFrame({"r_squared": pd.Series(fits), "n": n}).rename_axis("model")


def _boosted(x: np.ndarray, y: np.ndarray, seed: int):
    """Fit a small boosted model: shallow trees, slow learning, no leaf of a handful."""
    # Imported here: it takes longer than the rest of the chapter together.
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    shape = {"max_depth": 3, "learning_rate": 0.05, "max_iter": 150, "min_samples_leaf": 15}
    model = HistGradientBoostingRegressor(**shape, random_state=seed, early_stopping=False)
    # Threads that wait for each other cost more than a survey's few rows.
    with threadpool_limits(1):
        return model.fit(x, y)


def _complete(predictors: pd.DataFrame, outcome: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    check_columns(predictors, [], table="predictors")
    joined = predictors.assign(**{"": outcome}).dropna().astype(float)
    y = joined.pop("").to_numpy()
    if len(y) < _LEAST or np.ptp(y) == 0:
        have = f"{len(y):,}" if len(y) < _LEAST else "only equal answers on the outcome"
        need = f"at least {_LEAST} respondents with all answers, and some that differ"
        raise InsufficientData("the check for bends", have, need)
    return joined, y
