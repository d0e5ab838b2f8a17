"""What the survey says, in sentences that the data write."""

from collections.abc import Sequence

import pandas as pd

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import percent, signed
from crm_analysis.optional import NotShown
from crm_analysis.satisfaction.complaint_findings import complaints_finding, handling_finding
from crm_analysis.satisfaction.gap import surely_below
from crm_analysis.satisfaction.loyalty_findings import (
    at_risk_finding,
    buying_finding,
    cells_finding,
    csat_finding,
    nps_finding,
)
from crm_analysis.satisfaction.price_findings import (
    balance_finding,
    demand_finding,
    price_finding,
    worth_finding,
)
from crm_analysis.satisfaction.priority_findings import closing_finding, first_finding
from crm_analysis.satisfaction.wave_findings import event_finding, wave_finding

__all__ = [
    "at_risk_finding",
    "balance_finding",
    "buying_finding",
    "cells_finding",
    "complaints_finding",
    "csat_finding",
    "demand_finding",
    "driver_finding",
    "event_finding",
    "expectation_finding",
    "findings",
    "gap_count",
    "gap_findings",
    "handling_finding",
    "kano_finding",
    "nps_finding",
    "price_finding",
    "sample_finding",
    "score_finding",
    "wave_finding",
    "worst_gap",
    "worth_finding",
]


def findings(
    gaps: pd.DataFrame | NotShown,
    dimensions: pd.DataFrame | NotShown,
    *,
    ranked: pd.DataFrame | NotShown,
    features: pd.DataFrame | NotShown | None = None,
    weights: pd.DataFrame | NotShown | None = None,
    closing: pd.DataFrame | NotShown | None = None,
    score: Estimate | NotShown | None = None,
    base: pd.DataFrame | NotShown | None = None,
    loyalty: pd.DataFrame | NotShown | None = None,
    after: pd.DataFrame | NotShown | None = None,
    further: Sequence[Finding | NotShown] = (),
    confidence: float = 0.95,
) -> list[Finding]:
    """Conclude what to do first, how sure the gaps are, and what closing them would bring.

    Parameters
    ----------
    gaps, dimensions : from ``gap``, by item and by dimension.
    ranked : from ``priorities``; what isn't shown gives no finding, here and below.
    features, weights, closing, score, base, loyalty, after : from ``kano``, ``relative_weights``,
        ``effect_of_closing``, ``nps``, ``compare_with_base``, ``count_cells`` and
        ``buying_after``.
    further : findings of the other sections, put at the end.
    confidence : the one they were made with.
    """
    found = first_finding(ranked) if isinstance(ranked, pd.DataFrame) else []
    if isinstance(gaps, pd.DataFrame):
        found += gap_findings(gaps, confidence)
    if isinstance(dimensions, pd.DataFrame):
        found.append(_worst_dimension(dimensions))
    tables = {closing_finding: closing, driver_finding: weights, kano_finding: features}
    tables |= {cells_finding: loyalty, buying_finding: after, sample_finding: base}
    if isinstance(score, Estimate):
        found.append(nps_finding(score))
    found += [write(shown) for write, shown in tables.items() if isinstance(shown, pd.DataFrame)]
    return [*found, *(finding for finding in further if isinstance(finding, Finding))]


def gap_findings(gaps: pd.DataFrame, confidence: float = 0.95) -> list[Finding]:
    """Say on how many items customers get less than they expect, and where most."""
    decided = gaps["enough"].any()
    return [gap_count(gaps, confidence), *([worst_gap(gaps)] if decided else [])]


def gap_count(gaps: pd.DataFrame, confidence: float = 0.95) -> Finding:
    """Say on how many items customers surely get less than they expect.

    Parameters
    ----------
    gaps : by item, from ``gap``.
    confidence : the one they were made with.
    """
    decided = gaps[gaps["enough"]]
    if decided.empty:
        return Finding(
            "gaps_below",
            f"No item has enough answers to decide on; the most has {int(gaps['n'].max()):,}.",
            "counted",
            "Ask more customers before money is spent on any of these items.",
        )
    below = surely_below(decided, confidence)
    above = (decided["gap"] > 0) & (decided["p_value"] < 1 - confidence)
    few = len(gaps) - len(decided)
    left_out = f" ({few} more {'has' if few == 1 else 'have'} too few answers)" if few else ""
    return Finding(
        "gaps_below",
        f"On {below.sum()} of {len(decided)} items{left_out} customers surely get less than they "
        f"expect, on {above.sum()} surely more, each at {percent(confidence)} after a correction "
        "for their number.",
        "likely" if below.any() or above.any() else "open",
        "Work on the items surely below; don't be moved by the others' small differences.",
    )


def score_finding(plain: Estimate, weighted: Estimate) -> Finding:
    """Say whether the gaps are wider on what matters more.

    Parameters
    ----------
    plain, weighted : from ``servqual_score``.
    """
    wider = weighted.value < plain.value
    return Finding(
        "weighted_score",
        f"Over all items the mean gap is {_estimate(plain)} points; weighted by importance it is "
        f"{_estimate(weighted)}.",
        "likely" if weighted.excludes(0) else "open",
        "The gaps are wider on what customers call important: start there."
        if wider
        else "The gaps aren't wider on what customers call important.",
    )


