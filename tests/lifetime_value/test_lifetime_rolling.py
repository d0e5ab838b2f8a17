import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import rolling_origins, validate
from tests.lifetime_value.lifetime_logs import simulate_log


def test_origins_by_hand():
    log = simulate_log(400, weeks=100, cohort=10, seed=1)
    first, last = log["date"].min(), log["date"].max()
    splits = rolling_origins(log, last, horizon=20, n=3)
    cuts = [(last - part.calibration_end).days / 7 for part in splits]
    np.testing.assert_allclose(cuts, [20, 30, 40], atol=1 / 7)
    assert [part.duration for part in splits] == pytest.approx([20, 20, 20], abs=1 / 7)
    assert all(part.as_of <= last for part in splits)
    assert splits[0].customers["first"].min() == first


def test_a_horizon_longer_than_half_of_the_log_is_cut():
    log = simulate_log(400, weeks=40, seed=1)
    splits = rolling_origins(log, None, horizon=52)
    assert splits[0].duration == pytest.approx(20, abs=1)
    assert len(splits) == 2  # the third would leave less than a quarter of the log behind it


def test_what_lies_after_the_last_day_is_never_seen():
    log = simulate_log(400, weeks=80, seed=1)
    last = log["date"].min() + pd.Timedelta(weeks=50)
    now, then = (rolling_origins(table, last, 10) for table in (log[log["date"] <= last], log))
    for ours, same in zip(now, then, strict=True):
        pd.testing.assert_frame_equal(ours.customers, same.customers)


def test_a_log_of_a_day_has_no_earlier_days():
    day = pd.DataFrame(
        {"customer_id": ["a", "b"], "date": pd.Timestamp("2026-01-01"), "amount": 1.0}
    )
    with pytest.raises(InsufficientData, match="at least four days"):
        rolling_origins(day, None, 10)


def test_each_origin_can_be_validated():
    log = simulate_log(800, weeks=60, seed=1)
    part = rolling_origins(log, None, 15)[1]
    metrics = validate(log, part.calibration_end, as_of=part.as_of).metrics
    assert metrics.loc["BG/NBD", "actual"] == part.customers["holdout_purchases"].sum()
