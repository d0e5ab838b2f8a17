"""What doing something about an item would bring, or leaving it would cost."""

import pandas as pd

from crm_analysis.formats import signed
from crm_analysis.optional import NotShown

__all__ = ["NOT_RATED", "effects", "expected"]

NOT_RATED = "not known: nobody rated it"
_NOT_KNOWN = "not known: it takes gaps and overall satisfaction"
_SLOPES = {"effect": "slope", "effect_low": "slope_low", "effect_high": "slope_high"}


def effects(gaps: pd.DataFrame, closing: pd.DataFrame | NotShown | None) -> pd.DataFrame:
    """Estimate what overall satisfaction gains by closing each item's gap, or loses by a point.

    Parameters
    ----------
    gaps : by item, from ``gap``.
    closing : by item or dimension, from ``effect_of_closing``; an item's slope is that of its
        dimension divided by the dimension's number of items.

    Returns
    -------
    Frame by item: effect, effect_low, effect_high (points of overall satisfaction, of closing the
    gap; 0 where there is none), point, point_low, point_high (of one point of perception). Without
    columns where it isn't known.
    """
    if not isinstance(closing, pd.DataFrame):
        return pd.DataFrame(index=gaps.index)
    slopes = _slopes(gaps, closing)
    missing = (-gaps["gap"]).clip(lower=0)
    closed = slopes.mul(missing, axis=0) + 0.0
    return closed.join(slopes.rename(columns=lambda name: name.replace("effect", "point")))


def _slopes(gaps: pd.DataFrame, closing: pd.DataFrame) -> pd.DataFrame:
    """Slope of each item with its interval, from its own or its dimension's."""
    slopes = closing[list(_SLOPES.values())].set_axis(list(_SLOPES), axis=1)
    if "dimension" not in gaps or closing.index.isin(gaps.index).all():
        return slopes.reindex(gaps.index)
    items = gaps.groupby("dimension", observed=True)["gap"].transform("size")
    return slopes.reindex(gaps["dimension"]).set_axis(gaps.index).div(items, axis=0)


def expected(actions: pd.Series, effect: pd.DataFrame) -> pd.Series:
    """Say for each item what its action is expected to do to overall satisfaction, in points.

    Parameters
    ----------
    actions : by item: fix, improve, promote, stop or ask more.
    effect : by item, from ``effects``.

    Examples
    --------
    >>> effect = pd.DataFrame({"effect": [0.3], "effect_low": [0.1], "effect_high": [0.5],
    ...     "point": [0.2], "point_low": [0.1], "point_high": [0.3]}, index=["cold"])
    >>> expected(pd.Series({"cold": "fix"}), effect)["cold"]
    'closing the gap: +0.30 (+0.10 to +0.50)'
    >>> expected(pd.Series({"cold": "stop"}), effect)["cold"]
    'a point lost: −0.20 (−0.30 to −0.10)'
    """
    if effect.empty or "effect" not in effect:
        return pd.Series(_NOT_KNOWN, index=actions.index, dtype=object)
    said = {}
    for item, row in effect.iterrows():
        closes = actions[item] in ("fix", "improve", "ask more")
        what = "closing the gap" if closes else "a point lost"
        ends = (
            [row["effect"], row["effect_low"], row["effect_high"]]
            if closes
            else [-row["point"], -row["point_high"], -row["point_low"]]
        )
        value, low, high = map(signed, ends)
        told = f"{what}: {value} ({low} to {high})"
        said[item] = _NOT_KNOWN if pd.isna(row["effect"]) else told
    return pd.Series(said, dtype=object)
