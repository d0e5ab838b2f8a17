"""RFM scores: how recently, how often and for how much each customer bought."""

from dataclasses import asdict, dataclass
from math import floor, log10
from typing import Literal, get_args

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.segmentation._customers import by_customer, numbers, order_counts

__all__ = ["RFMCuts", "days_since_last", "rfm_cuts", "rfm_scores"]

Method = Literal["quantile", "rfm"]

_DIMENSIONS = ["recency", "frequency", "monetary"]
_FEWEST_BINS, _MOST_BINS = 2, 9  # "543" has room for one digit per score
_SIGNIFICANT_DIGITS = 12


@dataclass(frozen=True)
class RFMCuts:
    """The cut-offs between the scores, kept so that a score means the same next month.

    With ``n`` cut-offs the scores run from 1 (worst) to ``n + 1`` (best).

    Parameters
    ----------
    recency : longest silence of each score, best score first, in the unit of the customer
        table (days, or weeks); rising.
    frequency : most orders of each score, worst score first; rising.
    monetary : largest revenue of each score, worst score first, in money; rising.
    method : who belongs where at a cut-off itself: "quantile" counts it to the range below
        it ("up to 90 days"), "rfm" to the range above.

    Raises
    ------
    InputError : the three have different lengths, or one falls or isn't finite.

    Examples
    --------
    >>> cuts = RFMCuts(recency=(30, 90), frequency=(1, 4), monetary=(50, 200))
    >>> cuts.bins
    3
    >>> RFMCuts.from_frame(cuts.frame()) == cuts
    True
    """

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]
    method: Method = "quantile"

    def __post_init__(self):
        _check_method(self.method)
        for name in _DIMENSIONS:
            values = tuple(float(value) for value in getattr(self, name))
            object.__setattr__(self, name, values)
            if not np.isfinite(values).all() or (np.diff(values) < 0).any():
                raise InputError(f"the cut-offs of {name} must be rising numbers, got {values}")
        counts = [len(getattr(self, name)) for name in _DIMENSIONS]
        if len(set(counts)) > 1:
            raise InputError(
                "recency, frequency and monetary need the same number of cut-offs, "
                f"got {counts[0]}, {counts[1]} and {counts[2]}"
            )
        _check_bins(self.bins)

    @property
    def bins(self) -> int:
        """How many scores there are."""
        return len(self.recency) + 1

    def frame(self) -> pd.DataFrame:
        """Lay the cut-offs out as a table, to be read or kept for next month."""
        return pd.DataFrame(asdict(self), index=pd.RangeIndex(1, self.bins, name="cut"))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> "RFMCuts":
        """Read the cut-offs back from a table that ``frame`` laid out."""
        check_columns(frame, [*_DIMENSIONS, "method"], table="cuts")
        methods = list(frame["method"].unique())
        if len(methods) != 1:
            raise InputError(f"cuts must hold one method, got {methods}")
        return cls(*(tuple(frame[name]) for name in _DIMENSIONS), method=methods[0])


def rfm_scores(
    customers: pd.DataFrame,
    bins: int = 5,
    method: Method = "quantile",
    *,
    cuts: RFMCuts | None = None,
) -> pd.DataFrame:
    """Score each customer by recency, frequency and monetary value.

    Equal customers always get equal scores, whatever the ties: a score counts how many of the
    cut-offs a customer has passed. Where many are alike (most customers of a young shop have
    one order) they share the lowest score they could have and some scores stay empty; no
    method can split them fairly.

    Parameters
    ----------
    customers : a row per customer, with customer_id as index or column, recency and T (days or
        weeks; the silence since the last purchase is T − recency), orders (a count, at least 1)
        and revenue (total so far, in money; may be negative where returns outweigh purchases).
    bins : how many scores, 2 to 9.
    method : "quantile" puts about the same number of customers in each score, and gives the
        same scores in any currency. "rfm" follows the R package rfm, whose cut-offs are
        quantiles plus one; adding 1 day, 1 order and 1 of whatever the money is counted in
        makes its scores depend on the currency, so use it to compare with that package only.
    cuts : fixed cut-offs, which replace ``bins`` and ``method``.

    Returns
    -------
    Frame by customer_id with r, f, m (1 worst … bins best) and rfm ("543");
    ``attrs["bins"]`` keeps the number of scores.

    Raises
    ------
    InsufficientData : there are no customers.
    ValueError : a column is missing, or a row has no number, a last purchase after the end of
        observation, or fewer than one order.
    InputError : bins or method isn't one of those above, or a customer has several rows.

    References
    ----------
    Hughes, A. M. (1994), Strategic Database Marketing. R package rfm (A. Hebbali, MIT),
    https://rfm.rsquaredacademy.com.

    Examples
    --------
    >>> behaviour = {"recency": [0, 50, 90], "T": [80, 70, 92], "orders": [1, 1, 6]}
    >>> customers = pd.DataFrame(behaviour | {"revenue": [9, 30, 99]}, index=["Ann", "Bo", "Cem"])
    >>> rfm_scores(customers, bins=3)
         r  f  m  rfm
    Ann  1  1  1  111
    Bo   2  1  2  212
    Cem  3  3  3  333
    """
    customers = by_customer(customers)
    silence, orders, revenue = _dimensions(customers)
    cuts = cuts or rfm_cuts(customers, bins, method)
    scores = pd.DataFrame(
        {
            "r": cuts.bins + 1 - _passed(silence, cuts.recency, cuts.method),
            "f": _passed(orders, cuts.frequency, cuts.method),
            "m": _passed(revenue, cuts.monetary, cuts.method),
        },
        index=customers.index,
    )
    scores["rfm"] = _digits(scores)
    scores.attrs["bins"] = cuts.bins
    return scores


