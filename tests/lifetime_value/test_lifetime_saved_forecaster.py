"""A forecaster in a file says tomorrow what it says today."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from crm_analysis.customers import summarize
from crm_analysis.errors import InputError
from crm_analysis.lifetime_value import choose_model, load_model, save_model, validate
from crm_analysis.lifetime_value._plain_trees import PlainTrees
from tests.lifetime_value.lifetime_logs import simulate_log

_REGULAR = {"shape": 4.0, "clock": (3.0, 10.0), "coin": (0.5, 6.0), "n": 800, "weeks": 52}
LOGS = {
    "trees": (_REGULAR | {"seed": 3}, "2023-12-31", 26),
    "a season's clock": ({"n": 1_200, "weeks": 117, "season": 0.8, "seed": 4}, "2025-03-30", 30),
    "two populations": (
        {"n": 2_000, "weeks": 26, "before": 156, "clock": (1.0, 4.0), "coin": (0.6, 6.0)},
        "2023-07-02",
        26,
    ),
    "a plain model": ({"n": 60, "weeks": 52, "seed": 1}, "2023-12-31", 26),
}


@pytest.mark.parametrize("made_of", LOGS)
def test_what_is_loaded_is_the_same_to_the_last_digit(made_of, tmp_path):
    world, day, ahead = LOGS[made_of]
    log = simulate_log(**world)
    chosen = choose_model(log, day, horizon=ahead)
    customers = summarize(log, as_of=day, unit="W")
    save_model(chosen, tmp_path / "forecaster.json")
    again = load_model(tmp_path / "forecaster.json")
    same = {"check_exact": True}
    for length in (ahead, 3):
        pd.testing.assert_frame_equal(
            again.predict_purchases(customers, length, interval=0.9),
            chosen.predict_purchases(customers, length, interval=0.9),
            **same,
        )
    pd.testing.assert_frame_equal(
        again.predict_alive(customers), chosen.predict_alive(customers), **same
    )
    assert again.expected_purchases_new(ahead) == chosen.expected_purchases_new(ahead)
    assert (again.name, again.as_of, again.unit) == (chosen.name, chosen.as_of, chosen.unit)
    assert (again.reason, again.level) == (chosen.reason, chosen.level)
    pd.testing.assert_frame_equal(again.kind.told, chosen.kind.told, **same)
    if chosen.evidence is not None:
        pd.testing.assert_frame_equal(again.evidence, chosen.evidence, **same)


def test_a_loaded_forecaster_can_be_validated_and_saved_again(tmp_path):
    log = simulate_log(1_000, weeks=78, seed=2).assign(
        customer_id=lambda t: "c" + t.customer_id.astype(str)
    )
    cut = log["date"].min() + pd.Timedelta(weeks=52)
    chosen = choose_model(log, cut, horizon=26)
    chosen.save_model(tmp_path / "one.json")
    again = load_model(tmp_path / "one.json")
    again.save_model(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    pd.testing.assert_frame_equal(
        validate(log, cut, {"chosen": again}).metrics,
        validate(log, cut, {"chosen": chosen}).metrics,
    )


def test_the_file_is_plain_json_with_its_format_and_version(tmp_path):
    save_model(choose_model(simulate_log(60, weeks=52, seed=1), horizon=26), tmp_path / "f.json")
    content = json.loads((tmp_path / "f.json").read_text())
    assert (content["model"], content["version"]) == ("Forecaster", 1)
    assert content["written_by"].startswith("crm-analysis ")


def test_customers_that_json_cannot_name_are_refused(tmp_path):
    log = simulate_log(60, weeks=52, seed=1)
    log = log.assign(customer_id=pd.to_datetime(log["customer_id"], unit="D"))
    chosen = choose_model(log, horizon=26)
    with pytest.raises(InputError, match="can't be saved: name them by text or numbers"):
        save_model(chosen, tmp_path / "f.json")


def test_plain_trees_say_what_scikit_learn_says():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2_000, 4))
    inputs[rng.random(inputs.shape) < 0.1] = np.nan
    counts = rng.poisson(np.exp(np.nan_to_num(inputs[:, 0])))
    fitted = HistGradientBoostingRegressor(loss="poisson", max_iter=30).fit(inputs, counts)
    trees = PlainTrees.of(fitted)
    np.testing.assert_allclose(trees.predict(inputs), fitted.predict(inputs), rtol=1e-12)
    again = PlainTrees.from_content(json.loads(json.dumps(trees.content())))
    assert (again.predict(inputs) == trees.predict(inputs)).all()
