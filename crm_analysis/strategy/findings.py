"""What the plan says, in sentences that the data write."""

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.formats import count, money, percent
from crm_analysis.strategy.plan import DO, LEAVE, NO_CHANNEL, TEST, net_of_plan

__all__ = ["findings"]


def findings(
    stakes: pd.DataFrame,
    plan: pd.DataFrame,
    content: pd.DataFrame | None,
    *,
    currency: str,
    horizon: str,
    confidence: float = 0.9,
) -> list[Finding]:
    """Conclude where the value lies, where it leaks, what to do, and how content people are.

    Parameters
    ----------
    stakes : by group: customers, value, at_stake with _low and _high (money).
    plan : from ``action_plan``.
    content : from ``dissatisfaction_by_group``, or None where nobody was asked.
    currency, horizon : how money and time are written: "USD", "52 weeks".
    confidence : of the intervals of the stakes.
    """
    found = [_where_value_lies(stakes, currency, horizon), *_where_it_leaks(stakes, currency)]
    found.append(_what_to_do(plan, currency, confidence))
    found.append(_how_content(content, currency))
    return found


def _range(row: pd.Series, name: str, currency: str) -> str:
    low, high = (money(row[f"{name}{end}"], currency, 0) for end in ("_low", "_high"))
    return f"{money(row[name], currency, 0)} ({low} to {high})"


def _where_value_lies(stakes: pd.DataFrame, currency: str, horizon: str) -> Finding:
    first = stakes["value"].idxmax()
    row = stakes.loc[first]
    customers = percent(row["customers"] / stakes["customers"].sum())
    value = percent(row["value"] / stakes["value"].sum())
    return Finding(
        "where_value_lies",
        f"In the next {horizon} the group “{first}”, {customers} of the customers, is expected to "
        f"bring {value} of the contribution: {_range(row, 'value', currency)}.",
        "likely" if row["value_low"] > stakes["value"].drop(first).max() else "open",
        "Decide about this group first; all other groups can be served by rule.",
    )


def _where_it_leaks(stakes: pd.DataFrame, currency: str) -> list[Finding]:
    slipping = stakes[stakes.index.isin(["slipping core", "slipping regulars"])]
    if slipping.empty:
        return []
    first = slipping["at_stake"].idxmax()
    row = slipping.loc[first]
    each = money(row["at_stake"] / row["customers"], currency)
    return [
        Finding(
            "where_value_leaks",
            f"{count(row['customers'])} customers are “{first}”: they may have stopped buying. "
            f"If they all stayed they would bring {_range(row, 'at_stake', currency)} more, "
            f"{each} each.",
            "likely",
            f"Approaching one of them may cost up to {each}, if it never failed, and not more.",
        )
    ]


def _what_to_do(plan: pd.DataFrame, currency: str, confidence: float) -> Finding:
    tried = plan[plan["channel"] != NO_CHANNEL]
    decisions = tried["decision"]
    sure, trial, left = (int((decisions == name).sum()) for name in (DO, TEST, LEAVE))
    cost = plan.loc[plan["decision"] != LEAVE, "cost"].sum()
    net = net_of_plan(plan, confidence)
    return Finding(
        "what_to_do",
        f"Actions that pay even in the cautious case: {sure} of {len(tried)}; in the likely case "
        f"only: {trial}; not at all: {left}. The first two kinds cost {money(cost, currency, 0)} "
        f"and bring {net.text(lambda value: money(value, currency, 0))} net if the assumed "
        "effects hold.",
        "likely" if net.low > 0 else "open",
        "Start the sure ones; try the others on a part of the group, beside a control group that "
        "is left alone, and let the difference decide.",
    )


def _how_content(content: pd.DataFrame | None, currency: str) -> Finding:
    if content is None:
        return Finding(
            "how_content",
            "How content the customers are isn't known: no survey was supplied, or too few of a "
            "group answered it.",
            "counted",
            "Ask: 385 answers tell a share to within 5 points, whatever the number of customers.",
        )
    worst = content["value_at_risk"].idxmax()
    row = content.loc[worst]
    share, low, high = (percent(row[name]) for name in ("dissatisfied", "low", "high"))
    return Finding(
        "how_content",
        f"Dissatisfaction threatens most money among “{worst}”: of {count(row['asked'])} asked "
        f"{share} ({low} to {high}) are dissatisfied. If those who answered are like the others, "
        f"some {count(row['expected'])} of {count(row['customers'])} are, and "
        f"{_range(row, 'value_at_risk', currency)} hang on them.",
        "likely",
        "Call those who said so now; mend what chapter 04 ranks first for all the others.",
    )
