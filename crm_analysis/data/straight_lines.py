"""Respondents who gave every item the same answer."""

import pandas as pd

from crm_analysis.data.aside import lay_out, stacked
from crm_analysis.data.tables import TABLES

__all__ = ["straight_lined"]

# Below it, one and the same answer to all is nothing odd.
_ITEMS = 8
_ASKED = ("perception", "satisfaction", "importance")


def straight_lined(survey: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """Find respondents whose answers on a question are the same for all of at least 8 items.

    They are flagged and stay: such a row may be a bored respondent or a content one. Expectations
    aren't looked at, since whoever expects the best of everything answers all of them alike.

    Parameters
    ----------
    survey : respondent_id, item, [perception, satisfaction, importance]; the index is the line in
        the file.

    Returns
    -------
    Frame: table, file, line (of the respondent's first answer), reason, row; one row for each
    respondent and question.

    References
    ----------
    Curran (2016), Methods for the detection of carelessly invalid responses in survey data,
    Journal of Experimental Social Psychology 66, 4–19: long strings.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": ["a"] * 8 + ["b"] * 8, "item": list("stuvwxyz") * 2,
    ...     "perception": [5.0] * 8 + [5.0] * 7 + [4.0]})
    >>> straight_lined(survey, file="survey.csv")["row"].tolist()
    ['respondent_id=a, answer=5, items=8']
    """
    return stacked(
        [
            _on(survey, name, file)
            for name in _ASKED
            if name in survey and survey[name].notna().any()
        ]
    )


def _on(survey: pd.DataFrame, question: str, file: str) -> pd.DataFrame:
    answers = survey.dropna(subset=[question])
    lines = pd.Series(answers.index, index=answers.index)
    by = answers["respondent_id"]
    groups = answers[question].groupby(by, sort=False)
    people = pd.DataFrame(
        {"line": lines.groupby(by, sort=False).first(), "items": groups.size()}
        | {"low": groups.min(), "high": groups.max()}
    )
    same = people[(people["items"] >= _ITEMS) & (people["low"] == people["high"])]
    same = same.rename_axis("respondent_id").reset_index().set_index("line")
    rows = same[["respondent_id"]].assign(
        answer=same["low"].map("{:g}".format), items=same["items"]
    )
    reasons = pd.Series(f"the same answer on all items: {question}", index=rows.index, dtype="str")
    return lay_out(rows, reasons, TABLES["survey"], file=file)
