"""Questionnaires as they come: text answers, items worded the other way round, mixed scales."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.data.decoding import as_numbers, decode
from crm_analysis.errors import InputError
from crm_analysis.show import Sentence

__all__ = ["check_scales", "decode", "scales_sentence"]

_ANSWERS = ("expectation", "perception", "importance")
# On how unlikely a short range must be, if the item were asked on the same scale as the others.
_CHANCE = 1e-4
# How many questions a sentence names.
_NAMED = 5
# A value that leaves out so many steps below it looks like a code for "don't know".
_JUMP = 2


def check_scales(survey: pd.DataFrame) -> pd.DataFrame:
    """Find questions that seem to be asked on another scale than the rest, and stray codes.

    Parameters
    ----------
    survey : respondent_id, item, [expectation, perception].

    Returns
    -------
    Frame by item and question: n, lowest, highest (answers given), remark: "" where nothing is
    odd; "stops at 5, others reach 7" where so short a range would come about by chance less than
    once in 10,000; or "99 looks like a code" where a value leaves out steps of the scale.

    Raises
    ------
    ValueError : an answer isn't a number; see ``decode``.

    Notes
    -----
    It compares with the other items of the same question, so it can't see that all were asked on
    another scale than was meant. An item so bad that nobody gave it more than 5 looks the same as
    one asked from 1 to 5: look into the questionnaire.

    Examples
    --------
    >>> survey = pd.DataFrame({"respondent_id": list(range(50)) * 3, "item": ["a"] * 50
    ...     + ["b"] * 50 + ["c"] * 50, "perception": [4, 5, 6, 7, 5] * 20 + [2, 3, 4, 5, 3] * 10})
    >>> check_scales(survey)["remark"].tolist()
    ['', '', 'stops at 5, others reach 7']
    """
    check_columns(survey, ["item"], table="survey")
    asked = [name for name in _ANSWERS[:2] if name in survey.columns]
    long = [
        survey[["item"]].assign(question=name, answer=as_numbers(survey[name], {}))
        for name in asked
    ]
    answers = pd.concat(long).dropna() if long else pd.DataFrame(columns=["item", "question"])
    if answers.empty:
        raise InputError("the survey holds no answers on expectation or perception")
    keys = ["item", "question"]
    counts = answers.groupby([*keys, "answer"], sort=False, observed=True).size()
    table = counts.reset_index(name="n").pivot_table(
        index=keys, columns="answer", values="n", fill_value=0, sort=False, observed=True
    )
    table = table[sorted(table.columns)]
    used = table.columns.to_numpy()
    codes = _codes(used)
    groups = answers.groupby(keys, sort=False, observed=True)["answer"]
    frame = groups.agg(n="size", lowest="min", highest="max")
    real, of_item = table.loc[:, used < codes], table.index.get_level_values("item")
    others = real.sum() - real.groupby(of_item).sum().reindex(of_item)
    pairs = zip(table.to_numpy(), others.to_numpy(), strict=True)
    remarks = [_remark(own, rest, used, codes) for own, rest in pairs]
    return frame.assign(remark=pd.Series(remarks, index=table.index).reindex(frame.index))


def scales_sentence(scales: pd.DataFrame) -> Sentence:
    """Say whether all questions seem to share one scale, and name those that don't.

    Parameters
    ----------
    scales : from ``check_scales``.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("cold", "perception")], names=["item", "question"])
    >>> scales_sentence(pd.DataFrame({"lowest": 1.0, "highest": 7.0, "remark": ""}, index=index))
    'All answers lie between 1 and 7, and no question seems to be asked on another scale.'
    """
    odd = scales[scales["remark"] != ""]
    if odd.empty:
        low, high = scales["lowest"].min(), scales["highest"].max()
        return Sentence(
            f"All answers lie between {low:g} and {high:g}, and no question seems to be asked on "
            "another scale."
        )
    named = "; ".join(
        f"{question} of “{item}” ({row['remark']})"
        for (item, question), row in odd.head(_NAMED).iterrows()
    )
    named += f"; and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
    return Sentence(
        f"{len(odd)} of {len(scales)} questions seem to be asked on another scale: {named}. Mend "
        "them or leave them out before anything below is believed."
    )


def _codes(used: np.ndarray) -> float:
    """From which value on answers look like codes: after a jump that leaves out steps, 99 after 7.

    Infinite where there is no such jump, or where the scale jumps everywhere (0, 25, 50, …).
    """
    jumps = np.flatnonzero(np.diff(used) > _JUMP)
    if not len(jumps) or len(jumps) > 0.25 * len(used):
        return np.inf
    return float(used[jumps[-1] + 1])


def _remark(own: np.ndarray, others: np.ndarray, used: np.ndarray, codes: float) -> str:
    """What is odd about the counts of one item's answers, beside those of all other items."""
    given = used[own > 0]
    if given[-1] >= codes:
        return f"{given[given >= codes][0]:g} looks like a code"
    values = used[used < codes]
    reach = values[others > 0].max(initial=-np.inf)
    above = others[values > given[-1]].sum() / max(others.sum(), 1)
    # Half the others' share: items differ in how they are liked without being on another scale.
    if reach >= given[-1] + 2 and (1 - above / 2) ** own.sum() < _CHANCE:
        return f"stops at {given[-1]:g}, others reach {reach:g}"
    return ""
