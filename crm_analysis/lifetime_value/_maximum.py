"""Maximum likelihood on log-parameters: several starts, and a check that it is a maximum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

__all__ = ["Likelihood", "Maximum", "maximise"]

# Beyond e^±10 times its start the data no longer tell a parameter from 0 or infinity.
_REACH = 10.0
# A direction with a standard error above 10 on the log scale tells nothing.
_TOLD = 1e-2
# Slopes per observation: at the top but for rounding, and near enough to call it one.
_LEVEL, _FLAT = 1e-11, 1e-6
_STEPS, _HALVINGS, _DIGITS = 20, 8, 1e-13


class Likelihood(Protocol):
    """A log-likelihood as a function of positive parameters."""

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its slopes."""

    def curved(self, parameters: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value, its slopes and the matrix of its second derivatives."""


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
    *,
    near: bool = False,
    held: Sequence[int] = (),
) -> Maximum:
    """Climb from each start, and return the highest point with what can be said of it.

    Parameters
    ----------
    likelihood : log-likelihood with slopes and curvature, given the parameters.
    starts : positive parameters to start from.
    size : number of observations; makes the tolerance one per observation.
    near : the starts are near the top, as found on a part of the observations: Newton's steps,
        each of which costs a curvature, are few then.
    held : positions of parameters that stay as they are.
    """
    valley = _Valley(likelihood, size, np.asarray(held, dtype=int))
    origin = np.log(np.asarray(starts, dtype=float))
    bounds = np.array([origin.min(axis=0) - _REACH, origin.max(axis=0) + _REACH])
    ends = [valley.settle(start, bounds) for start in origin] if near else []
    if not any(end.steepest < _FLAT for end in ends):
        # L-BFGS-B comes from far away; it leaves a flat ridge some digits too early.
        ends = [valley.settle(valley.descend(start, bounds), bounds) for start in origin]
    best = min(ends, key=lambda end: end.value)
    inside = bool(((best.at > bounds[0] + 1e-6) & (best.at < bounds[1] - 1e-6)).all())
    converged = inside and best.steepest < _FLAT and valley.is_curved(best.curvature)
    return Maximum(np.exp(best.at), -best.value * size, best.curvature * size, converged)


@dataclass(frozen=True)
class _Place:
    """A place in the valley: its height, slopes and curvature."""

    at: np.ndarray
    value: float
    slopes: np.ndarray
    curvature: np.ndarray

    @property
    def steepest(self) -> float:
        return float(np.abs(self.slopes).max())

    def newton_step(self) -> np.ndarray:
        """Return the step to where the slopes vanish; downhill also where the valley bulges."""
        curvatures, directions = np.linalg.eigh(self.curvature)
        size = np.abs(curvatures)
        told = size > 1e-10 * max(size.max(), 1e-10)
        step = -directions[:, told] @ (directions[:, told].T @ self.slopes / size[told])
        return step / max(np.abs(step).max(), 1.0)  # at most e-fold at once


class _Valley:
    """The negative log-likelihood per observation, over the logarithms of the parameters."""

    def __init__(self, likelihood: Likelihood, size: float, held: np.ndarray):
        self.likelihood, self.size, self.held = likelihood, size, held

    def slope(self, at: np.ndarray) -> tuple[float, np.ndarray]:
        value, slopes = self.likelihood(np.exp(at))
        slopes = -slopes * np.exp(at) / self.size
        slopes[self.held] = 0.0
        return -value / self.size, slopes

    def place(self, at: np.ndarray) -> _Place:
        parameters = np.exp(at)
        value, slopes, curvature = self.likelihood.curved(parameters)
        slopes = -slopes * parameters / self.size
        curvature = -curvature * np.outer(parameters, parameters) / self.size + np.diag(slopes)
        slopes[self.held] = curvature[self.held] = curvature[:, self.held] = 0.0
        return _Place(at, -value / self.size, slopes, curvature)

    def descend(self, start: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        """Return the lowest place that L-BFGS-B finds from ``start``."""
        options = {"ftol": 1e-13, "gtol": 1e-8, "maxiter": 500}
        return minimize(
            self.slope, start, jac=True, method="L-BFGS-B", bounds=bounds.T, options=options
        ).x

    def settle(self, start: np.ndarray, bounds: np.ndarray) -> _Place:
        """Take Newton's steps to the bottom; each is halved until it leads downhill."""
        here = self.place(start)
        for _ in range(_STEPS):
            if here.steepest < _LEVEL:
                break
            further = self._further(here, bounds)
            if further is None:
                break
            here = further
        return here

    def _further(self, here: _Place, bounds: np.ndarray) -> _Place | None:
        step = here.newton_step()
        # Near the bottom the value changes by less than its digits tell, the slopes by more.
        last = abs(here.slopes @ step) < _DIGITS * abs(here.value)
        for halving in range(1 if last else _HALVINGS):
            further = self.place(np.clip(here.at + step / 2**halving, *bounds))
            if further.steepest < here.steepest if last else further.value < here.value:
                return further
        return None

    def is_curved(self, curvature: np.ndarray) -> bool:
        """Return whether the valley rises in all directions that are free."""
        free = np.delete(np.arange(len(curvature)), self.held)
        return bool(np.linalg.eigvalsh(curvature[np.ix_(free, free)]).min(initial=1.0) > 1e-9)
