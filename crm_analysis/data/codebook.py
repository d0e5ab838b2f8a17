"""The codebook of a survey: which column is which item's answer, and what the answers mean.

A CSV with a row for each column of a wide survey, or for each item of a long one; ``COLUMNS`` says
what it holds.

Only ``column`` is needed (``item``, for a long survey). Without roles, columns are recognised by
their names: E01 and P01 are the expectation and the perception of an item, IMP01 its importance,
SAT01 the satisfaction with it, K01F and K01D the functional and the dysfunctional answer on a
feature (features have numbers of their own). A codebook that gives roles is taken at its word:
columns without one aren't used.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from crm_analysis.data.parsing import parse_flags, parse_numbers
from crm_analysis.data.reading import read_table
from crm_analysis.data.recipes import plain_name
from crm_analysis.data.recognition import looks_personal
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError, unknown_name

__all__ = [
    "COLUMNS",
    "ITEM_ROLES",
    "KANO_ROLES",
    "ROLES",
    "read_codebook",
    "roles_of",
    "translate",
]

COLUMNS = {
    "column": "header of the column in the survey",
    "item": "which item it's about, the same for its expectation, perception and so on; which of "
    "our outcomes or prices it is; or what an attribute is to be called",
    "role": "what the column holds, see below",
    "dimension": "the dimension of quality that the item belongs to; those called product, "
    "service, staff and image are set against money, time and effort",
    "wording": "the question; pages call the item so",
    "reverse": "yes where the item is worded the other way round",
    "scale_low": "lowest answer that is possible",
    "scale_high": "highest answer that is possible",
    "codes": "numbers of answers in words: never=1; sometimes=2; always=3; no answer=",
}
ITEM_ROLES = ("expectation", "perception", "importance", "satisfaction")
KANO_ROLES = ("functional", "dysfunctional")
_SINGLE_ROLES = ("respondent_id", "customer_id", "date", "wave")
ROLES = (*ITEM_ROLES, *KANO_ROLES, "outcome", "price", *_SINGLE_ROLES, "attribute", "ignore")
# Columns that say who or when, not what.
_NO_ANSWER = ("respondent_id", *_SINGLE_ROLES)
OUTCOMES = tuple(c.name for c in TABLES["outcomes"].columns if c.name not in _NO_ANSWER)
PRICES = tuple(c.name for c in TABLES["prices"].columns if c.name not in _NO_ANSWER)

_CONVENTION = (
    (re.compile(r"E[_ -]?(\d+)", re.I), "expectation"),
    (re.compile(r"P[_ -]?(\d+)", re.I), "perception"),
    (re.compile(r"IMP[_ -]?(\d+)", re.I), "importance"),
    (re.compile(r"SAT[_ -]?(\d+)", re.I), "satisfaction"),
    (re.compile(r"K[_ -]?(\d+)[_ -]?F", re.I), "functional"),
    (re.compile(r"K[_ -]?(\d+)[_ -]?D", re.I), "dysfunctional"),
)
_OTHER_NAMES = {
    "overallsat": "overall_satisfaction",
    "reuseintent": "repurchase_intention",
    "reuseintention": "repurchase_intention",
    "repurchaseintent": "repurchase_intention",
    "nps": "recommend",
    "respondent": "respondent_id",
    "responseid": "respondent_id",
    "id": "respondent_id",
    "序号": "respondent_id",
    # When it was sent, as form tools call it.
    "recordeddate": "date",
    "submitdate": "date",
    "timestamp": "date",
    "提交答卷时间": "date",
}


def read_codebook(path: Path) -> pd.DataFrame:
    """Read a codebook.

    Returns
    -------
    Frame: column, item, role, dimension, wording, codes (text, "" where nothing is said), reverse
    (bool), scale_low, scale_high (number or missing); the index is the line in the file.

    Raises
    ------
    InputError : the file can't be read, lacks both column and item, holds a column twice, or says
        something that can't be understood; the message names the line.
    """
    raw = read_table(path)
    rows = raw.rows.rename(columns=_our_name)
    if raw.broken.shape[0]:
        first = raw.broken.iloc[0]
        raise InputError(f"line {first['line']} of {raw.file} has {first['reason']}")
    if "column" not in rows and "item" not in rows:
        raise InputError(
            f"{raw.file} isn't a codebook: it needs a column 'column' (the survey's headers) or "
            f"'item'; it has: {', '.join(raw.rows.columns)}"
        )
    book = rows.reindex(columns=list(COLUMNS), fill_value="").apply(lambda text: text.str.strip())
    wrong = book["role"][~book["role"].isin(("", *ROLES))]
    if len(wrong):
        raise unknown_name(f"role in line {wrong.index[0]} of {raw.file}", wrong.iloc[0], ROLES)
    _check_once(book["column"], raw.file)
    for name in ("scale_low", "scale_high"):
        book[name] = _read(parse_numbers(book[name]), book[name], raw.file)
    book["reverse"] = _read(parse_flags(book["reverse"]), book["reverse"], raw.file).fillna(False)
    return book.astype({"reverse": bool})


def _our_name(header: str) -> str:
    """Recognise a wording by what codebooks call it: question, question_ko, label."""
    plain = header.strip().casefold()
    if plain.startswith(("question", "label")) or plain in ("text", "statement"):
        return "wording"
    return {"variable": "column", "reversed": "reverse"}.get(plain, plain)


def _check_once(columns: pd.Series, file: str) -> None:
    named = columns[columns != ""]
    twice = named[named.duplicated()]
    if len(twice):
        raise InputError(
            f"{file} names the column {twice.iloc[0]!r} again in line {twice.index[0]}"
        )


def _read(values: pd.Series, text: pd.Series, file: str) -> pd.Series:
    """Return values that were read, or name the first that couldn't be."""
    wrong = text[values.isna() & (text != "")]
    if len(wrong):
        raise InputError(
            f"{text.name} in line {wrong.index[0]} of {file} can't be read: {wrong.iloc[0]!r}"
        )
    return values


