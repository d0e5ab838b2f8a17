"""What the chapter on lifetime value concludes, as sentences that the data wrote."""

import pandas as pd

from crm_analysis.estimates import Estimate
from crm_analysis.findings import Certainty, Finding
from crm_analysis.formats import count, money, percent, signed
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.validation import Validation

__all__ = [
    "acquisition_finding",
    "at_stake_finding",
    "base_finding",
    "concentration_finding",
    "findings",
    "fit_finding",
    "holdout_finding",
    "order_finding",
    "spend_finding",
    "unknown_finding",
]

# A total that is further off than this isn't fit for a budget as it stands.
_FAR_OFF = 0.1


def fit_finding(purchases: BetaGeo) -> Finding:
    """Say whether the likelihood has a maximum, and what the average customer does by it."""
    r, alpha, *leaving = purchases.params_
    statement = (
        f"An active customer buys every {alpha / r:,.1f} weeks on average (by the mean rate), and "
        f"{_leaves(purchases, *leaving)}"
    )
    if purchases.converged_:
        told = f"{statement}; the likelihood has one clear maximum."
        return Finding("fit", told, "counted", "The parameters can be used.")
    return Finding(
        "fit",
        f"{statement}, but the likelihood keeps rising towards an extreme.",
        "open",
        "Use the forecasts only as far as the holdout confirms them; the parameters say nothing.",
    )


def _leaves(purchases: BetaGeo, one: float, other: float) -> str:
    """Tell the coin (a, b), or the second clock (s, beta) of Pareto/NBD."""
    if "a" in purchases.params_:
        kind = "repeat purchases" if isinstance(purchases, BetaGeo) else "purchases"
        return f"{percent(one / (one + other))} of {kind} are the last"
    half = other * (2 ** (1 / one) - 1)
    return f"half of the customers stay for {half:,.0f} weeks or less"


def spend_finding(spend: GammaGamma) -> Finding:
    """Say whether spend is independent of frequency, as the model of spend assumes."""
    correlation = spend.correlation_
    if correlation is None:
        return Finding(
            "spend_and_frequency",
            "Frequency or spend doesn't vary, so there is no correlation to look at.",
            "open",
            "Read values as number of purchases times the one price.",
        )
    certainty: Certainty = "likely" if correlation.excludes(0) else "open"
    advice = "The model's assumption isn't contradicted."
    if correlation.excludes(0):
        side = "under" if correlation.value > 0 else "over"
        advice = f"Values of frequent buyers are somewhat {side}stated"
        advice += "; at that size it hardly matters." if abs(correlation.value) < 0.1 else "."
    return Finding(
        "spend_and_frequency",
        "Spend per purchase and number of repeat purchases correlate by "
        f"{correlation.text(signed)}.",
        certainty,
        advice,
    )


def holdout_finding(validation: Validation) -> Finding:
    """Say how far off a forecast made at the cut would have been."""
    row, parts = validation.metrics.iloc[0], validation.split
    off = row["aggregate_error"]
    statement = (
        f"A forecast made on {parts.calibration_end:%Y-%m-%d} expected "
        f"{count(row['predicted'])} purchases in the {parts.duration:.0f} weeks after it; "
        f"{count(row['actual'])} came ({signed(100 * off, 1)} %)."
    )
    if abs(off) < _FAR_OFF:
        return Finding("holdout_total", statement, "counted", "Totals are fit for planning.")
    side = "low" if off < 0 else "high"
    return Finding(
        "holdout_total",
        statement,
        "counted",
        f"Expect totals to be too {side} again by something like that, beyond their intervals, "
        "which know of chance but not of a wrong model; rank customers by them, don't budget.",
    )


def order_finding(validation: Validation) -> Finding:
    """Say whether the model ranks customers better than their own rate does."""
    gini, share = validation.metrics["normalised_gini"], validation.metrics["top_20_share"]
    model, rate = gini.index[0], "own rate"
    error = validation.metrics["rmse"]
    better = error[model] < error[rate]
    statement = (
        f"The fifth of the customers ranked highest by the model brought {percent(share[model])} "
        f"of the holdout's revenue, ranked by own rate {percent(share[rate])}; the typical error "
        f"per customer was {error[model]:.2f} purchases against {error[rate]:.2f}."
    )
    advice = (
        "Plan with the model: carrying on each customer's rate ignores who has left."
        if better
        else "Here each customer's own rate forecasts as well: use the model for P(alive) only."
    )
    return Finding("holdout_order", statement, "counted", advice)


