"""What the choice and the test of the forecaster come to, as sentences that the data wrote."""

import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.findings import Finding
from crm_analysis.formats import money, percent
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.new_customers import CustomerEquity
from crm_analysis.lifetime_value.spend_choice import SpendChoice
from crm_analysis.lifetime_value.validation import Validation

__all__ = [
    "channel_costs",
    "choice_finding",
    "equity_finding",
    "kind_finding",
    "loses_finding",
    "spend_source_finding",
    "textbook_finding",
    "widening_finding",
]

_CLEARLY = 0.01
_BETTER_IF_LOW = {"rmse": "typical error per customer", "mae": "mean absolute error"}
_BETTER_IF_HIGH = {
    "normalised_gini": "order of the customers",
    "top_10_share": "revenue in the top tenth",
    "top_20_share": "revenue in the top fifth",
}


def kind_finding(forecaster: Forecaster) -> Finding:
    """Say what kind of log this is."""
    table = forecaster.kind.table
    found = [trait for trait in table.index if forecaster.kind.has(trait)]
    unknown = [trait for trait in table.index[table["found"].isna()] if "end" not in trait]
    told = (
        f"The log is {', '.join(found)}." if found else "No trait that bends forecasts was found."
    )
    if unknown:
        told += f" It can't be told whether it is {' or '.join(unknown)}."
    advice = "Read forecasts with that in mind; the evidence stands in the table."
    return Finding("log_kind", told, "counted", advice)


def choice_finding(forecaster: Forecaster) -> Finding:
    """Say which forecaster was chosen, and why."""
    return Finding(
        "forecaster",
        forecaster.reason,
        "counted",
        "Choose anew when a year has passed or the business has changed.",
    )


def widening_finding(forecaster: Forecaster) -> Finding:
    """Say whether intervals had to be stretched."""
    learned = forecaster.widening
    wider = learned.table[learned.table["factor"] > 1] if learned is not None else pd.DataFrame()
    if wider.empty:
        told = "Intervals of 90 % held what they promised on earlier days, or weren't compared."
        return Finding("intervals", told, "counted", "They're used as the model gives them.")
    parts = [
        f"of {name} buyers they held {percent(row['covered'])} and are made "
        f"{row['factor']:.2f} times as wide"
        for name, row in wider.iterrows()
    ]
    told = f"Intervals of 90 % missed on earlier days: {'; '.join(parts)}."
    advice = "Rates wander more than the model knows; plan stocks by the wider intervals."
    return Finding("intervals", told, "counted", advice)


def loses_finding(validation: Validation) -> Finding:
    """Say where another model or rule did better than the first one, by more than 1 %."""
    ours, others = validation.metrics.iloc[0], validation.metrics.iloc[1:]
    lost = [
        f"{told} ({others[name].idxmin()}: {others[name].min():.3f} against {ours[name]:.3f})"
        for name, told in _BETTER_IF_LOW.items()
        if others[name].min() < ours[name] * (1 - _CLEARLY)
    ] + [
        f"{told} ({others[name].idxmax()}: {others[name].max():.3f} against {ours[name]:.3f})"
        for name, told in _BETTER_IF_HIGH.items()
        if others[name].max() > ours[name] * (1 + _CLEARLY)
    ]
    off = others["aggregate_error"].abs()
    if off.min() < abs(ours["aggregate_error"]) - _CLEARLY:
        lost.append(f"the total ({off.idxmin()} was {percent(off.min(), 1)} off)")
    if not lost:
        told = "On this holdout nothing beat the forecaster by more than 1 % on any measure."
        return Finding("where_it_loses", told, "counted", "One holdout is one observation.")
    return Finding(
        "where_it_loses",
        f"On this holdout others were better by more than 1 % in {'; '.join(lost)}.",
        "counted",
        "Where the difference is large and comes back at another cut, take the better rule there.",
    )


def textbook_finding(compared: pd.DataFrame, currency: str = "") -> Finding:
    """Say what the plain formula would have promised, and what came."""
    formula, forecast = compared.loc["formula"], compared.loc["forecast"]
    side = "too high" if formula["off"] > 0 else "too low"
    return Finding(
        "textbook_formula",
        f"Spend × repeats would have called the customers worth "
        f"{money(formula['expected'], currency)} of revenue; {money(formula['came'], currency)} "
        f"came ({percent(abs(formula['off']))} {side}). Of its top tenth "
        f"{percent(formula['silent_in_top'])} bought nothing afterwards, of the forecast's "
        f"{percent(forecast['silent_in_top'])}.",
        "counted",
        "The formula has no horizon and knows nobody who left: don't set budgets by it.",
    )


def equity_finding(
    equity: CustomerEquity, existing: Estimate, horizon: float, currency: str
) -> Finding:
    """Say what the customers of today and those to be won are worth together."""
    total = existing.value + equity.new.value
    share = equity.new.value / total if total else 0.0
    return Finding(
        "customer_equity",
        f"Customer equity over {horizon:.0f} weeks is {money(total, currency)}: "
        f"{money(existing.value, currency)} from customers that are there and "
        f"{equity.new.text(lambda value: money(value, currency))} from those who will be won at "
        f"the present rate, before what winning them costs ({percent(share)}).",
        "likely",
        "Split the budget between keeping and winning with these two sums in view.",
    )


def spend_source_finding(choice: SpendChoice) -> Finding:
    """Say from which purchases spend was learned."""
    error = choice.evidence["error"]
    told = f"Spend per purchase is learned from {choice.source}"
    if choice.evidence["days"].min() == 0:
        told += "; no earlier day could tell which is better."
    else:
        other = error.index[error.index != choice.source][0]
        told += (
            f": later purchases were then off by {percent(error[choice.source], 1)} of revenue, "
            f"from {other} by {percent(error[other], 1)}."
        )
    return Finding("spend_source", told, "counted", "Value is computed from it.")


def channel_costs(profiles: pd.DataFrame, new: Estimate) -> pd.DataFrame:
    """Hold what winning a customer has cost by channel against what a new one brings.

    Parameters
    ----------
    profiles : ``acquisition_channel`` and ``acquisition_cost``.
    new : value of a new customer.

    Returns
    -------
    frame : a row per channel: ``customers``, mean ``cost``, ``left`` (value less cost) and
        whether it ``pays`` (yes, open, no: the cost lies below, inside, above the interval).
    """
    known = profiles.dropna(subset=["acquisition_channel", "acquisition_cost"])
    by_channel = known.groupby("acquisition_channel")["acquisition_cost"]
    table = pd.DataFrame({"customers": by_channel.size(), "cost": by_channel.mean()})
    pays = pd.cut(
        table["cost"],
        [-float("inf"), new.low, new.high, float("inf")],
        labels=["yes", "open", "no"],
    )
    left = new.value - table["cost"]
    return table.assign(left=left, pays=pays.astype(str)).sort_values("cost")
