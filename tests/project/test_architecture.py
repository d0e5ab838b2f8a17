"""Arrows go one way: which package may import which."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "crm_analysis"
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
GATHERERS = {"strategy", "scorecard"}
CHAPTERS = set(ROOMS) - {"data", "customers", "reporting", "cli"} - GATHERERS


def imported_rooms(path: Path) -> set[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module]
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "crm_analysis" and len(part) > 1} & set(ROOMS)


def allowed(room: str) -> set[str]:
    if room == "data":
        return {"data"}
    if room == "reporting":
        return {"reporting", "data", "customers"}
    if room == "cli":
        return {"cli", "reporting", "data"}
    if room in GATHERERS:
        return set(ROOMS) - {"reporting", "cli"}
    return {room, "data", "customers"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room):
    for path in (PACKAGE / room).rglob("*.py"):
        astray = imported_rooms(path) - allowed(room)
        assert not astray, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(astray))}"


def test_the_shared_modules_import_no_room():
    for path in PACKAGE.glob("*.py"):
        if path.name != "__main__.py":
            assert not imported_rooms(path), path.name


def test_there_are_chapters_to_hold_apart():
    assert {"segmentation", "lifetime_value", "satisfaction"} <= CHAPTERS


def test_files_stay_small():
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long
