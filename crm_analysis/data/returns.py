"""Goods that came back and orders that were cancelled: taken off the purchases they belong to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.data.aside import lay_out, stacked
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import unknown_name

__all__ = [
    "CANCELLED",
    "POLICIES",
    "SCALED",
    "WORDS",
    "Settled",
    "checked_policy",
    "is_return",
    "settle_returns",
]

POLICIES = ("net", "drop", "keep")

WORDS = r"return|refund|cancel|credit note|storno|gutschrift|retour|退货|退款|取消"
# C536379 among 536379, 536381 …: a letter before the number marks a cancellation.
CANCELLED = re.compile(r"[Cc][0-9]+")
# Of the currency's unit; amounts are compared to the cent.
_CENT = 0.005
SCALED = ("amount", "quantity", "cost")

_MATCHED = "return, taken off its purchase"
_WHOLE = "purchase that came back whole"
_NO_AMOUNT = "return without an amount"
_ALONE = "return without an earlier purchase"
_TOO_MUCH = "return of more than was bought"
_DROPPED = "return or cancellation"


@dataclass(frozen=True)
class Settled:
    """Transactions after the policy on returns; the rows of both frames are all there were.

    Parameters
    ----------
    transactions : what was bought, the index as given.
    set_aside : table, file, line, reason, row: returns, and purchases of which nothing is left.
    returns : the return lines that lower a purchase, typed as transactions.
    """

    transactions: pd.DataFrame
    set_aside: pd.DataFrame
    returns: pd.DataFrame


def is_return(transactions: pd.DataFrame) -> pd.Series:
    """Tell which lines are returns or cancellations.

    A line is one if its amount or quantity is below zero, if its ``kind`` says so, or if its order
    number is C and digits while most order numbers are digits alone.

    Examples
    --------
    >>> lines = pd.DataFrame({"order_id": ["536365", "536379", "C536380"],
    ...                       "amount": [10.0, 8.0, 8.0]})
    >>> is_return(lines).tolist()
    [False, False, True]
    """
    found = transactions["amount"] < 0
    if "quantity" in transactions:
        found |= transactions["quantity"] < 0
    if "kind" in transactions:
        found |= transactions["kind"].str.contains(WORDS, case=False, na=False)
    if "order_id" in transactions:
        numbers = transactions["order_id"]
        cancelled = numbers.str.fullmatch(CANCELLED.pattern, na=False)
        if cancelled.any() and numbers.str.fullmatch("[0-9]+", na=False).mean() > 0.5:
            found |= cancelled
    return found.astype(bool)


def settle_returns(
    transactions: pd.DataFrame,
    policy: str = "net",
    *,
    file: str,
    returned: pd.Series | None = None,
) -> Settled:
    """Apply the policy on returns.

    Parameters
    ----------
    transactions : customer_id, date, amount, [order_id, product_id, product, quantity, cost,
        kind]; the index is the line in the file.
    policy : "net", a return lowers the purchase it belongs to, and one that can't be matched is
        set aside; "drop", all returns are set aside; "keep", lines stay as they stand.
    file : name of the file, for what is set aside.
    returned : which lines are returns, where that is known; otherwise ``is_return`` tells.

    Returns
    -------
    Settled. Amount, quantity and cost of a purchase are lowered in the same proportion.

    Raises
    ------
    InputError : the policy isn't known.

    Notes
    -----
    A return belongs to the lines of the order whose number it bears (C536379 bears 536379), those
    of the same product first. Without such an order it belongs to the customer's latest earlier
    purchases of the product, or of anything where the table names no products. It's matched as a
    whole or not at all: of a return of more than was bought it isn't known what it's for.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-09"])
    >>> lines = pd.DataFrame({"customer_id": "A", "date": day, "product": ["milk", "jam", "milk"],
    ...     "amount": [10.0, 4.0, -3.0]}, index=[2, 3, 4])
    >>> settle_returns(lines, file="x.csv").transactions["amount"].tolist()
    [7.0, 4.0]
    """
    checked_policy(policy)
    returned = is_return(transactions) if returned is None else returned
    nothing = transactions.iloc[:0]
    if policy == "keep" or not returned.any():
        return Settled(transactions, stacked([]), nothing)
    lines, table = transactions[returned], TABLES["transactions"]
    if policy == "drop":
        reasons = pd.Series(_DROPPED, index=lines.index, dtype="str")
        aside = lay_out(lines, reasons, table, file=file)
        return Settled(transactions[~returned], aside, nothing)
    left, reasons = _match(transactions[~returned], lines)
    bought = _lowered(transactions[~returned], left)
    whole = bought.index[(left < _CENT).reindex(bought.index, fill_value=False)]
    gone = pd.Series(_WHOLE, index=whole, dtype="str")
    aside = [
        lay_out(lines, reasons, table, file=file),
        lay_out(transactions.loc[whole], gone, table, file=file),
    ]
    return Settled(bought.drop(whole), stacked(aside), lines[reasons == _MATCHED])


def checked_policy(policy: str) -> str:
    """Return a policy on returns that is known, or raise ``InputError``."""
    if policy not in POLICIES:
        raise unknown_name("policy on returns", policy, POLICIES)
    return policy


def _lowered(bought: pd.DataFrame, left: pd.Series) -> pd.DataFrame:
    """Return the purchases with what is left of those that came back in part."""
    lowered, share = bought.copy(), left / bought["amount"].reindex(left.index)
    for name in [name for name in SCALED if name in bought]:
        lowered.loc[left.index, name] = bought.loc[left.index, name] * share
    # Taken as it was counted: no amount gets longer by the division.
    lowered.loc[left.index, "amount"] = left.round(6)
    return lowered


def _match(bought: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return what is left of each purchase that is lowered, and what became of each return."""
    near = bought[bought["customer_id"].isin(lines["customer_id"]) & (bought["amount"] > 0)]
    pools = _Pools(near)
    left = near["amount"].to_numpy("float64", copy=True)
    touched = np.zeros(len(near), dtype=bool)
    reasons = {}
    for line in _in_order(lines):
        value = abs(line.amount)
        if value < _CENT:
            reasons[line.Index] = _NO_AMOUNT
            continue
        taken = _take(pools.candidates(line), left, value)
        reasons[line.Index] = taken if isinstance(taken, str) else _MATCHED
        if not isinstance(taken, str):
            for at, amount in taken.items():
                left[at] -= amount
                touched[at] = True
    lowered = pd.Series(left[touched], index=near.index[touched])
    return lowered, pd.Series(reasons, dtype="str").reindex(lines.index)


