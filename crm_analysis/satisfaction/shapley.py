"""Drivers by Shapley's value: what each adds to R², averaged over all orders of entry (LMG)."""

from math import comb

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError
from crm_analysis.satisfaction.drivers import share_out

__all__ = ["shapley_weights"]

# Every further predictor doubles the number of models.
_MOST = 12
_FLAT = 1e-10


def shapley_weights(
    predictors: pd.DataFrame | None = None,
    outcome: pd.Series | str | None = None,
    *,
    correlations: pd.DataFrame | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share out the explained variance by what each predictor adds, averaged over all orders.

    Parameters
    ----------
    predictors, outcome, correlations, confidence, draws, seed : as for ``relative_weights``.

    Returns
    -------
    Frame as from ``relative_weights``: weight, share, low, high, by predictor, heaviest first.

    Raises
    ------
    InputError : more than 12 predictors (4,096 models); use ``relative_weights``, which comes near.
    InsufficientData : the outcome doesn't vary, or there are too few complete respondents.

    References
    ----------
    Lindeman, Merenda, Gold (1980), Introduction to Bivariate and Multivariate Analysis. Grömping
    (2006), Relative importance for linear regression in R: the package relaimpo, Journal of
    Statistical Software 17(1).

    Examples
    --------
    >>> r = pd.DataFrame([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]],
    ...     index=["speed", "price", "satisfaction"], columns=["speed", "price", "satisfaction"])
    >>> shapley_weights(correlations=r, outcome="satisfaction")["weight"].round(3).to_dict()
    {'speed': 0.315, 'price': 0.045}
    """
    given = correlations if correlations is not None else predictors
    # A correlation matrix holds the outcome too.
    k = 0 if given is None else given.shape[1] - (correlations is not None)
    if k > _MOST:
        raise InputError(
            f"Shapley's weights take at most {_MOST} predictors, got {k}; use relative_weights"
        )
    settings = {"confidence": confidence, "draws": draws, "seed": seed}
    return share_out(_lmg, predictors, outcome, correlations=correlations, **settings)


def _lmg(correlations: np.ndarray) -> np.ndarray:
    """Mean gain in R² of each predictor: (draws, k)."""
    k = correlations.shape[1] - 1
    explained = np.zeros((2**k, len(correlations)))
    _explain(correlations, 0, 0, explained)
    sets = np.arange(2**k)
    size = np.array([int(chosen).bit_count() for chosen in sets])
    orders = np.array([1 / (k * comb(k - 1, s)) for s in range(k)])
    weights = []
    for j in range(k):
        without = sets[sets & (1 << j) == 0]
        gain = explained[without | (1 << j)] - explained[without]
        weights.append(orders[size[without]] @ gain)
    # What rounding leaves below 0 is no weight.
    return np.stack(weights, axis=1).clip(min=0)


def _explain(left: np.ndarray, chosen: int, start: int, explained: np.ndarray) -> None:
    """Fill in the R² of every set that extends ``chosen`` by predictors from ``start`` on.

    ``left`` is the covariance of all variables once the chosen predictors are taken out.
    """
    for j in range(start, left.shape[1] - 1):
        pivot = left[:, j, j]
        # A predictor that the chosen ones determine adds nothing.
        inverse = np.where(pivot > _FLAT, 1 / np.where(pivot > _FLAT, pivot, 1.0), 0.0)
        extended = chosen | (1 << j)
        explained[extended] = explained[chosen] + np.square(left[:, j, -1]) * inverse
        row = left[:, j, :]
        rest = left - row[:, :, None] * (row * inverse[:, None])[:, None, :]
        _explain(rest, extended, j + 1, explained)
