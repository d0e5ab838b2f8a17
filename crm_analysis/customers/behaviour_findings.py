"""What chapter 01 concludes on coming, going and first purchases; the data write the sentences."""

import pandas as pd

from crm_analysis.customers.first_purchase import EVERYBODY
from crm_analysis.findings import Finding
from crm_analysis.formats import count, counted, money, percent
from crm_analysis.show import Sentence

__all__ = ["base_balance", "first_purchase", "grade_moves", "lost_rule", "still_waiting"]


def lost_rule(limits: pd.DataFrame, lost_after: float = 0.90) -> Sentence:
    """State from when on a customer counts as lost.

    Parameters
    ----------
    limits : as ``silence_limits`` gives them.
    lost_after : the share of the gaps that they were found by.
    """
    once, often = limits["days"].iloc[0], limits["days"].iloc[-1]
    return Sentence(
        f"A customer counts as lost when silent for longer than {percent(lost_after)} of the gaps "
        f"that customers with as many purchases came back from: for more than {count(once)} days "
        f"after the first purchase, for more than {count(often)} after the fifth and later ones."
    )


def base_balance(movement: pd.DataFrame) -> Finding:
    """Say who came, came back and was lost in the last twelve complete months.

    Parameters
    ----------
    movement : by month, as ``base_movement`` gives it.
    """
    months = movement[movement["complete"]] if movement["complete"].any() else movement
    year = months.iloc[-12:]
    came, back, lost = (int(year[name].sum()) for name in ("new", "reactivated", "lost"))
    now = int(year["base"].iloc[-1])
    span = f"{len(year)} complete months" if len(year) > 1 else "complete month"
    newcomers = counted(came, "customer") if came else "nobody new"
    return Finding(
        "base_balance",
        f"In the last {span} {newcomers} came, {count(back)} came back after counting as lost, "
        f"and {count(lost)} {'was' if lost == 1 else 'were'} lost; the base went from "
        f"{count(now - came - back + lost)} to {count(now)} customers.",
        "counted",
        _what_about_the_balance(came, back, lost),
    )


def _what_about_the_balance(came: int, back: int, lost: int) -> str:
    if came + back >= lost:
        return "More come than go: keep the rate of loss in sight, it's what growth hides first."
    if back > came:
        return (
            "Most who come have been here before: a reminder shortly before the silence becomes "
            "unusual costs less than winning them again."
        )
    return "More go than come: find out why before more is spent on winning new ones."


def grade_moves(moves: pd.DataFrame, currency: str = "") -> Finding:
    """Say what moved up and down between the two spans, and what weighs most.

    Parameters
    ----------
    moves : as ``customers.grade_moves`` gives it.
    """
    days = moves.attrs["days"]
    up, down = moves.loc["moved up"], moves.loc["moved down"]
    left, came = moves.loc["left"], moves.loc["came"]
    if not moves.drop(index="stayed")["customers"].any():
        return Finding(
            "grade_moves",
            f"Of the customers of the {count(days)} days before nobody changed grade or left, and "
            "nobody came.",
            "counted",
            "There is nothing to mend or to copy yet: look again when more time has passed.",
        )
    newcomers = f"; {count(came['customers'])} came ({_change(came, currency)})"
    newcomers = newcomers if came["customers"] else "; nobody came"
    return Finding(
        "grade_moves",
        f"Of the customers of the {count(days)} days before, {count(up['customers'])} moved up a "
        f"grade ({_change(up, currency)}), {count(down['customers'])} down "
        f"({_change(down, currency)}) and {count(left['customers'])} bought nothing since "
        f"({_change(left, currency)}){newcomers}.",
        "counted",
        "Those who left weigh more than those who bought less: look after keeping them."
        if left["change"] < down["change"]
        else "Those who buy less weigh more than those who left: ask what they buy elsewhere.",
    )


def _change(row: pd.Series, currency: str) -> str:
    # A browser may break a line between a sign and a currency: the word joiner forbids it.
    sign = "+\u2060" if row["change"] > 0 else ""
    return f"{sign}{money(row['change'], currency)}".replace("−", "−\u2060")


def still_waiting(waiting: pd.DataFrame) -> Finding:
    """Say how much the gaps that have ended flatter the rhythm.

    Parameters
    ----------
    waiting : as ``time_to_next_purchase`` gives it; the last of the days is spoken of.
    """
    last, days = waiting.iloc[-1], count(waiting.index[-1])
    low, high = percent(last["low"], 1), percent(last["high"], 1)
    misled = last["ended"] > last["high"]
    return Finding(
        "still_waiting",
        f"Within {days} days {percent(last['bought_again'], 1)} ({low} to {high}) of purchases are "
        f"followed by another, those still waiting counted; among gaps that have ended it's "
        f"{percent(last['ended'], 1)}.",
        "likely" if misled or last["ended"] < last["low"] else "open",
        "Plan reminders by the first figure: the second leaves out those who never came back."
        if misled
        else "Hardly anybody waits for long: the gaps that have ended can be taken as they are.",
    )


def first_purchase(first: pd.DataFrame, days: int, currency: str = "") -> Finding:
    """Say which first purchases are followed by more or less than the others.

    Parameters
    ----------
    first : as ``first_purchases`` gives it.
    days : for how long customers were followed.
    """
    mean, kinds = first.loc[EVERYBODY, "revenue"], first.drop(index=EVERYBODY)
    apart = kinds[(kinds["revenue_low"] > mean) | (kinds["revenue_high"] < mean)]
    said = (
        f"Of {count(len(kinds))} first purchases that enough customers began with, "
        f"{count(len(apart))} {'is' if len(apart) == 1 else 'are'} followed by more or less "
        f"revenue than the mean of {money(mean, currency)} within {count(days)} days, as far as "
        "the intervals tell"
    )
    if apart.empty:
        advice = "Don't steer newcomers to a product for what comes after: none stands out."
        return Finding("first_purchase", f"{said}.", "open", advice)
    far = (apart["revenue"] - mean).abs().idxmax()
    told = f"; furthest from it is {far} with {money(apart.loc[far, 'revenue'], currency)}."
    return Finding(
        "first_purchase",
        said + told,
        "likely",
        "Some intervals miss the mean by chance alone, and people choose their first product: "
        f"offer newcomers {far if apart.loc[far, 'revenue'] > mean else 'another start'} in a "
        "test before the assortment is turned round.",
    )
