"""From the curvature of a likelihood to intervals: delta method and sigma points.

All parameters are positive, so the normal approximation is made for their logarithms.

References
----------
Julier and Uhlmann (2004), "Unscented filtering and nonlinear estimation", Proceedings of the
IEEE 92(3), 401-422: the 2n points whose mean and covariance are those of the distribution.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.checks import check_probability

__all__ = [
    "draw_parameters",
    "log_covariance_to_natural",
    "sigma_points",
    "standard_error_of",
    "summarise",
]

_STEP = 1e-4


def log_covariance_to_natural(params: pd.Series, log_covariance: np.ndarray) -> pd.DataFrame:
    """Turn the covariance of log-parameters into that of the parameters (delta method)."""
    natural = log_covariance * np.outer(params, params)
    return pd.DataFrame(natural, index=params.index, columns=params.index)


def sigma_points(parameters: np.ndarray, log_covariance: np.ndarray) -> np.ndarray:
    """Return 2n parameter vectors with the mean and covariance of the estimate (log scale)."""
    values, vectors = np.linalg.eigh(log_covariance)
    steps = (vectors * np.sqrt(np.maximum(values, 0) * len(parameters))).T
    return np.exp(np.log(parameters) + np.vstack([steps, -steps]))


def standard_error_of(
    function: Callable, parameters: np.ndarray, log_covariance: np.ndarray
) -> np.ndarray | float:
    """Return the standard error of ``function(parameters)`` by the delta method.

    ``function`` gives a number or an array; its slopes are central differences.
    """
    steps = np.eye(len(parameters)) * _STEP
    slopes = np.array(
        [
            (function(parameters * np.exp(step)) - function(parameters * np.exp(-step)))
            / (2 * _STEP)
            for step in steps
        ]
    )
    return np.sqrt(np.maximum(np.einsum("i...,ij,j...->...", slopes, log_covariance, slopes), 0))


def summarise(params: pd.Series, errors: pd.Series, confidence: float) -> pd.DataFrame:
    """Lay out parameters with standard errors and intervals made on the log scale."""
    check_probability(confidence, name="confidence")
    factor = np.exp(norm.ppf((1 + confidence) / 2) * errors / params)
    ends = {"low": params / factor, "high": params * factor}
    frame = pd.DataFrame({"value": params, "standard_error": errors, **ends})
    return frame.rename_axis("parameter")


def draw_parameters(
    rng: np.random.Generator, parameters: np.ndarray, log_covariance: np.ndarray, draws: int
) -> np.ndarray:
    """Return ``draws`` parameter vectors, normal on the log scale around the estimate."""
    values, vectors = np.linalg.eigh(log_covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    steps = rng.standard_normal((draws, len(parameters))) @ root.T
    return np.exp(np.log(parameters) + steps)
