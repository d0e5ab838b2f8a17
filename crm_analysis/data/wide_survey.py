"""A survey with a row a respondent, as form tools export it, laid out as our tables.

Rows are counted as the tables have them: one of ``survey`` is a respondent and an item, answered or
not; one of ``kano`` a pair of answers of which at least one was given; one of ``prices`` a
respondent who named a price; one of ``outcomes`` a respondent. A respondent who is there twice is
so in each of them. The line of each row is the respondent's line in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.codebook import ITEM_ROLES, KANO_ROLES, translate
from crm_analysis.data.parsing import parse_numbers
from crm_analysis.data.reading import RawTable
from crm_analysis.data.recognition import named_first
from crm_analysis.data.tables import TABLES
from crm_analysis.data.wording import plain_wording, without_common_words

__all__ = ["Spread", "is_wide", "item_names", "spread"]

_WHO_AND_WHEN = ("respondent_id", "customer_id", "date", "wave")
# The Net Promoter Score asks from 0 to 10; a question that stops lower isn't it.
_RECOMMEND_ABOVE = 7
# So many answers aren't alike by chance.
_TELLING = 20
_TWIN = "the same answers as an earlier respondent; counted"
# The name under which a recommendation on another scale is kept.
_OTHER_SCALE = "recommendation"


@dataclass(frozen=True)
class Spread:
    """The tables of a wide survey, as text.

    Parameters
    ----------
    tables : rows by table, with our column names; the index is the respondent's line.
    roles : the codebook of the columns that are used, ``name`` being what pages call the item.
    flagged : respondents who answered all alike an earlier one (table, file, line, reason, row).
    note : what was read as what, and what wasn't used.
    """

    tables: Mapping[str, RawTable]
    roles: pd.DataFrame
    flagged: pd.DataFrame
    note: str


def is_wide(headers: Sequence[str], roles: pd.DataFrame) -> bool:
    """Tell whether a survey has a column an item, rather than a row.

    Parameters
    ----------
    headers : of the survey.
    roles : from ``roles_of``.

    Examples
    --------
    >>> from crm_analysis.data.codebook import roles_of
    >>> headers = ["id", "E01", "P01"]
    >>> is_wide(headers, roles_of(headers, None, file="survey.csv"))
    True
    """
    if "item" in headers:
        return False
    return bool(roles["role"].isin((*ITEM_ROLES, *KANO_ROLES)).any())


def item_names(roles: pd.DataFrame) -> pd.Series:
    """Say what pages call each item: its wording, or its number.

    The wording is that of the perception, which says what this company does, or else of the first
    question there is; of a Kano feature that of the functional question. Words that all questions
    of a kind share are left away.

    Returns
    -------
    Series aligned with ``roles``; "" for columns that are about no item.
    """
    names = pd.Series("", index=roles.index, dtype="str")
    for family, plain in ((("perception", "expectation", *ITEM_ROLES), "item"),
                          (KANO_ROLES, "feature")):  # fmt: skip
        wordings: dict[str, str] = {}
        for role in dict.fromkeys(family):
            of_role = roles[(roles["role"] == role) & (roles["wording"] != "")]
            short = without_common_words([plain_wording(text) for text in of_role["wording"]])
            for item, wording in zip(of_role["item"], short, strict=True):
                wordings.setdefault(item, wording)
        held = roles["role"].isin(family)
        items = list(dict.fromkeys(roles.loc[held, "item"]))
        unique = _distinct({item: wordings.get(item) or _named(item, plain) for item in items})
        names[held] = roles.loc[held, "item"].map(unique)
    return names


def _named(item: str, plain: str) -> str:
    """Call an item that has no wording by its number, or by the name it has."""
    return item if any(map(str.isalpha, item)) else f"{plain} {item}"


def _distinct(names: dict[str, str]) -> dict[str, str]:
    """Return names in which two items that are worded alike differ by their number."""
    often = pd.Series(names).value_counts()
    return {i: name if often[name] == 1 else f"{name} ({i})" for i, name in names.items()}


def spread(raw: RawTable, roles: pd.DataFrame, told: Mapping[str, str] | None = None) -> Spread:
    """Lay a wide survey out as survey, kano, outcomes and prices.

    Parameters
    ----------
    raw : the file.
    roles : from ``roles_of``.
    told : our name → the file's header, of respondent_id, customer_id, date and wave.
    """
    rows = raw.rows.copy()
    for column, codes in zip(roles["column"], roles["codes"], strict=True):
        rows[column] = translate(rows[column], codes)
    roles = _recommendation(roles.assign(name=item_names(roles)), rows)
    head = _who_and_when(rows, roles, told or {})
    tables = {
        "survey": _long(rows, head, roles, ITEM_ROLES),
        "kano": _answered(_long(rows, head[["respondent_id"]], roles, KANO_ROLES), KANO_ROLES),
        "outcomes": _single(rows, head, roles, ("outcome", "attribute")),
        "prices": _prices(rows, head[["respondent_id"]], roles),
    }
    held = {name: frame for name, frame in tables.items() if frame is not None and len(frame)}
    # A line with too many fields is a respondent; it's counted once.
    broken = dict.fromkeys(held, raw.broken.iloc[:0]) | {next(iter(held)): raw.broken}
    made = {name: RawTable(raw.file, frame, broken[name]) for name, frame in held.items()}
    flagged = _twins(rows, head, roles, next(iter(held)), raw.file)
    return Spread(made, roles, flagged, _note(raw, roles, held))


def _twins(rows, head, roles: pd.DataFrame, table: str, file: str) -> pd.DataFrame:
    """Find respondents whose answers are those of an earlier one: sent twice, or copied."""
    own = roles[~roles["role"].isin(_WHO_AND_WHEN)]
    asked = own.loc[own["role"].isin((*ITEM_ROLES, *KANO_ROLES)), "column"]
    said = (rows[asked] != "").sum(axis=1) >= _TELLING
    twins = said & rows[own["column"]].duplicated()
    reasons = pd.Series(_TWIN, index=rows.index[twins], dtype="str")
    return lay_out(head.loc[twins, ["respondent_id"]], reasons, TABLES[table], file=file)


def _recommendation(roles: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep a recommendation on another scale than 0 to 10 as an attribute."""
    asked = roles[(roles["role"] == "outcome") & (roles["item"] == "recommend")]
    if asked.empty:
        return roles
    row = asked.iloc[0]
    answers = parse_numbers(rows[row["column"]])
    high = row["scale_high"] if pd.notna(row["scale_high"]) else answers.max()
    reaches = high > _RECOMMEND_ABOVE or (pd.isna(row["scale_high"]) and answers.min() == 0)
    if reaches:
        return roles
    roles = roles.copy()
    roles.loc[asked.index, ["role", "item"]] = ["attribute", _OTHER_SCALE]
    return roles


