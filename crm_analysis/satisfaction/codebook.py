"""Questionnaires as they come: text answers, items worded the other way round, mixed scales."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.data.decoding import as_numbers, decode
from crm_analysis.errors import MissingTable
from crm_analysis.show import Sentence

__all__ = ["check_scales", "decode", "scales_sentence", "without_codes"]

_ANSWERS = ("expectation", "perception", "importance")
# On how unlikely a short range must be, if the item were asked on the same scale as the others.
_CHANCE = 1e-4
_STOPS = "stops at"
# How many questions a sentence names.
_NAMED = 5
# A value that leaves out more steps below it may be a code for "don't know".
_JUMP = 2
# So few values beyond the others may be codes; more are a scale.
_MOST_CODES = 3
# Questions that share their scale.
_SCALES = (("expectation", "perception"), ("importance",), ("satisfaction",),
           ("overall_satisfaction",), ("repurchase_intention",), ("emotional_attachment",),
           ("competitor_immunity",), ("failure_tolerance",))  # fmt: skip


def check_scales(survey: pd.DataFrame) -> pd.DataFrame:
    """Find questions that seem to be asked on another scale than the rest, and stray codes.

    Parameters
    ----------
    survey : respondent_id, item, [expectation, perception].

    Returns
    -------
    Frame by item and question: n, lowest, highest (answers given), coded (answers that look like
    codes), remark: "" where nothing is odd; "stops at 5, others reach 7" where so short a range
    would come about by chance less than once in 10,000; or "99 looks like a code" where a value
    lies far from the scale, or alone below 0.

    Raises
    ------
    MissingTable : the survey has neither expectation nor perception.
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
        raise MissingTable("the survey holds no answers on expectation or perception")
    keys = ["item", "question"]
    counts = answers.groupby([*keys, "answer"], sort=False, observed=True).size()
    table = counts.reset_index(name="n").pivot_table(
        index=keys, columns="answer", values="n", fill_value=0, sort=False, observed=True
    )
    table = table[sorted(table.columns)]
    used = table.columns.to_numpy()
    coded = _codes(used)
    groups = answers.groupby(keys, sort=False, observed=True)["answer"]
    frame = groups.agg(n="size", lowest="min", highest="max")
    frame["coded"] = table.loc[:, coded].sum(axis=1).reindex(frame.index)
    real, of_item = table.loc[:, ~coded], table.index.get_level_values("item")
    others = real.sum() - real.groupby(of_item).sum().reindex(of_item)
    pairs = zip(table.to_numpy(), others.to_numpy(), strict=True)
    remarks = [_remark(own, rest, used, coded) for own, rest in pairs]
    return frame.assign(remark=pd.Series(remarks, index=table.index).reindex(frame.index))


def scales_sentence(scales: pd.DataFrame) -> Sentence:
    """Say whether all questions seem to share one scale, and name those that don't.

    Parameters
    ----------
    scales : from ``check_scales``.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("cold", "perception")], names=["item", "question"])
    >>> scales_sentence(pd.DataFrame({"lowest": 1.0, "highest": 7.0, "coded": 0, "remark": ""},
    ...     index=index))
    'All answers lie between 1 and 7, and no question seems to be asked on another scale.'
    """
    codes, odd = scales["coded"] > 0, scales[scales["remark"].str.contains(_STOPS)]
    told = _codes_told(scales[codes])
    if odd.empty:
        real = scales[~codes]
        low, high = real["lowest"].min(), real["highest"].max()
        between = f"All {'other ' if told else ''}answers lie between {low:g} and {high:g}, and no"
        between = "No" if real.empty else between
        return Sentence(f"{told}{between} question seems to be asked on another scale.")
    named = "; ".join(
        f"{question} of “{item}” ({row['remark'].rpartition('; ')[2]})"
        for (item, question), row in odd.head(_NAMED).iterrows()
    )
    named += f"; and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
    return Sentence(
        f"{told}{len(odd)} of {len(scales)} questions seem to be asked on another scale: {named}. "
        "Mend them or leave them out before anything below is believed."
    )


def without_codes(answers: pd.DataFrame) -> pd.DataFrame:
    """Leave out answers that look like codes for "no answer", such as 99 on a scale from 1 to 7.

    Parameters
    ----------
    answers : survey or outcomes.

    Returns
    -------
    A copy in which such answers are missing; ``check_scales`` counts and names them.

    Examples
    --------
    >>> answers = pd.DataFrame({"item": "cold", "perception": [1, 2, 3, 4, 5, 99, -1]})
    >>> without_codes(answers)["perception"].tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, nan, nan]
    """
    kept = answers.copy()
    for scale in _SCALES:
        asked = [name for name in scale if name in kept.columns]
        values = {name: as_numbers(kept[name], {}) for name in asked}
        used = np.unique(pd.concat(values.values()).dropna()) if asked else np.array([])
        codes = used[_codes(used)]
        for name in asked if len(codes) else []:
            kept[name] = values[name].mask(values[name].isin(codes))
    return kept


def _codes_told(coded: pd.DataFrame) -> str:
    """Say how many answers look like codes, and which."""
    if coded.empty:
        return ""
    values = ", ".join(coded["remark"].str.split().str[0].unique())
    return (
        f"{coded['coded'].sum():,.0f} answers look like codes for “no answer” ({values}) and are "
        "left out. "
    )


def _codes(used: np.ndarray) -> np.ndarray:
    """Which of the values that were used, in rising order, look like codes: 99 after 7, −1 below 1.

    None where the scale jumps everywhere (0, 25, 50, …) or goes evenly below 0 (−3 to 3).
    """
    real = used >= 0
    scale = used[real]
    # One outlier on a scale of 100 points isn't a code: those lie far from all that is used.
    steps = np.diff(scale)
    jumps = np.flatnonzero(steps > _JUMP)
    high = np.zeros(len(scale), dtype=bool)
    if 0 < len(jumps) <= 0.25 * len(scale):
        above = jumps[-1] + 1
        far = steps[above - 1] >= (scale[above - 1] - scale[0]) / 2
        high[above:] = far and len(scale) - above <= _MOST_CODES
    top = scale[~high].max(initial=-np.inf)
    below = used[~real]
    even = len(below) > _MOST_CODES or -below.min(initial=0) == len(below) >= top - 1
    coded = np.full(len(used), not even)
    coded[real] = high
    return coded


def _remark(own: np.ndarray, others: np.ndarray, used: np.ndarray, coded: np.ndarray) -> str:
    """What is odd about the counts of one item's answers, beside those of all other items."""
    odd = used[coded & (own > 0)]
    said = [f"{odd[0]:g} looks like a code"] if len(odd) else []
    own, values = own[~coded], used[~coded]
    given = values[own > 0]
    if not len(given):
        return said[0]
    reach = values[others > 0].max(initial=-np.inf)
    above = others[values > given[-1]].sum() / max(others.sum(), 1)
    # Half the others' share: items differ in how they are liked without being on another scale.
    if reach >= given[-1] + 2 and (1 - above / 2) ** own.sum() < _CHANCE:
        said.append(f"{_STOPS} {given[-1]:g}, others reach {reach:g}")
    return "; ".join(said)
