from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from crm_analysis.lifetime_value import BetaGeo, GammaGamma, customer_lifetime_value
from crm_analysis.lifetime_value.explore import ValueExplorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "explore_lifetime_value.ipynb"


@pytest.fixture(scope="module")
def models(cdnow):
    return BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)


@pytest.fixture
def board(models, cdnow):
    return ValueExplorer(*models, cdnow, "USD")


def test_the_value_is_that_of_the_models(board, models):
    board.set(repeat_purchases=2, age=38, silence=8, spend=30.0, horizon=39, margin=0.4)
    expected = customer_lifetime_value(*models, board.customer(), 39, 0.10, 0.4)["value"]
    assert board.value()["value"].tolist() == expected.tolist()
    assert board.customer().iloc[0].tolist() == [2, 30.0, 38.0, 30.0]


def test_impossible_histories_are_read_as_the_nearest_possible(board):
    board.set(repeat_purchases=5, age=10, silence=30)
    assert board.customer().iloc[0, :3].tolist() == [0, 0.0, 10.0]
    board.set(repeat_purchases=0, age=20, silence=3)
    assert board.customer().iloc[0, :3].tolist() == [0, 0.0, 20.0]


def test_more_silence_means_less_hope_and_more_margin_more_value(board):
    board.set(repeat_purchases=8, age=38, silence=2, margin=0.3)
    lively = board.value().iloc[0]
    board.set(silence=25)
    quiet = board.value().iloc[0]
    assert quiet["alive"] < lively["alive"]
    board.set(margin=0.6)
    assert board.value().iloc[0]["value"] == pytest.approx(2 * quiet["value"])


def test_what_winning_one_costs_is_said(board, capsys):
    board.set(cost=0.0)
    assert " leaves $" in board.finding().consequence
    capsys.readouterr()
    board.set(cost=100.0)
    assert " loses $" in board.finding().consequence
    assert "This customer is still there" in capsys.readouterr().out


def test_the_figure_tells_when_it_is_even(board):
    board.set(repeat_purchases=10, age=38, silence=1)
    figure = board.figure()
    weeks = int(figure.layout.title.text.split()[1])
    assert np.interp(weeks, figure.data[0].x, figure.data[0].y) == pytest.approx(0.5, abs=0.06)


def test_the_notebook_executes_and_draws_the_figure():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = cell.source.replace('"dairy"', '"cdnow_sample"')
    client = NotebookClient(notebook, kernel_name="python3", timeout=120)
    client.execute(cwd=str(NOTEBOOK.parents[1]))
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    drawn = [output for state in states.values() for output in state["state"].get("outputs", [])]
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in drawn)
    assert sum("SliderModel" in state["model_name"] for state in states.values()) == 8
