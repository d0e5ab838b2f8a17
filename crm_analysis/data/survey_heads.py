"""Surveys whose columns are headed by several rows, as two of the form tools export them.

Qualtrics heads a column by its name, the question and an identifier in JSON; SurveyMonkey by the
question and, one row below, by what of it was asked.
"""

from dataclasses import replace

import pandas as pd

from crm_analysis.data.reading import RawTable
from crm_analysis.data.reading.raw import check_header
from crm_analysis.data.recipes import find_header

__all__ = ["with_one_header"]

_IDENTIFIER = r'^\s*\{"ImportId"'
# Header rows are the first ones; so many are looked at.
_LOOKED_AT = 3
# What SurveyMonkey writes below a question that has no parts.
_WHOLE = ("", "Response", "Open-Ended Response")


def with_one_header(raw: RawTable) -> tuple[RawTable, dict[str, str]]:
    """Take further header rows off a survey.

    Returns
    -------
    The table, its notes saying so, and the question by column, where the rows have it.

    Examples
    --------
    >>> from crm_analysis.data.reading.raw import broken_rows
    >>> rows = pd.DataFrame({"Respondent ID": ["", "7"], "Collector ID": ["", "1"],
    ...     "How is it?": ["Milk", "4"], "column 4": ["Cheese", "5"]}, index=[2, 3], dtype="str")
    >>> one, asked = with_one_header(RawTable("survey.csv", rows, broken_rows()))
    >>> list(one.rows.columns)[2:], asked["How is it? [Cheese]"]
    (['How is it? [Milk]', 'How is it? [Cheese]'], 'Cheese')
    """
    for at, row in enumerate(raw.rows.head(_LOOKED_AT).itertuples(index=False)):
        cells = pd.Series(row, index=raw.rows.columns, dtype="str")
        if cells[cells != ""].str.match(_IDENTIFIER).mean() > 0.5:
            asked = raw.rows.iloc[at - 1].to_dict() if at else {}
            return _without(raw, at + 1), {
                name: " ".join(said.split()) for name, said in asked.items()
            }
    return _below_questions(raw)


def _below_questions(raw: RawTable) -> tuple[RawTable, dict[str, str]]:
    """Head the parts of a question by the question and the part."""
    headers = list(raw.rows.columns)
    person, form = (find_header(name, headers) for name in ("Respondent ID", "Collector ID"))
    if not person or not form or raw.rows.empty or raw.rows[person].iloc[0].strip():
        return raw, {}
    question, names, asked = "", [], {}
    for at, (header, part) in enumerate(raw.rows.iloc[0].items(), start=1):
        question = question if header == f"column {at}" else header
        names.append(header if part.strip() in _WHOLE else f"{question} [{part.strip()}]")
        asked[names[-1]] = header if names[-1] == header else part.strip()
    rows = raw.rows.set_axis(check_header(names, raw.file), axis=1)
    return _without(replace(raw, rows=rows), 1), asked


def _without(raw: RawTable, first: int) -> RawTable:
    said = f"{first} further header row{'s' if first > 1 else ''}"
    return replace(raw, rows=raw.rows.iloc[first:], notes=(*raw.notes, said))
