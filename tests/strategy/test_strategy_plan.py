"""The plan: sums checked by hand, decisions where the limits are, direction."""

import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.strategy.actions import Actions, read_actions
from crm_analysis.strategy.groups import GROUPS
from crm_analysis.strategy.plan import STAKES, action_plan, net_of_plan, options


@pytest.fixture
def actions() -> Actions:
    return read_actions()


def stakes(**groups: tuple[int, float, float]) -> pd.DataFrame:
    """Customers, value and at_stake per group; intervals of 10 % around."""
    rows = {
        name.replace("_", " "): [n, v, 0.9 * v, 1.1 * v, s, 0.9 * s, 1.1 * s]
        for name, (n, v, s) in groups.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["customers", *STAKES])


def test_an_option_by_hand(actions):
    # 100 customers, two letters at 1.20 = 240; likely effect 3 % of 20,000 = 600.
    row = options(stakes(core=(100, 20_000.0, 0.0)), actions).loc[("core", "letter")]
    assert row["cost"] == pytest.approx(240)
    assert row["gain"] == pytest.approx(600)
    assert row["net"] == pytest.approx(360)
    assert row["gain_low"] == pytest.approx(0.01 * 18_000)
    assert row["gain_high"] == pytest.approx(0.06 * 22_000)
    assert row["break_even"] == pytest.approx(240 / 20_000)
    assert row["decision"] == "test first"


def test_winning_back_works_on_what_is_at_stake(actions):
    table = options(stakes(slipping_core=(10, 1_000.0, 9_000.0)), actions)
    assert (table["base"] == 9_000).all()


def test_the_decision_follows_the_cautious_and_the_likely_case(actions):
    worth = {"do": 100_000.0, "test first": 20_000.0, "leave": 1_000.0}
    for decision, value in worth.items():
        found = options(stakes(core=(100, value, 0.0)), actions).loc[("core", "letter"), "decision"]
        assert found == decision


def test_the_plan_takes_the_channel_with_the_best_likely_net(actions):
    table = stakes(core=(100, 20_000.0, 0.0), gone=(50, 5.0, 100.0))
    plan, every = action_plan(table, actions), options(table, actions)
    assert plan.index.tolist() == ["core", "gone"]
    assert plan.loc["gone", ["channel", "cost", "decision"]].tolist() == ["none", 0, "leave"]
    assert plan.loc["core", "net"] == every.loc["core", "net"].max()
    assert plan.loc["core", "owner"] == "Customer service"


def test_a_dearer_contact_never_raises_the_net(actions):
    dearer = actions.model_copy(
        update={"channels": {name: 2 * c for name, c in actions.channels.items()}}
    )
    table = stakes(**{name.replace(" ", "_"): (100, 9_000.0, 900.0) for name in GROUPS})
    contacted = options(table, actions).index.get_level_values("channel") != "none"
    lower = options(table, dearer)["net"] < options(table, actions)["net"]
    assert (lower == contacted).all()


def test_nothing_at_stake_never_breaks_even(actions):
    row = options(stakes(regulars=(10, 0.0, 0.0)), actions).loc[("regulars", "message")]
    assert row["break_even"] == float("inf")
    assert row["decision"] == "leave"


EDITS = {
    "unknown group": ("[groups.core]", "[groups.cores]", "'cores': did you mean 'core'"),
    "falling effect": ("[0.020, 0.080", "[0.1, 0.08", "effects > call: .*cautious"),
    "negative cost": ("letter = 1.20", "letter = -1", "channels > letter: .*greater than"),
    "unknown channel": ('channels = ["letter", "call"]', 'channels = ["pigeon"]', "'pigeon' needs"),
    "unknown key": ("owner =", 'colour = "red"\nowner =', "colour: Extra inputs"),
    "not TOML": ("[channels]", "[channels", "isn't a TOML file"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_wrong_edit_is_named(name, tmp_path):
    from importlib.resources import files

    old, new, message = EDITS[name]
    text = files("crm_analysis.strategy").joinpath("actions.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "actions.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_actions(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_actions(tmp_path / "none.toml")


def test_every_group_needs_an_action(actions):
    told = actions.model_dump()
    del told["groups"]["gone"]
    with pytest.raises(ValueError, match="the group 'gone' has no action"):
        Actions.model_validate(told)


def test_the_net_of_the_plan_counts_what_is_done_and_nothing_else(actions):
    table = stakes(core=(100, 20_000.0, 0.0), regulars=(1_000, 100.0, 0.0), gone=(9, 1.0, 9.0))
    plan = action_plan(table, actions)
    assert plan["decision"].tolist() == ["test first", "leave", "leave"]
    net = net_of_plan(plan, confidence=0.9)
    assert (net.value, net.low, net.high) == tuple(plan.loc["core", ["net", "net_low", "net_high"]])
    assert net.n == 100
