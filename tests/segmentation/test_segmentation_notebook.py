"""Chapter 02 on a company so young that hardly anybody has come back."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_segmentation.ipynb"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Text of each cell's last output, the notebook run on 40 customers and 8 who came back."""
    rng = np.random.default_rng(0)
    who = [*(f"once {k}" for k in range(40)), *(f"back {k % 8}" for k in range(28))]
    days = pd.to_timedelta(rng.integers(0, 300, len(who)), unit="D")
    lines = pd.DataFrame({"customer_id": who, "date": pd.Timestamp("2025-01-01") + days})
    path = tmp_path_factory.mktemp("young") / "orders.csv"
    lines.assign(amount=rng.gamma(2, 20, len(who)).round(2)).to_csv(path, index=False)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            assert '"dairy"' in cell.source
            cell.source = cell.source.replace('"dairy"', repr(str(path)))
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute(
        cwd=str(NOTEBOOK.parents[1])
    )
    last = {cell.id: cell.outputs[-1] for cell in notebook.cells if cell.get("outputs")}
    return {name: output.get("data", {}) for name, output in last.items()}


def test_the_life_cycle_says_why_it_is_not_shown(shown):
    for name in ("limits", "sixteen", "sixteen-table"):
        assert "8 customers who came back" in shown[name]["text/html"]


def test_the_rest_of_the_chapter_stands(shown):
    for name in ("cloud", "scores", "bars", "pyramid", "moves", "comparison"):
        assert "application/vnd.plotly.v1+json" in shown[name], name
    assert "customers_scored: 48 rows" in shown["hand-over"]["text/html"]
    assert "largest_segment" in str(shown["findings"])


def test_too_few_for_clusters_are_told_so(shown):
    for name in ("clusters", "clusters-tried", "clusters-table"):
        assert "at least 50; there are 48 customers" in shown[name]["text/html"]
