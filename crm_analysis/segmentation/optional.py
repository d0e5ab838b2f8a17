"""What the data can't support: a sentence in the place of the figure, and the chapter goes on."""

from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd

from crm_analysis.errors import InsufficientData
from crm_analysis.findings import Finding
from crm_analysis.show import Sentence

__all__ = ["NotShown", "attempt", "collected", "joined"]


class NotShown(Sentence):
    """Why something isn't there. Its parts and what would be made of it aren't there either.

    Only names that texts have too, such as ``replace``, are those of the sentence.

    Examples
    --------
    >>> missing = NotShown("Not shown: too few customers.")
    >>> missing.table.drop(columns=["revenue"])
    'Not shown: too few customers.'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<p class="not-shown">{escape(self)}</p>'

    def __getattr__(self, name: str) -> "NotShown":
        # Displays ask an object for many names that begin so, and must hear that it has none.
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> "NotShown":
        """Return the same sentence: what would be made of a missing thing is missing."""
        return self


def attempt(make: Callable, *inputs: Any, **settings: Any) -> Any:
    """Return ``make(*inputs, **settings)``, or why these data don't allow it.

    An input that is itself not shown gives its own reason on. Errors of use are raised.

    Examples
    --------
    >>> from crm_analysis.segmentation.life_cycle import gap_limits
    >>> limits = attempt(gap_limits, pd.DataFrame({"frequency": [2, 3], "recency": [40, 50]}))
    >>> attempt(len, limits) == limits, limits[:45]
    (True, 'Not shown: finding recency limits in the gaps')
    """
    for value in (make, *inputs):
        if isinstance(value, NotShown):
            return value
    try:
        return make(*inputs, **settings)
    except InsufficientData as reason:
        return NotShown(f"Not shown: {reason}.")


def collected(*found: Finding | list[Finding] | NotShown) -> list[Finding]:
    """Gather findings in one list, without those that couldn't be made.

    Examples
    --------
    >>> one = Finding("a", "A.", "counted", "Do.")
    >>> [finding.name for finding in collected([one], NotShown("Not shown: too few."), one)]
    ['a', 'a']
    """
    gathered: list[Finding] = []
    for item in found:
        if isinstance(item, Finding):
            gathered.append(item)
        elif not isinstance(item, NotShown):
            gathered.extend(item)
    return gathered


def joined(frame: pd.DataFrame, *parts: pd.DataFrame | pd.Series | NotShown) -> pd.DataFrame:
    """Join parts to a frame by its index, without those that couldn't be made.

    Examples
    --------
    >>> joined(pd.DataFrame({"a": [1]}), pd.Series([2], name="b"), NotShown("No.")).columns.tolist()
    ['a', 'b']
    """
    for part in parts:
        frame = frame if isinstance(part, NotShown) else frame.join(part)
    return frame
