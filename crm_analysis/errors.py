"""The errors a person meets, worded so that they say the way out."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["InputError", "InsufficientData", "MissingTable", "unknown_name"]


class InputError(ValueError):
    """Something that a person supplied can't be used; the message says what and what to do.

    The command prints it as one sentence and ends with exit code 2.
    """


class InsufficientData(ValueError):
    """The data can't support the number that was asked for.

    Parameters
    ----------
    what : the number or model that was asked for.
    have : what the data hold, with its count.
    need : what it would take.

    Examples
    --------
    >>> raise InsufficientData("the BG/NBD model", "0 repeat customers", "at least 10")
    Traceback (most recent call last):
    ...
    crm_analysis.errors.InsufficientData: the BG/NBD model needs at least 10; there are 0 repeat customers
    """  # noqa: E501 - the line is the message under test

    def __init__(self, what: str, have: str, need: str):
        super().__init__(what, have, need)
        self.what, self.have, self.need = what, have, need

    def __str__(self) -> str:
        verb = "is" if self.have.startswith("1 ") else "are"
        return f"{self.what} needs {self.need}; there {verb} {self.have}"


class MissingTable(InputError):
    """A chapter needs a table that this company doesn't have."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """Say that a name isn't known, and name the nearest one that is.

    Examples
    --------
    >>> print(unknown_name("company", "cdnwo", ["cdnow", "dairy"]))
    unknown company 'cdnwo': did you mean 'cdnow'? Known: cdnow, dairy
    """
    known = list(known)
    close = get_close_matches(str(name), known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return InputError(f"unknown {kind} {name!r}: {hint}Known: {', '.join(known)}")
