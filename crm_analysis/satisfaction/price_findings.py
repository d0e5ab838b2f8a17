"""What stated prices say, in sentences that the data write."""

import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import money, percent, signed
from crm_analysis.satisfaction.demand import Demand
from crm_analysis.satisfaction.price import PriceSensitivity

__all__ = ["balance_finding", "demand_finding", "price_finding", "worth_finding"]


def price_finding(meter: PriceSensitivity, currency: str = "") -> Finding:
    """Say which prices are acceptable.

    Parameters
    ----------
    meter : from ``price_sensitivity``.
    """
    lower, optimal, upper = (
        _money(point, currency) for point in (meter.lower, meter.optimal, meter.upper)
    )
    aside = f"; {meter.dropped:,} whose prices don't rise are set aside" if meter.dropped else ""
    return Finding(
        "acceptable_price",
        f"Prices from {lower} to {upper} are acceptable; at {optimal} fewest object "
        f"({meter.n:,} respondents{aside}).",
        "likely",
        "Try prices inside that range only, and let a trial with real money decide among them.",
    )


def demand_finding(found: Demand, currency: str = "") -> Finding:
    """Say which price would bring most buyers and which most revenue, as far as people say.

    Parameters
    ----------
    found : from ``demand``.
    """
    apart = found.most_revenue.low > found.most_buyers.high
    return Finding(
        "best_price",
        f"Most would buy at {_money(found.most_buyers, currency)}; most revenue comes at "
        f"{_money(found.most_revenue, currency)} ({found.most_revenue.n:,} respondents).",
        "likely" if apart else "open",
        "A higher price earns more from fewer: take it only if the cost of serving them allows.",
    )


def worth_finding(worth: Estimate, verdicts: pd.DataFrame, price: float, currency: str) -> Finding:
    """Say whether the offer is worth its price to those asked.

    Parameters
    ----------
    worth, verdicts : from ``perceived_value`` and ``price_verdict``, at ``price``.
    """
    dear = verdicts.loc[["expensive", "too expensive"], "share"].sum()
    more = worth.value > 0
    size = worth.text(lambda number: money(number, currency))
    return Finding(
        "perceived_value",
        f"At {money(price, currency)} the offer is worth {size} more than it costs, on average "
        f"over {worth.n:,} respondents; {percent(dear)} find it expensive or too expensive.",
        "likely" if worth.excludes(0) else "open",
        "There is room: show what is in it before the price is touched."
        if more and worth.excludes(0)
        else "The price is at its limit: mend the service before it is raised.",
    )


def _money(point: Estimate, currency: str) -> str:
    return point.text(lambda number: money(number, currency))


def balance_finding(balance: Estimate, sides: pd.DataFrame) -> Finding:
    """Say whether what customers give weighs more than what they get.

    Parameters
    ----------
    balance : from ``value_balance``.
    sides : from ``delivered_value``.
    """
    weakest = sides["mean"].idxmin()
    row = sides.loc[weakest]
    heavier = "worse" if balance.value < 0 else "better"
    sure = balance.excludes(0)
    return Finding(
        "delivered_value",
        f"What customers give is rated {heavier} than what they get, by {balance.text(signed)} "
        f"points; the weakest of the {len(sides)} sides is “{weakest}” ({row['mean']:.2f}, "
        f"{row['mean_low']:.2f} to {row['mean_high']:.2f}).",
        "likely" if sure else "open",
        "Save them money, time or trouble before more is added to the offer."
        if sure and balance.value < 0
        else "Mend the weakest side first; neither side as a whole is the trouble."
        if not sure
        else "Work on the offer itself: what it costs them is the lesser trouble.",
    )
