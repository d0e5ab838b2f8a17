"""The ranked list: which items to fix, improve, promote, or spend no more on, and why."""

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import MissingTable
from crm_analysis.formats import count, percent, signed
from crm_analysis.optional import NotShown
from crm_analysis.satisfaction.expected import NOT_RATED, effects, expected
from crm_analysis.satisfaction.gap import surely_below
from crm_analysis.satisfaction.kano import CATEGORY_NAMES

__all__ = ["ACTIONS", "priorities"]

_PLACE = {
    "concentrate here": "important, among the weaker items",
    "keep up the good work": "important, among the better items",
    "low priority": "less important, among the weaker items",
    "possible overkill": "less important, among the better items",
}
ACTIONS = ("fix", "improve", "promote", "stop", "ask more")


def priorities(
    gaps: pd.DataFrame | NotShown | None = None,
    quadrants: pd.DataFrame | NotShown | None = None,
    features: pd.DataFrame | NotShown | None = None,
    closing: pd.DataFrame | NotShown | None = None,
    *,
    derived: pd.DataFrame | NotShown | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give each item an action and the evidence for it, the most pressing first.

    Fix: surely below expectation, by more than the average gap, and important or a must-be.
    Improve: surely below, and one of these. Promote: not surely below, and important or attractive;
    tell customers. Stop spending more: the rest, of little importance and with no wide gap. Ask
    more: too few answers. A feature known from Kano's questions only is promoted if clearly
    attractive, stopped if clearly indifferent or reverse, and else a case for asking how well it
    is kept.

    "Surely below" is a gap below 0 with a corrected p-value under 1 − confidence. "Important" is
    the upper half of the importance–performance map; where importance wasn't asked, an expectation
    above the items' mean stands in for it.

    Where expectation wasn't asked, the map alone decides: fix what surely lies among the important
    and weaker items or is a must-be among the weaker, improve what lies there less surely, promote
    what is important and good, stop spending more on the rest.

    Parameters
    ----------
    gaps : by item, from ``gap``; None or not shown where expectation wasn't asked.
    quadrants : by item, from ``importance_performance``; None or not shown where not asked.
    features : by item, from ``kano``; items are matched by name, others are added.
    closing : by dimension or item, from ``effect_of_closing``; an item's part is the slope of its
        dimension times its gap, divided by the number of the dimension's items.
    derived : by item, from ``derived_importance``; stands for the map where neither expectation nor
        importance was asked.
    confidence : at which a gap counts as sure, between 0 and 1.

    Returns
    -------
    Frame indexed by item: [dimension], action, gap, low, high, [effect, effect_low, effect_high,
    point, point_low, point_high (see ``effects``)], evidence, expected (sentences); ordered by
    action, then by effect or, without one, by gap.

    Raises
    ------
    MissingTable : there are neither gaps nor a map nor Kano's categories.

    Examples
    --------
    >>> gaps = pd.DataFrame({"n": 99, "gap": [-2.0, -0.5, 0.1], "low": [-2.2, -0.7, -0.1],
    ...     "high": [-1.8, -0.3, 0.3], "p_value": [0.001, 0.01, 0.4], "enough": True,
    ...     "expectation": [6.5, 6.4, 4.0]}, index=["on time", "kept cold", "app"])
    >>> priorities(gaps)["action"].to_dict()
    {'on time': 'fix', 'kept cold': 'improve', 'app': 'stop'}
    """
    if isinstance(gaps, pd.DataFrame):
        result = _by_gap(gaps, quadrants, features, closing, confidence)
    elif isinstance(quadrants, pd.DataFrame) or isinstance(derived, pd.DataFrame):
        placed = quadrants if isinstance(quadrants, pd.DataFrame) else derived
        result = _by_map(placed, features, confidence)
    elif isinstance(features, pd.DataFrame):
        result = pd.DataFrame(columns=["action", "gap", "low", "high", "evidence", "expected"])
    else:
        raise MissingTable(
            "there are neither gaps nor importance nor Kano's answers to rank items by"
        )
    if isinstance(features, pd.DataFrame):
        further = _unrated(features.loc[~features.index.isin(result.index)])
        parts = [part for part in (result, further) if len(part)]
        result = pd.concat(parts).reindex(columns=result.columns).rename_axis("item")
    return _most_pressing_first(result)


def _by_gap(gaps, quadrants, features, closing, confidence: float) -> pd.DataFrame:
    """Actions of items whose gap is known."""
    needed = ["n", "expectation", "gap", "low", "high", "p_value", "enough"]
    check_columns(gaps, needed, table="gaps")
    category = _column(features, "category", gaps.index)
    important = _important(gaps, quadrants)
    below = surely_below(gaps, confidence)
    wide = gaps["gap"] <= gaps["gap"].mean()
    conditions = [
        ~gaps["enough"],
        below & wide & (important | (category == "M")),
        below & (wide | important | category.isin(["M", "O"])),
        ~below & (important | category.isin(["A", "O", "M"])),
    ]
    action = np.select(conditions, ["ask more", "fix", "improve", "promote"], default="stop")
    kept = [name for name in ("dimension",) if name in gaps]
    result = gaps[[*kept, "gap", "low", "high"]].copy()
    result.insert(len(kept), "action", action)
    effect = effects(gaps, closing)
    evidence = _evidence(gaps, quadrants, category)
    return result.join(effect).assign(
        evidence=evidence, expected=expected(result["action"], effect)
    )


def _by_map(quadrants: pd.DataFrame, features, confidence: float) -> pd.DataFrame:
    """Actions of items whose importance and performance are all that is known."""
    category = _column(features, "category", quadrants.index)
    weak = quadrants["quadrant"].isin(["concentrate here", "low priority"])
    work = weak & ((quadrants["quadrant"] == "concentrate here") | (category == "M"))
    sure = quadrants["certainty"] >= confidence
    promote = quadrants["quadrant"] == "keep up the good work"
    action = np.select([work & sure, work, promote], ["fix", "improve", "promote"], default="stop")
    result = pd.DataFrame({"action": action}, index=quadrants.index)
    result = result.assign(gap=np.nan, low=np.nan, high=np.nan)
    evidence = _evidence(quadrants, quadrants, category)
    return result.assign(
        evidence=evidence, expected=expected(result["action"], pd.DataFrame(index=result.index))
    )


def _gap(row: pd.Series) -> str:
    known = pd.notna(row["low"])
    interval = f" ({signed(row['low'])} to {signed(row['high'])})" if known else ""
    return f"gap {signed(row['gap'])}{interval}"


def _most_pressing_first(result: pd.DataFrame) -> pd.DataFrame:
    """Order by action, then by effect or, without one, by gap."""
    rank = -result["effect"] if "effect" in result else result["gap"]
    order = pd.DataFrame({"action": result["action"].map(ACTIONS.index), "rank": rank})
    order["gap"] = result["gap"]
    return result.loc[order.sort_values(["action", "rank", "gap"], kind="stable").index]


def _column(table: pd.DataFrame | NotShown | None, name: str, index: pd.Index) -> pd.Series:
    """A column of an optional table for each item; missing where the item isn't there."""
    if not isinstance(table, pd.DataFrame):
        return pd.Series(index=index, dtype=object)
    return table[name].reindex(index)


def _important(gaps: pd.DataFrame, quadrants: pd.DataFrame | NotShown | None) -> pd.Series:
    if not isinstance(quadrants, pd.DataFrame):
        return gaps["expectation"] > gaps["expectation"].mean()
    stated = quadrants["importance"] > quadrants["importance_cut"]
    return stated.reindex(gaps.index, fill_value=False)


def _unrated(features: pd.DataFrame) -> pd.DataFrame:
    """What Kano's answers alone say of features that nobody was asked to rate."""
    by_category = features["category"].map({"A": "promote", "I": "stop", "R": "stop"})
    action = by_category.where(features["distinct"]).fillna("ask more")
    evidence = [
        f"{'' if row['distinct'] else 'not clearly '}{CATEGORY_NAMES[row['category']]} by "
        f"{count(row['n'])} answers; not rated"
        for _, row in features.iterrows()
    ]
    columns = {"action": action, "evidence": evidence, "expected": NOT_RATED}
    return pd.DataFrame(columns, index=features.index)


def _evidence(
    rated: pd.DataFrame, quadrants: pd.DataFrame | NotShown | None, category: pd.Series
) -> pd.Series:
    """A sentence per item: gap or rating, answers, quadrant with certainty, category."""
    quadrant = _column(quadrants, "quadrant", rated.index)
    certainty = _column(quadrants, "certainty", rated.index)
    sentences = {}
    for item, row in rated.iterrows():
        measured = _gap(row) if "gap" in rated else f"rated {row['performance']:.2f}"
        parts = [f"{measured}, n {count(row['n'])}"]
        if pd.notna(quadrant[item]):
            parts.append(f"{_PLACE[quadrant[item]]} ({percent(certainty[item])} sure)")
        if pd.notna(category[item]):
            parts.append(CATEGORY_NAMES[category[item]])
        sentences[item] = "; ".join(parts)
    return pd.Series(sentences, dtype=object)
