"""What complaints say, in sentences that the data write."""

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.formats import percent

__all__ = ["complaints_finding", "handling_finding"]


def complaints_finding(steps: pd.DataFrame) -> Finding:
    """Say how many of the dissatisfied ever complained.

    Parameters
    ----------
    steps : from ``complaint_steps``.
    """
    unhappy, spoke = steps.loc["dissatisfied"], steps.loc["complained"]
    n = int(unhappy["customers"])
    if n == 0:
        return Finding(
            "hidden_complaints",
            f"None of {int(steps['customers'].iloc[0]):,} customers who answered is dissatisfied.",
            "counted",
            "Ask those who have left: they know what the others haven't met yet.",
        )
    silent = percent(1 - spoke["share"])
    ends = f"{percent(1 - spoke['high'])} to {percent(1 - spoke['low'])}"
    return Finding(
        "hidden_complaints",
        f"Of {n:,} dissatisfied customers who answered, {silent} ({ends}) never complained.",
        "likely" if spoke["high"] < 0.5 or spoke["low"] > 0.5 else "open",
        "The register of complaints shows a part only: ask, and make complaining easy."
        if spoke["share"] < 0.5
        else "Most of the dissatisfied speak up: what they say is a fair list of what to mend.",
    )


def handling_finding(handled: pd.DataFrame) -> Finding:
    """Say whether those whose complaint ended well buy again more often.

    Parameters
    ----------
    handled : from ``repurchase_after_complaint``.
    """
    best, worst = handled["again"].idxmax(), handled["again"].idxmin()
    high, low = handled.loc[best], handled.loc[worst]
    apart = best != worst and high["low"] > low["high"]
    return Finding(
        "after_complaint",
        f"After a complaint, “{best}”, {percent(high['again'])} bought again "
        f"({percent(high['low'])} to {percent(high['high'])}, {high['complaints']:,.0f} "
        f"complaints); “{worst}”, {percent(low['again'])} ({percent(low['low'])} to "
        f"{percent(low['high'])}, {low['complaints']:,.0f}).",
        "likely" if apart else "open",
        "How a complaint ends goes with whether the customer stays: give whoever takes it the "
        "right to settle it on the spot."
        if apart
        else "The intervals overlap: how complaints are handled isn't shown to matter here.",
    )
