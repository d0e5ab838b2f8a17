"""From rows of text to a trusted table: what can't be used is kept aside with its reason.

Accepted + rejected + set aside = read, for every table: each row ends in exactly one of the three.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.duplicates import repeats, repeats_are_errors
from crm_analysis.data.parsing import parse_dates, parse_flags, parse_hours, parse_numbers
from crm_analysis.data.recognition import looks_personal
from crm_analysis.data.schemas import schema, type_of
from crm_analysis.data.tables import Column, Table

__all__ = [
    "DUPLICATE",
    "KEYS",
    "NOTHING",
    "NO_CUSTOMER",
    "REPEATED",
    "Checked",
    "check_column",
    "check_rows",
    "is_nothing",
]

# What spreadsheets and databases write where there is nothing; texts may well be called so.
NOTHING = {"", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--"}

# A second row for one of these would count somebody twice.
KEYS = {
    "profiles": ["customer_id"],
    "survey": ["respondent_id", "item"],
    "kano": ["respondent_id", "item"],
    "outcomes": ["respondent_id"],
    "prices": ["respondent_id"],
    "deals": ["deal_id"],
    "traffic": ["date", "store", "channel"],
}


# Needed for everything by customer, but not for a company's totals.
NO_CUSTOMER = "no customer"
DUPLICATE = "exact duplicate of an earlier line"
REPEATED = "the same as an earlier line; counted"


@dataclass(frozen=True)
class Checked:
    """The rows of one table after the door: accepted, rejected and set aside hold every one.

    Parameters
    ----------
    accepted : typed by ``tables``; the index is the line in the file.
    rejected : table, file, line, reason, row (its fields as text, none that names a person).
    set_aside : rows of transactions without a customer; likewise.
    flagged : accepted rows that repeat an earlier one; likewise.
    unidentified : the rows that are set aside, typed, in the same order.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    set_aside: pd.DataFrame
    flagged: pd.DataFrame
    unidentified: pd.DataFrame

    def __post_init__(self):
        assert len(self.set_aside) == len(self.unidentified)


def check_rows(
    raw: pd.DataFrame,
    table: Table,
    *,
    file: str,
    repeated: pd.Series | None = None,
    written: Mapping[str, str | None] | None = None,
) -> Checked:
    """Read each row by the table's columns, and keep apart what can't be used.

    Reasons: "no date" (or another needed value), "unreadable …", a value out of its range or not
    among its choices, a second row where there can be one, an exact duplicate. A row has the first
    reason that applies, in the order of the columns; "no customer" comes last, since an order
    whose customer isn't known still counts in the company's totals and is only set aside.

    Parameters
    ----------
    raw : text, with our column names; the index is the line in the file.
    file : name of the file, for messages.
    repeated : which rows say the same as an earlier one in each field of the file; by default
        it's told from the columns of ``raw``.
    written : date_format of ``parse_dates`` and decimal of ``parse_numbers``, where they're told.

    Raises
    ------
    InputError : the dates of a column can be read two ways.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> raw = pd.DataFrame({"customer_id": ["C1", "", "C2"], "date": ["2026-10-31"] * 3,
    ...                     "amount": ["12.50", "8", "x"]}, index=[2, 3, 4])
    >>> checked = check_rows(raw, TABLES["transactions"], file="orders.csv")
    >>> len(checked.accepted), checked.rejected["reason"].tolist()
    (1, ['unreadable amount'])
    >>> checked.unidentified["amount"].tolist()
    [8.0]
    """
    # Lines of a wide survey stand for several rows each, so that rows are told by position.
    lines, rows = raw.index, raw.reset_index(drop=True)
    if repeated is None:
        repeated = repeats(rows, table, {name: name for name in rows.columns})
    frame, reasons = _read(rows, lines, table, file, written or {})
    reasons = reasons.fillna(_second_rows(frame[reasons.isna()], table))
    reasons, doubted = _told_of_repeats(frame, reasons, repeated, table)
    nobody = (reasons == NO_CUSTOMER).fillna(False) & (table.name == "transactions")
    usable = _validated(frame[reasons.isna() | nobody], table)

    def laid_out(chosen: pd.Series, why: pd.Series) -> pd.DataFrame:
        reason = why[chosen].set_axis(lines[chosen])
        return lay_out(raw[chosen.to_numpy()], reason, table, file=file)

    return Checked(
        accepted=_at_lines(usable[reasons[usable.index].isna()], lines),
        rejected=laid_out(reasons.notna() & ~nobody, reasons),
        set_aside=laid_out(nobody, reasons),
        flagged=laid_out(doubted, reasons.fillna(REPEATED)),
        unidentified=_at_lines(usable[nobody[usable.index]], lines),
    )


