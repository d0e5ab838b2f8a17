"""What the waves of a survey say, in sentences that the data write."""

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.formats import signed

__all__ = ["event_finding", "wave_finding"]


def wave_finding(by_wave: pd.DataFrame) -> Finding:
    """Say how overall satisfaction moved between the last two waves, and since the first.

    Parameters
    ----------
    by_wave : from ``waves``.
    """
    first, last = by_wave.iloc[0], by_wave.iloc[-1]
    if len(by_wave) < 2:
        return Finding(
            "last_wave",
            f"There is one wave, with {last['n']:,.0f} respondents: nothing to compare it with.",
            "counted",
            "Ask the same questions again in a year, of people chosen in the same way.",
        )
    sure = last["change_low"] > 0 or last["change_high"] < 0
    since = signed(last["mean"] - first["mean"])
    return Finding(
        "last_wave",
        f"In the last of {len(by_wave)} waves overall satisfaction changed by "
        f"{signed(last['change'])} points ({signed(last['change_low'])} to "
        f"{signed(last['change_high'])}); it stands {since} points from the first wave.",
        "likely" if sure else "open",
        "Find out what changed between the two waves, and keep or mend it."
        if sure
        else "No sure change: don't praise or blame anybody for the difference.",
    )


def event_finding(effect: pd.DataFrame, event: str) -> Finding:
    """Say what an event did to overall satisfaction.

    Parameters
    ----------
    effect : from ``event_effect``.
    event : the first wave after it.
    """
    step, trend = effect.loc["step"], effect.loc["trend"]
    sure = step["low"] > 0 or step["high"] < 0
    back = (trend["low"] > 0 or trend["high"] < 0) and trend["effect"] * step["effect"] < 0
    return Finding(
        "event",
        f"From wave {event} on overall satisfaction lies {signed(step['effect'])} points "
        f"({signed(step['low'])} to {signed(step['high'])}) from where the trend before would have "
        f"led; after that it moves by {signed(trend['effect'])} points a wave "
        f"({signed(trend['low'])} to {signed(trend['high'])}) beside that trend.",
        "likely" if sure else "open",
        ("It wears off: go on with what mends it." if back else "It hasn't worn off: act on it.")
        if sure
        else "No effect is shown: other waves differ as much.",
    )
