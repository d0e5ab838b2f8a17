"""Answers of a questionnaire as numbers that all run the same way."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError

__all__ = ["as_numbers", "decode"]

_ANSWERS = ("expectation", "perception", "importance", "satisfaction")
# Turned round with the item's wording; its importance isn't.
_WORDED = ("expectation", "perception")


def decode(
    survey: pd.DataFrame,
    codebook: pd.DataFrame | None = None,
    *,
    labels: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Turn answers into numbers that all run the same way.

    Parameters
    ----------
    survey : respondent_id, item and the answers (expectation, perception, importance).
    codebook : item, [dimension, reversed (bool: worded the other way round), lowest, highest (ends
        of the item's scale)]. Items that it doesn't hold stay as they are. Expectation and
        perception of reversed items become lowest + highest − answer; importance stays.
    labels : number of each text answer: {"strongly agree": 7, …}.

    Returns
    -------
    A copy of ``survey``, with the codebook's dimension.

    Raises
    ------
    InputError : a reversed item without lowest and highest, or an answer that isn't on its scale.
    ValueError : an answer that is neither a number nor among the labels.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": [1, 1], "item": ["cold", "often late"],
    ...     "perception": ["agree", "disagree"]})
    >>> codebook = pd.DataFrame({"item": ["often late"], "reversed": [True], "lowest": [1],
    ...     "highest": [7]})
    >>> decode(survey, codebook, labels={"agree": 6, "disagree": 2})["perception"].tolist()
    [6.0, 6.0]
    """
    check_columns(survey, ["item"], table="survey")
    decoded = survey.copy()
    for name in [name for name in _ANSWERS if name in survey.columns]:
        decoded[name] = as_numbers(survey[name], labels or {})
    if codebook is None:
        return decoded
    check_columns(codebook, ["item"], table="codebook")
    once = ~codebook["item"].duplicated()
    check_values(codebook["item"], once, rule="there once", table="codebook")
    of_item = codebook.set_index("item")
    if "dimension" in of_item:
        known = decoded["item"].map(of_item["dimension"])
        decoded["dimension"] = known.fillna(survey["dimension"]) if "dimension" in survey else known
    if "reversed" in of_item:
        _turn_round(decoded, of_item[of_item["reversed"].eq(True)])
    return decoded


def as_numbers(values: pd.Series, labels: Mapping[str, float]) -> pd.Series:
    """Return numbers as they are and texts by their label; anything else is refused by row."""
    # Labels are compared without regard to case and to spaces around them.
    found = pd.to_numeric(values, errors="coerce").astype(float)
    coded = {str(text).strip().casefold(): number for text, number in labels.items()}
    texts = found.isna() & values.notna()
    if texts.any():
        words = values[texts].astype(str).str.strip().str.casefold()
        found = found.mask(texts, words.map(coded).astype(float))
    usable = values.isna() | np.isfinite(found)
    check_values(values, usable, rule="a number, or a text among the labels", table="survey")
    return found


def _turn_round(decoded: pd.DataFrame, items: pd.DataFrame) -> None:
    """Turn the answers on reversed items round, in place."""
    if items.empty:
        return
    ends = items.reindex(columns=["lowest", "highest"]).astype(float)
    if ends.isna().any(axis=None):
        name = ends.index[ends.isna().any(axis=1)][0]
        raise InputError(
            f"the codebook calls “{name}” reversed but lacks its lowest and highest answer"
        )
    rows = decoded["item"].isin(items.index)
    low, high = (decoded.loc[rows, "item"].map(ends[end]) for end in ("lowest", "highest"))
    for name in [name for name in _WORDED if name in decoded.columns]:
        answers = decoded.loc[rows, name]
        within = answers.isna() | answers.between(low, high)
        check_values(answers, within, rule="on the scale that the codebook gives", table="survey")
        decoded.loc[rows, name] = low + high - answers