def _who_and_when(rows: pd.DataFrame, roles: pd.DataFrame, told: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns that say who answered and when; without numbers, the line is who."""
    found = roles[roles["role"].isin(_WHO_AND_WHEN)].set_index("role")["column"].to_dict() | told
    head = {name: rows[found[name]] for name in _WHO_AND_WHEN if name in found}
    head.setdefault("respondent_id", pd.Series(rows.index, rows.index).map("line-{}".format))
    return pd.DataFrame(head)


def _long(rows, head, roles: pd.DataFrame, family: Sequence[str]) -> pd.DataFrame | None:
    """Stack the answers on each item, respondent by respondent."""
    own = roles[roles["role"].isin(family)]
    if own.empty:
        return None
    parts = []
    for name, questions in own.groupby("name", sort=False):
        answers = {
            role: rows[column]
            for role, column in zip(questions["role"], questions["column"], strict=True)
        }
        named = next((d for d in questions["dimension"] if d), "")
        parts.append(head.assign(item=name, dimension=named, **answers))
    long = pd.concat(parts).sort_index(kind="stable").fillna("")
    keep_dimension = family is ITEM_ROLES and (long["dimension"] != "").any()
    return long if keep_dimension else long.drop(columns="dimension")


def _answered(frame: pd.DataFrame | None, names: Sequence[str]) -> pd.DataFrame | None:
    """Return the rows with at least one answer."""
    if frame is None:
        return None
    given = [name for name in names if name in frame]
    return frame[frame[given].apply(lambda text: text.str.strip() != "").any(axis=1)]


def _single(rows, head, roles: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Return a row a respondent, each column under the name that the codebook gives it."""
    own = roles[roles["role"].isin(kinds)]
    columns = dict(zip(own["item"], own["column"], strict=True))
    return head.assign(**{name: rows[column] for name, column in columns.items()})


def _prices(rows, head, roles: pd.DataFrame) -> pd.DataFrame | None:
    own = roles[roles["role"] == "price"]
    if own.empty:
        return None
    return _answered(_single(rows, head, roles, ("price",)), own["item"].tolist())


def _note(raw: RawTable, roles: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> str:
    items = {
        "items": roles.loc[roles["role"].isin(ITEM_ROLES), "item"].nunique(),
        "Kano features": roles.loc[roles["role"].isin(KANO_ROLES), "item"].nunique(),
    }
    counted = " and ".join(f"{count} {what}" for what, count in items.items() if count)
    named = roles[roles["role"].isin(("outcome", "price", "attribute", *_WHO_AND_WHEN))]
    renamed = named[named["item"] != named["column"]]
    pairs = [f"{r.item} from {r.column!r}" for r in renamed.itertuples()]
    unused = [header for header in raw.rows.columns if header not in set(roles["column"])]
    parts = [*raw.notes, f"a row a respondent, {len(raw.rows):,} with {counted}"]
    parts += [f"read {', '.join(pairs)}"] if pairs else []
    if _OTHER_SCALE in named["item"].tolist():
        parts.append(
            f"{_OTHER_SCALE} isn't taken for the Net Promoter Score's question, since its answers "
            "don't go from 0 to 10"
        )
    parts += [f"not used: {named_first(unused)}"] if unused else []
    return f"{raw.file}: {'; '.join(parts)}."
