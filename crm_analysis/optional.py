"""What the data can't support: a sentence in the place of the figure, and the chapter goes on."""

from collections.abc import Callable
from typing import Any

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.findings import Finding, literal
from crm_analysis.show import Sentence

__all__ = ["NotShown", "attempt", "collected"]


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
        return f'<p class="not-shown">{literal(self)}</p>'

    def __getattr__(self, name: str) -> "NotShown":
        # Displays ask an object for many names that begin so, and must hear that it has none.
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> "NotShown":
        """Return the same sentence: what would be made of a missing thing is missing."""
        return self


def attempt(make: Callable, *inputs: Any, needs: str = "", **settings: Any) -> Any:
    """Return ``make(*inputs, **settings)``, or why these data don't allow it.

    Parameters
    ----------
    make : any function of a chapter, or one that shows its result.
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
    for value in (make, *inputs):
        if isinstance(value, NotShown):
            return value
        if value is None:
            return NotShown(f"Not shown: the company didn't supply {needs or 'the table'}.")
    try:
        return make(*inputs, **settings)
    except (InsufficientData, MissingTable) as reason:
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
