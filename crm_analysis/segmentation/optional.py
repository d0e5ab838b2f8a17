"""Columns gathered without those that the data couldn't support."""

import pandas as pd

from crm_analysis.optional import NotShown

__all__ = ["joined"]


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
