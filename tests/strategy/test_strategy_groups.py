"""Groups: a partition of all combinations, and the limits put where they are said to be."""

from itertools import product

import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.strategy.groups import (
    GROUPS,
    LIVES,
    SATISFACTION,
    WORTHS,
    customer_groups,
    group_of,
    usual_gap,
)


@pytest.fixture
def customers() -> pd.DataFrame:
    """Ten customers: gaps of 2 weeks, values that can be told apart."""
    rows = [
        # id, frequency, recency, T, alive, value
        ("star", 10, 20.0, 21.0, 0.95, 500.0),
        ("slipping star", 10, 20.0, 40.0, 0.50, 300.0),
        ("regular", 5, 10.0, 11.0, 0.90, 90.0),
        ("slipping", 5, 10.0, 20.0, 0.40, 20.0),
        ("gone", 5, 10.0, 90.0, 0.05, 1.0),
        ("new", 0, 0.0, 1.0, 1.00, 30.0),
        ("once", 0, 0.0, 60.0, 1.00, 2.0),
        ("edge of gone", 4, 8.0, 20.0, 0.30, 10.0),
        ("edge of active", 4, 8.0, 9.0, 0.80, 40.0),
        ("surely gone", 4, 8.0, 99.0, 0.00, 0.0),
    ]
    names = ["customer_id", "frequency", "recency", "T", "alive", "value"]
    return pd.DataFrame(rows, columns=names).set_index("customer_id")


def test_every_combination_has_one_group_and_every_group_a_combination():
    reached = {group_of(*answers) for answers in product(WORTHS, LIVES, SATISFACTION)}
    assert reached == set(GROUPS)


def test_an_unknown_answer_is_refused():
    with pytest.raises(ValueError, match="life 'asleep'"):
        group_of("high", "asleep", "unknown")


def test_customers_fall_where_the_limits_say(customers):
    life = customer_groups(customers)["life"]
    assert life.to_dict() == {
        "star": "active", "slipping star": "slipping", "regular": "active",
        "slipping": "slipping", "gone": "gone", "new": "new", "once": "one-time",
        "edge of gone": "slipping", "edge of active": "active", "surely gone": "gone",
    }  # fmt: skip


def test_worth_is_judged_by_potential_so_that_a_slipping_star_stays_a_star(customers):
    groups = customer_groups(customers, high_value_share=0.2)
    assert groups.loc["slipping star", "potential"] == 600
    assert groups.index[groups["worth"] == "high"].tolist() == ["star", "slipping star"]
    assert groups.loc["slipping star", "group"] == "slipping core"


def test_who_is_surely_gone_has_no_potential(customers):
    assert customer_groups(customers).loc["surely gone", "potential"] == 0


def test_where_the_stake_is_known_hope_for_the_gone_does_not_make_them_the_best(customers):
    # The trees leave 1 to a customer whom BG/NBD gives up: 1 ÷ 1e-9 would be a thousand million.
    hopeless = customers.assign(at_stake=10.0)
    hopeless.loc["gone", "alive"] = 1e-9
    groups = customer_groups(hopeless)
    assert groups.loc["gone", "potential"] == 11.0
    assert groups["potential"].idxmax() == "star"


def test_satisfaction_moves_those_who_were_asked_and_nobody_else(customers):
    satisfied = pd.Series({"star": False, "regular": True, "gone": False, "stranger": False})
    without, with_survey = customer_groups(customers), customer_groups(customers, satisfied)
    moved = without["group"].astype(str) != with_survey["group"].astype(str)
    assert moved[moved].index.tolist() == ["star"]
    assert with_survey.loc["star", "group"] == "disappointed core"
    assert with_survey.loc["regular", "satisfaction"] == "satisfied"
    assert len(with_survey) == len(customers)


def test_the_usual_gap_is_that_of_repeat_customers(customers):
    assert usual_gap(customers) == pytest.approx(2.0)
    with pytest.raises(InsufficientData, match="0 repeat customers"):
        usual_gap(customers[customers["frequency"] == 0])


def test_what_cannot_be_is_refused(customers):
    with pytest.raises(ValueError, match=r"alive must be between 0 and 1.*'once' with 1\.5"):
        customer_groups(
            customers.assign(alive=customers["alive"].where(customers.index != "once", 1.5))
        )
    with pytest.raises(
        ValueError, match=r"alive_limits must rise within 0 and 1, got \(0.8, 0.3\)"
    ):
        customer_groups(customers, alive_limits=(0.8, 0.3))
    with pytest.raises(ValueError, match="lacks the column 'alive'"):
        customer_groups(customers.drop(columns="alive"))


def test_the_callers_frame_is_not_changed(customers):
    before = customers.copy()
    customer_groups(customers)
    pd.testing.assert_frame_equal(customers, before)