def rfm_cuts(customers: pd.DataFrame, bins: int = 5, method: Method = "quantile") -> RFMCuts:
    """Learn the cut-offs from a customer base, to score others or later months with them.

    Parameters, errors and units are those of ``rfm_scores``.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency": [0, 50, 90], "T": [80, 70, 92], "orders": [1, 1, 6], "revenue": [9, 30, 99]}
    ... )
    >>> rfm_cuts(customers, bins=3)
    RFMCuts(recency=(2.0, 20.0), frequency=(1.0, 1.0), monetary=(9.0, 30.0), method='quantile')
    """
    _check_method(method)
    _check_bins(bins)
    learn = _observed_quantiles if method == "quantile" else _quantiles_plus_one
    return RFMCuts(*(learn(values, bins) for values in _dimensions(customers)), method=method)


def days_since_last(customers: pd.DataFrame) -> pd.Series:
    """Return the silence since the last purchase, T − recency, in the unit of the table.

    Two customers silent for the same time get the same number even where T and recency are
    weeks, whose thirds and sevenths don't subtract exactly.

    Examples
    --------
    >>> week = pd.DataFrame({"T": [37 / 7, 29 / 7], "recency": [20 / 7, 12 / 7]})
    >>> float((week["T"] - week["recency"]).diff().iloc[1]) == 0, days_since_last(week).nunique()
    (False, 1)
    """
    customers = by_customer(customers, "recency", "T")
    last, age = (numbers(customers, name).to_numpy(float) for name in ("recency", "T"))
    silence = pd.Series(_without_noise(age - last), index=customers.index, name="T − recency")
    check_values(silence, silence >= 0, rule="at least 0", table="customers")
    return silence.rename("days_since_last")


def _dimensions(customers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return silence, orders and revenue, checked, as floats without rounding noise."""
    customers = by_customer(customers, "recency", "T", "orders", "revenue")
    if customers.empty:
        raise InsufficientData("RFM", "0 customers", "at least 1 customer")
    orders, revenue = order_counts(customers), numbers(customers, "revenue")
    silence = days_since_last(customers).to_numpy()
    return silence, orders.to_numpy(float), _without_noise(revenue.to_numpy(float))


def _without_noise(values: np.ndarray) -> np.ndarray:
    """Drop the digits in which sums of the same amounts in another order differ."""
    largest = np.abs(values).max(initial=0.0)
    if largest == 0:
        return values
    return np.round(values, _SIGNIFICANT_DIGITS - 1 - floor(log10(largest)))


def _observed_quantiles(values: np.ndarray, bins: int) -> np.ndarray:
    # A value that was observed, at a place found in whole numbers: an interpolated cut-off can
    # fall on either side of a customer by its last digit, which changes with the currency.
    places = [(len(values) - 1) * k // bins for k in range(1, bins)]
    return np.partition(values, places)[places]


def _quantiles_plus_one(values: np.ndarray, bins: int) -> np.ndarray:
    return np.quantile(values, np.arange(1, bins) / bins) + 1


def _passed(values: np.ndarray, cuts: tuple[float, ...], method: Method) -> np.ndarray:
    """Count the cut-offs that each value has passed, plus one."""
    side = "left" if method == "quantile" else "right"
    return np.searchsorted(cuts, values, side=side) + 1


def _digits(scores: pd.DataFrame) -> np.ndarray:
    numbers = (scores["r"] * 100 + scores["f"] * 10 + scores["m"]).to_numpy()
    return np.arange(1000).astype(str).astype(object)[numbers]


def _check_method(method: str) -> None:
    if method not in get_args(Method):
        raise unknown_name("method", method, get_args(Method))


def _check_bins(bins: int) -> None:
    whole = isinstance(bins, (int, np.integer)) and not isinstance(bins, bool)
    if not whole or not _FEWEST_BINS <= bins <= _MOST_BINS:
        raise InputError(f"bins must be a whole number from 2 to 9, got {bins!r}")
