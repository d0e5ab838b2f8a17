"""Migration: who moved from which group to which between the ends of periods."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_dates, check_probability
from crm_analysis.customers import summarize, wilson
from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.formats import counted
from crm_analysis.segmentation.mailing import MailingValue, mailing_value
from crm_analysis.segmentation.schemes import SCHEMES, learn_scheme, scheme_states

__all__ = ["PERIODS", "Migration", "migration"]

# pandas' name of the period: how a person calls it, how many there are in a year
PERIODS = {"W": ("week", 52), "ME": ("month", 12), "QE": ("quarter", 4), "YE": ("year", 1)}
_RECENCY_STATES = 5  # the four of Pfeifer and Carraway, and whoever bought longer ago


@dataclass(frozen=True)
class Migration:
    """Moves between groups, pooled over all periods, with intervals.

    Parameters
    ----------
    scheme : which groups these are.
    period : "W", "ME", "QE" or "YE".
    ends : last days of the periods, the first one being the first start.
    counts : moves from each group (row) to each (column), over all periods.
    matrix : shares of each row, 0 to 1; only groups that somebody was in have a row.
    low, high : ends of each share's interval (Wilson). They take moves as independent; a
        customer who moves several times counts several times, so they are on the narrow side.
    confidence : of these intervals.
    latest : the counts of the last period alone.
    spend : mean revenue of a customer in a period with a purchase, in money.
    """

    scheme: str
    period: str
    ends: pd.DatetimeIndex
    counts: pd.DataFrame
    matrix: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    confidence: float
    latest: pd.DataFrame
    spend: float

    @property
    def stayed(self) -> float:
        """Share of customers who were in the same group at the end of a period as before it."""
        return float(np.trace(self.counts.to_numpy()) / self.counts.to_numpy().sum())

    def movement(self) -> pd.DataFrame:
        """Return for each group who was in it before the last period, and who is after it.

        Only for groups that are ordered, the best first. Customers who came in that period have
        no group before it and aren't counted.

        Returns
        -------
        Frame by group, customers in every column: before, rose and fell (out of it), arrived
        from below, arrived from above, after.
        """
        square = self.latest.to_numpy()
        above, below = np.triu(square, 1), np.tril(square, -1)
        columns = {
            "before": square.sum(axis=1),
            "rose": below.sum(axis=1),
            "fell": above.sum(axis=1),
            "arrived from below": below.sum(axis=0),
            "arrived from above": above.sum(axis=0),
            "after": square.sum(axis=0),
        }
        return pd.DataFrame(columns, index=self.latest.index.rename("group"))

    def with_intervals(self) -> pd.DataFrame:
        """Return the matrix as text in %, each share with its interval, for reading."""
        parts = (self.matrix, self.low, self.high)
        ends = zip(*(part.to_numpy().ravel() for part in parts), strict=True)
        text = [f"{100 * v:.0f} ({100 * a:.0f} to {100 * b:.0f})" for v, a, b in ends]
        shape = self.matrix.shape
        return pd.DataFrame(
            np.array(text, dtype=object).reshape(shape), self.matrix.index, self.matrix.columns
        )

    def margin_at(self, share: float) -> float:
        """Return what a period with a purchase leaves, where ``share`` of revenue is margin.

        Raises
        ------
        InsufficientData : such a period brings less than nothing.
        """
        if self.spend < 0:
            have = f"{self.spend:,.2f} a period on average"
            raise InsufficientData("the value of a customer", have, "purchases that bring revenue")
        return self.spend * share

    def value(self, margin: float, cost: float, discount_rate: float) -> MailingValue:
        """Return what a customer is worth in each state, and after which mailing no longer pays.

        Parameters
        ----------
        margin : what a period with a purchase leaves, in money.
        cost : what mailing one customer for one period costs, in money.
        discount_rate : per year.

        Raises
        ------
        InputError : the groups aren't those of the scheme "recency", or a number is negative or
            not finite.
        InsufficientData : the records are too short for one of the states.

        References
        ----------
        Pfeifer, Carraway (2000), Journal of Interactive Marketing 14(2), 43-55.
        """
        if self.scheme != "recency":
            raise InputError(
                f"the value per state needs the scheme 'recency', these are moves by {self.scheme}"
            )
        if not discount_rate >= 0:
            raise InputError(f"discount_rate must be at least 0, got {discount_rate}")
        per_period = (1 + discount_rate) ** (1 / PERIODS[self.period][1]) - 1
        return mailing_value(
            self.matrix, margin, cost, per_period, counts=self.counts, confidence=self.confidence
        )


def migration(
    transactions: pd.DataFrame,
    period: str = "QE",
    scheme: str | Callable[[pd.DataFrame], pd.Series] = "recency",
    *,
    as_of: pd.Timestamp | None = None,
    confidence: float = 0.90,
) -> Migration:
    """Count who moved from which group to which between the ends of complete periods.

    Parameters
    ----------
    transactions : customer_id, date, amount, [order_id].
    period : "W", "ME", "QE" or "YE": weeks, months, quarters or years of the calendar.
    scheme : "recency" groups by the period of the last purchase; "rfm", "stage", "life_cycle"
        and "pyramid" are those of ``learn_scheme``, with the cut-offs of the last end at every
        end, so that who moves has done something; or a function of your own from a customer
        table to a group per customer.
    as_of : the last day known, by default the last date; a period that it cuts is left out.
    confidence : of the intervals, between 0 and 1.

    Raises
    ------
    InsufficientData : there are fewer than two ends of periods with customers.
    InputError : there is no such period or scheme.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-02-01", "2025-05-01", "2025-01-15", "2025-11-03"])
    >>> lines = pd.DataFrame({"customer_id": list("AABB"), "date": days, "amount": 5.0})
    >>> moves = migration(lines, "QE", as_of="2025-12-31")
    >>> moves.matrix.loc["this quarter"].to_dict()["1 quarter ago"]
    0.6666666666666666
    >>> int(moves.latest.loc["2 quarters ago", "this quarter"])
    1
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    check_dates(transactions, table="transactions")
    check_probability(confidence, name="confidence")
    if period not in PERIODS:
        raise unknown_name("period", period, PERIODS)
    name = scheme if isinstance(scheme, str) else "groups of your own"
    ends = _ends(transactions, period, as_of)
    dated = transactions.assign(
        place=ends.searchsorted(transactions["date"].dt.normalize(), side="left")
    )
    dated = dated[dated["place"] < len(ends)]
    groups, states = _groups(dated, ends, period, scheme)
    moves = [_moves(groups[i], groups[i + 1], states) for i in range(len(ends) - 1)]
    counts = sum(moves[1:], start=moves[0])
    seen = counts[counts.sum(axis=1) > 0]
    spent = dated.groupby(["customer_id", "place"])["amount"].sum()
    return Migration(
        name, period, ends, counts, *_shares(seen, confidence), confidence, moves[-1],
        spend=float(spent.mean()),
    )  # fmt: skip


