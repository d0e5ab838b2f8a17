"""BG/NBD: how often customers buy again, and whether they still do.

While active a customer buys at random at an own rate (Gamma over customers); after each repeat
purchase a coin, own to the customer as well (Beta), decides whether that was the last one.
"""

from crm_analysis.lifetime_value._coin_model import CoinModel
from crm_analysis.lifetime_value._lifetimes import BetaGeoFitter
from crm_analysis.lifetime_value._like_lifetimes import LikeLifetimes

__all__ = ["BetaGeo"]


class BetaGeo(CoinModel, LikeLifetimes, BetaGeoFitter):
    """BG/NBD model of repeat purchases, on the terms of ``lifetimes.BetaGeoFitter``.

    Fitted on the distinct (frequency, recency, T) with an analytic gradient, so a million
    customers take little longer than their distinct histories. There's no penalizer: it pulls
    a and b far from their maximum (CDNOW: .793 and 2.426 become .498 and 1.323 at .001).

    Attributes
    ----------
    params_ : r and alpha (Gamma shape and rate of the purchase rate; alpha in the unit of T),
        a and b (Beta of the chance that a repeat purchase is the last).
    standard_errors_, covariance_ : of the parameters, from the curvature of the likelihood.
    log_likelihood_ : sum over customers.
    converged_ : the gradient vanishes and the Hessian is definite there: it is a maximum, or
        the limit that ``limit_`` names.
    limit_ : what the model became where a parameter ran off to 0 or infinity; None if none did.

    Notes
    -----
    Nobody can leave before the first repeat purchase, so who has none is alive with
    probability 1: read that as "not known", not as "loyal".

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science
    24(2), 275-284. Hardie, note 027, for the likelihood that stays finite.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 20.0, 30.0, 36.0] * 30})
    >>> model = BetaGeo().fit(customers)
    >>> model.predict_purchases(customers.head(2), horizon=39).round(2)["purchases"].tolist()
    [1.06, 1.55]
    """

    _title = "the BG/NBD model"
    _throws_at_first = 0
