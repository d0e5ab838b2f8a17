import numpy as np
import pandas as pd
import pytest

from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    customer_lifetime_value,
    new_customer_value,
    total_value,
)
from crm_analysis.lifetime_value._lifetimes import GammaGammaFitter

YEAR = 365.25 / 7


@pytest.fixture(scope="module")
def models(cdnow):
    return BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)


@pytest.fixture(scope="module")
def certain(models):
    """The same models, their parameters taken as known."""
    purchases, spend = BetaGeo(), GammaGamma()
    purchases.params_, purchases._log_covariance = models[0].params_, np.zeros((4, 4))
    spend.params_, spend._log_covariance = models[1].params_, np.zeros((3, 3))
    purchases.n_customers_ = 1
    return purchases, spend


def simulated_revenue(models, customers, horizon, force, draws, seed=1) -> np.ndarray:
    """Discounted revenue per draw and customer, purchase by purchase."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = models[0].params_
    p, q, v = models[1].params_
    x, T, m = (customers[n].to_numpy(float) for n in ("frequency", "T", "monetary_value"))
    shape = (draws, len(customers))
    rate = rng.gamma(r + x, 1 / (alpha + T), shape)
    coin = rng.beta(a, b + x, shape)
    active = rng.random(shape) < models[0].predict_alive(customers)["alive"].to_numpy()
    scale = rng.gamma(q + p * x, 1 / (v + x * m), shape)
    revenue, now = np.zeros(shape), np.zeros(shape)
    while active.any():
        now = now + rng.exponential(1 / rate)
        active &= now <= horizon
        revenue += active * np.exp(-force * now) * rng.gamma(p, 1 / scale)
        active &= rng.random(shape) >= coin
    return revenue


def some(cdnow) -> pd.DataFrame:
    rows = cdnow.sort_values(["frequency", "recency"], kind="stable")
    return rows.iloc[[0, 1500, 1800, 2100, 2300, 2350, 2356]]


def test_without_discount_it_is_margin_times_spend_times_purchases(cdnow, models):
    value = customer_lifetime_value(*models, cdnow, 39, 0, 0.3)["value"]
    purchases = models[0].predict_purchases(cdnow, 39)["purchases"]
    spend = models[1].predict_spend(cdnow)["spend"]
    pd.testing.assert_series_equal(value, 0.3 * purchases * spend, check_names=False)


def test_discounts_each_purchase_from_the_day_it_comes(cdnow, models):
    """A thousand small steps, each increment of the mean discounted at its middle."""
    customers = some(cdnow)
    edges = np.linspace(0, 104, 1001)
    mean = np.array([models[0].predict_purchases(customers, t)["purchases"] for t in edges])
    middle = (edges[1:] + edges[:-1]) / 2
    factor = np.exp(-np.log(1.15) * middle / YEAR)
    expected = factor @ np.diff(mean, axis=0) * models[1].predict_spend(customers)["spend"]
    value = customer_lifetime_value(*models, customers, 104, 0.15, 1.0)["value"]
    assert value.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-5)


def test_days_and_weeks_give_the_same_money(cdnow, models):
    days = cdnow.assign(recency=cdnow["recency"] * 7, T=cdnow["T"] * 7)
    by_day = BetaGeo().fit(days)
    value = customer_lifetime_value(by_day, models[1], days, 365, 0.1, 0.3, unit="D")
    weeks = customer_lifetime_value(*models, cdnow, 365 / 7, 0.1, 0.3, unit="W")
    assert value["value"].to_numpy() == pytest.approx(weeks["value"].to_numpy(), rel=1e-4)
    month = 365.25 / 12
    months = days.assign(recency=days["recency"] / month, T=days["T"] / month)
    by_month = BetaGeo().fit(months)
    value = customer_lifetime_value(by_month, models[1], months, 12, 0.1, 0.3, unit=month)
    year = customer_lifetime_value(*models, cdnow, YEAR, 0.1, 0.3, unit="W")
    assert value["value"].to_numpy() == pytest.approx(year["value"].to_numpy(), rel=1e-4)


def test_a_year_of_days_is_a_year_where_lifetimes_has_360(cdnow, models):
    days = cdnow.assign(recency=cdnow["recency"] * 7, T=cdnow["T"] * 7)
    by_day, repeat = BetaGeo().fit(days), days[days["frequency"] > 0]
    theirs = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
    columns = [repeat[n] for n in ("frequency", "recency", "T", "monetary_value")]
    year = theirs.customer_lifetime_value(by_day, *columns, time=12, discount_rate=0, freq="D")
    short, whole = (
        customer_lifetime_value(by_day, models[1], repeat, horizon, 0, 1.0, unit="D")["value"]
        for horizon in (360, 365.25)
    )
    assert year.to_numpy() == pytest.approx(short.to_numpy(), rel=1e-3)
    assert whole.sum() > 1.008 * year.sum()


def test_each_interval_is_that_of_simulated_lives(cdnow, certain):
    customers = some(cdnow)
    ours = customer_lifetime_value(*certain, customers, 78, 0.1, 0.4, interval=0.9)
    lives = 0.4 * simulated_revenue(certain, customers, 78, np.log(1.1) / YEAR, draws=60_000)
    assert ours["value"].to_numpy() == pytest.approx(lives.mean(axis=0), rel=0.05)
    # Who buys least leaves early, so the few purchases are discounted by less than the average.
    for name, share, tolerance in (("low", 0.05, 0.12), ("high", 0.95, 0.04)):
        simulated = np.quantile(lives, share, axis=0)
        assert ours[name].to_numpy() == pytest.approx(simulated, rel=tolerance, abs=0.3)


def test_the_total_is_the_sum_and_its_interval_that_of_simulated_lives(cdnow, certain):
    customers = cdnow.iloc[::12]
    total = total_value(*certain, customers, 39, 0.1, 0.3, interval=0.8)
    each = customer_lifetime_value(*certain, customers, 39, 0.1, 0.3)["value"]
    assert total.value == pytest.approx(each.sum())
    lives = simulated_revenue(certain, customers, 39, np.log(1.1) / YEAR, draws=4_000)
    sums = 0.3 * lives.sum(axis=1)
    assert total.high - total.low == pytest.approx(np.ptp(np.quantile(sums, [0.1, 0.9])), rel=0.08)


def test_not_knowing_the_parameters_widens_every_interval(cdnow, models, certain):
    for function in (total_value, lambda *args: new_customer_value(*args[:2], *args[3:])):
        known, unknown = (function(*pair, cdnow, 52, 0.1, 0.3) for pair in (certain, models))
        assert known.value == unknown.value
        assert unknown.high - unknown.low > 1.2 * (known.high - known.low)
    customers = some(cdnow)
    known, unknown = (
        customer_lifetime_value(*pair, customers, 52, 0.1, 0.3, interval=0.9)
        for pair in (certain, models)
    )
    assert (unknown["high"] - unknown["low"]).sum() > (known["high"] - known["low"]).sum()


def test_a_new_customer_brings_the_first_purchase_and_what_follows(models, certain):
    new = pd.DataFrame({"frequency": [0], "recency": 0.0, "T": 0.0, "monetary_value": 0.0})
    lives = simulated_revenue(certain, new, 52, np.log(1.1) / YEAR, draws=60_000)
    estimate = new_customer_value(*models, 52, 0.1, 0.3)
    assert estimate.value == pytest.approx(
        0.3 * (lives.mean() + models[1].mean_spend_.value), rel=0.02
    )
    assert estimate.low < estimate.value < estimate.high


def test_value_goes_the_right_way(cdnow, models):
    def total(horizon=52, rate=0.1, margin=0.3, cost=0):
        return total_value(*models, cdnow, horizon, rate, margin, cost).value

    assert total(rate=0.2) < total() < total(rate=0.0)
    assert total(horizon=26) < total() < total(horizon=104)
    assert total(margin=0.6) == pytest.approx(2 * total())
    assert total(cost=2) == pytest.approx(total() - 2 * len(cdnow))
    assert total(horizon=0) == 0


def test_margin_and_cost_may_differ_by_customer(cdnow, models):
    customers = cdnow.head(3)
    margin = pd.Series([0.1, 0.2, 0.3], index=customers.index)[::-1]
    cost = pd.Series([0.0, 1.0, 2.0], index=customers.index)
    value = customer_lifetime_value(*models, customers, 52, 0.1, margin, cost)["value"]
    full = customer_lifetime_value(*models, customers, 52, 0.1, 1.0)["value"]
    assert value.to_numpy() == pytest.approx((full * [0.1, 0.2, 0.3] - [0, 1, 2]).to_numpy())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"margin": 3.0}, "margin must be between 0 and 1 .*got|margin must be between 0 and 1"),
        ({"discount_rate": -1.0}, r"discount_rate must lie between 0 and 1 .*got -1\.0"),
        ({"discount_rate": 10}, "0.1 is 10 %.*got 10"),
        ({"horizon": -4}, "horizon must be at least 0 and finite, got -4"),
        ({"acquisition_cost": -1}, "acquisition_cost must be at least 0"),
        ({"unit": "Q"}, "unknown unit 'Q'.*Known: D, W, M, Y"),
        ({"unit": 0}, "unit must be D, W, M, Y or a number of days above 0, got 0"),
        ({"interval": 90}, "interval must lie between 0 and 1, got 90"),
    ],
)
def test_refuses_impossible_economics(cdnow, models, change, message):
    usual = {"horizon": 52, "discount_rate": 0.1, "margin": 0.3}
    for function in (customer_lifetime_value, total_value):
        with pytest.raises(ValueError, match=message):
            function(*models, cdnow, **(usual | change))


def test_names_the_customer_whose_margin_is_missing(cdnow, models):
    customers = cdnow.head(3)
    margin = pd.Series(0.2, index=customers.index[:2])
    with pytest.raises(ValueError, match=r"margin must be .* first at 3 with nan"):
        customer_lifetime_value(*models, customers, 52, 0.1, margin)


def test_the_callers_frame_stays_and_equal_histories_get_equal_values(cdnow, models):
    before = cdnow.copy()
    first = customer_lifetime_value(*models, cdnow, 52, 0.1, 0.3, interval=0.9)
    pd.testing.assert_frame_equal(cdnow, before)
    again = customer_lifetime_value(*models, cdnow.iloc[::-1], 52, 0.1, 0.3, interval=0.9)
    pd.testing.assert_frame_equal(first, again.iloc[::-1])
    distinct = cdnow.groupby(["frequency", "recency", "T", "monetary_value"]).ngroup()
    assert first.groupby(distinct.to_numpy())["high"].nunique().max() == 1
