import numpy as np
import pandas as pd

from crm_analysis.customers import summarize
from crm_analysis.lifetime_value import choose_spend
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
    assert chosen["monetary_value"].tolist() == [3.0, 0.0]
    assert customers.loc["a", "monetary_value"] == 4.0


def test_a_log_that_cannot_tell_keeps_to_the_literature():
    chosen = choose_spend(simulate_log(25, weeks=20, seed=1), horizon=5)
    assert chosen.source == "repeat purchases"
    assert (chosen.evidence["days"] == 0).all()
