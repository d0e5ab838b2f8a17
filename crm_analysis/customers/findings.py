"""What chapter 01 concludes, a finding to a question; the data write the sentences."""

import pandas as pd

from crm_analysis.customers.base import same_months_a_year_before
from crm_analysis.customers.concentration import Concentration
from crm_analysis.customers.proportions import wilson
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import count, counted, money, percent

__all__ = [
    "base_trend",
    "order_value",
    "repeat_rate",
    "rhythm",
    "top_customers",
]

_ONE_INTAKE = (
    "Nobody was new for a year. If the records follow one intake of customers over time, that is "
    "how they were cut and says nothing of the company; else win new ones."
)
# A change smaller than that is no news.
_STEADY = 0.03
# So near to 80 % nobody would say that the rule is wrong, however narrow the interval.
_NEARLY = 0.005


def _exact(share: float) -> str:
    return percent(share, 1)


def base_trend(base: pd.DataFrame) -> Finding:
    """Compare the active customers of the last three complete months with a year before.

    Parameters
    ----------
    base : by month, as ``base_by_month`` gives it.
    """
    try:
        now, before = same_months_a_year_before(base)
    except InsufficientData as reason:
        return Finding(
            "base_trend",
            f"Whether the base grows can't be told yet: {reason}.",
            "open",
            "Come back to it when like months of two years can be compared.",
        )
    change = now / before - 1
    won = base.loc[base["complete"], "new"]
    newcomers = won.iloc[-3:].mean()
    statement = (
        f"In the last three complete months {count(now)} customers a month bought on average, "
        f"against {count(before)} in the same months a year before "
        f"({_direction(change)}); {_few(newcomers)} of them were new."
    )
    advice = _what_about_the_base(change, newcomers / now) if won.iloc[-12:].any() else _ONE_INTAKE
    return Finding("base_trend", statement, "counted", advice)


def _few(number: float) -> str:
    return count(number) if number >= 0.5 else "hardly any" if number else "none"


def _direction(change: float) -> str:
    if abs(change) < _STEADY:
        return "about as many"
    return f"{percent(abs(change))} {'more' if change > 0 else 'fewer'}"


def _what_about_the_base(change: float, new_share: float) -> str:
    if change >= _STEADY:
        return "The base grows: look whether the newcomers stay, before more is spent on winning."
    if change > -_STEADY:
        return "About as many leave as are won: keeping more of them is what makes the base grow."
    if new_share < 0.1:
        return (
            "The business lives on customers won earlier, and few replace those who leave: win "
            "new customers, and ask those who left why."
        )
    return "New customers come, but more leave than come: keeping comes before winning."


def repeat_rate(rates: pd.DataFrame, days: int = 90, confidence: float = 0.90) -> Finding:
    """Say which share buys again within ``days``, and whether most do.

    Parameters
    ----------
    rates : by days, as ``repeat_rates`` gives it; where ``days`` isn't among them, the longest
        span below it is taken, or else the shortest.
    """
    spans = [span for span in rates.index if span <= days] or list(rates.index[:1])
    if not spans:
        return Finding(
            "repeat_rate",
            "No customer could be observed long enough to say who buys again.",
            "open",
            "Load records that run for some months.",
        )
    span = spans[-1]
    share = wilson(int(rates.loc[span, "repeated"]), int(rates.loc[span, "n"]), confidence)
    statement = (
        f"{share.text(_exact)} of customers buy again within {span} days of their first "
        f"purchase, by the {counted(share.n, 'customer')} who could be observed that long."
    )
    certainty = "likely" if share.excludes(0.5) else "open"
    return Finding("repeat_rate", statement, certainty, _what_about_repeats(share, span))


def _what_about_repeats(share: Estimate, span: int) -> str:
    if share.high < 0.5:
        return f"Most don't come back that soon: welcome a second purchase within {span} days."
    if share.low > 0.5:
        return "Most come back by themselves: don't pay for a second purchase that comes anyway."
    return "Whether most come back isn't settled: wait for more customers before acting on it."


def rhythm(gaps: pd.Series) -> Finding:
    """Say how long customers wait from one purchase to the next.

    Parameters
    ----------
    gaps : days, as ``gaps_between_orders`` gives them.
    """
    if gaps.empty:
        return Finding(
            "rhythm",
            "Nobody has bought on two days yet, so no rhythm can be seen.",
            "open",
            "Come back to it when customers have had time to buy again.",
        )
    half, most, nearly_all = (round(gaps.quantile(share)) for share in (0.5, 0.75, 0.9))
    return Finding(
        "rhythm",
        f"Of {count(len(gaps))} gaps between purchases, half ended within {count(half)} days, "
        f"three quarters within {count(most)} and nine tenths within {count(nearly_all)}.",
        "counted",
        f"Remind a customer after about {count(most)} days of silence; after "
        f"{count(nearly_all)} the silence is unusual and worth a personal contact.",
    )


def order_value(values: pd.Series, currency: str = "") -> Finding:
    """Say what an order brings.

    Parameters
    ----------
    values : per order, as ``order_values`` gives them, in ``currency`` (ISO code).
    """
    low, middle, high = (money(values.quantile(share), currency) for share in (0.1, 0.5, 0.9))
    mean = money(values.mean(), currency)
    return Finding(
        "order_value",
        f"The middle one of {count(len(values))} orders brings {middle}, the mean is {mean}; "
        f"eight of ten lie between {low} and {high}.",
        "counted",
        f"Plan by the mean ({mean}), talk to customers by the middle ({middle}), and set a "
        f"threshold for free delivery between {middle} and {high}.",
    )


def top_customers(spread: Concentration, top: float = 0.2) -> Finding:
    """Say what the top customers bring, and whether 80/20 holds here.

    Parameters
    ----------
    spread : of the customers' revenue, as ``concentration`` gives it.
    top : share of the customers that is called the top, 0..1.
    """
    share = spread.top_share(top)
    return Finding(
        "top_customers",
        f"The top {percent(top)} of customers brought {percent(share)} of all revenue. "
        f"{_eighty_twenty(spread)} The Gini coefficient is {spread.gini:.3f}.",
        "counted",
        f"Know the top {percent(top)} by name and look after them first; the others still bring "
        f"{percent(1 - share)}, so serve them well at low cost.",
    )


def _eighty_twenty(spread: Concentration) -> str:
    """Say whether the interval for the top fifth holds 80 %, and how many it takes instead."""
    fifth, needed = spread.top.loc[0.20], spread.customers_for(0.8)
    interval = f"{percent(fifth['low'])} to {percent(fifth['high'])}"
    if fifth["low"] <= 0.8 <= fifth["high"] or abs(fifth["share"] - 0.8) < _NEARLY:
        return (
            f"80/20 holds here: the top 20 % bring {percent(fifth['share'])} ({interval}), and "
            f"it takes {percent(needed)} of customers to bring 80 %."
        )
    way = "less" if fifth["share"] < 0.8 else "more"
    return (
        f"80/20 doesn't hold here: the top 20 % bring {way} than 80 %, namely "
        f"{percent(fifth['share'])} ({interval}), and it takes {percent(needed)} of customers to "
        f"bring 80 %."
    )
