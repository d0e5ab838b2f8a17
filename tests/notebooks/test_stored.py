"""Notebooks as they are stored: no outputs, prose with short cells, no logic, no typed results."""

import ast
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SLUG = re.compile(r"^[a-z0-9-]{1,64}$")
BRANCHES = (ast.For, ast.While, ast.If, ast.IfExp, ast.FunctionDef, ast.Try, ast.comprehension)


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code(path: Path) -> list[str]:
    return ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "code"]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_the_chapters_are_there():
    assert {path.stem for path in NOTEBOOKS} >= {
        "01_customers",
        "02_segmentation",
        "03_lifetime_value",
        "04_satisfaction",
        "10_strategy",
    }


@each_notebook
def test_it_is_stored_without_outputs(path):
    for cell in cells(path):
        assert not cell.get("outputs"), f"cell {cell['id']} holds an output"
        assert cell.get("execution_count") is None


@each_notebook
def test_its_cells_have_slugs_of_their_own(path):
    ids = [cell["id"] for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    assert all(SLUG.match(name) for name in ids)


@each_notebook
def test_it_opens_as_the_design_says(path):
    first, *rest = cells(path)
    assert first["cell_type"] == "markdown"
    assert "".join(first["source"]).startswith("# ")
    kinds = [cell for cell in rest if cell["cell_type"] == "code"]
    assert all(
        line.startswith(("import ", "from ", " ", ")"))
        for line in "".join(kinds[0]["source"]).splitlines()
        if line
    )
    assert tags(kinds[1]) == ["parameters"]
    assert sum("parameters" in tags(cell) for cell in rest) == 1


@each_notebook
def test_each_parameter_is_typed_and_explained(path):
    [cell] = [cell for cell in cells(path) if "parameters" in tags(cell)]
    for line in "".join(cell["source"]).splitlines():
        assert re.match(r"^[a-z_]+: (str|int|float|bool) = [^#]+  # .{10,}$", line), line


@each_notebook
def test_its_code_cells_are_short_and_hold_no_logic(path):
    lengths = [len([line for line in cell.splitlines() if line.strip()]) for cell in code(path)]
    assert max(lengths) <= 15
    assert sorted(lengths)[len(lengths) // 2] <= 7
    for cell in code(path):
        branches = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, BRANCHES)]
        assert not branches, f"belongs in the package:\n{cell}"


@each_notebook
def test_there_is_at_least_as_much_prose_as_code(path):
    # Cells that only record figures or hand tables over need no prose of their own.
    counted = [cell for cell in cells(path) if "hide" not in tags(cell)]
    prose = sum(cell["cell_type"] == "markdown" for cell in counted)
    assert prose >= 0.8 * (len(counted) - prose)


@each_notebook
def test_it_ends_in_findings_recorded_figures_references_and_versions(path):
    text = "\n".join(code(path))
    assert "crm.conclude(" in text
    assert "crm.hand_over(" in text
    assert "crm.record(" in text
    assert code(path)[-1].strip() == "crm.versions()"
    prose = "\n".join("".join(c["source"]) for c in cells(path) if c["cell_type"] == "markdown")
    assert re.search(r"^## References", prose, flags=re.MULTILINE)
    assert re.search(r"^## Exercises", prose, flags=re.MULTILINE)
