"""The groups and the plan, laid out for those who sign it and those who carry it out."""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.strategy.groups import GROUPS
from crm_analysis.strategy.plan import DO, LEAVE, NO_CHANNEL, TEST

__all__ = ["customer_actions", "follow_up", "group_profile", "plan_to_sign"]


def group_profile(groups: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Describe each group by what its customers did.

    Parameters
    ----------
    groups : by customer_id, with group and potential (money), from ``customer_groups``.
    customers : by customer_id, with orders, revenue (money), recency and T (one unit).

    Returns
    -------
    By group, in the order of the groups: customers, share_of_customers, share_of_revenue
    (0..1), orders (mean), revenue_per_customer, silence (median time since the last purchase,
    in the unit of T), potential_per_customer.
    """
    check_columns(customers, ["orders", "revenue", "recency", "T"], table="customers")
    told = customers.assign(
        silence=customers["T"] - customers["recency"],
        group=groups["group"].astype(str),
        potential=groups["potential"],
    )
    by_group = told.groupby("group")
    profile = pd.DataFrame(
        {
            "customers": by_group.size(),
            "share_of_customers": by_group.size() / len(told),
            "share_of_revenue": by_group["revenue"].sum() / told["revenue"].sum(),
            "orders": by_group["orders"].mean(),
            "revenue_per_customer": by_group["revenue"].mean(),
            "silence": by_group["silence"].median(),
            "potential_per_customer": by_group["potential"].mean(),
        }
    )
    return profile.reindex([name for name in GROUPS if name in profile.index])


def plan_to_sign(plan: pd.DataFrame) -> pd.DataFrame:
    """Keep of the plan what a signature stands for, the sure actions first.

    Parameters
    ----------
    plan : from ``action_plan``.

    Returns
    -------
    By group: action, channel, customers, decision, cost and net (likely, money). Left groups
    have no cost, since nothing is spent on them.
    """
    kept = ["action", "channel", "customers", "decision", "cost", "net"]
    signed = plan[kept].copy()
    left = signed["decision"] == LEAVE
    signed.loc[left, ["cost", "net"]] = 0.0
    signed.loc[left, "channel"] = NO_CHANNEL
    return signed.sort_values(["decision", "net"], ascending=[True, False], key=_decision_order)


def follow_up(plan: pd.DataFrame) -> pd.DataFrame:
    """Tell who answers for each action that is taken, how it's measured, and when it ends.

    Returns
    -------
    By group: owner, measure, stop; groups that are left alone aren't there.
    """
    return plan.loc[plan["decision"] != LEAVE, ["owner", "measure", "stop"]]


def _decision_order(values: pd.Series) -> pd.Series:
    if values.name != "decision":
        return values
    return values.map({DO: 0, TEST: 1, LEAVE: 2})


def customer_actions(groups: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """Tell for each customer what is done, the best ones of each group first.

    Parameters
    ----------
    groups : by customer_id, with group, worth, life, satisfaction, potential.
    plan : from ``action_plan``.

    Returns
    -------
    By customer_id: group, worth, life, satisfaction, potential (money), decision, channel,
    action, owner; ordered by group and falling potential.
    """
    told = plan[["decision", "channel", "action", "owner"]]
    joined = groups.join(told, on="group")
    columns = ["group", "worth", "life", "satisfaction", "potential", *told.columns]
    joined.loc[joined["decision"] == LEAVE, "channel"] = NO_CHANNEL
    ordered = joined[columns].sort_values(
        ["group", "potential"], ascending=[True, False], kind="stable"
    )
    return ordered.astype({"group": str})
