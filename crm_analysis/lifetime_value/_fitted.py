"""What every fitted model has: parameters with their uncertainty, laid out in a table."""

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value._uncertainty import sigma_points, summarise

__all__ = ["FittedModel"]


class FittedModel:
    """Parameters, their covariance on the log scale, and a summary."""

    limit_: str | None = None

    def _fitted(self) -> np.ndarray:
        if not hasattr(self, "params_"):
            raise ValueError(f"{type(self).__name__} isn't fitted yet: call fit(customers) first")
        return self.params_.to_numpy(dtype=float)

    def _points(self) -> np.ndarray:
        return sigma_points(self._fitted(), self._log_covariance)

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
