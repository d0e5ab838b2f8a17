"""The customer table as people bring it: ids as a column, text for numbers, customers twice."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.segmentation import (
    CustomerClusters,
    abc_analysis,
    customer_pyramid,
    days_since_last,
    gap_limits,
    life_cycle_grid,
    name_segments,
    rfm_scores,
    score_cells,
    segment_profile,
    segment_spread,
)


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(0)
    orders = rng.integers(1, 9, 60)
    return pd.DataFrame(
        {
            "orders": orders,
            "revenue": (orders * rng.lognormal(3, 0.5, 60)).round(2),
            "frequency": orders - 1,
            "recency": (orders - 1) * 20.0,
            "T": 200.0 + rng.integers(0, 90, 60),
        },
        index=pd.Index([f"c{k:02d}" for k in range(60)], name="customer_id"),
    )


SCHEMES = {
    "scores": rfm_scores,
    "silence": days_since_last,
    "grid": life_cycle_grid,
    "pyramid": customer_pyramid,
    "abc": abc_analysis,
    "clusters": lambda table: CustomerClusters().fit(table).labels_,
    "predicted": lambda table: CustomerClusters(k=2).fit(table).predict(table),
}


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_ids_in_a_column_are_the_index_of_what_comes_back(customers, scheme):
    # A hand-over table that was read back from its file has them so.
    expected = scheme(customers)
    found = scheme(customers.reset_index())
    assert found.index.name == "customer_id"
    assert found.equals(expected)


def test_profiles_take_ids_in_a_column_too(customers):
    read = customers.reset_index()
    segments = name_segments(rfm_scores(read))
    for describe in (segment_profile, segment_spread):
        pd.testing.assert_frame_equal(describe(read, segments), describe(customers, segments))
    cells = score_cells(rfm_scores(read), read)
    assert cells["customers"].sum() == len(customers)
    assert cells["revenue"].sum() == pytest.approx(customers["revenue"].sum())


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_a_customer_who_stands_twice_is_named(customers, scheme):
    twice = pd.concat([customers, customers.iloc[[7]]])
    with pytest.raises(InputError, match="got several for 'c07'"):
        scheme(twice)


@pytest.mark.parametrize("name", ["orders", "recency", "T", "revenue"])
def test_text_is_read_as_the_number_it_is_or_named(customers, name):
    text = customers.assign(**{name: customers[name].astype("str")})
    for scheme in SCHEMES.values():
        assert scheme(text).equals(scheme(customers))
    wrong = text.assign(**{name: text[name].mask(text.index == "c03", "many")})
    schemes = ["scores", "clusters"] if name == "revenue" else ["scores", "grid", "clusters"]
    for scheme in schemes:
        with pytest.raises(ValueError, match=f"{name} must be a number: 1 of 60.*'c03' with many"):
            SCHEMES[scheme](wrong)


def test_without_repeat_days_orders_tell_who_came_back(customers):
    # One order a day: then orders − 1 and the repeat purchase days are the same.
    minimal = customers[["orders", "recency", "T"]]
    assert gap_limits(minimal) == gap_limits(customers)
    pd.testing.assert_frame_equal(life_cycle_grid(minimal), life_cycle_grid(customers))
