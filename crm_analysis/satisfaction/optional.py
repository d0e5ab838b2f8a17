"""What a company didn't ask or too few answered: a sentence in the place of the figure."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.findings import literal
from crm_analysis.show import Sentence

__all__ = ["NotShown", "Sentence", "answers_on", "attempt"]


class NotShown(Sentence):
    """Why a table or figure isn't there.

    Examples
    --------
    >>> NotShown("No table kano was supplied.")
    'No table kano was supplied.'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<p class="not-shown">{literal(self)}</p>'


def attempt(make: Callable, *inputs: Any, needs: str = "", **settings: Any) -> Any:
    """Return ``make(*inputs, **settings)``, or why these data don't allow it.

    Parameters
    ----------
    make : any function of this chapter, or one that shows its result.
    inputs : tables or earlier results; one that is itself not shown gives its own reason on.
    needs : how the inputs are called where one is None: "the table kano".
    settings : passed on.

    Returns
    -------
    What ``make`` returns, or ``NotShown``. Errors of use, such as an unknown column, are raised.

    Examples
    --------
    >>> attempt(len, None, needs="the table kano")
    "Not shown: the company didn't supply the table kano."
    >>> attempt(len, [1, 2])
    2
    """
    for value in inputs:
        if isinstance(value, NotShown):
            return value
        if value is None:
            return NotShown(f"Not shown: the company didn't supply {needs or 'the table'}.")
    try:
        return make(*inputs, **settings)
    except (InsufficientData, MissingTable) as reason:
        return NotShown(f"Not shown: {reason}.")


def answers_on(outcomes: pd.DataFrame, question: str) -> pd.Series:
    """Return the answers on one question of the table outcomes, by respondent_id.

    Raises
    ------
    MissingTable : nobody was asked: the column isn't there or is empty.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"respondent_id": ["r1", "r2"], "recommend": [9, None]})
    >>> answers_on(outcomes, "recommend").to_dict()
    {'r1': 9.0}
    """
    if question not in outcomes.columns or outcomes[question].isna().all():
        raise MissingTable(f"the table outcomes holds no answers on {question}")
    return outcomes.set_index("respondent_id")[question].dropna()
