"""What pyramid, migration, clusters and the comparison of schemes come to, as sentences."""

import numpy as np
import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import count, money, percent
from crm_analysis.segmentation.clusters import CustomerClusters
from crm_analysis.segmentation.comparison import Comparison
from crm_analysis.segmentation.mailing import MailingValue
from crm_analysis.segmentation.migration import PERIODS, Migration
from crm_analysis.segmentation.schemes import TITLES

__all__ = [
    "clusters_finding",
    "comparison_finding",
    "mailing_finding",
    "migration_finding",
    "pyramid_finding",
    "regrading_finding",
]

# As much as "80/20" promises; from here on a few customers carry the company.
_FEW_CARRY = 0.80


def pyramid_finding(profile: pd.DataFrame, classes: pd.Series) -> Finding:
    """Say what the top of the pyramid brings, and how many customers bring 80 %.

    Parameters
    ----------
    profile : what ``pyramid_profile`` returns for the grades.
    classes : each customer's class, from ``abc_analysis``.
    """
    if profile["share_of_revenue"].isna().any():
        return Finding(
            "top_of_the_pyramid",
            "Revenue so far isn't above 0, so nobody carries a share of it.",
            "open",
            "Look whether returns were read as orders before anything is concluded.",
        )
    shares = profile[["share_of_customers", "share_of_revenue"]]
    top = shares[shares.index != "small"].sum()
    a = (classes == "A").mean()
    carried = top["share_of_revenue"] >= _FEW_CARRY
    return Finding(
        "top_of_the_pyramid",
        f"All grades above small are {percent(top['share_of_customers'], 1)} of customers and "
        f"brought {percent(top['share_of_revenue'])} of revenue; it takes {percent(a)} of "
        "customers (class A) to bring 80 % of it.",
        "counted",
        "A few customers carry the company: know each of them by name, and count who would be "
        "missed."
        if carried
        else "80/20 doesn't hold here: look after the top, and don't neglect the broad middle "
        "that brings the rest.",
    )


def regrading_finding(regraded: pd.DataFrame) -> Finding:
    """Say how many of the upper grades by revenue aren't there by what is left after costs.

    Parameters
    ----------
    regraded : as ``segmentation.regraded`` gives it, the best grade first.
    """
    square, by = regraded.to_numpy(), str(regraded.columns.name).removeprefix("by ")
    upper = square[:-1].sum()
    other, fallen = square.sum() - np.trace(square), square[:-1, -1].sum()
    return Finding(
        "grades_after_costs",
        f"By {by} instead of revenue {percent(other / max(square.sum(), 1), 1)} of customers get "
        f"another grade; of the {count(upper)} above small {count(fallen)} are small by {by}.",
        "counted",
        "Look at what these are given: discounts, service and messages cost more than they bring."
        if fallen
        else "Revenue ranks customers well enough here; keep to it until costs change.",
    )


def migration_finding(moves: Migration) -> Finding:
    """Say how many moved up and down in the last period, against the periods before.

    Parameters
    ----------
    moves : of a scheme whose groups are ordered, the best first.
    """
    noun = PERIODS[moves.period][0]
    up, down = (_moved(moves.latest, way) for way in (-1, 1))
    before = moves.counts - moves.latest
    usual = (
        f" ({noun}s before: {percent(_moved(before, 1), 1)} down)" if len(moves.ends) > 2 else ""
    )
    return Finding(
        "moves_between_grades",
        f"In the last whole {noun} {percent(up, 1)} of customers moved up a grade or more and "
        f"{percent(down, 1)} down{usual}; {percent(moves.stayed)} stayed, over all {noun}s.",
        "counted",
        "Call those who fell out of the two upper grades this month; who rose gets the new "
        "grade's treatment without having to ask.",
    )


def mailing_finding(value: MailingValue, moves: Migration, currency: str = "") -> Finding:
    """Say what a customer who has just bought is worth, and how far mailing pays."""
    noun = PERIODS[moves.period][0]
    first = value.table.iloc[0]
    worth = Estimate(
        first["value"], first["value_low"], first["value_high"], moves.confidence,
        n=int(moves.counts.to_numpy().sum()), method="Dirichlet draws of the matrix",
    ).text(lambda amount: money(amount, currency))  # fmt: skip
    mailed = value.table.index[value.table["mailed"]]
    everybody = len(mailed) == len(value.table) - 1
    if value.mail_until:
        until = f"mailing pays up to those whose last purchase was {value.mail_until}"
    else:
        until = "mailing pays for nobody at this cost"
    return Finding(
        "mailing_pays_until",
        f"A customer who bought this {noun} is worth {worth} of margin, this purchase included; "
        f"{until}.",
        "likely",
        "No state is too old to be mailed at this cost, as far as purchases follow from mailing: "
        "test that with a group that gets none."
        if everybody
        else "Leave out whoever has been silent for longer, and test with a group that gets no "
        "mail whether the others would have bought anyway.",
    )


def clusters_finding(clusters: CustomerClusters) -> Finding:
    """Say whether there are clusters, and what to do about it."""
    return Finding(
        "clusters",
        clusters.verdict_,
        "likely",
        "Give each cluster its own plan, and look at the largest differences in its profile first."
        if clusters.found_
        else "Use cut-offs that people understand; segments here are a decision, not a discovery.",
    )


def comparison_finding(comparison: Comparison) -> Finding:
    """Say which scheme to use here, with the figures behind it."""
    table, name = comparison.table, comparison.recommended
    share = _interval(table.loc[name], "top_fifth")
    days = (comparison.ends_on - comparison.placed_on).days
    brought = (
        f"the fifth of customers that it ranked highest brought {share} of the next {days} days'"
    )
    if not comparison.beats_a_lot:
        return Finding(
            "recommended_scheme",
            f"Of {count(len(table))} schemes none told surely better than drawing lots who would "
            f"buy next. Use {TITLES[name]} until longer records tell: {brought} revenue from known "
            "customers, where lots bring 20 %.",
            "open",
            "Build nothing on the ranking yet; keep to names that people understand, and measure "
            "again in half a year.",
        )
    others = [other for other in comparison.tied if other != name]
    beside = (
        f"; {_listed(others)} can't be told from it, and its groups are the steadiest of these"
        if others
        else "".join(_runner_up(table, name))
    )
    return Finding(
        "recommended_scheme",
        f"Of {count(len(table))} schemes, use {TITLES[name]} here: {brought} revenue from known "
        f"customers{beside}.",
        "open" if others else "likely",
        "Plan contacts by this scheme, keep the others for what they explain, and measure again "
        "in half a year.",
    )


def _moved(counts: pd.DataFrame, way: int) -> float:
    square = counts.to_numpy()
    part = np.triu(square, 1) if way > 0 else np.tril(square, -1)
    return float(part.sum() / max(square.sum(), 1))


def _interval(row: pd.Series, name: str) -> str:
    low, high = percent(row[f"{name}_low"]), percent(row[f"{name}_high"])
    return f"{percent(row[name])} ({low} to {high})"


def _listed(names: list[str]) -> str:
    return " and ".join(TITLES[name] for name in names)


def _runner_up(table: pd.DataFrame, name: str) -> list[str]:
    others = table.drop(name)
    if others.empty:
        return []
    second = others.iloc[0]
    return [f"; next comes {TITLES[others.index[0]]} with {_interval(second, 'top_fifth')}"]
