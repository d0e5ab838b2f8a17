"""Which scheme separates next period's revenue best, measured on a period it hasn't seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_dates, check_probability
from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.formats import counted
from crm_analysis.segmentation.schemes import SCHEMES, TITLES, learn_scheme

__all__ = ["Comparison", "compare_schemes"]

_USUAL_DAYS = 90
_TOP = 0.20
_DRAWS = 200


@dataclass(frozen=True)
class Comparison:
    """How well schemes separate the revenue of a period that they haven't seen.

    Parameters
    ----------
    table : frame by scheme, the best first: groups (how many); top_fifth (share of the period's
        revenue from the fifth of customers that the scheme ranks highest; .20 is no better than
        a lot) with top_fifth_low and top_fifth_high; behind (how far that is below the best
        scheme) with behind_low and behind_high; explained (share of the variance of revenue
        between customers, 0 to 1); noise (share of customers who change groups and are back a
        period later).
    recommended : the scheme with the least noise among those that separate as well as the best.
    tied : the schemes that can't be told from the best, itself among them, without those whose
        top fifth brought no more than a lot would have.
    left_out : why a scheme isn't in the table, by scheme.
    learned_on, placed_on, ends_on : the days between which groups were ranked and then tested.
    """

    table: pd.DataFrame
    recommended: str
    tied: tuple[str, ...]
    left_out: dict[str, str]
    learned_on: pd.Timestamp
    placed_on: pd.Timestamp
    ends_on: pd.Timestamp

    @property
    def top_fifth(self) -> float:
        """Share of revenue from the fifth that the recommended scheme ranks highest."""
        return float(self.table.loc[self.recommended, "top_fifth"])

    @property
    def beats_a_lot(self) -> bool:
        """Whether the recommended scheme's fifth surely brought more than a fifth of revenue."""
        return bool(self.table.loc[self.recommended, "top_fifth_low"] > _TOP)

    def summary(self) -> pd.DataFrame:
        """Return the table for reading: schemes by their titles, without the differences."""
        return self.table.drop(columns=["behind", "behind_low", "behind_high"]).rename(TITLES)


def compare_schemes(
    transactions: pd.DataFrame,
    schemes: Sequence[str] = ("rfm", "binary", "life_cycle", "pyramid", "clusters"),
    *,
    days: int | None = None,
    as_of: pd.Timestamp | None = None,
    confidence: float = 0.90,
    seed: int = 0,
) -> Comparison:
    """Hold schemes of segmentation against the revenue of a period that they haven't seen.

    Two periods of ``days`` lie at the end of the records. Before both, cut-offs are learned;
    the first shows what each group brings and so ranks the groups; customers are then placed
    anew, and the second period is the test.

    Parameters
    ----------
    transactions : customer_id, date, amount (money), [order_id].
    schemes : names that ``learn_scheme`` knows.
    days : length of a period; by default 90, or a quarter of the records where they are short.
    as_of : last day known, by default the last date.
    confidence : of the intervals, which come from 200 bootstrap samples of the customers, the
        same for each scheme.
    seed : of these samples.

    Raises
    ------
    InsufficientData : nobody was a customer before both periods, nothing was bought in one of
        them, or no scheme makes two groups.
    InputError : there is no such scheme, or days isn't above 0.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rate = np.repeat([0.01, 0.2], 60)
    >>> customer, day = np.nonzero(rng.random((120, 400)) < rate[:, None])
    >>> dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(day, unit="D")
    >>> lines = pd.DataFrame({"customer_id": customer, "date": dates, "amount": 10.0})
    >>> found = compare_schemes(lines, ["pyramid", "rfm"])
    >>> bool((found.table["top_fifth"] > 0.3).all())
    True
    """
    check_columns(transactions, ["customer_id", "date", "amount"], table="transactions")
    check_dates(transactions, table="transactions")
    check_probability(confidence, name="confidence")
    for name in schemes:
        if name not in SCHEMES:
            raise unknown_name("scheme", name, SCHEMES)
    days_of = _days(transactions, days, as_of)
    tables = [summarize(transactions, as_of=day) for day in days_of]
    ranked, revenue = _revenue(transactions, days_of, tables)
    placed, noise, left_out = {}, {}, {}
    for name in schemes:
        try:
            groups = _placed(name, tables)
        except InsufficientData as error:
            left_out[name] = str(error)
            continue
        placed[name] = _by_rank(groups[0], ranked, groups[1])
        noise[name] = _back_again(*groups)
    if not placed:
        reasons = "; ".join(left_out.values())
        raise InsufficientData("a comparison", "no schemes with two groups", f"one ({reasons})")
    table = _table(placed, noise, revenue, confidence, seed)
    best = table.index == table.index[0]
    tied = tuple(table.index[best | ((table["behind_low"] <= 0) & (table["top_fifth"] > _TOP))])
    recommended = table.loc[list(tied), "noise"].idxmin()
    return Comparison(table, recommended, tied, left_out, *days_of)


