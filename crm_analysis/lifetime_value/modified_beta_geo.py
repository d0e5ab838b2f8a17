"""MBG/NBD: as BG/NBD, but the coin is thrown after the first purchase too.

So who never came back may have left at once, which BG/NBD rules out.
"""

from crm_analysis.lifetime_value._coin_model import CoinModel
from crm_analysis.lifetime_value._lifetimes import ModifiedBetaGeoFitter
from crm_analysis.lifetime_value._like_lifetimes import LikeLifetimes

__all__ = ["ModifiedBetaGeo"]


class ModifiedBetaGeo(CoinModel, LikeLifetimes, ModifiedBetaGeoFitter):
    """MBG/NBD model of repeat purchases, on the terms of ``lifetimes.ModifiedBetaGeoFitter``.

    Attributes
    ----------
    params_ : r and alpha (Gamma shape and rate of the purchase rate; alpha in the unit of T),
        a and b (Beta of the chance that a purchase, the first included, is the last).
    standard_errors_, covariance_, log_likelihood_, converged_, limit_ : as in ``BetaGeo``.

    References
    ----------
    Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for
    customer base analysis", International Journal of Research in Marketing 24(3), 201-209.
    Hoppe and Wagner (2007), "Customer base analysis: the case for a central variant of the
    Betageometric/NBD model", Marketing - Journal of Research and Management 3(2), 75-90.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 9.0, 14.0, 36.0] * 30})
    >>> model = ModifiedBetaGeo().fit(customers)
    >>> model.predict_alive(customers.head(2)).round(2)["alive"].tolist()
    [0.03, 0.09]
    """

    _title = "the MBG/NBD model"
    _throws_at_first = 1
