"""Customers who were there before the log began, and those who came after: two populations.

Where a log begins in the middle of a company's life, most of the customers of its first weeks
are old ones: their "first" purchase is just their next. They have already shown that they stay,
so one distribution of rates and of the coin can't hold for them and for real newcomers.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value._purchase_model import PurchaseModel

__all__ = ["TwoPopulations"]

_FEWEST = 100  # repeat customers on each side; with fewer a model of their own is no gain


class TwoPopulations:
    """A model of purchases for the customers of an opening period, and another for newcomers.

    Parameters
    ----------
    model : makes an unfitted model of purchases.
    opening : length of the period, in the unit of T.

    Attributes
    ----------
    before_, after_ : the fitted models; the same one where a side has too few customers.
    limit_ : age from which a customer belongs to the first one.

    Examples
    --------
    >>> from crm_analysis.lifetime_value import BetaGeo
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30})
    >>> both = TwoPopulations(BetaGeo, opening=4).fit(customers)
    >>> both.before_ is both.after_  # nobody came later
    True
    """

    def __init__(self, model: Callable[[], PurchaseModel], opening: float):
        self.model, self.opening = model, opening

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit on ``frequency``, ``recency`` and ``T``; the oldest T dates the log's beginning."""
        self.limit_ = float(customers["T"].max()) - self.opening
        old = self._old(customers)
        again = customers["frequency"] > 0
        if min((again & old).sum(), (again & ~old).sum()) < _FEWEST:
            self.before_ = self.after_ = self.model().fit(customers)
        else:
            self.before_ = self.model().fit(customers[old])
            self.after_ = self.model().fit(customers[~old])
        return self

    def _old(self, customers: pd.DataFrame) -> pd.Series:
        return customers["T"] > self.limit_

    def parts(self, customers: pd.DataFrame) -> list[tuple[np.ndarray, PurchaseModel]]:
        """Return which customers belong to which model."""
        old = self._old(customers).to_numpy()
        return [(old, self.before_), (~old, self.after_)]

    def content(self) -> dict[str, Any]:
        """Return what was learned, as JSON can hold it."""
        parts = [self.before_] if self.before_ is self.after_ else [self.before_, self.after_]
        return {"limit": self.limit_, "models": [part._content() for part in parts]}

    @classmethod
    def from_content(cls, model: type[PurchaseModel], opening: float, content: dict) -> Self:
        """Read what ``content`` gave."""
        both = cls(model, opening)
        parts = [model()._take(part) for part in content["models"]]
        both.limit_, both.before_, both.after_ = content["limit"], parts[0], parts[-1]
        return both
