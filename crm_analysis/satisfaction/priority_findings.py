"""What to do first and what it would bring, in sentences that the data write."""

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.formats import signed
from crm_analysis.satisfaction.expected import NOT_RATED

__all__ = ["closing_finding", "first_finding"]


def first_finding(ranked: pd.DataFrame) -> list[Finding]:
    """Name what to fix; no finding where nothing was rated by enough.

    Parameters
    ----------
    ranked : from ``priorities``.
    """
    rated = ranked[ranked["expected"] != NOT_RATED]
    fix = rated[rated["action"] == "fix"]
    if rated["action"].eq("ask more").all():
        return []
    by_gap = rated["gap"].notna().any()
    if fix.empty:
        return [_nothing_to_fix(by_gap)]
    named = "; ".join(f"“{item}”" for item in fix.index[:3])
    first = "among them first" if len(fix) > 3 else "namely"
    why = "below expectation, by more than the average gap, and important"
    why = why if by_gap else "important and among the weaker ones"
    return [
        Finding(
            "fix_first",
            f"{len(fix)} of {len(rated)} rated items are surely {why}: {first} {named}.",
            "likely",
            "Start at the top of the ranked list; each line says what speaks for it.",
        )
    ]


def _nothing_to_fix(by_gap: bool) -> Finding:
    if by_gap:
        return Finding(
            "fix_first",
            "No item is surely below expectation, wider than the average gap, and important.",
            "likely",
            "Nothing burns: improve where it costs little, and tell customers what is good.",
        )
    return Finding(
        "fix_first",
        "No item is surely both important and among the weaker ones.",
        "open",
        "The map alone can't say what comes first: ask more customers, and ask what they expect.",
    )


def closing_finding(closing: pd.DataFrame) -> Finding:
    """Say what the gap most worth closing would bring.

    Parameters
    ----------
    closing : from ``effect_of_closing``.
    """
    name, row = closing.index[0], closing.iloc[0]
    sure = row["low"] > 0
    return Finding(
        "closing",
        f"Perception as high as expectation on “{name}” would go with {signed(row['effect'])} "
        f"points of overall satisfaction ({signed(row['low'])} to {signed(row['high'])}), as far "
        "as what goes together today is cause and effect.",
        "likely" if sure else "open",
        "Try it at one place with a comparison beside it before it is rolled out."
        if sure
        else "No single gap is surely tied to overall satisfaction: let cost decide the order.",
    )
