"""Findings and columns gathered without those that the data couldn't support."""

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.optional import NotShown

__all__ = ["collected", "joined"]


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
