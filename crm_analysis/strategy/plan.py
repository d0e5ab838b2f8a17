"""The action plan: for each group the action that pays best, what it costs and may bring.

What an action brings isn't in a company's records unless it was tried with a control group. The
plan therefore says which effect is assumed, and which effect would be needed to break even; the
decision follows from the comparison of the two.
"""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.estimates import Estimate
from crm_analysis.strategy.actions import Actions
from crm_analysis.strategy.groups import GROUPS

__all__ = ["DO", "LEAVE", "NO_CHANNEL", "STAKES", "TEST", "action_plan", "net_of_plan", "options"]

DO, TEST, LEAVE = "do", "test first", "leave"
NO_CHANNEL = "none"
STAKES = [f"{base}{end}" for base in ("value", "at_stake") for end in ("", "_low", "_high")]


def options(stakes: pd.DataFrame, actions: Actions) -> pd.DataFrame:
    """Work out each group's action through each of its channels.

    Parameters
    ----------
    stakes : by group, with customers and, in money over the horizon, value (what is expected)
        and at_stake (what would come on top if all stayed), each with _low and _high.
    actions : the table of actions, costs and assumed effects.

    Returns
    -------
    One row per group and channel ("none" where the group is left alone): customers, base (the
    money that the action works on, with base_low and base_high), cost, break_even (effect at
    which the gain covers the cost, share of the base), effect (likely, assumed), gain (likely,
    with gain_low from the cautious effect on the low base and gain_high from the bold effect on
    the high one), net, net_low, net_high (gain less cost), and decision: "do" where even the
    cautious case pays, "test first" where the likely one does, "leave" otherwise.
    """
    check_columns(stakes, ["customers", *STAKES], table="stakes")
    rows = [
        _option(group, stakes.loc[group], channel, actions)
        for group in GROUPS
        if group in stakes.index
        for channel in actions.groups[group].channels or (NO_CHANNEL,)
    ]
    table = pd.DataFrame(rows).set_index(["group", "channel"])
    for case in ("", "_low", "_high"):
        table[f"net{case}"] = table[f"gain{case}"] - table["cost"]
    table["decision"] = LEAVE
    table.loc[table["net"] > 0, "decision"] = TEST
    table.loc[table["net_low"] > 0, "decision"] = DO
    return table


def _option(group: str, stake: pd.Series, channel: str, actions: Actions) -> dict:
    action = actions.groups[group]
    cautious, likely, bold = actions.effects.get(channel, (0.0, 0.0, 0.0))
    base, low, high = (stake[f"{action.works_on}{end}"] for end in ("", "_low", "_high"))
    cost = stake["customers"] * action.contacts * actions.channels.get(channel, 0.0)
    return {
        "group": group,
        "channel": channel,
        "customers": int(stake["customers"]),
        "base": base,
        "base_low": low,
        "base_high": high,
        "cost": cost,
        "break_even": cost / base if base > 0 else float("inf"),
        "effect": likely,
        "gain": likely * base,
        "gain_low": cautious * low,
        "gain_high": bold * high,
    }


def action_plan(stakes: pd.DataFrame, actions: Actions) -> pd.DataFrame:
    """Choose for each group the channel with the highest likely net gain.

    Parameters and money are those of ``options``.

    Returns
    -------
    By group, in the order of the groups: channel, the columns of ``options``, and what the
    table of actions says: action, contacts, owner, measure, stop.
    """
    table = options(stakes, actions).reset_index()
    best = table.loc[table.groupby("group", sort=False)["net"].idxmax()].set_index("group")
    told = pd.DataFrame(
        {group: actions.groups[group].model_dump(exclude={"channels"}) for group in best.index}
    ).T
    return best.join(told)


def net_of_plan(plan: pd.DataFrame, confidence: float) -> Estimate:
    """Sum up what the actions that are taken bring net of their cost.

    Its ends are the cautious effects on the low ends of the bases and the bold effects on the
    high ones, ``confidence`` being that of the bases; all groups are supposed to err together.

    Parameters
    ----------
    plan : from ``action_plan``, with decision and net, net_low, net_high (money).
    """
    taken = plan[plan["decision"] != LEAVE]
    ends = (float(taken[f"net{end}"].sum()) for end in ("", "_low", "_high"))
    method = "cautious to bold effect, on the ends of the interval of the base"
    return Estimate(*ends, confidence=confidence, n=int(taken["customers"].sum()), method=method)