def _ends(transactions: pd.DataFrame, period: str, as_of) -> pd.DatetimeIndex:
    first, last = transactions["date"].min(), transactions["date"].max()
    if pd.isna(first):
        raise InsufficientData("migration", "0 purchases", "purchases in two periods or more")
    last = last if as_of is None else pd.Timestamp(as_of)
    ends = pd.date_range(first.normalize(), last.normalize(), freq=period)
    if len(ends) < 2:
        noun = PERIODS[period][0]
        have = counted(len(ends), f"{noun} end") + " in the records"
        raise InsufficientData("migration", have, f"two {noun} ends, or a shorter period")
    return ends


def _groups(dated: pd.DataFrame, ends: pd.DatetimeIndex, period: str, scheme):
    """Return each customer's group at each end, and the groups in order."""
    if scheme == "recency":
        return _recency(dated, len(ends), PERIODS[period][0])
    if isinstance(scheme, str) and scheme not in SCHEMES:
        raise unknown_name("scheme", scheme, ["recency", *SCHEMES])
    tables = [summarize(dated[dated["place"] <= i], as_of=end) for i, end in enumerate(ends)]
    assign = learn_scheme(scheme, tables[-1]) if isinstance(scheme, str) else scheme
    groups = [assign(table) for table in tables]
    known = scheme_states(scheme) if isinstance(scheme, str) else []
    return groups, known or sorted(set().union(*(group.unique() for group in groups)))


def _recency(dated: pd.DataFrame, n: int, noun: str) -> tuple[list[pd.Series], list[str]]:
    ago = [f"{k} {noun}{'s' if k > 1 else ''} ago" for k in range(1, _RECENCY_STATES - 1)]
    states = [f"this {noun}", *ago, "longer ago"]
    bought = dated[["customer_id", "place"]].drop_duplicates()
    groups = []
    for i in range(n):
        last = bought[bought["place"] <= i].groupby("customer_id")["place"].max()
        place = np.minimum(i - last.to_numpy(), _RECENCY_STATES - 1)
        groups.append(pd.Series(np.array(states, dtype=object)[place], index=last.index))
    return groups, states


def _moves(before: pd.Series, after: pd.Series, states: list[str]) -> pd.DataFrame:
    table = pd.crosstab(before.to_numpy(), after.reindex(before.index).to_numpy())
    table = table.reindex(index=states, columns=states, fill_value=0)
    return table.rename_axis(index="from", columns="to")


def _shares(counts: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, ...]:
    totals = counts.sum(axis=1)
    found = [
        [wilson(int(count), int(total), confidence) for count in row]
        for row, total in zip(counts.to_numpy(), totals, strict=True)
    ]
    return tuple(
        pd.DataFrame(
            [[getattr(share, part) for share in row] for row in found],
            index=counts.index,
            columns=counts.columns,
        )
        for part in ("value", "low", "high")
    )
