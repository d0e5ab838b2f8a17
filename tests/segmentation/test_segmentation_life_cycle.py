from itertools import product

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import LOYALTY, STAGES, gap_limits, life_cycle_grid


def customers_of(silence, orders):
    return pd.DataFrame({"recency": 0, "T": silence, "orders": orders}).rename_axis("customer_id")


def test_sixteen_cells_each_from_its_own_behaviour():
    # At a limit a customer still belongs to the better stage: "silent for up to 30 days".
    behaviour = list(product([30, 90, 365, 366], [1, 2, 4, 5]))
    customers = customers_of(*zip(*behaviour, strict=True))
    cells = life_cycle_grid(customers, recency_limits=(30, 90, 365))
    assert list(cells.itertuples(index=False, name=None)) == list(product(STAGES, LOYALTY))


@pytest.mark.parametrize(
    ("silence", "stage"), [(0, "active"), (31, "silent"), (91, "dormant"), (365.5, "lost")]
)
def test_stage_just_past_each_limit(silence, stage):
    cells = life_cycle_grid(customers_of([silence], [1]), recency_limits=(30, 90, 365))
    assert cells["stage"].tolist() == [stage]


def test_limits_are_gaps_that_customers_came_back_from():
    # 100 customers with mean gaps of 1 to 100 days, each over three repeat days.
    customers = pd.DataFrame({"frequency": 3, "recency": 3 * np.arange(1, 101)})
    assert gap_limits(customers) == (50, 80, 95)


def test_limits_ignore_customers_who_never_came_back():
    back = pd.DataFrame({"frequency": 1, "recency": np.arange(1, 41)})
    once = pd.DataFrame({"frequency": 0, "recency": np.zeros(500)})
    assert gap_limits(pd.concat([back, once])) == gap_limits(back)


def test_slower_companies_get_longer_limits():
    customers = customers_of(100, range(1, 41)).assign(frequency=1, recency=np.arange(40.0))
    fast = life_cycle_grid(customers.assign(T=customers["recency"] + 30))
    customers["recency"] *= 4
    slow = life_cycle_grid(customers.assign(T=customers["recency"] + 30))
    assert set(fast["stage"]) == {"silent"} and set(slow["stage"]) == {"active"}


def test_too_few_came_back_to_know_the_gaps():
    customers = customers_of([1, 2, 3], [1, 1, 1]).assign(frequency=0)
    with pytest.raises(InsufficientData, match="0 customers who came back") as caught:
        life_cycle_grid(customers)
    assert "recency_limits of your own" in str(caught.value)


@pytest.mark.parametrize("limits", [(30, 90), (90, 30, 365), (30, 90, float("nan")), (1, 2, 3, 4)])
def test_limits_that_do_not_fit(limits):
    with pytest.raises(InputError, match="recency_limits must be three rising numbers"):
        life_cycle_grid(customers_of([1], [1]), recency_limits=limits)
    with pytest.raises(InputError, match="order_limits must be three rising numbers"):
        life_cycle_grid(customers_of([1], [1]), (30, 90, 365), order_limits=limits)


def test_a_customer_without_orders_is_named():
    with pytest.raises(ValueError, match=r"orders must be at least 1.*first at 1 with 0"):
        life_cycle_grid(customers_of([1, 2], [1, 0]), (30, 90, 365))


def test_caller_s_frame_is_not_changed():
    customers = customers_of([1, 200], [1, 7])
    before = customers.copy()
    life_cycle_grid(customers, (30, 90, 365))
    pd.testing.assert_frame_equal(customers, before)
