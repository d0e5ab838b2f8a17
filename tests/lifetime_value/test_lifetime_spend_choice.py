import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    choose_spend,
    score_customers,
    total_value,
)
from tests.lifetime_value.lifetime_logs import simulate_log


def priced(first_factor: float) -> pd.DataFrame:
    """Each customer has an own price level; the first purchase costs a multiple of it."""
    log = simulate_log(1_500, weeks=60, seed=3).sort_values(["customer_id", "date"])
    rng = np.random.default_rng(4)
    level = rng.gamma(4, 10, 1_500)[log["customer_id"]]
    first = ~log["customer_id"].duplicated()
    noise = rng.gamma(6, 1 / 6, len(log))
    return log.assign(amount=level * noise * np.where(first, first_factor, 1.0))


def test_first_purchases_like_the_others_are_used():
    chosen = choose_spend(priced(1.0), horizon=20)
    assert chosen.source == "all purchases"
    assert chosen.evidence.loc["all purchases", "error"] < chosen.evidence["error"].max()
    assert (chosen.evidence["days"] == 3).all()


def test_first_purchases_of_another_size_are_left_out():
    assert choose_spend(priced(3.0), horizon=20).source == "repeat purchases"


def test_the_mean_of_all_purchases_by_hand():
    days = pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-02"])
    lines = pd.DataFrame(
        {"customer_id": ["a", "a", "a", "b"], "date": days, "amount": [1.0, 2.0, 6.0, 9.0]}
    )
    customers = summarize(lines, unit="W")
    before = customers.copy()
    chosen = choose_spend(priced(1.0), horizon=20).of(customers)
    pd.testing.assert_frame_equal(customers, before)
    assert chosen["monetary_value"].tolist() == [3.0, 9.0]
    assert chosen["spend_purchases"].tolist() == [3, 1]
    assert customers.loc["a", "monetary_value"] == 4.0


def test_from_all_purchases_a_one_time_buyers_own_spend_counts():
    log = priced(1.0)
    customers = summarize(log, unit="W")
    once = customers.index[customers["frequency"] == 0]
    literature = GammaGamma().fit(customers).predict_spend(customers)["spend"]
    assert np.ptp(literature[once]) == 0
    table = choose_spend(log, horizon=20).of(customers)
    model = GammaGamma().fit(table)
    assert model.n_customers_ == len(customers)
    ours = model.predict_spend(table, interval=0.9)
    assert ours["spend"][once].corr(customers["revenue"][once], method="spearman") > 0.999
    # Between what was paid once and what all pay.
    mean, paid = model.mean_spend_.value, customers["revenue"][once]
    assert ours["spend"][once].between(np.minimum(paid, mean), np.maximum(paid, mean)).all()


def test_values_and_their_totals_are_computed_from_the_same_purchases():
    customers = summarize(log := priced(1.0), unit="W")
    table = choose_spend(log, horizon=20).of(customers)
    models, terms = (BetaGeo().fit(table), GammaGamma().fit(table)), (26, 0.1, 0.3)
    scored = score_customers(*models, table, *terms)
    assert scored["value"].sum() == pytest.approx(total_value(*models, table, *terms).value)
    assert total_value(*models, scored, *terms).value == pytest.approx(scored["value"].sum())


def test_a_log_that_cannot_tell_keeps_to_the_literature():
    chosen = choose_spend(simulate_log(25, weeks=20, seed=1), horizon=5)
    assert chosen.source == "repeat purchases"
    assert (chosen.evidence["days"] == 0).all()
