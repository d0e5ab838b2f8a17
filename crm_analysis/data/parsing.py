"""From text to dates, numbers and flags: what can't be read stays missing, nothing is guessed."""

import pandas as pd

from crm_analysis.data.dates import parse_dates, parse_hours
from crm_analysis.data.numbers import parse_numbers

__all__ = ["parse_dates", "parse_flags", "parse_hours", "parse_numbers"]

_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "1.0", "是"), True),
    **dict.fromkeys(("false", "no", "n", "0", "0.0", "否"), False),
}


def parse_flags(text: pd.Series) -> pd.Series:
    """Read yes and no, true and false, 1 and 0.

    Examples
    --------
    >>> parse_flags(pd.Series(["yes", "0", "perhaps"])).tolist()
    [True, False, <NA>]
    """
    return text.str.strip().str.casefold().map(_FLAGS).astype("boolean")