def worst_gap(gaps: pd.DataFrame) -> Finding:
    """Name the item with the widest gap among those with enough answers.

    Parameters
    ----------
    gaps : by item, from ``gap``.

    Raises
    ------
    InsufficientData : no item has enough answers.
    """
    gaps = gaps[gaps["enough"]]
    if gaps.empty:
        raise InsufficientData("the widest gap", "0 items with enough answers", "at least one")
    item = gaps["gap"].idxmin()
    row = gaps.loc[item]
    sure = row["high"] < 0
    return Finding(
        "worst_gap",
        f"The widest gap is on “{item}”: {_gap(row)}; expected {row['expectation']:.2f}, "
        f"perceived {row['perception']:.2f}; {percent(row['below'])} of {row['n']:,} answers are "
        "below expectation.",
        "likely" if sure else "open",
        "Find out on the spot what goes wrong there, and set a date to measure again."
        if sure
        else "No item is surely below expectation: keep the standard and ask again in a year.",
    )


def _worst_dimension(dimensions: pd.DataFrame) -> Finding:
    name = dimensions["gap"].idxmin()
    row, others = dimensions.loc[name], dimensions.drop(name)
    apart = others.empty or row["high"] < others["low"].min()
    return Finding(
        "worst_dimension",
        f"Of {len(dimensions)} dimensions “{name}” falls shortest: {_gap(row)}.",
        "likely" if apart and row["high"] < 0 else "open",
        "Give it an owner: a dimension is mended by the people and the process behind its items."
        if apart
        else "Its interval overlaps others': choose by cost and by what drives the whole.",
    )


def driver_finding(weights: pd.DataFrame) -> Finding:
    """Say what goes most with overall satisfaction, and how much of it is explained."""
    name, row, total = weights.index[0], weights.iloc[0], weights["weight"].sum()
    clear = len(weights) == 1 or row["low"] > weights["weight"].iloc[1]
    return Finding(
        "first_driver",
        f"“{name}” goes most with overall satisfaction: {percent(row['weight'], 1)} of its "
        f"variance ({percent(row['low'], 1)} to {percent(row['high'], 1)}) of the "
        f"{percent(total, 1)} that all together explain.",
        "likely" if clear else "open",
        "Keep what moves the whole in view when gaps of equal width compete for money."
        if clear
        else "The first drivers can't be told apart: don't rank them by these figures alone.",
    )


def expectation_finding(people: pd.DataFrame) -> Finding:
    """Say whether the gap or the perception alone goes closer with overall satisfaction.

    Parameters
    ----------
    people : from ``respondents``, with overall_satisfaction.

    Raises
    ------
    MissingTable : expectation or overall satisfaction wasn't asked.
    """
    asked = ["perception", "gap", "overall_satisfaction"]
    if absent := [name for name in asked if name not in people.columns]:
        raise MissingTable(f"the answers hold no {' and no '.join(absent)}")
    known = people.dropna(subset=asked)
    by_perception, by_gap = (
        known[name].corr(known["overall_satisfaction"]) for name in ("perception", "gap")
    )
    gap_ahead = by_gap > by_perception
    return Finding(
        "perception_or_gap",
        f"Overall satisfaction correlates {by_perception:.2f} with the mean perception and "
        f"{by_gap:.2f} with the mean gap ({len(known):,} respondents).",
        "counted",
        "The gap says more here: expectations count, and promises are part of the work."
        if gap_ahead
        else "Perception alone says more here: use the gap to find what to mend, not to forecast.",
    )


def kano_finding(features: pd.DataFrame) -> Finding:
    """Say what must be there, what delights, and how many features stay undecided."""
    clear = features[features["distinct"]]
    must, delight = (clear.index[clear["category"] == letter] for letter in "MA")
    spoiled = int(features["Q"].sum()) / int(features["n"].sum())
    return Finding(
        "kano",
        f"Of {len(features)} features {len(must)} clearly are must-bes{_named(must)} and "
        f"{len(delight)} clearly attract{_named(delight)}; {len(features) - len(clear)} can't be "
        f"told from the next category; {percent(spoiled, 1)} of the answers contradict themselves.",
        "likely" if len(clear) else "open",
        "Must-bes first: nobody praises them and everybody misses them. Attractive ones are for "
        "when the must-bes hold.",
    )


def sample_finding(base: pd.DataFrame) -> Finding:
    """Say whether those who answered buy like the others."""
    apart = base[base["verdict"] != "alike"]
    if apart.empty:
        return Finding(
            "who_answered",
            "Customers who answered buy like those who didn't, as far as orders, revenue and the "
            "last purchase tell.",
            "likely",
            "What they say may be read as what customers say, with the doubt any survey has.",
        )
    told = "; ".join(
        f"{name} {row['answered']:,.0f} against {row['others']:,.0f}"
        for name, row in apart.iterrows()
    )
    return Finding(
        "who_answered",
        f"Customers who answered aren't like the others (medians): {told}.",
        "likely",
        "Read this chapter as one about customers like those who answered, and ask some of the "
        "others before it is rolled out to all.",
    )


def _estimate(score: Estimate) -> str:
    return score.text(signed)


def _gap(row: pd.Series) -> str:
    return f"{signed(row['gap'])} points ({signed(row['low'])} to {signed(row['high'])})"


def _named(items: pd.Index) -> str:
    """The first of them, in quotes."""
    return f" (such as “{items[0]}”)" if len(items) else ""
