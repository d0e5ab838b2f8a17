"""What loyalty and later buying say, in sentences that the data write."""

import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import money, percent, signed

__all__ = [
    "at_risk_finding",
    "buying_finding",
    "cells_finding",
    "csat_finding",
    "nps_finding",
]


def cells_finding(counted: pd.DataFrame) -> Finding:
    """Say how many are loyal, and how much of the revenue only habit holds.

    Parameters
    ----------
    counted : from ``count_cells``, with value.
    """
    loyal, latent, spurious = (counted.loc[name] for name in ("loyal", "latent", "spurious"))
    return Finding(
        "loyalty_cells",
        f"Of {counted['customers'].sum():,.0f} customers who answered {percent(loyal['share'])} "
        f"are loyal in heart and habit and hold {percent(loyal['value_share'])} of their revenue; "
        f"{percent(spurious['share'])} buy much without warmth "
        f"({percent(spurious['value_share'])} of the revenue); {percent(latent['share'])} are warm "
        "and buy little.",
        "counted",
        "Those who buy from habit leave with the habit: give them a reason before somebody else "
        "does. Those who are warm and buy little meet an obstacle: ask which.",
    )


def buying_finding(after: pd.DataFrame) -> Finding:
    """Say whether more satisfied customers buy more afterwards, their past held equal.

    Parameters
    ----------
    after : from ``buying_after``.
    """
    row = after.loc["past held equal"]
    alone = after.loc["satisfaction alone", "rate_ratio"]
    sure = not row["low"] <= 1 <= row["high"]
    more = "more" if row["rate_ratio"] > 1 else "fewer"
    return Finding(
        "buying_after",
        f"A point more of satisfaction goes with {percent(abs(row['rate_ratio'] - 1), 1)} {more} "
        "purchases afterwards, the customer's own past held equal (factor "
        f"{row['rate_ratio']:.2f}, {row['low']:.2f} to {row['high']:.2f}; {alone:.2f} without "
        f"regard to the past; {row['n']:,.0f} customers).",
        "likely" if sure else "open",
        "Satisfaction has its price here: count it when a repair of the service is weighed up."
        if sure and row["rate_ratio"] > 1
        else "That satisfaction pays isn't shown here: argue for repairs by what they mend.",
    )


def at_risk_finding(
    at_risk: Estimate,
    total: float,
    dissatisfied_below: float,
    currency: str,
    value: str = "revenue so far",
) -> Finding:
    """Say how much of the revenue, or lifetime value, lies with dissatisfied customers.

    Parameters
    ----------
    at_risk : from ``value_at_risk``.
    total : value of all customers (money).
    dissatisfied_below : the one it was made with.
    currency : ISO code.
    value : what the money is: "revenue so far" or "lifetime value".
    """
    written = at_risk.text(lambda amount: money(amount, currency))
    share = at_risk.value / total
    return Finding(
        "value_at_risk" if value == "revenue so far" else "lifetime_value_at_risk",
        f"Customers who rate the whole below {dissatisfied_below:g} stand for {written} of the "
        f"{money(total, currency)} of {value} ({percent(share)}), if those who kept silent "
        "are like those who answered.",
        "likely",
        "It is what stands behind their discontent, not a loss foretold: set it beside the cost of "
        "the first repairs.",
    )


def nps_finding(score: Estimate) -> Finding:
    """Say how promoters and detractors compare."""
    sign = "promoters" if score.value > 0 else "detractors"
    sure = score.excludes(0)
    verdict = f"more {sign}" if sure else "whether promoters or detractors prevail is open"
    return Finding(
        "nps",
        f"The Net Promoter Score is {signed(score.value, 0)} ({signed(score.low, 0)} to "
        f"{signed(score.high, 0)}) from {score.n:,} answers: "
        f"{verdict}.",
        "likely" if sure else "open",
        "Follow it over time and ask each detractor why; the level alone depends on country and "
        "trade.",
    )


def csat_finding(content: Estimate) -> Finding:
    """Say how many rate the whole in the two highest points.

    Parameters
    ----------
    content : from ``top_box``.
    """
    return Finding(
        "content",
        f"{content.text(percent)} of {content.n:,} respondents rate the whole in the two highest "
        "points that anybody chose.",
        "likely",
        "Follow this share from wave to wave; a mean hides how many are truly content.",
    )
