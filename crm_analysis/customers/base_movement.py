"""Who came, came back and was lost: the customer base by month, as a balance that adds up."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_probability
from crm_analysis.customers._purchase_days import last_day, purchase_days
from crm_analysis.errors import InsufficientData
from crm_analysis.formats import counted

__all__ = ["base_movement", "silence_limits"]

_MOST_PURCHASES = 5  # who bought on more days than that is like who bought on five
_FEWEST_GAPS = 20  # below this, a tenth of the gaps is less than two


def silence_limits(
    transactions: pd.DataFrame, as_of: pd.Timestamp | None = None, lost_after: float = 0.90
) -> pd.DataFrame:
    """Find the longest silence that is still usual, by the number of purchases so far.

    Somebody who bought once waits otherwise than somebody who bought ten times. So a silence is
    held against the gaps that customers with as many purchases have come back from: up to the
    gap that ``lost_after`` of them don't exceed it is usual, beyond it the customer counts as
    lost. Whoever never came back has no gap, so these limits are on the short side.

    Parameters
    ----------
    transactions : customer_id, date. Several purchases on one day are one.
    as_of : the last day known; by default the last date. Later rows are left out.
    lost_after : share of the gaps that a usual silence may be as long as, between 0 and 1.

    Returns
    -------
    Frame by purchases (1 to 5; the last stands for 5 and more): gaps (that have ended after so
    many purchases), days (the limit, a whole number). A number of purchases with fewer than 20
    gaps gets the limit of all gaps.

    Raises
    ------
    InsufficientData : there are fewer than 20 gaps in all.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-08"] * 19 + ["2026-01-01", "2026-03-01"])
    >>> lines = pd.DataFrame({"customer_id": np.repeat(range(20), 2), "date": days})
    >>> silence_limits(lines).loc[[1, 5]].to_numpy().tolist()
    [[20, 7], [0, 7]]
    """
    check_probability(lost_after, name="lost_after")
    return _limits(purchase_days(transactions, last_day(transactions, as_of)), lost_after)


def base_movement(
    transactions: pd.DataFrame, as_of: pd.Timestamp | None = None, lost_after: float = 0.90
) -> pd.DataFrame:
    """Count by month who was won, won back and lost, so that the base at its end adds up.

    A customer belongs to the base from the first purchase until the silence exceeds the limit of
    ``silence_limits``, and again from the next purchase on. Counted is each customer once a
    month, by where they stood at the end of the month before and stand at the end of this one.

    Parameters
    ----------
    transactions : customer_id, date. Several purchases on one day are one.
    as_of : the last day known, by default the last date; it ends the last month.
    lost_after : share of the gaps that a usual silence may be as long as, between 0 and 1.

    Returns
    -------
    Frame by month (its first day), customers in every column:
        new : bought for the first time.
        returning : bought, and belonged to the base when the month began.
        reactivated : bought, and had been lost when the month began.
        active : new + returning + reactivated.
        lost : left the base and hadn't come back at the month's end.
        base : belong to it at the month's end: those of the month before + new + reactivated
            − lost.
        complete : False for the last month where ``as_of`` isn't its last day.

    Raises
    ------
    InsufficientData : there are fewer than 20 gaps between purchases to learn the limits from.

    Examples
    --------
    >>> regular = pd.date_range("2026-01-01", "2026-06-30", freq="7D")
    >>> lines = pd.concat([
    ...     pd.DataFrame({"customer_id": "regular", "date": regular}),
    ...     pd.DataFrame({"customer_id": "gone", "date": regular[:2]}),
    ...     pd.DataFrame({"customer_id": "back", "date": regular[[0, -1]]}),
    ... ])
    >>> counts = ["new", "returning", "reactivated", "lost", "base"]
    >>> base_movement(lines)[counts].iloc[[0, 1, -1]].to_numpy().tolist()
    [[3, 0, 0, 2, 1], [0, 1, 0, 0, 1], [0, 1, 1, 0, 2]]
    """
    check_probability(lost_after, name="lost_after")
    end = last_day(transactions, as_of)
    stretches = purchase_days(transactions, end)
    limits = _limits(stretches, lost_after)["days"]
    usual = limits.reindex(_so_far(stretches)).to_numpy()
    stretches["lost_on"] = stretches["date"] + pd.to_timedelta(usual + 1, unit="D")
    months = pd.period_range(stretches["date"].min(), end, freq="M", name="month")
    counts = pd.DataFrame(_counted(stretches, end), index=months).fillna(0).astype("int64")
    frame = counts[["new", "returning", "reactivated"]].assign(active=counts["active"])
    frame["lost"] = counts["lost"]
    frame["base"] = (counts["new"] + counts["reactivated"] - counts["lost"]).cumsum()
    frame["complete"] = months.end_time.normalize() <= end
    return frame.set_axis(months.to_timestamp())


def _so_far(stretches: pd.DataFrame) -> pd.Series:
    return stretches["place"].clip(upper=_MOST_PURCHASES).rename("purchases")


def _limits(stretches: pd.DataFrame, share: float) -> pd.DataFrame:
    gaps = (stretches["after"] - stretches["date"]).dt.days
    gaps = gaps[gaps.notna()].astype("int64")
    if len(gaps) < _FEWEST_GAPS:
        have = f"{counted(len(gaps), 'gap')} between purchases"
        need = f"at least {_FEWEST_GAPS}"
        raise InsufficientData("the rule for lost customers", have, need)
    by_place = gaps.groupby(_so_far(stretches))
    frame = by_place.agg(gaps="size", days=lambda some: _quantile(some, share))
    frame = frame.reindex(range(1, _MOST_PURCHASES + 1)).rename_axis("purchases")
    enough = frame["gaps"] >= _FEWEST_GAPS
    frame["days"] = frame["days"].where(enough, _quantile(gaps, share))
    return frame.fillna({"gaps": 0}).astype("int64")


def _quantile(gaps: pd.Series, share: float) -> int:
    return int(np.quantile(gaps, share, method="inverted_cdf"))


def _counted(stretches: pd.DataFrame, end: pd.Timestamp) -> dict[str, pd.Series]:
    month, first = stretches["date"].dt.to_period("M"), stretches["place"] == 1
    earlier = stretches["before"].dt.to_period("M")
    opens = first | (earlier != month)  # a customer's first purchase in the month
    began = month.dt.start_time
    # Lost when the month began: the stretch before had run out by then.
    run_out = stretches["lost_on"].shift().where(~first)
    reactivated = opens & ~first & (run_out < began)
    kinds = {
        "new": first,
        "reactivated": reactivated,
        "returning": opens & ~first & ~reactivated,
        "active": opens,
    }
    counts = {kind: month[chosen].value_counts() for kind, chosen in kinds.items()}
    leaves = stretches["lost_on"].dt.to_period("M")
    ends = leaves.dt.end_time.dt.normalize().clip(upper=end)
    lost = (stretches["lost_on"] <= end) & ~(stretches["after"] <= ends)
    return counts | {"lost": leaves[lost].value_counts()}
