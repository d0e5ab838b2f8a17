"""What every fitted model has: parameters with their uncertainty, a summary, a file."""

import json
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from crm_analysis import __version__
from crm_analysis.errors import InputError
from crm_analysis.lifetime_value._uncertainty import (
    log_covariance_to_natural,
    sigma_points,
    summarise,
)

__all__ = ["FORMAT", "FittedModel", "read_saved", "write_saved"]

FORMAT = "crm-analysis model"
_VERSION = 1
_PLAIN = ("log_likelihood", "converged", "limit", "n_customers")


class FittedModel:
    """Parameters, their covariance on the log scale, a summary, and a JSON file of all this."""

    limit_: str | None = None

    def _fitted(self) -> np.ndarray:
        if not hasattr(self, "params_"):
            raise ValueError(f"{type(self).__name__} isn't fitted yet: call fit(customers) first")
        return self.params_.to_numpy(dtype=float)

    def _points(self) -> np.ndarray:
        return sigma_points(self._fitted(), self._log_covariance)

    def _know(self, params: pd.Series, log_covariance: np.ndarray) -> None:
        """Take over an estimate and derive what is told of its uncertainty."""
        self.params_, self._log_covariance = params, log_covariance
        self.covariance_ = log_covariance_to_natural(params, log_covariance)
        self.standard_errors_ = pd.Series(np.sqrt(np.diag(self.covariance_)), index=params.index)
        # By lifetimes' name; its own is wrong off the diagonal.
        self.variance_matrix_ = self.covariance_

    def summary(self, confidence: float = 0.9) -> pd.DataFrame:
        """Lay out the parameters with standard errors and intervals.

        Returns
        -------
        frame : a row per parameter with ``value``, ``standard_error``, ``low``, ``high``; the
            intervals are made on the log scale, since every parameter is positive. Where the
            likelihood has no maximum inside, a column ``limit`` says what the model became.
        """
        self._fitted()
        frame = summarise(self.params_, self.standard_errors_, confidence)
        return frame if self.limit_ is None else frame.assign(limit=self.limit_)

    def save_model(self, path: str | Path) -> None:
        """Write the fitted model to a JSON file, without the customers that it was fitted on.

        Parameters
        ----------
        path : of the file; one that is there is replaced.
        """
        write_saved(path, self._content())

    def load_model(self, path: str | Path) -> Self:
        """Take over a model that ``save_model`` wrote; it then predicts the same to the last digit.

        Raises
        ------
        InputError : the file holds no model, one of another kind, or one of a later version.
        """
        content = read_saved(path)
        if content["model"] != type(self).__name__:
            name = type(self).__name__
            raise InputError(f"{path} holds a {content['model']}, not a {name}: use load_model")
        return self._take(content)

    def _content(self) -> dict[str, Any]:
        """Return all that was learned, as JSON can hold it."""
        self._fitted()
        return {
            "model": type(self).__name__,
            "params": self.params_.to_dict(),
            "log_covariance": self._log_covariance.tolist(),
            **{name: getattr(self, f"{name}_") for name in _PLAIN},
            **self._further(),
        }

    def _take(self, content: dict[str, Any]) -> Self:
        """Take over what ``_content`` gave."""
        self._know(pd.Series(content["params"]), np.array(content["log_covariance"]))
        for name in _PLAIN:
            setattr(self, f"{name}_", content[name])
        self._take_further(content)
        return self

    def _further(self) -> dict[str, Any]:
        """Return what else this kind of model learned, as JSON can hold it."""
        return {}

    def _take_further(self, content: dict[str, Any]) -> None:
        """Restore what ``_further`` gave."""


def write_saved(path: str | Path, content: dict[str, Any], indent: int | None = 1) -> None:
    """Write what a model gave of itself, with the format and the version of this package."""
    head = {"format": FORMAT, "version": _VERSION, "written_by": f"crm-analysis {__version__}"}
    text = json.dumps(head | content, indent=indent, allow_nan=False)
    Path(path).write_text(f"{text}\n", "utf-8")


def read_saved(path: str | Path) -> dict[str, Any]:
    """Read the file of a model, and refuse what isn't one or is of a later version."""
    try:
        content = json.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise InputError(f"{path} is no saved model: {problem}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(f"{path} is no saved model: it doesn't say format {FORMAT!r}")
    if content["version"] != _VERSION:
        raise InputError(
            f"{path} is of version {content['version']}, and this package reads version "
            f"{_VERSION}: install the one that wrote it ({content.get('written_by')}), or fit again"
        )
    return content