def roles_of(headers: Sequence[str], book: pd.DataFrame | None, *, file: str) -> pd.DataFrame:
    """Say for each column of a wide survey what it holds.

    Parameters
    ----------
    headers : of the survey.
    book : from ``read_codebook``, or None.
    file : name of the survey, for messages.

    Returns
    -------
    The codebook's frame with a row for each header that is used, all roles filled, in the order of
    the headers. Without roles in the codebook: those of the naming convention, and attributes.

    Raises
    ------
    InputError : the codebook gives a role to a column that the survey lacks, or names an outcome
        or price that isn't one of ours.

    Examples
    --------
    >>> roles = roles_of(["age", "E01", "P01", "K01F", "NPS"], None, file="survey.csv")
    >>> roles[["column", "item", "role"]].to_numpy().tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['age', 'age', 'attribute'], ['E01', '01', 'expectation'], ['P01', '01', 'perception'],
     ['K01F', '01', 'functional'], ['NPS', 'recommend', 'outcome']]
    """
    told = book is not None and (book["role"] != "").any()
    known = pd.DataFrame(columns=list(COLUMNS)) if book is None else book
    known = known[known["column"] != ""].set_index("column", drop=False)
    if told:
        chosen = known[known["role"].ne("") & known["role"].ne("ignore")]
        _check_there(chosen, headers, file)
        rows = chosen.loc[[header for header in headers if header in chosen.index]]
    else:
        rows = known.reindex(headers)
        rows["column"] = headers
        guessed = [_by_convention(header) for header in headers]
        rows["role"] = [role for role, _ in guessed]
        rows["item"] = [item for _, item in guessed]
    texts = ["item", "role", "dimension", "wording", "codes"]
    rows = rows.assign(**{name: rows[name].fillna("") for name in texts})
    rows["reverse"] = rows["reverse"].eq(True)
    return _named(rows[~rows["column"].map(looks_personal)], file).reset_index(drop=True)


def _by_convention(header: str) -> tuple[str, str]:
    """Return role and item of a column that is called in one of the usual ways."""
    for pattern, role in _CONVENTION:
        if match := pattern.fullmatch(header.strip()):
            return role, match[1]
    plain = plain_name(header)
    names = {name.replace("_", ""): name for name in (*OUTCOMES, *PRICES, *_SINGLE_ROLES)}
    name = (names | _OTHER_NAMES).get(plain, "")
    if name in OUTCOMES or name in PRICES:
        return ("outcome" if name in OUTCOMES else "price"), name
    return (name, name) if name else ("attribute", header)


def _check_there(chosen: pd.DataFrame, headers: Sequence[str], file: str) -> None:
    missing = [name for name in chosen.index if name not in headers]
    if missing:
        raise InputError(
            f"the codebook gives a role to {', '.join(map(repr, missing[:3]))}, which {file} "
            f"lacks; it has: {', '.join(headers)}"
        )


def _named(rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return roles whose outcomes, prices and attributes are called by names that exist."""
    for role, names in (("outcome", OUTCOMES), ("price", PRICES)):
        for item in rows.loc[rows["role"] == role, "item"]:
            if item not in names:
                raise unknown_name(f"{role} in the codebook of {file}", item, names)
    unnamed = rows["item"] == ""
    lost = rows[unnamed & rows["role"].isin((*ITEM_ROLES, *KANO_ROLES))]
    if len(lost):
        raise InputError(f"the codebook doesn't say which item {lost['column'].iloc[0]!r} is about")
    twice = rows[rows.duplicated(["role", "item"]) & rows["role"].ne("attribute")]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(f"two columns of {file} are the {row['role']} of {row['item']!r}")
    return rows.assign(item=rows["item"].mask(unnamed, rows["column"]))


def translate(text: pd.Series, codes: str) -> pd.Series:
    """Turn answers in words into their numbers; what has no code stays as it is.

    Examples
    --------
    >>> translate(pd.Series(["Never", "always", "3"]), "never=1; always=5").tolist()
    ['1', '5', '3']
    """
    if not codes:
        return text
    pairs = [code.rpartition("=") for code in codes.split(";") if "=" in code]
    numbers = {words.strip().casefold(): number.strip() for words, _, number in pairs}
    return text.str.strip().str.casefold().map(numbers).fillna(text).astype("str")
