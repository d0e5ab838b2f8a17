from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from crm_analysis.errors import InsufficientData
from crm_analysis.segmentation import gap_limits
from crm_analysis.segmentation.explore import GridExplorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "explore_segments.ipynb"
FIFTY = pd.DataFrame(
    {
        "recency": [2.0 * k for k in range(50)],
        "T": [4.0 * k for k in range(50)],
        "orders": [1 + k % 7 for k in range(50)],
        "frequency": [k % 7 for k in range(50)],
        "revenue": 10.0,
    }
)


def test_the_sliders_begin_at_this_company_s_own_gaps():
    board = GridExplorer(FIFTY)
    assert board.recency_limits == tuple(round(limit) for limit in gap_limits(FIFTY))
    assert board.order_limits == (1, 2, 4)


def test_too_few_who_came_back_begin_at_the_quartiles_of_silence():
    board = GridExplorer(FIFTY.assign(frequency=0))
    assert board.recency_limits == (24, 48, 72)


def test_moving_a_slider_moves_customers_and_what_is_said():
    board = GridExplorer(FIFTY, "EUR")
    board.set(recency_limits=(10, 20, 49))
    assert (board.cells()["stage"] == "lost").sum() == 25
    assert board.finding().statement == (
        "Who has been silent for more than 49 days counts as lost: 50 % of customers, who "
        "brought €250 so far."
    )
    board.set(recency_limits=(10, 20, 89))
    assert (board.cells()["stage"] == "lost").sum() == 5


def test_crossed_sliders_are_put_in_order():
    board = GridExplorer(FIFTY)
    board._silence[0].value, board._silence[1].value, board._silence[2].value = 60, 20, 40
    assert board.recency_limits == (20, 40, 60)
    assert board.cells().notna().all(axis=None)


def test_the_grid_is_redrawn_when_a_slider_moves(capsys):
    board = GridExplorer(FIFTY)
    capsys.readouterr()
    board.set(recency_limits=(1, 2, 3))
    assert "more than 3 days counts as lost" in capsys.readouterr().out


def test_nobody_to_explore():
    with pytest.raises(InsufficientData, match="at least 1 customer"):
        GridExplorer(FIFTY.iloc[:0])


def test_the_table_stays_as_it_is():
    before = FIFTY.copy(deep=True)
    GridExplorer(FIFTY).set(order_limits=(1, 3, 5))
    pd.testing.assert_frame_equal(FIFTY, before)


def test_the_notebook_executes_and_draws_the_grid():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", timeout=120)
    client.execute(cwd=str(NOTEBOOK.parents[1]))
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    drawn = [output for state in states.values() for output in state["state"].get("outputs", [])]
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in drawn)
    assert sum(state["model_name"] == "IntSliderModel" for state in states.values()) == 6