def _in_order(lines: pd.DataFrame) -> Iterator:
    """Go through returns as they happened."""
    return lines.sort_values("date", kind="stable").itertuples()


def _take(candidates: list[int], left: np.ndarray, value: float) -> dict[int, float] | str:
    """Say how much of a return each purchase bears, or why it can't be matched."""
    open_ones = [at for at in candidates if left[at] >= _CENT]
    if not open_ones:
        return _ALONE
    if left[open_ones].sum() < value - _CENT:
        return _TOO_MUCH
    taken: dict[int, float] = {}
    for at in open_ones:
        taken[at] = min(left[at], value)
        value -= taken[at]
        if value < _CENT:
            break
    return taken


class _Pools:
    """Where a return may belong: positions of purchases by order, and by customer and product."""

    def __init__(self, bought: pd.DataFrame):
        self.product = next((n for n in ("product_id", "product") if n in bought), None)
        self.has_orders = "order_id" in bought
        self.dates = bought["date"].to_numpy()
        self.products = bought[self.product].to_numpy(object) if self.product else None
        latest_first = np.argsort(self.dates, kind="stable")[::-1]
        customers = bought["customer_id"].to_numpy(object)
        self.by_order: dict = {}
        self.by_product: dict = {}
        orders = bought["order_id"].to_numpy(object) if self.has_orders else None
        for at in latest_first:
            product = self.products[at] if self.product else None
            self.by_product.setdefault((customers[at], product), []).append(at)
            if self.has_orders and not pd.isna(orders[at]):
                self.by_order.setdefault((customers[at], orders[at]), []).append(at)

    def candidates(self, line) -> list[int]:
        """Return the purchases that a return may lower, the likeliest first."""
        product = getattr(line, self.product) if self.product else None
        for number in self._numbers(line):
            held = self.by_order.get((line.customer_id, number))
            if held:
                return self._same_product_first(held, product)
        held = self.by_product.get((line.customer_id, product), [])
        return [at for at in held if self.dates[at] <= np.datetime64(line.date)]

    def _numbers(self, line) -> list[str]:
        if not self.has_orders or pd.isna(line.order_id):
            return []
        borne = line.order_id[1:] if CANCELLED.fullmatch(line.order_id) else line.order_id
        return [line.order_id, borne]

    def _same_product_first(self, held: list[int], product) -> list[int]:
        if self.product is None:
            return held
        return sorted(held, key=lambda at: self.products[at] != product)
