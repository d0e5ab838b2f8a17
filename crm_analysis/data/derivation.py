"""Columns that an export doesn't have but that follow from those it has, by its recipe."""

from collections.abc import Callable, Mapping
from hashlib import sha256

import pandas as pd

from crm_analysis.data.numbers import parse_numbers
from crm_analysis.data.reading.raw import RawTable, unambiguous
from crm_analysis.data.recipes import find_header

__all__ = ["derive", "fill_down", "left_out", "refunded_whole"]

Making = Mapping[str, str | list[str]]


def derive(raw: RawTable, making: Making) -> pd.Series | None:
    """Make a column as text; None where the file lacks what it would be made from.

    Parameters
    ----------
    making : one of the makings that ``recipes.toml`` describes.

    Examples
    --------
    >>> from crm_analysis.data.reading.raw import broken_rows
    >>> rows = pd.DataFrame({"n": ["2", "x"], "each": ["1.50", "3"]}, dtype="str")
    >>> raw = RawTable("x.csv", rows, broken_rows())
    >>> derive(raw, {"quantity": "n", "price": "each"}).tolist()
    ['3.0', 'x × 3']
    """
    kind = next(name for name in _MAKINGS if name in making)
    return _MAKINGS[kind](raw, making)


def fill_down(rows: pd.DataFrame, by: str, names: list[str]) -> pd.DataFrame:
    """Give each line of a record the fields that only the record's first line has.

    Examples
    --------
    >>> rows = pd.DataFrame({"no": ["1", "1", "2"], "day": ["mon", "", ""]}, dtype="str")
    >>> fill_down(rows, "no", ["day"])["day"].tolist()
    ['mon', 'mon', '']
    """
    key = find_header(by, list(rows.columns))
    if key is None:
        return rows
    found = [find_header(name, list(rows.columns)) for name in names]
    filled = {name: _first_of(rows[name], rows[key]) for name in found if name is not None}
    return rows.assign(**filled)


def _first_of(text: pd.Series, record: pd.Series) -> pd.Series:
    first = text.where(text.str.strip() != "").groupby(record, sort=False).transform("first")
    return text.where(text.str.strip() != "", first).fillna("").astype("str")


def left_out(rows: pd.DataFrame, values: Mapping[str, list[str]]) -> pd.Series:
    """Return the reason for each line that a recipe doesn't take, missing for the others.

    Examples
    --------
    >>> left_out(pd.DataFrame({"Status": ["paid", "Void"]}), {"status": ["void"]}).tolist()
    [nan, 'Status is Void']
    """
    reasons = pd.Series(pd.NA, index=rows.index, dtype="str")
    for name, unwanted in values.items():
        header = find_header(name, list(rows.columns))
        if header is not None:
            said = rows[header].str.strip()
            reasons = reasons.mask(_is_one_of(said, unwanted), f"{header} is " + said)
    return reasons


def refunded_whole(raw: RawTable, making: Making) -> pd.Series:
    """Tell which lines are of orders that were paid back whole, by what an amount is made from.

    Examples
    --------
    >>> from crm_analysis.data.reading.raw import broken_rows
    >>> rows = pd.DataFrame({"back": ["9", "0", "2"], "paid": ["9", "0", "9"]}, dtype="str")
    >>> raw = RawTable("x.csv", rows, broken_rows())
    >>> refunded_whole(raw, {"refunded": "back", "refundable": "paid"}).tolist()
    [True, False, False]
    """
    back, paid = (_numbers(raw, making.get(name)) for name in ("refunded", "refundable"))
    if back is None or paid is None:
        return pd.Series(False, index=raw.rows.index)
    return (paid > 0) & (back >= paid)


def _is_one_of(text: pd.Series, values: list[str]) -> pd.Series:
    return text.str.strip().str.casefold().isin([value.casefold() for value in values])


def _column(raw: RawTable, names: str | list[str] | None) -> pd.Series | None:
    header = find_header(names, list(raw.rows.columns)) if names else None
    return None if header is None else raw.rows[header]


def _numbers(raw: RawTable, names: str | list[str] | None) -> pd.Series | None:
    text = _column(raw, names)
    if text is None:
        return None
    return parse_numbers(text, what=f"{text.name} in {raw.file}", decimal=raw.decimal)


def _product(raw: RawTable, making: Making) -> pd.Series | None:
    quantity, price = _numbers(raw, making["quantity"]), _numbers(raw, making["price"])
    if quantity is None or price is None:
        return None
    amount = quantity * price
    if "order" in making:
        amount = amount * _share_paid(raw, making, amount)
    written = _column(raw, making["quantity"]) + " × " + _column(raw, making["price"])
    is_empty = written.str.strip() == "×"
    return _as_text(amount, raw).where(amount.notna(), written.mask(is_empty, ""))


def _share_paid(raw: RawTable, making: Making, gross: pd.Series) -> pd.Series:
    """Return which share of an order's price was paid for in the end; 1 where it isn't said."""
    share = pd.Series(1.0, index=gross.index)
    total = _numbers(raw, making["order_total"])
    if total is not None:
        of_order = gross.groupby(_column(raw, making["order"])).transform("sum")
        share = (total / of_order.where(of_order > 0)).fillna(1.0)
    refunded, refundable = _numbers(raw, making["refunded"]), _numbers(raw, making["refundable"])
    if refunded is not None and refundable is not None:
        lost = (refunded / refundable.where(refundable > 0)).clip(0, 1).fillna(0.0)
        share = share * (1 - lost)
    return share


def _as_text(numbers: pd.Series, raw: RawTable) -> pd.Series:
    text = unambiguous(numbers.round(6).astype("str"))
    return text.str.replace(".", ",", regex=False) if raw.decimal == "," else text


def _first_filled(raw: RawTable, making: Making) -> pd.Series | None:
    held = [_column(raw, name) for name in making["first_filled"]]
    held = [text for text in held if text is not None]
    if not held:
        return None
    filled = held[0]
    for text in held[1:]:
        filled = filled.where(filled.str.strip() != "", text)
    return filled


def _pseudonym(raw: RawTable, making: Making) -> pd.Series | None:
    text = _column(raw, making["pseudonym"])
    if text is None:
        return None
    codes, distinct = pd.factorize(text.str.strip().str.casefold())
    hidden = [f"c-{sha256(name.encode()).hexdigest()[:12]}" if name else "" for name in distinct]
    return pd.Series(pd.array(hidden, dtype="str").take(codes), index=text.index)


def _kept(raw: RawTable, making: Making) -> pd.Series | None:
    text, condition = _column(raw, making["kept"]), _column(raw, making["where"])
    if text is None or condition is None:
        return None
    return text.where(_is_one_of(condition, making["is"]), "")


def _answer(raw: RawTable, making: Making) -> pd.Series | None:
    said = _column(raw, making["answer"])
    if said is None:
        return None
    answers = pd.Series("", index=said.index, dtype="str")
    answers = answers.mask(_is_one_of(said, making["yes"]), "yes")
    return answers.mask(_is_one_of(said, making["no"]), "no")


_MAKINGS: dict[str, Callable[[RawTable, Making], pd.Series | None]] = {
    "price": _product,
    "first_filled": _first_filled,
    "pseudonym": _pseudonym,
    "kept": _kept,
    "answer": _answer,
}
