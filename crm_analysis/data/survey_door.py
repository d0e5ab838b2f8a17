"""A survey on its way in, wide or long, with its codebook."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from crm_analysis.data.aside import lay_out, stacked
from crm_analysis.data.checking import Checked
from crm_analysis.data.codebook import ITEM_ROLES, read_codebook, roles_of, translate
from crm_analysis.data.decoding import decode
from crm_analysis.data.door import Door, nearby
from crm_analysis.data.pseudonyms import Pseudonyms
from crm_analysis.data.reading import RawTable, read_table, split_sheet
from crm_analysis.data.recipes import find_header
from crm_analysis.data.recognition import GUESSES, named_first, recognise_columns
from crm_analysis.data.survey_heads import with_one_header
from crm_analysis.data.tables import TABLES
from crm_analysis.data.wide_survey import is_wide, spread
from crm_analysis.errors import InputError

__all__ = ["open_survey"]

_UNKNOWN = "item unknown to the codebook"


def open_survey(
    path: Path,
    codebook: Path | None,
    told: Mapping[str, str],
    pseudonyms: Pseudonyms | None = None,
    reading: Mapping[str, str] | None = None,
) -> dict[str, Door]:
    """Read and check a survey: one table if it's long, up to four if it's wide.

    Parameters
    ----------
    path : the survey.
    codebook : see ``crm_analysis.data.codebook``.
    told : our name → the file's header.
    reading : of what form the file, its dates and its numbers are (see ``load``).

    Raises
    ------
    InputError : a file can't be used, or nothing in it.
    """
    for file in (path, codebook):
        if file is not None and not split_sheet(file)[0].exists():
            raise InputError(f"there is no file {str(file)!r}; {nearby(file)}")
    raw, asked = with_one_header(read_table(path, table="survey", **(reading or {})))
    book = None if codebook is None else read_codebook(codebook)
    if book is None or (book["column"] != "").any():
        roles = roles_of(list(raw.rows.columns), book, file=raw.file)
        known = roles["column"].map(asked).fillna("")
        roles["wording"] = roles["wording"].where(roles["wording"] != "", known)
        if is_wide(list(raw.rows.columns), roles):
            return _open_wide(raw, roles, told, pseudonyms)
    return {"survey": _open_long(raw, book, told, pseudonyms)}


def _open_wide(raw: RawTable, roles, told, pseudonyms) -> dict[str, Door]:
    laid_out = spread(raw, roles, told)
    doors = {}
    for name, rows in laid_out.tables.items():
        found = {column: column for column in rows.rows.columns}
        doors[name] = Door.check(TABLES[name], rows, found, pseudonyms)
    own = laid_out.roles
    for name in [name for name in ("survey", "outcomes") if name in doors]:
        doors[name] = _by_codebook(doors[name], _scales(own, name))
    first = next(iter(doors))
    flags = laid_out.flagged if pseudonyms is None else laid_out.flagged.assign(row="")
    checked = doors[first].checked
    checked = replace(checked, flagged=stacked([checked.flagged, flags]))
    return doors | {first: replace(doors[first], said=laid_out.note, checked=checked)}


def _open_long(raw: RawTable, book, told, pseudonyms) -> Door:
    table = TABLES["survey"]
    _check_long(raw, told)
    found = recognise_columns(list(raw.rows.columns), table, told, file=raw.file)
    if book is None:
        return Door.check(table, raw, found, pseudonyms)
    own = book[book["item"] != ""].drop_duplicates("item").set_index("item")
    rows = raw.rows.copy()
    codes = rows[found["item"]].str.strip().map(own["codes"]).fillna("")
    for name in [name for name in ITEM_ROLES if name in found]:
        answers = rows[found[name]]
        # Items share few sets of codes; each is applied once.
        for each in codes[codes != ""].unique():
            rows[found[name]] = answers = answers.mask(codes == each, translate(answers, each))
    door = Door.check(table, replace(raw, rows=rows), found, pseudonyms)
    scales = own.reset_index().assign(name=lambda frame: frame["item"], role="")
    return _by_codebook(door, scales, rename=True)


def _check_long(raw: RawTable, told: Mapping[str, str]) -> None:
    """Raise where nothing says which item an answer is about."""
    headers = list(raw.rows.columns)
    if "item" not in told and find_header(["item", *GUESSES["item"]], headers) is None:
        raise InputError(
            f"{raw.file} has neither a column item (a row an answer) nor columns called E01, P01, "
            "… (a row a respondent): say in a codebook which column is which item's answer "
            "(--codebook FILE with the columns column, item and role); it has: "
            f"{named_first(headers)}"
        )


def _scales(roles: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return what the codebook says of the answers of one table."""
    if table == "survey":
        return roles[roles["role"].isin(ITEM_ROLES)]
    outcomes = roles[roles["role"] == "outcome"]
    return outcomes.assign(name="", role=outcomes["item"])


def _by_codebook(door: Door, scales: pd.DataFrame, *, rename: bool = False) -> Door:
    """Reject what the codebook doesn't know or its scales don't allow, and turn round the rest."""
    checked = door.checked
    accepted = checked.accepted
    reasons = pd.Series(pd.NA, index=range(len(accepted)), dtype="str")
    names = accepted["item"] if "item" in accepted else pd.Series("", index=accepted.index)
    if rename:
        reasons = reasons.mask(~names.isin(scales["name"]).to_numpy(), _UNKNOWN)
    for rule in scales.dropna(subset=["scale_low", "scale_high"]).itertuples():
        for question in [rule.role] if rule.role else [n for n in ITEM_ROLES if n in accepted]:
            off = ~accepted[question].between(rule.scale_low, rule.scale_high)
            off &= accepted[question].notna() & (names == rule.name)
            said = f"{question} outside {rule.scale_low:g} to {rule.scale_high:g}"
            reasons = reasons.mask(reasons.isna() & off.to_numpy(), said)
    door = replace(door, checked=_without(checked, reasons, door))
    if door.checked.accepted.empty:
        raise InputError(f"no row of {door.raw.file} can be used: {door.why_none()}")
    return _turned(door, scales, rename) if "item" in accepted else door


def _without(checked: Checked, reasons: pd.Series, door: Door) -> Checked:
    """Move accepted rows that have a reason to the rejected ones."""
    away = reasons.notna().to_numpy()
    rows = checked.accepted[away]
    why = reasons[away].set_axis(rows.index)
    lost = lay_out(rows, why, door.table, file=door.raw.file)
    kept = checked.accepted[~away]
    flags = checked.flagged[checked.flagged["line"].isin(kept.index)]
    return replace(
        checked, accepted=kept, rejected=stacked([checked.rejected, lost]), flagged=flags
    )


def _turned(door: Door, scales: pd.DataFrame, rename: bool) -> Door:
    """Turn reversed items round, and call a long survey's items by their wording."""
    once = scales.drop_duplicates("name")
    rules = once[["name", "reverse", "scale_low", "scale_high"]].set_axis(
        ["item", "reversed", "lowest", "highest"], axis=1
    )
    accepted = decode(door.checked.accepted, rules)
    own = once.set_index("name")
    if rename and (own["dimension"] != "").any():
        accepted["dimension"] = accepted["item"].map(own["dimension"].replace("", pd.NA))
    if rename:
        wordings = own["wording"].where(own["wording"] != "", own.index.to_series())
        accepted["item"] = accepted["item"].map(wordings)
    return replace(door, checked=replace(door.checked, accepted=accepted))
