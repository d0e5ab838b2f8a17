import pytest

from crm_analysis.errors import InputError
from crm_analysis.segmentation import CELLS, EIGHT, SEGMENTS, read_playbook

PLAY = """
[segments."Regulars"]
say = "thanks"
how_often = "monthly"
through = "e-mail"
deepest_offer = 0.1
stop = "they say so"
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "plays.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_own_playbook_covers_the_eleven_names_and_no_other():
    plays = read_playbook(segments=SEGMENTS)
    assert list(plays.index) == list(SEGMENTS)
    assert plays.notna().all(axis=None)
    assert plays["deepest_offer"].between(0, 1).all()


def test_the_best_customers_get_no_deeper_offer_than_the_lost():
    offers = read_playbook()["deepest_offer"]
    assert offers["Champions"] == offers.min() and offers["Lost"] == offers.max()


def test_a_playbook_of_one_s_own(write):
    plays = read_playbook(write(PLAY))
    assert plays.loc["Regulars"].to_dict() == {
        "say": "thanks",
        "how_often": "monthly",
        "through": "e-mail",
        "deepest_offer": 0.1,
        "stop": "they say so",
    }


def test_a_segment_without_play_names_the_nearest(write):
    with pytest.raises(InputError, match="'Regular': did you mean 'Regulars'"):
        read_playbook(write(PLAY), segments=["Regular"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('stop = "they say so"', "", "the play for 'Regulars' lacks stop"),
        ("deepest_offer = 0.1", "deepest_offer = 10", "a share from 0 to 1 .* got 10"),
        ('say = "thanks"', "say = 3", "say of 'Regulars' must be a text, got 3"),
        ('say = "thanks"', 'say = "x"\nsay_not = "y"', "'say_not': did you mean 'say'"),
        ('"monthly"', "monthly", "isn't valid TOML"),
    ],
)
def test_a_slip_in_the_file_is_named(write, old, new, message):
    with pytest.raises(InputError, match=message):
        read_playbook(write(PLAY.replace(old, new)))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"plays\.toml can't be read: No such file"):
        read_playbook(tmp_path / "plays.toml")


@pytest.mark.parametrize(("part", "names"), [("life_cycle", CELLS), ("binary", EIGHT)])
def test_every_cell_and_every_group_has_a_play_of_its_own(part, names):
    plays = read_playbook(segments=names, part=part)
    assert list(plays.index) == list(names)
    assert plays.notna().all(axis=None)
    assert plays["say"].is_unique


def test_no_offer_to_whoever_comes_anyway_and_the_deepest_to_the_lost():
    offers = read_playbook(part="life_cycle")["deepest_offer"]
    assert offers["active, fan"] == 0 == offers["active, regular"]
    assert offers["lost, fan"] == offers.max()


def test_a_file_of_one_s_own_may_hold_one_part_only(write):
    assert list(read_playbook(write(PLAY)).index) == ["Regulars"]
    assert len(read_playbook(write(PLAY), part="life_cycle")) == 16
    with pytest.raises(InputError, match="'life-cycle': did you mean 'life_cycle'"):
        read_playbook(part="life-cycle")
