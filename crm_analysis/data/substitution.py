"""Regular expressions over a whole column at once."""

import pandas as pd

__all__ = ["substitute"]


def substitute(text: pd.Series, pattern: str, by: str) -> pd.Series:
    r"""Replace what matches a pattern of RE2; ``\1`` stands for its first group.

    The same as ``text.str.replace``, which takes each value by itself as soon as there are
    groups, and then takes ten times as long.

    Examples
    --------
    >>> substitute(pd.Series(["(12)", "3"]), r"^\((.*)\)$", r"-\1").tolist()
    ['-12', '3']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    replaced = pc.replace_substring_regex(pa.array(text.astype("str")), pattern, by)
    return pd.Series(replaced.to_pandas().array, index=text.index, name=text.name, dtype="str")
