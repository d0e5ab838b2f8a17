"""How often intervals of counts hold what came, judged fairly for whole numbers."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.lifetime_value._outlook import outlook
from crm_analysis.lifetime_value.forecaster import Forecaster

__all__ = ["covered"]


def covered(
    model, customers: pd.DataFrame, actual, horizon: float, confidence: float, seed: int = 0
) -> float:
    """Return the share of customers whose count lies in its interval, by randomised places.

    ``model`` is a fitted model of purchases or a ``Forecaster``.

    An interval of whole numbers holds more than it promises, the more so the sparser purchases
    are: where 0 has a chance of 80 %, an interval "of 90 %" from 0 to 1 may hold 97 %. Spread
    over its own chance, a count at the end of an interval is inside only for the part that the
    interval promised.
    """
    own = isinstance(model, Forecaster)
    ahead = model.outlook(customers, horizon) if own else outlook(model, customers, horizon)
    wider = model.widening.of(ahead.mean) if own and model.widening is not None else 1.0
    reach = np.abs(norm.ppf(ahead.place(np.asarray(actual, dtype=float), seed)))
    return float((reach <= norm.ppf((1 + confidence) / 2) * wider).mean())
