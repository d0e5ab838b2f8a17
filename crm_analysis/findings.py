"""A finding: what is so, how sure, what follows. Every chapter ends in some."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Literal, get_args

__all__ = ["FINDINGS_MIME", "Certainty", "Finding", "Findings", "conclude", "literal"]

_BEFORE_PERCENT = re.compile(r"(?<=\d) %")
FINDINGS_MIME = "application/vnd.crm-analysis.findings+json"

Certainty = Literal["counted", "likely", "open"]
_MEANING = {
    "counted": "counted: it is what the records say",
    "likely": "likely: the interval is on one side of the decision",
    "open": "open: the interval holds both answers",
}


@dataclass(frozen=True)
class Finding:
    """One conclusion, as a sentence that the data wrote.

    Parameters
    ----------
    name : stable slug, by which later runs are compared ("repeat_rate").
    statement : what is so, with its numbers and units.
    certainty : "counted" (no estimate involved), "likely" (the interval is on one side of
        the decision) or "open" (it holds both answers).
    consequence : what follows for the company, as advice that someone can act on.

    Examples
    --------
    >>> Finding("repeat_rate", "41 % bought again.", "counted", "Welcome the second order.").name
    'repeat_rate'
    >>> Finding("x", "y", "sure", "z")
    Traceback (most recent call last):
    ...
    ValueError: certainty must be one of counted, likely, open; got 'sure'
    """

    name: str
    statement: str
    certainty: Certainty
    consequence: str

    def __post_init__(self):
        if self.certainty not in get_args(Certainty):
            known = ", ".join(get_args(Certainty))
            raise ValueError(f"certainty must be one of {known}; got {self.certainty!r}")


def literal(text: str) -> str:
    """Escape text for HTML as it is meant to be read.

    Two dollars in a line would become a formula, and "36 %" shouldn't break before its sign.

    Examples
    --------
    >>> literal("<b> costs $5, 2 % more")
    '&lt;b&gt; costs <span>$</span>5, 2&nbsp;% more'
    """
    return _BEFORE_PERCENT.sub("&nbsp;%", escape(text)).replace("$", "<span>$</span>")


class Findings(tuple[Finding, ...]):
    """The findings of a chapter; a notebook shows them as a list, a run collects them."""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            FINDINGS_MIME: [asdict(finding) for finding in self],
            "text/html": self._html(),
            "text/plain": "\n".join(f"{f.statement} {f.consequence}" for f in self),
        }

    def _html(self) -> str:
        items = "".join(
            f'<li class="finding {f.certainty}"><p class="statement">{literal(f.statement)}</p>'
            f'<p class="consequence">{literal(f.consequence)}</p>'
            f'<p class="certainty">{escape(_MEANING[f.certainty])}</p></li>'
            for f in self
        )
        return f'<ol class="findings">{items}</ol>'


def conclude(findings: Sequence[Finding]) -> Findings:
    """Show the findings of a chapter, each name once.

    Raises
    ------
    ValueError : two findings share a name, so that runs couldn't be compared by it.
    """
    names = [finding.name for finding in findings]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"finding names must be unique, got twice: {', '.join(twice)}")
    return Findings(findings)