def _days(transactions: pd.DataFrame, days: int | None, as_of) -> list[pd.Timestamp]:
    if transactions["date"].isna().all():
        raise InsufficientData("a comparison of schemes", "0 purchases", "two periods of them")
    first = transactions["date"].min().normalize()
    end = pd.Timestamp(transactions["date"].max() if as_of is None else as_of).normalize()
    if days is None:
        days = min(_USUAL_DAYS, (end - first).days // 4)
    elif not days > 0:
        raise InputError(f"days must be above 0, got {days}")
    if days < 1 or end - pd.Timedelta(days=2 * days) < first:
        have = f"{counted((end - first).days, 'day')} of records"
        raise InsufficientData(
            "a comparison of schemes",
            have,
            f"more than two periods of {counted(max(days, 1), 'day')}",
        )
    return [end - pd.Timedelta(days=days * back) for back in (2, 1, 0)]


def _revenue(
    transactions: pd.DataFrame, days: list[pd.Timestamp], tables: list[pd.DataFrame]
) -> tuple[pd.Series, pd.Series]:
    """Return what each customer known at its beginning brought in the two periods."""
    found = []
    for start, end, known in zip(days[:2], days[1:], tables[:2], strict=True):
        day = transactions["date"].dt.normalize()
        within = transactions[(day > start) & (day <= end)]
        amount = within["amount"].groupby(within["customer_id"]).sum()
        found.append(amount.reindex(known.index, fill_value=0.0))
        if not found[-1].sum() > 0:
            have = f"0 in revenue by known customers from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            raise InsufficientData("a comparison of schemes", have, "some in both periods")
    return found[0], found[1]


def _placed(name: str, tables: list[pd.DataFrame]) -> list[pd.Series]:
    place = learn_scheme(name, tables[0])
    groups = [place(table) for table in tables]
    if groups[0].nunique() < 2 or groups[1].nunique() < 2:
        have = "customers in one group only"
        raise InsufficientData(f"the scheme {name!r}", have, "at least two groups")
    return groups


def _by_rank(before: pd.Series, revenue: pd.Series, after: pd.Series) -> pd.Series:
    """Give customers what their group brought per head in the period before."""
    brought = revenue.groupby(before).mean().round(6)
    return after.map(brought).fillna(float(revenue.mean())).astype(float)


def _back_again(first: pd.Series, second: pd.Series, third: pd.Series) -> float:
    second, third = second.reindex(first.index), third.reindex(first.index)
    return float(((first == third) & (first != second)).mean())


def _table(
    placed: dict[str, pd.Series],
    noise: dict[str, float],
    revenue: pd.Series,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    shares = pd.Series({name: _top_share(score, revenue)[0] for name, score in placed.items()})
    draws = _resampled(placed, revenue, seed)
    best = shares.idxmax()
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    ends = draws.quantile(tails)
    behind = draws.rsub(draws[best], axis=0).quantile(tails)
    table = pd.DataFrame(
        {
            "groups": {name: score.nunique() for name, score in placed.items()},
            "top_fifth": shares,
            "top_fifth_low": np.minimum(ends.iloc[0], shares),
            "top_fifth_high": np.maximum(ends.iloc[1], shares),
            "behind": shares[best] - shares,
            "behind_low": np.minimum(behind.iloc[0], shares[best] - shares),
            "behind_high": np.maximum(behind.iloc[1], shares[best] - shares),
            "explained": {name: _explained(score, revenue) for name, score in placed.items()},
            "noise": noise,
        }
    )
    return table.sort_values("top_fifth", ascending=False, kind="stable").rename_axis("scheme")


def _resampled(placed: dict[str, pd.Series], revenue: pd.Series, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    weights = rng.poisson(1.0, (_DRAWS, len(revenue))).astype(float)
    return pd.DataFrame(
        {name: _top_share(score, revenue, weights) for name, score in placed.items()}
    )


def _top_share(
    score: pd.Series, revenue: pd.Series, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the share of revenue in the top fifth by score; who ties counts in proportion."""
    rows = np.ones((1, len(revenue))) if weights is None else weights
    _, group = np.unique(-score.reindex(revenue.index).to_numpy(), return_inverse=True)
    brought = revenue.to_numpy(float)
    found = np.empty(len(rows))
    for draw, row in enumerate(rows):
        size = np.bincount(group, row)
        money = np.bincount(group, row * brought)
        before = np.cumsum(size) - size
        inside = np.clip((_TOP * size.sum() - before) / np.maximum(size, 1e-300), 0, 1)
        total = money.sum()
        found[draw] = (inside * money).sum() / total if total > 0 else _TOP
    return found


def _explained(score: pd.Series, revenue: pd.Series) -> float:
    score = score.reindex(revenue.index)
    if score.nunique() < 2 or revenue.nunique() < 2:
        return 0.0
    return round(float(np.corrcoef(score, revenue)[0, 1] ** 2), 9)