def unknown_finding(scored: pd.DataFrame) -> Finding:
    """Say of how many customers the model can't tell whether they are still there."""
    once = scored["frequency"] == 0
    alive = scored.loc[once, "alive"]
    called = "all of them alive"
    if once.any() and alive.min() < 1:
        called = f"{percent(alive.mean())} of them alive"
    return Finding(
        "bought_once",
        f"{count(once.sum())} customers ({percent(once.mean())}) have bought once only; the model "
        f"calls {called}, and expects {scored.loc[once, 'purchases'].mean():.2f} "
        "purchases of each.",
        "counted",
        "Read their P(alive) as not known; judge them by the expected purchases.",
    )


def base_finding(total: Estimate, n: int, horizon: float, currency: str) -> Finding:
    """Say what the customers of today will bring."""
    return Finding(
        "base_value",
        f"The {count(n)} customers are expected to bring a contribution of "
        f"{total.text(lambda value: money(value, currency))} in the next {horizon:.0f} weeks.",
        "likely",
        "This is what is there to be kept; hold the cost of keeping it against this figure.",
    )


def concentration_finding(tiers: pd.DataFrame) -> Finding:
    """Say how much of the value the best customers hold."""
    if tiers["value"].sum() == 0:
        return Finding(
            "value_concentration",
            "No customer is expected to bring a contribution, so there is none to share out.",
            "counted",
            "Check the margin first: at 0 no customer is worth anything.",
        )
    first, last = tiers.iloc[0], tiers.iloc[-1]
    return Finding(
        "value_concentration",
        f"The {tiers.index[0]} of the customers ({count(first['customers'])}) holds "
        f"{percent(first['share'])} of the expected value, the {tiers.index[-1]} "
        f"{percent(last['share'])}.",
        "likely",
        f"Give the {tiers.index[0]} a person or a service of its own, and serve the "
        f"{tiers.index[-1]} by what costs next to nothing per head.",
    )


def at_stake_finding(scored: pd.DataFrame, currency: str) -> Finding:
    """Say whose value hangs on whether they are still there."""
    open_ = scored[(scored["frequency"] > 0) & scored["alive"].between(0.2, 0.8)]
    best = open_.nlargest(max(len(open_) // 10, min(len(open_), 10)), "at_stake")
    stake = best["at_stake"].sum()
    return Finding(
        "about_to_be_lost",
        f"Of {count(len(open_))} customers it is open whether they still buy (P(alive) from "
        f"20 % to 80 %); the {count(len(best))} with most at stake would bring "
        f"{money(stake, currency)} more if they were certainly there.",
        "likely",
        "Call these first, and spend on each at most what it has at stake; try it on half of "
        "them, since nothing here says that a call changes anything.",
    )


def acquisition_finding(new: Estimate, horizon: float, currency: str) -> Finding:
    """Say what winning a customer may cost."""
    return Finding(
        "acquisition_limit",
        f"A new customer brings a contribution of "
        f"{new.text(lambda value: money(value, currency))} on average within {horizon:.0f} weeks, "
        "the first purchase included.",
        "likely",
        f"Winning one may cost up to {money(new.low, currency)} and still pay; above "
        f"{money(new.high, currency)} it doesn't.",
    )


def findings(
    validation: Validation,
    purchases: BetaGeo,
    spend: GammaGamma,
    scored: pd.DataFrame,
    tiers: pd.DataFrame,
    total: Estimate,
    new: Estimate,
    *,
    horizon: float,
    currency: str = "",
) -> list[Finding]:
    """Conclude what customers are worth, how far that can be trusted, and what follows.

    Parameters
    ----------
    validation : of the forecast on a holdout.
    purchases, spend : fitted on everything known.
    scored, tiers : from ``score_customers`` and ``value_tiers``.
    total, new : value of all customers, and of a new one.
    horizon : in weeks.
    currency : ISO code; empty where it isn't known.
    """
    return [
        base_finding(total, len(scored), horizon, currency),
        concentration_finding(tiers),
        at_stake_finding(scored, currency),
        acquisition_finding(new, horizon, currency),
        holdout_finding(validation),
        order_finding(validation),
        unknown_finding(scored),
        spend_finding(spend),
        fit_finding(purchases),
    ]
