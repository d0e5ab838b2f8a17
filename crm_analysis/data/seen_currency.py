"""The currency of amounts, as far as files show it: by a sign, in a header or a column."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from crm_analysis.data.reading import RawTable

if TYPE_CHECKING:
    from crm_analysis.data.draft import DraftTable

__all__ = ["SeenCurrency", "see_currency"]

# Signs of one currency, and those that several share, with the likeliest.
_SIGNS = {"€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "元": "CNY"}
_SHARED = {"$": "USD", "¥": "CNY"}
_CODE = re.compile(r"\b(EUR|USD|GBP|CHF|CNY|RMB|JPY|KRW|INR|SEK|NOK|DKK|PLN|CZK|CAD|AUD)\b")
_OTHER_CODES = {"RMB": "CNY"}
_ROWS_LOOKED_AT = 1000


@dataclass(frozen=True)
class SeenCurrency:
    """A currency that was seen.

    Parameters
    ----------
    code : ISO code.
    seen : what was seen where.
    is_sure : False where the sign is that of several currencies.
    """

    code: str
    seen: str
    is_sure: bool


def see_currency(raw: RawTable, draft: "DraftTable") -> SeenCurrency | None:
    """Look for the currency in a column called so, then in headers and values of amounts."""
    for head in raw.rows.columns:
        if head.strip().casefold() in ("currency", "currency code", "währung", "币种"):
            return _from_values(raw.rows[head], raw.file)
    amounts = [column.name for column in draft.table.columns if column.kind == "amount"]
    heads = [draft.found[name] for name in amounts if name in draft.found]
    found = (_from_text(" ".join(_sample(raw, head)), raw.file) for head in heads)
    return next((currency for currency in found if currency), None)


def _sample(raw: RawTable, head: str) -> list[str]:
    return [head.replace("_", " "), *raw.rows[head].head(_ROWS_LOOKED_AT).drop_duplicates()]


def _from_values(values: pd.Series, file: str) -> SeenCurrency | None:
    codes = [code for code in values.str.strip().unique() if code]
    if len(codes) != 1:
        return None
    return _from_text(codes[0].upper(), file)


def _from_text(text: str, file: str) -> SeenCurrency | None:
    if code := _CODE.search(text):
        return SeenCurrency(_OTHER_CODES.get(code[1], code[1]), f"{code[1]} in {file}", True)
    for signs, is_sure in ((_SIGNS, True), (_SHARED, False)):
        for sign, code in signs.items():
            if sign in text:
                return SeenCurrency(code, f"{sign} in {file}", is_sure)
    return None
