"""From rows of text to a trusted table: what can't be used is kept aside with its reason.

Accepted + rejected = read, for every table: each row ends in exactly one of the two.
"""

from dataclasses import dataclass

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.parsing import parse_dates, parse_flags, parse_numbers
from crm_analysis.data.recognition import looks_personal
from crm_analysis.data.schemas import schema, type_of
from crm_analysis.data.tables import Column, Table

__all__ = ["Checked", "check_rows", "set_later_aside"]

# What spreadsheets and databases write where there is nothing; texts may well be called so.
_NOTHING = {"", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--"}

# A second row for one of these would count somebody twice.
_KEYS = {
    "profiles": ["customer_id"],
    "survey": ["respondent_id", "item"],
    "kano": ["respondent_id", "item"],
    "outcomes": ["respondent_id"],
    "prices": ["respondent_id"],
    "deals": ["deal_id"],
}


@dataclass(frozen=True)
class Checked:
    """The rows of one table after the door: both frames together hold every row that was read.

    Parameters
    ----------
    accepted : typed by ``tables``; the index is the line in the file.
    rejected : table, file, line, reason, row (its fields as text, none that names a person).
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame


def check_rows(raw: pd.DataFrame, table: Table, *, file: str) -> Checked:
    """Read each row by the table's columns, and set aside what can't be used.

    Reasons: "no customer" (or another needed value), "unreadable …", a value out of its range
    or not among its choices, a second row where there can be one. A row has the first reason
    that applies, in the order of the columns.

    Parameters
    ----------
    raw : text, with our column names; the index is the line in the file.
    file : name of the file, for messages.

    Raises
    ------
    InputError : the dates of a column can be read two ways.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> raw = pd.DataFrame({"customer_id": ["C1", ""], "date": ["2026-10-31"] * 2,
    ...                     "amount": ["12.50", "8"]}, index=[2, 3])
    >>> checked = check_rows(raw, TABLES["transactions"], file="orders.csv")
    >>> len(checked.accepted), checked.rejected["reason"].tolist()
    (1, ['no customer'])
    """
    reasons = pd.Series(pd.NA, index=raw.index, dtype="str")
    typed = {}
    for column in table.columns:
        if column.name in raw.columns:
            typed[column.name], why = _check_column(raw[column.name], column, file)
            reasons = reasons.fillna(why)
    if table.open_ended:
        attributes = [n for n in raw.columns if n not in typed and not looks_personal(n)]
        typed |= {name: _text(raw[name], is_id=False) for name in attributes}
    frame = pd.DataFrame(typed, index=raw.index)
    reasons = reasons.fillna(_second_rows(frame[reasons.isna()], table))
    kept = reasons.isna()
    whole = [column.name for column in table.columns if column.kind == "integer"]
    types = {name: type_of(table[name]) for name in whole if name in frame}
    accepted = schema(table).validate(frame[kept].astype(types))
    return Checked(accepted, lay_out(raw[~kept], reasons[~kept], table, file=file))


def _check_column(text: pd.Series, column: Column, file: str) -> tuple[pd.Series, pd.Series]:
    """Return the typed values of a column and, where a row can't be used for it, the reason."""
    values = _typed(text, column, file)
    is_empty = _is_nothing(text) if column.kind != "text" else text.str.strip() == ""
    why = pd.Series(pd.NA, index=text.index, dtype="str")
    if column.required:
        missing = "customer" if column.name == "customer_id" else column.name
        why = why.mask(is_empty, f"no {missing}")
    why = why.mask(values.isna() & ~is_empty, f"unreadable {column.name}")
    if column.low is not None:
        high = column.high if column.high is not None else float("inf")
        span = f"{column.low:g} to {high:g}" if column.high is not None else f"{column.low:g} up"
        inside = values.between(column.low, high) | values.isna()
        why = why.mask(why.isna() & ~inside, f"{column.name} outside {span}")
    if column.choices:
        known = values.isin(column.choices) | values.isna()
        why = why.mask(~known, f"{column.name} not one of {', '.join(column.choices)}")
    return values, why


def _is_nothing(text: pd.Series) -> pd.Series:
    return text.str.strip().str.lower().isin(_NOTHING)


def _text(text: pd.Series, *, is_id: bool) -> pd.Series:
    stripped = text.str.strip()
    return stripped.mask(_is_nothing(text) if is_id else stripped == "").astype("str")


def _typed(text: pd.Series, column: Column, file: str) -> pd.Series:
    if column.kind in ("id", "text"):
        return _text(text, is_id=column.kind == "id")
    text = text.mask(_is_nothing(text), "")
    if column.kind == "date":
        return parse_dates(text, what=f"{column.name} in {file}")
    if column.kind == "flag":
        return parse_flags(text)
    numbers = parse_numbers(text)
    return numbers.where(numbers % 1 == 0) if column.kind == "integer" else numbers


def _second_rows(frame: pd.DataFrame, table: Table) -> pd.Series:
    key = _KEYS.get(table.name)
    if key is None:
        return pd.Series(dtype="str")
    repeated = frame.index[frame.duplicated(key)]
    return pd.Series(f"second row of the same {' and '.join(key)}", index=repeated, dtype="str")


def set_later_aside(
    accepted: pd.DataFrame, table: Table, as_of: pd.Timestamp, *, file: str
) -> Checked:
    """Reject the rows that came to be after ``as_of``.

    A row's first date column says when it came to be (a purchase's date, the day a customer was
    won, the first day of a contract); tables without one are kept whole.

    Parameters
    ----------
    accepted : a trusted table; the index is the line in the file.
    """
    dates = [c.name for c in table.columns if c.kind == "date" and c.name in accepted.columns]
    later = accepted[dates[0]] > as_of if dates else pd.Series(False, index=accepted.index)
    reasons = pd.Series(f"{dates[0]} after as_of" if dates else "", index=accepted.index[later])
    return Checked(accepted[~later], lay_out(accepted[later], reasons, table, file=file))
