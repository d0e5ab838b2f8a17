"""How long customers take to buy again, those who are still waiting included (Kaplan-Meier)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from crm_analysis.checks import check_probability
from crm_analysis.customers._purchase_days import last_day, purchase_days
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import counted

__all__ = ["time_to_next_purchase"]

_DAYS = (30, 60, 90, 180, 365)


def time_to_next_purchase(
    transactions: pd.DataFrame,
    as_of: pd.Timestamp | None = None,
    days: Sequence[int] = _DAYS,
    confidence: float = 0.90,
) -> pd.DataFrame:
    """Return after how many purchases the next one had followed within so many days.

    Two answers stand side by side: the share among gaps that have *ended*, which leaves out
    whoever is waiting still, and Kaplan and Meier's estimate, in which each open gap counts for
    as long as it could be watched.

    Parameters
    ----------
    transactions : customer_id, date. Several purchases on one day are one.
    as_of : the last day known, to which open gaps are watched; by default the last date.
    days : since a purchase, whole numbers of 1 or more, in any order.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame by days, without those that no gap could be watched for: watched (gaps that were open
    for so long, or ended on that day), ended (share of the ended gaps, 0..1), bought_again
    (Kaplan-Meier, 0..1), low, high. The intervals are on the log-log scale and allow for a
    customer's gaps being alike: each customer counts as one draw, however many gaps there are.

    Raises
    ------
    InsufficientData : nobody has bought on two days.

    References
    ----------
    Kaplan, Meier (1958), JASA 53(282); Ying, Wei (1994), The Kaplan-Meier estimate for
    dependent failure time observations, Journal of Multivariate Analysis 50(1).

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": list("AABC"), "date": pd.to_datetime(
    ...     ["2026-01-01", "2026-01-08", "2026-01-02", "2026-01-05"])})
    >>> found = time_to_next_purchase(lines, as_of="2026-02-01", days=[7, 20])
    >>> found[["watched", "ended", "bought_again"]].to_numpy().tolist()
    [[4.0, 1.0, 0.25], [3.0, 1.0, 0.25]]
    """
    check_probability(confidence, name="confidence")
    end = last_day(transactions, as_of)
    stretches = purchase_days(transactions, end)
    ended = stretches["after"].notna().to_numpy()
    if not ended.any():
        have = f"{counted(len(stretches), 'purchase day')}, each of another customer"
        raise InsufficientData("the time to the next purchase", have, "a second purchase")
    waited = (stretches["after"].fillna(end) - stretches["date"]).dt.days.to_numpy()
    spans = np.array(sorted({int(day) for day in days if day <= waited.max()}), dtype=int)
    survival, spread = _kaplan_meier(waited, ended, stretches["who"].to_numpy(), spans)
    frame = pd.DataFrame(index=pd.Index(spans, name="days"))
    frame["watched"] = [int((waited >= span).sum()) for span in spans]
    frame["ended"] = [float((waited[ended] <= span).mean()) for span in spans]
    frame["bought_again"] = 1 - survival
    frame["low"], frame["high"] = _interval(survival, spread, confidence)
    return frame


def _kaplan_meier(waited, ended, who, spans) -> tuple[np.ndarray, np.ndarray]:
    """Return the share still waiting after each span, and the deviation of its hazard."""
    from statsmodels.duration.survfunc import SurvfuncRight  # takes a second to import

    seen = waited > 0  # a purchase on the last day was never watched
    waited, ended, who = waited[seen], ended[seen], who[seen]
    curve = SurvfuncRight(waited, ended)
    times, risk, events = curve.surv_times, curve.n_risk, curve.n_events
    survival = np.r_[1.0, curve.surv_prob][np.searchsorted(times, spans, side="right")]
    # Of gap i, until it closes: what it adds to the hazard less what was to be expected of it.
    expected = np.r_[0.0, np.cumsum(events / risk**2)]
    own = np.where(ended, 1 / risk[np.searchsorted(times, waited).clip(max=len(times) - 1)], 0.0)
    spread = []
    for span in spans:
        until = np.searchsorted(times, np.minimum(waited, span), side="right")
        share = np.where(waited <= span, own, 0.0) - expected[until]
        spread.append(np.sqrt((np.bincount(who, share) ** 2).sum()))
    return survival, np.array(spread)


def _interval(survival, spread, confidence) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends for the share that bought again, from the log-log scale of survival."""
    inside = (survival > 0) & (survival < 1)
    hazard = -np.log(np.where(inside, survival, 0.5))
    factor = np.exp(norm.ppf((1 + confidence) / 2) * np.where(inside, spread, 0.0) / hazard)
    low, high = 1 - np.exp(-hazard / factor), 1 - np.exp(-hazard * factor)
    return np.where(inside, low, 1 - survival), np.where(inside, high, 1 - survival)
