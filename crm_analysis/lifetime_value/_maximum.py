"""Maximum likelihood on log-parameters: several starts, and a check that it is a maximum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

__all__ = ["Maximum", "maximise"]

# Log-likelihood and its gradient, as a function of positive parameters.
Likelihood = Callable[[np.ndarray], tuple[float, np.ndarray]]

# Beyond e^±10 times its start the data no longer tell a parameter from 0 or infinity.
_REACH = 10.0
_STEP = 1e-4
# A direction with a standard error above 10 on the log scale tells nothing.
_TOLD = 1e-2


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest.

    Parameters
    ----------
    parameters : at the maximum, all positive.
    log_likelihood : there.
    hessian : of the negative log-likelihood in the logarithms of the parameters.
    converged : the gradient vanishes, the Hessian is positive definite, no parameter ran off.
    """

    parameters: np.ndarray
    log_likelihood: float
    hessian: np.ndarray
    converged: bool

    @property
    def log_covariance(self) -> np.ndarray:
        """Covariance of the logarithms; directions that the data don't tell are held still."""
        curvatures, directions = np.linalg.eigh(self.hessian)
        told = curvatures > _TOLD
        return (directions[:, told] / curvatures[told]) @ directions[:, told].T


def maximise(
    likelihood: Likelihood,
    starts: Sequence[Sequence[float]],
    size: float,
    shape: np.ndarray | None = None,
    *,
    held: Sequence[int] = (),
) -> Maximum:
    """Climb from each start, and return the highest point with what can be said of it.

    Parameters
    ----------
    likelihood : log-likelihood and gradient, given the parameters.
    starts : positive parameters to start from.
    size : number of observations; makes the tolerance one per observation.
    shape : a guess of the Hessian per observation, as of a part of them; the climb is short then.
    held : positions of parameters that stay as they are.
    """

    def descent(log_parameters: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(log_parameters)
        value, gradient = likelihood(parameters)
        return -value / size, np.where(free, -gradient * parameters / size, 0.0)

    origin = np.log(np.asarray(starts, dtype=float))
    free = ~np.isin(np.arange(origin.shape[1]), held)
    bounds = list(zip(origin.min(axis=0) - _REACH, origin.max(axis=0) + _REACH, strict=True))
    climbs = [_climb(descent, start, bounds, shape) for start in origin]
    best = min(climbs, key=lambda climb: climb[0])[1]
    low, high = np.array(bounds).T
    inside = bool(((best > low + 1e-6) & (best < high - 1e-6)).all())
    mask = np.outer(free, free)
    hessian = _hessian(descent, best) * mask
    best, moved = _polish(descent, best, hessian) if inside else (best, 0.0)
    if moved > _STEP:  # else the curvature is still that of before
        hessian = _hessian(descent, best) * mask
    value, gradient = descent(best)
    flat = np.abs(gradient).max() < 1e-6
    curved = np.linalg.eigvalsh(hessian[np.ix_(free, free)]).min(initial=1.0) > 1e-9
    return Maximum(np.exp(best), -value * size, hessian * size, bool(inside and flat and curved))


def _climb(
    descent: Callable, start: np.ndarray, bounds: list, shape: np.ndarray | None
) -> tuple[float, np.ndarray]:
    """Return the lowest value that L-BFGS-B finds from ``start``, and where."""
    options = {"ftol": 1e-13, "gtol": 1e-8, "maxiter": 500}
    if shape is None or np.linalg.eigvalsh(shape).min() < _TOLD:
        climb = minimize(
            descent, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
        return climb.fun, climb.x
    # In coordinates in which the valley is round, few steps lead to its bottom.
    root = np.linalg.inv(np.linalg.cholesky(shape)).T

    def round_descent(steps: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = descent(start + root @ steps)
        return value, root.T @ gradient

    climb = minimize(
        round_descent, np.zeros(len(start)), jac=True, method="L-BFGS-B", options=options
    )
    return climb.fun, np.clip(start + root @ climb.x, *np.array(bounds).T)


def _hessian(descent: Callable, at: np.ndarray) -> np.ndarray:
    """Differentiate the analytic gradient once more, by central differences."""
    steps = np.eye(len(at)) * _STEP
    rows = [(descent(at + step)[1] - descent(at - step)[1]) / (2 * _STEP) for step in steps]
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def _polish(descent: Callable, at: np.ndarray, hessian: np.ndarray) -> tuple[np.ndarray, float]:
    """Take two Newton steps: L-BFGS-B leaves a flat ridge some digits too early.

    Returns the place and how far it is from ``at``.
    """
    start, (value, gradient) = at, descent(at)
    for _ in range(2):
        further = at - np.linalg.lstsq(hessian, gradient, rcond=1e-10)[0]
        value_further, gradient = descent(further)
        if not value_further <= value:
            break
        at, value = further, value_further
    return at, float(np.abs(at - start).max())