def _told_of_repeats(
    frame: pd.DataFrame, reasons: pd.Series, repeated: pd.Series, table: Table
) -> tuple[pd.Series, pd.Series]:
    """Return the reasons with those of repeated rows, and which of these are only doubted."""
    doubted = repeated.set_axis(reasons.index) & reasons.isna()
    if doubted.any() and repeats_are_errors(frame[reasons.isna()], table, doubted):
        return reasons.mask(doubted, DUPLICATE), doubted & False
    return reasons, doubted


def _at_lines(frame: pd.DataFrame, lines: pd.Index) -> pd.DataFrame:
    return frame.set_axis(lines[frame.index])


def _read(
    rows: pd.DataFrame, lines: pd.Index, table: Table, file: str, written: Mapping[str, str | None]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the typed values, and for each row that can't be used the first reason."""
    reasons = pd.Series(pd.NA, index=rows.index, dtype="str")
    typed = {}
    for column in table.columns:
        if column.name in rows.columns:
            # By their lines, which messages name.
            at_lines = rows[column.name].set_axis(lines)
            values, why = check_column(at_lines, column, file, written)
            typed[column.name], why = (part.set_axis(rows.index) for part in (values, why))
            # An order without a customer is set aside only if nothing else is wrong with it.
            later = reasons.isna() | (reasons == NO_CUSTOMER)
            reasons = reasons.mask(later & why.notna(), why)
    typed |= _hours(rows, table, written)
    if table.open_ended:
        attributes = [n for n in rows.columns if n not in typed and not looks_personal(n)]
        typed |= {name: _text(rows[name], is_id=False) for name in attributes}
    return pd.DataFrame(typed, index=rows.index), reasons


def _validated(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the rows in the types of the schema, which looks at each of them once more."""
    whole = [column.name for column in table.columns if column.kind == "integer"]
    typed = frame.astype({name: type_of(table[name]) for name in whole if name in frame})
    return schema(table, without_customer=table.name == "transactions").validate(typed)


def _hours(
    rows: pd.DataFrame, table: Table, written: Mapping[str, str | None]
) -> dict[str, pd.Series]:
    """Return the hour of the day where the dates of a table with such a column have one."""
    wanted = any(column.name == "hour" for column in table.columns)
    if not wanted or "hour" in rows.columns or "date" not in rows.columns:
        return {}
    hours = parse_hours(rows["date"], date_format=written.get("date_format"))
    return {"hour": hours} if hours.notna().any() else {}


def check_column(
    text: pd.Series, column: Column, file: str, written: Mapping[str, str | None]
) -> tuple[pd.Series, pd.Series]:
    """Return the typed values of a column and, where a row can't be used for it, the reason.

    Raises
    ------
    InputError : the dates or the numbers of the column can be read two ways.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> amount = TABLES["transactions"]["amount"]
    >>> values, why = check_column(pd.Series(["12.50", "x", ""]), amount, "orders.csv", {})
    >>> values.tolist(), why.tolist()
    ([12.5, nan, nan], [nan, 'unreadable amount', 'no amount'])
    """
    values = _typed(text, column, file, written)
    is_empty = is_nothing(text) if column.kind != "text" else text.str.strip() == ""
    why = pd.Series(pd.NA, index=text.index, dtype="str")
    if column.required:
        missing = NO_CUSTOMER if column.name == "customer_id" else f"no {column.name}"
        why = why.mask(is_empty, missing)
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


def is_nothing(text: pd.Series) -> pd.Series:
    """Tell which fields hold nothing, or what spreadsheets and databases write for it."""
    return text.str.strip().str.lower().isin(NOTHING)


def _text(text: pd.Series, *, is_id: bool) -> pd.Series:
    stripped = text.str.strip()
    return stripped.mask(is_nothing(text) if is_id else stripped == "").astype("str")


def _typed(
    text: pd.Series, column: Column, file: str, written: Mapping[str, str | None]
) -> pd.Series:
    if column.kind in ("id", "text"):
        return _text(text, is_id=column.kind == "id")
    text, what = text.mask(is_nothing(text), ""), f"{column.name} in {file}"
    if column.kind == "date":
        return parse_dates(text, what=what, date_format=written.get("date_format"))
    if column.kind == "flag":
        return parse_flags(text)
    numbers = parse_numbers(text, what=what, decimal=written.get("decimal"))
    return numbers.where(numbers % 1 == 0) if column.kind == "integer" else numbers


def _second_rows(frame: pd.DataFrame, table: Table) -> pd.Series:
    key = KEYS.get(table.name)
    if key is None:
        return pd.Series(dtype="str")
    key = [name for name in key if name in frame]
    repeated = frame.index[frame.duplicated(key)]
    return pd.Series(f"second row of the same {' and '.join(key)}", index=repeated, dtype="str")
