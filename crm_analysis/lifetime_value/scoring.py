"""Everything that the models say of each customer, in one table, and of groups of them."""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.value import customer_lifetime_value, total_value

__all__ = ["TIERS", "alive_path", "example_customer", "score_customers", "value_tiers"]

_GIVEN = ("frequency", "recency", "T", "monetary_value", "spend_purchases")
# Shares of customers, most valuable first.
TIERS = {"first tenth": 0.1, "second tenth": 0.2, "next 30 %": 0.5, "lower half": 1.0}


def score_customers(
    purchases: BetaGeo,
    spend: GammaGamma,
    customers: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> pd.DataFrame:
    """Lay beside each customer's history what the models expect of it.

    Parameters
    ----------
    purchases, spend, customers, horizon, discount_rate, margin, unit : as in
        ``customer_lifetime_value``.
    interval : chance, between 0 and 1, of each ``…_low`` to ``…_high``.

    Returns
    -------
    frame : a row per customer, most valuable first: ``frequency``, ``recency``, ``T`` and
        ``monetary_value`` as given, and ``spend_purchases`` where it is; ``alive``
        (probability); ``purchases`` and ``spend`` (means) and ``value`` (money), each with
        ``_low`` and ``_high``; ``at_stake``, the value that the customer would bring if still
        there for certain, less the value.
    """
    given = customers[[name for name in _GIVEN if name in customers]]
    alive = purchases.predict_alive(customers)["alive"]
    parts = {
        "purchases": purchases.predict_purchases(customers, horizon, interval),
        "spend": spend.predict_spend(customers, interval),
        "value": customer_lifetime_value(
            purchases,
            spend,
            customers,
            horizon,
            discount_rate,
            margin,
            unit=unit,
            interval=interval,
        ),
    }
    named = [
        frame.rename(columns={end: f"{name}_{end}" for end in ("low", "high")})
        for name, frame in parts.items()
    ]
    scored = pd.concat([given, alive, *named], axis=1)
    # Below a chance of one in a million there's nobody to be won back.
    stake = scored["value"] / alive.clip(lower=1e-6) - scored["value"]
    scored = scored.assign(at_stake=stake.where(alive >= 1e-6, 0.0))
    return scored.sort_values("value", ascending=False, kind="stable")


def value_tiers(
    purchases: BetaGeo,
    spend: GammaGamma,
    scored: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin: float,
    *,
    unit: str = "W",
    interval: float = 0.9,
) -> pd.DataFrame:
    """Sum up the customers by the order of their value.

    Parameters
    ----------
    scored : from ``score_customers`` or ``corrected_scores``; the other arguments as there.

    Returns
    -------
    frame : a row per ``tier``: ``customers``, mean ``alive`` and ``purchases``, ``value`` (total)
        with ``low`` and ``high``, and ``share`` of the value of all.
    """
    check_columns(scored, ["alive", "purchases", "value"], table="scored")
    ordered = scored.sort_values("value", ascending=False, kind="stable")
    rank = (pd.Series(range(1, len(ordered) + 1), index=ordered.index)) / len(ordered)
    tier = pd.cut(rank, [0, *TIERS.values()], labels=list(TIERS))
    rows = {}
    for name, group in ordered.groupby(tier, observed=True):
        total = total_value(
            purchases, spend, group, horizon, discount_rate, margin, unit=unit, interval=interval
        )
        means = group[["alive", "purchases"]].mean().to_dict()
        # Where values were corrected, the interval of their sum moves with them.
        moved = group["value"].sum() / total.value if total.value else 1.0
        ends = (total.value * moved, max(total.low * moved, 0.0), total.high * moved)
        ends = dict(zip(("value", "low", "high"), ends, strict=True))
        rows[name] = {"customers": len(group), **means, **ends}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("tier")
    frame["customers"] = frame["customers"].astype(int)
    # At a margin of 0 there is no value, and nobody holds a share of it.
    return frame.assign(share=frame["value"] / (frame["value"].sum() or 1.0))


def alive_path(
    model: BetaGeo, dates: pd.Series, as_of: str | pd.Timestamp, unit_days: float = 7
) -> pd.DataFrame:
    """Follow the probability that one customer is still there, day by day.

    Parameters
    ----------
    model : fitted.
    dates : the customer's purchases; several on one day count once.
    as_of : last day of the path.
    unit_days : days in the unit of the fit; 7 for weeks.

    Returns
    -------
    frame : a row per day from the first purchase: ``date``, ``alive`` (0 to 1), and ``bought``.
    """
    bought = pd.DatetimeIndex(dates).normalize().unique().sort_values()
    bought = bought[bought <= pd.Timestamp(as_of)]
    days = pd.date_range(bought[0], as_of, freq="D")
    count = bought.searchsorted(days, side="right")
    history = pd.DataFrame(
        {
            "frequency": count - 1,
            "recency": (bought[count - 1] - bought[0]).days / unit_days,
            "T": (days - bought[0]).days / unit_days,
        }
    )
    alive = model.predict_alive(history)["alive"].to_numpy()
    return pd.DataFrame({"date": days, "alive": alive, "bought": days.isin(bought)})


def example_customer(scored: pd.DataFrame) -> object:
    """Return the id of a frequent buyer of whom it's most open whether they still buy.

    Among the tenth with most repeat purchases, the one whose ``alive`` is nearest to a half.
    """
    check_columns(scored, ["frequency", "alive"], table="scored")
    frequent = scored[scored["frequency"] >= scored["frequency"].quantile(0.9)]
    return (frequent["alive"] - 0.5).abs().idxmin()
