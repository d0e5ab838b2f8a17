import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_analysis.errors import InputError
from crm_analysis.reporting.parameters import (
    Parameter,
    convert,
    parse_assignments,
    read_parameters,
    resolve,
)
from crm_analysis.reporting.plan import plan_run

HORIZON = Parameter("horizon_weeks", "int", 52, low=1, high=520)
METHOD = Parameter("method", "str", "quantile", choices=("quantile", "rfm"))


def notebook_with(tmp_path, source):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return path


def test_the_cell_is_read_with_types_defaults_help_and_ranges(notebooks):
    found = {p.name: p for p in read_parameters(notebooks / "01_page.ipynb")}
    assert list(found) == ["source", "as_of", "horizon_weeks", "margin", "method"]
    horizon = found["horizon_weeks"]
    assert (horizon.kind, horizon.default, horizon.low, horizon.high) == ("int", 52, 1, 520)
    assert horizon.help == "weeks that the forecast looks ahead (1 to 520)"
    assert found["method"].choices == ("quantile", "rfm")
    assert found["source"].choices == ()


@pytest.mark.parametrize(
    ("line", "default", "low", "high"),
    [
        ('name: str = "a=b # c"  # text', "a=b # c", None, None),
        ('name: str = "Käse, 牛奶"  # which product', "Käse, 牛奶", None, None),
        ("name: float = -0.5  # change (-1 to 1)", -0.5, -1, 1),
        ("name: int = 5  # rows (1 to 100,000)", 5, 1, 100_000),
        ("name: bool = True", True, None, None),
    ],
)
def test_lines_that_are_easily_misread(tmp_path, line, default, low, high):
    (found,) = read_parameters(notebook_with(tmp_path, line))
    assert (found.default, found.low, found.high) == (default, low, high)


@pytest.mark.parametrize("line", ["name = 5", "name: int", "name: list = []", "import os"])
def test_a_line_that_says_too_little_is_refused(tmp_path, line):
    with pytest.raises(InputError, match="parameter"):
        read_parameters(notebook_with(tmp_path, line))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "one.ipynb"
    path.write_text("not JSON")
    with pytest.raises(InputError, match=r"one\.ipynb can't be read as a notebook"):
        read_parameters(path)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (HORIZON, "1", 1),
        (HORIZON, "520", 520),
        (HORIZON, "007", 7),
        (Parameter("margin", "float", 0.3, low=0, high=1), "0.5", 0.5),
        (Parameter("flag", "bool", False), "yes", True),
        (Parameter("flag", "bool", True), "False", False),
        (METHOD, "rfm", "rfm"),
        (Parameter("note", "str", ""), "true", "true"),
    ],
)
def test_texts_become_values(parameter, text, value):
    converted = convert(parameter, text)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("parameter", "text", "says"),
    [
        (HORIZON, "-3", "horizon_weeks must be a whole number from 1 to 520, got '-3'"),
        (HORIZON, "0", "from 1 to 520"),
        (HORIZON, "521", "from 1 to 520"),
        (HORIZON, "2.5", "a whole number"),
        (HORIZON, "many", "a whole number"),
        (Parameter("margin", "float", 0.3, low=0, high=1), "nan", "a number from 0 to 1"),
        (Parameter("margin", "float", 0.3, low=0, high=1), "3", "a number from 0 to 1, got '3'"),
        (Parameter("flag", "bool", False), "perhaps", "true or false"),
        (METHOD, "rmf", "method must be one of quantile, rfm, got 'rmf'"),
    ],
)
def test_values_that_are_not_allowed_are_named(parameter, text, says):
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        convert(parameter, text)


PLAYBOOK = Parameter("playbook", "str", "", "what to do for each segment (file)")


def test_a_file_is_given_as_a_whole_path_since_a_notebook_runs_elsewhere(tmp_path, monkeypatch):
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    assert convert(PLAYBOOK, "mine.toml", tmp_path) == str(path.resolve())
    assert convert(PLAYBOOK, str(path)) == str(path.resolve())
    assert convert(PLAYBOOK, "") == ""
    monkeypatch.chdir(tmp_path)
    assert resolve({"playbook": "mine.toml"}, {"a": [PLAYBOOK]})["a"]["playbook"] == str(path)


def test_a_file_that_is_not_there_stops_before_anything_runs(tmp_path):
    with pytest.raises(InputError, match=r"playbook must be a file, got 'my\.toml': there is none"):
        convert(PLAYBOOK, "my.toml", tmp_path)
    with pytest.raises(InputError, match="must be a file"):
        convert(PLAYBOOK, str(tmp_path))


def test_a_company_file_sees_files_from_its_own_folder(tmp_path):
    # Chapter 02 says of its playbook that it is a file.
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    said = {"of_company": {"playbook": "mine.toml"}, "company_file": "company.toml"}
    plan = plan_run(["segmentation"], company_folder=tmp_path, **said)
    assert plan.told("segmentation", {})["playbook"] == str(tmp_path / "mine.toml")
    # Pages say its name, and not where on this machine it lies.
    assert plan.effective("segmentation", {})["playbook"] == "mine.toml"
    with pytest.raises(InputError, match=r"company.toml, \[parameters\]: parameter playbook"):
        plan_run(["segmentation"], **said)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_in_the_range_or_refused(text):
    try:
        value = convert(HORIZON, text)
    except InputError:
        return
    assert isinstance(value, int)
    assert 1 <= value <= 520


def test_assignments_are_split_at_the_first_equals_sign():
    assert parse_assignments(["a=1", "b=c=d", "e="]) == {"a": "1", "b": "c=d", "e": ""}


@pytest.mark.parametrize("texts", [["a"], ["=1"], ["a=1", "a=2"]])
def test_assignments_that_say_nothing_are_refused(texts):
    with pytest.raises(InputError):
        parse_assignments(texts)


def test_each_chapter_gets_what_it_knows():
    of_chapters = {"one": [HORIZON], "two": [HORIZON, METHOD]}
    assert resolve({"horizon_weeks": "26", "method": "rfm"}, of_chapters) == {
        "one": {"horizon_weeks": 26},
        "two": {"horizon_weeks": 26, "method": "rfm"},
    }


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(InputError, match=r"'horizon_week': did you mean 'horizon_weeks'"):
        resolve({"horizon_week": "26"}, {"one": [HORIZON]})


def test_what_the_run_sets_is_pointed_to_its_option():
    source = Parameter("as_of", "str", "")
    with pytest.raises(InputError, match="use --as-of"):
        resolve({"as_of": "2026-01-01"}, {"one": [source]}, {"as_of": "--as-of"})
