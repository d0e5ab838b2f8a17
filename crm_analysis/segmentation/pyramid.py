"""The customer pyramid and ABC analysis: customers graded by what they bring."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation._customers import by_customer, numbers
from crm_analysis.segmentation.profile import segment_profile

__all__ = [
    "ABC",
    "GRADES",
    "abc_analysis",
    "customer_margin",
    "customer_pyramid",
    "pyramid_profile",
    "with_margin",
]

GRADES = ("VIP", "major", "ordinary", "small")
ABC = ("A", "B", "C")
# A share of a count, such as 0.05 of 100, comes out a hair above the whole number it is.
_DECIMALS = 9


def customer_pyramid(
    customers: pd.DataFrame,
    shares: Sequence[float] = (0.01, 0.04, 0.15, 0.80),
    by: str = "revenue",
) -> pd.Series:
    """Grade customers by their place when ordered by what they bring.

    Equal customers get equal grades: those who tie share the lowest grade that any of them has
    by place, so a grade and those above it never hold more than their share (rounded up to
    whole customers). Whoever brought nothing, or less, is small whatever the place.

    Parameters
    ----------
    customers : a row per customer, with customer_id as index or column, and the column ``by``.
    shares : share of customers in each grade, best first; four numbers that add up to 1.
    by : what counts: "revenue", or "margin" where cost is known (``customer_margin``).

    Returns
    -------
    Series by customer_id: VIP, major, ordinary or small.

    Raises
    ------
    InsufficientData : there are no customers.
    InputError : the shares aren't four numbers above 0 that add up to 1.
    ValueError : the column is missing, or a customer has no number in it.

    References
    ----------
    Curry, J., Curry, A. (2000), The Customer Marketing Method, Free Press.

    Examples
    --------
    >>> customers = pd.DataFrame({"revenue": [90.0, 7, 7, 1, 0]}, index=list("abcde"))
    >>> customer_pyramid(customers, shares=(0.2, 0.2, 0.2, 0.4)).to_dict()
    {'a': 'VIP', 'b': 'ordinary', 'c': 'ordinary', 'd': 'small', 'e': 'small'}
    """
    _check_shares(shares, len(GRADES))
    value = _value(customers, by, "the customer pyramid")
    places = np.round(np.cumsum(shares) * len(value), _DECIMALS)
    ends = np.ceil(places)[:-1]
    grade = np.searchsorted(ends, value.rank(method="max", ascending=False), side="left")
    grade[(value <= 0).to_numpy()] = len(GRADES) - 1
    return _named(GRADES, grade, value.index, "grade")


def abc_analysis(
    customers: pd.DataFrame, shares: Sequence[float] = (0.80, 0.15, 0.05), by: str = "revenue"
) -> pd.Series:
    """Class customers by the share of the total that the best of them bring together.

    Ordered by what they bring, A are those who bring the first 80 %, B those who bring the next
    15 %, C the rest; whoever crosses a line belongs above it, and all who are equal with them.
    Whoever brought nothing, or less, is C and doesn't count in the total.

    Parameters
    ----------
    customers, by : as in ``customer_pyramid``.
    shares : share of the total that A, B and C bring; three numbers that add up to 1.

    Returns
    -------
    Series by customer_id: A, B or C.

    Raises
    ------
    InsufficientData : there are no customers.
    InputError : the shares aren't three numbers above 0 that add up to 1.
    ValueError : the column is missing, or a customer has no number in it.

    Examples
    --------
    >>> customers = pd.DataFrame({"revenue": [70.0, 15, 10, 4, 1]}, index=list("abcde"))
    >>> "".join(abc_analysis(customers))
    'AABCC'
    """
    _check_shares(shares, len(ABC))
    value = _value(customers, by, "ABC analysis")
    brought = value.clip(lower=0)
    best_first = brought.groupby(brought).sum().iloc[::-1]
    before = best_first.cumsum().shift(fill_value=0.0) / max(best_first.sum(), 1.0e-300)
    ends = np.cumsum(shares)[:-1]
    begins = np.round(brought.map(before).to_numpy(float), _DECIMALS)
    grade = np.searchsorted(np.round(ends, _DECIMALS), begins, side="right")
    grade[(value <= 0).to_numpy()] = len(ABC) - 1
    return _named(ABC, grade, value.index, "abc")


def customer_margin(transactions: pd.DataFrame) -> pd.Series:
    """Sum what each customer leaves after the cost of what they bought.

    Parameters
    ----------
    transactions : customer_id, amount and cost (both in money), a row per line of an order.

    Returns
    -------
    Series ``margin`` by customer_id, in money; below 0 where cost exceeds what was paid.

    Raises
    ------
    InsufficientData : a line has no cost: its margin would be all of its price.
    ValueError : a column is missing.

    Examples
    --------
    >>> lines = {"customer_id": ["Bo", "Ann", "Bo"], "amount": [9.0, 5, 1], "cost": [6.0, 4, 2]}
    >>> customer_margin(pd.DataFrame(lines)).to_dict()
    {'Ann': 1.0, 'Bo': 2.0}
    """
    check_columns(transactions, ["customer_id", "amount", "cost"], table="transactions")
    unknown = int(transactions["cost"].isna().sum())
    if unknown:
        have = f"{unknown:,} of {len(transactions):,} lines without one"
        raise InsufficientData("margin per customer", have, "the cost of every line")
    left = transactions["amount"] - transactions["cost"]
    return left.groupby(transactions["customer_id"]).sum().rename("margin")


def with_margin(
    customers: pd.DataFrame, transactions: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Add each customer's margin where the cost of every line up to ``as_of`` is known.

    Examples
    --------
    >>> customers = pd.DataFrame({"revenue": [9.0]}, index=["Bo"])
    >>> day = pd.Timestamp("2026-10-31")
    >>> lines = pd.DataFrame({"customer_id": ["Bo"], "date": day, "amount": 9.0, "cost": 6.0})
    >>> with_margin(customers, lines, day)["margin"].tolist()
    [3.0]
    >>> list(with_margin(customers, lines.drop(columns="cost"), day))
    ['revenue']
    """
    seen = transactions[transactions["date"].dt.normalize() <= as_of]
    if "cost" not in seen.columns or seen["cost"].isna().any():
        return customers
    return customers.join(customer_margin(seen))


