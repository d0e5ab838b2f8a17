import numpy as np
import pandas as pd
import pytest

from crm_analysis.lifetime_value import describe_log
from tests.lifetime_value.lifetime_logs import simulate_log

WORLDS = {
    "random": {},
    "regular": {"shape": 4.0, "clock": (3.0, 10.0), "coin": (0.5, 6.0)},
    "seasonal": {"weeks": 130, "season": 0.8},
    "cut off on the left": {
        "weeks": 40,
        "before": 156,
        "clock": (1.0, 4.0),
        "coin": (0.6, 6.0),
        "n": 4_000,
    },
    "drifting in rate": {"weeks": 104, "drift": -0.8},
    "drifting in acquisition": {"cohort": 40},
}


@pytest.fixture(scope="module", params=list(WORLDS))
def world(request):
    return request.param, describe_log(simulate_log(**WORLDS[request.param], seed=3))


def test_names_the_trait_of_each_world(world):
    name, kind = world
    traits = ["cut off on the left", "seasonal", "regular", "drifting in rate"]
    assert name == "random" or kind.has(name)
    others = {trait for trait in traits if kind.has(trait)} - {name}
    # Whoever was there before the log has older habits than a model of newcomers expects.
    allowed = {"drifting in rate"} if name in {"cut off on the left", "seasonal"} else set()
    assert others <= allowed


def test_each_trait_comes_with_its_evidence(world):
    _, kind = world
    assert kind.table["evidence"].str.contains(r"\d").all()
    assert kind.table.columns.tolist() == ["found", "value", "limit", "evidence"]


def test_one_year_cannot_show_a_season():
    kind = describe_log(simulate_log(weeks=78, season=0.8, seed=3))
    assert kind.table.loc["seasonal", "found"] is None
    assert kind.clock is None
    assert "a season shows from two years on" in kind.table.loc["seasonal", "evidence"]


def test_the_regularity_is_that_of_the_gaps():
    world = {"clock": (200.0, 200.0), "coin": (1.0, 1e9), "weeks": 100, "cohort": 1}
    kind = describe_log(simulate_log(1_500, shape=4.0, **world, seed=2))
    # Gaps of Gamma shape 4 vary by 1 / sqrt(4) of their mean; days as units blur it a little.
    assert kind.table.loc["regular", "value"] == pytest.approx(0.5, abs=0.05)


def test_does_not_change_what_it_is_given():
    log = simulate_log(300, seed=1)
    before = log.copy()
    describe_log(log)
    pd.testing.assert_frame_equal(log, before)


def test_a_stray_early_date_does_not_move_the_beginning():
    log = simulate_log(1_000, seed=1)
    stray = pd.DataFrame(
        {"customer_id": [0], "date": [pd.Timestamp("2001-01-01")], "amount": [1.0]}
    )
    plain, strayed = describe_log(log), describe_log(pd.concat([stray, log]))
    assert strayed.weeks == pytest.approx(plain.weeks, abs=2)
    assert np.isfinite(strayed.table["value"].dropna()).all()
