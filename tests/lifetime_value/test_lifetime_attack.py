"""Any parameters, any valid history, any horizon: each answer is a number, and a possible one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.lifetime_value import BetaGeo, ModifiedBetaGeo, ParetoNBD

sizes = st.sampled_from([1e-3, 0.05, 0.31, 0.5, 0.9999999, 1.0, 1.0000001, 2.0, 10.0, 1e3])
sizes = sizes | st.floats(1e-3, 1e3)
horizons = st.sampled_from([0.0, 1e-9, 1.0, 52.0, 1e4, 1e9])


@st.composite
def histories(draw) -> tuple[int, float, float]:
    frequency = draw(st.sampled_from([0, 1, 70, 170, 1_000, 10_000]) | st.integers(0, 10_000))
    age = draw(st.sampled_from([0.0, 1 / 7, 38.86, 520.0]) | st.floats(0, 6_000))
    share = draw(st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1))
    return frequency, min(share * age, age) if frequency else 0.0, age


@pytest.mark.parametrize("kind", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_every_answer_with_its_interval_is_a_possible_number(kind, cdnow):
    model = kind().fit(cdnow)
    covariance = model._log_covariance

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(
        rows=st.lists(histories(), min_size=1, max_size=3),
        parameters=st.tuples(sizes, sizes, sizes, sizes),
        horizon=horizons,
        known=st.booleans(),
        interval=st.sampled_from([0.01, 0.9, 0.999]),
    )
    def attack(rows, parameters, horizon, known, interval):
        model._know(pd.Series(parameters, model.params_.index), covariance * (0.01 if known else 1))
        customers = pd.DataFrame(rows, columns=["frequency", "recency", "T"]).astype(float)
        purchases = model.predict_purchases(customers, horizon, interval)
        alive = model.predict_alive(customers, interval)
        new = model.expected_purchases_new(horizon, interval)
        total = model.total_purchases(customers, horizon)
        ends = [[each.low, each.value, each.high] for each in (new, total)]
        for answers in map(np.asarray, (purchases, alive, ends)):
            assert np.isfinite(answers).all()
            assert (answers >= 0).all()
        assert (purchases["low"] <= purchases["high"]).all()
        assert (alive["low"] <= alive["high"]).all()
        assert (alive["high"] <= 1).all()
        if horizon <= 52:
            assert (model.simulate(customers, horizon, draws=3) >= 0).all(axis=None)

    attack()
