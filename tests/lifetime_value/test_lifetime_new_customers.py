import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    acquisition_rate,
    customer_equity,
    new_customer_value,
    total_value,
)

TERMS = {"horizon": 52, "discount_rate": 0.1, "margin": 0.3}
RATE = Estimate(50.0, 45.0, 55.0, 0.9, n=2_600, method="given")


@pytest.fixture(scope="module")
def customers(cdnow_transactions):
    return summarize(cdnow_transactions, as_of="1997-09-30", unit="W")


@pytest.fixture(scope="module")
def models(customers):
    return BetaGeo().fit(customers), GammaGamma().fit(customers)


# CDNOW: first purchases are smaller than repeat purchases, 33.29 against 36.09 on average.
def test_the_first_purchase_counts_at_the_mean_of_first_purchases(models, customers):
    first = models[1].first_spend_
    repeat = customers[customers["frequency"] > 0]
    later = (repeat["monetary_value"] * repeat["frequency"]).sum() / repeat["frequency"].sum()
    assert first.low < first.value < first.high < later
    at_once = new_customer_value(*models, horizon=0, discount_rate=0.1, margin=0.3)
    assert at_once.value == pytest.approx(0.3 * first.value)
    unknown = GammaGamma().fit(customers.drop(columns="revenue"))
    more = new_customer_value(models[0], unknown, **TERMS).value
    less = new_customer_value(*models, **TERMS).value
    mean = unknown.mean_spend_.value
    assert more - less == pytest.approx(0.3 * (mean - first.value))


def test_first_purchases_by_hand():
    lines = pd.DataFrame(
        {
            "customer_id": ["Ann", "Ann", "Ann", "Bo"] * 1,
            "date": pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-05"]),
            "amount": [10.0, 4.0, 8.0, 6.0],
        }
    )
    people = [lines.assign(customer_id=lines["customer_id"] + str(k)) for k in range(12)]
    table = summarize(pd.concat(people, ignore_index=True), as_of="2026-03-01", unit="W")
    assert GammaGamma().fit(table).first_spend_.value == pytest.approx(8.0)


@pytest.mark.parametrize("kind", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_equity_is_the_value_of_all_who_are_and_who_will_be(customers, models, kind):
    pair = kind().fit(customers), models[1]
    equity = customer_equity(*pair, customers, RATE, **TERMS)
    assert equity.existing == total_value(*pair, customers, **TERMS)
    assert equity.total.value == pytest.approx(equity.existing.value + equity.new.value)
    # A thousand small cohorts, each valued on its own up to the same last day.
    edges = np.linspace(0, 52, 201)
    middle = (edges[1:] + edges[:-1]) / 2
    worth = [new_customer_value(*pair, 52 - t, 0.1, 0.3).value for t in middle]
    expected = 50 * (52 / 200) * np.exp(-np.log(1.1) * middle * 7 / 365.25) @ worth
    assert equity.new.value == pytest.approx(expected, rel=1e-3)
    widths = [part.high - part.low for part in (equity.existing, equity.new, equity.total)]
    assert widths[2] > max(widths[:2])


def test_the_chances_of_new_customers_are_in_the_interval(customers, models):
    """Few come, and each brings little or much: known rates and parameters still leave a spread."""
    exact = Estimate(2.0, 2.0, 2.0, 0.9, n=100_000, method="given")
    equity = customer_equity(*models, customers, exact, **TERMS)
    each = equity.new.value / (2 * 52)
    # Not even the number of those who come is sure: that alone is a Poisson count.
    assert equity.new.high - equity.new.low > 2 * 1.645 * each * np.sqrt(2 * 52)
    many = customer_equity(*models, customers, Estimate(2e3, 2e3, 2e3, 0.9, 10**8, "x"), **TERMS)
    wide = (equity.new.high - equity.new.value) / equity.new.value
    assert wide > 2 * (many.new.high - many.new.value) / many.new.value


def test_equity_goes_the_right_way(customers, models):
    usual = customer_equity(*models, customers, RATE, **TERMS)
    costly = customer_equity(*models, customers, RATE, **TERMS, acquisition_cost=10)
    none = customer_equity(*models, customers, Estimate(0, 0, 1, 0.9, 0, "given"), **TERMS)
    # Fifty a week for a year at ten each, a little less in today's money.
    assert 24_000 < usual.new.value - costly.new.value < 26_000
    assert none.total.value == pytest.approx(usual.existing.value) and none.new.value == 0
    longer = customer_equity(*models, customers, RATE, **(TERMS | {"horizon": 104}))
    assert longer.new.value > 2 * usual.new.value


def test_counts_the_customers_of_the_last_year_by_hand():
    days = pd.to_datetime(["2024-01-01"] * 9 + ["2025-06-01"] * 30 + ["2025-12-31"] * 22)
    rate = acquisition_rate(pd.DataFrame({"first": days}), "2025-12-31")
    assert rate.value == pytest.approx(52 / 52) and rate.n == 52  # those of 2024 are too old
    assert rate.low < 0.5  # they came in two bursts: far less sure than a Poisson count
    even = pd.DataFrame({"first": pd.date_range("2025-01-01", periods=365)})
    calm = acquisition_rate(even, "2025-12-31", unit="D")
    assert calm.value == pytest.approx(1)
    width = 1.645 / np.sqrt(364)
    assert np.log(calm.high) == pytest.approx(width, rel=1e-3)


def test_nobody_won_in_the_last_year_is_a_rate_too():
    old = pd.DataFrame({"first": pd.to_datetime(["2023-01-01"] * 5)})
    rate = acquisition_rate(old, "2025-12-31")
    assert rate.value == rate.low == 0 and 0 < rate.high < 0.1


def test_refuses_what_cannot_be_answered(customers, models):
    with pytest.raises(InsufficientData, match="at least 16 weeks of records"):
        acquisition_rate(pd.DataFrame({"first": pd.to_datetime(["2025-12-01"])}), "2025-12-31")
    with pytest.raises(InputError, match="unknown unit 'M'"):
        acquisition_rate(customers, "1997-09-30", unit="M")
    with pytest.raises(ValueError, match=r"margin must lie between 0 and 1 .* got 3"):
        customer_equity(*models, customers, RATE, 52, 0.1, 3)
    with pytest.raises(ValueError, match=r"discount_rate must lie between 0 and 1 .* got -1"):
        customer_equity(*models, customers, RATE, 52, -1, 0.3)
    with pytest.raises(ValueError, match="acquisition_cost must be at least 0, got -5"):
        customer_equity(*models, customers, RATE, 52, 0.1, 0.3, -5)