def pyramid_profile(customers: pd.DataFrame, grades: pd.Series) -> pd.DataFrame:
    """Describe each grade of a pyramid or class of ABC, the best first.

    Parameters
    ----------
    customers : a row per customer with recency, T, orders, revenue and, where known, margin.
    grades : what ``customer_pyramid`` or ``abc_analysis`` returns.

    Returns
    -------
    Frame by grade as of ``segment_profile`` and, where margin is known, share_of_margin (0 to 1;
    missing where the whole margin isn't above 0) and mean_margin (in money per customer).
    Grades without customers aren't listed.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency": 0, "T": 1, "orders": 1, "revenue": [90.0, 10.0], "margin": [9.0, 1.0]}
    ... )
    >>> profile = pyramid_profile(customers, pd.Series(["VIP", "small"], name="grade"))
    >>> profile[["share_of_revenue", "share_of_margin"]].to_numpy().tolist()
    [[0.9, 0.9], [0.1, 0.1]]
    """
    profile = segment_profile(customers, grades)
    best_first = [name for name in (*GRADES, *ABC) if name in profile.index]
    profile = profile.loc[best_first]
    if "margin" not in customers.columns:
        return profile
    margin = profile["margin"]
    total = margin.sum()
    return profile.assign(
        share_of_margin=margin / total if total > 0 else float("nan"),
        mean_margin=margin / profile["customers"],
    )


def _value(customers: pd.DataFrame, by: str, what: str) -> pd.Series:
    customers = by_customer(customers, by)
    if customers.empty:
        raise InsufficientData(what, "0 customers", "at least 1 customer")
    # Sums of the same amounts in another order differ in their last digits; customers don't.
    return numbers(customers, by).astype(float).round(_DECIMALS - 3)


def _check_shares(shares: Sequence[float], needed: int) -> None:
    given = np.asarray(shares, dtype=float)
    good = given.shape == (needed,) and bool((given > 0).all()) and abs(given.sum() - 1) < 1e-6
    if not good:
        raise InputError(
            f"shares must be {needed} numbers above 0 that add up to 1, got {tuple(shares)}"
        )


def _named(names: Sequence[str], places: np.ndarray, index: pd.Index, name: str) -> pd.Series:
    return pd.Series(np.array(names, dtype=object)[places], index=index, name=name, dtype="str")
