"""What chapter 01 concludes on what is known of customers; the data write the sentences."""

import pandas as pd

from crm_analysis.customers.knowledge import InformationCompleteness
from crm_analysis.findings import Finding
from crm_analysis.formats import count, percent
from crm_analysis.show import Sentence

__all__ = ["completeness", "duplicates", "identified_orders", "information"]


def identified_orders(known: pd.DataFrame) -> Sentence:
    """Say which share of orders and revenue has a customer who is known.

    Parameters
    ----------
    known : as ``customers.identified`` gives it.
    """
    orders, revenue = known.loc["orders"], known.loc["revenue"]
    if orders["share"] == 1 and revenue["identified"] == revenue["all"]:
        return Sentence(f"Each of the {count(orders['all'])} orders has a customer who is known.")
    of_revenue = (
        f", and {percent(revenue['share'], 1)} of revenue" if pd.notna(revenue["share"]) else ""
    )
    return Sentence(
        f"{percent(orders['share'], 1)} of {count(orders['all'])} orders have a customer who is "
        f"known{of_revenue}; what the others bought can't be told apart by customer."
    )


def duplicates(pairs: pd.DataFrame, groups: pd.Series, profiles: pd.DataFrame) -> Finding:
    """Say how many customers look like the same person entered twice.

    Parameters
    ----------
    pairs, groups : as ``duplicate_pairs`` and ``duplicate_groups`` give them.
    profiles : those that were compared.
    """
    customers = profiles["customer_id"].nunique()
    if pairs.empty:
        said = f"None of {count(customers)} profiles looks like another one."
        return Finding("duplicates", said, "counted", "Keep looking whenever profiles are added.")
    reasons = pairs["reason"].value_counts()
    listed = ", ".join(f"{reason} {count(n)}" for reason, n in reasons.items())
    share = percent(len(groups) / customers, 1)
    return Finding(
        "duplicates",
        f"{count(len(groups))} of {count(customers)} profiles ({share}) look like "
        f"{count(groups.nunique())} people entered more than once (pairs by the strongest sign: "
        f"{listed}).",
        "open",
        "Have somebody look at a sample before anything is merged: a family shares an address, "
        "and two records wrongly made one are harder to part than to join.",
    )


def information(found: InformationCompleteness) -> Finding:
    """Say how complete the information on customers is, and where it lacks most.

    Parameters
    ----------
    found : as ``customers.information_completeness`` gives it.
    """
    parts = found.parts.dropna(subset="share")
    least = parts["share"].idxmin()
    return Finding(
        "information_completeness",
        f"What is known of customers is complete to {percent(found.value)}, the mean of "
        f"{count(len(parts))} parts; it lacks most in {parts.loc[least, 'meaning']}: "
        f"{percent(parts.loc[least, 'share'])}.",
        "counted",
        "Begin there: personal service can't be better than what is known of the person.",
    )


def completeness(fields: pd.DataFrame, title: str) -> Finding:
    """Say how much is known of the customers beside what they bought.

    Parameters
    ----------
    fields : as ``profile_completeness`` gives them; empty where there are no profiles.
    title : the company's.
    """
    if fields.empty:
        return Finding(
            "completeness",
            f"{title} supplied no profiles: its customers are known by their purchases only.",
            "counted",
            "Keep a profile of each customer: how they were won, where they live, how to reach "
            "them. Without it nobody can be addressed in person.",
        )
    known, least = fields["filled"].sum() / fields["n"].sum(), fields.iloc[-1]
    ages = fields["older_than_a_year"].dropna()
    old = f"; {percent(ages.mean())} of what is filled hasn't been confirmed for a year"
    return Finding(
        "completeness",
        f"{percent(known)} of the profiles' {len(fields)} fields are filled; the least known "
        f"is {fields.index[-1]}, for {percent(least['share'])} of {count(least['n'])} customers"
        f"{old if len(ages) else ''}.",
        "counted",
        f"Ask for {fields.index[-1]} at the next contact, if a decision hangs on it.",
    )
