"""pyproject.toml, environment.yml and requirements.lock say the same."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]
EXTRAS = [
    Requirement(text)
    for extra, texts in PROJECT["optional-dependencies"].items()
    for text in texts
    if extra != "dev"
]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> list[Requirement]:
    lines = LOCK.splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def conda_pip_lines() -> list[str]:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    return re.findall(r"^ {6}- (.+)$", text, flags=re.MULTILINE)


def environments() -> list[dict[str, str]]:
    systems = [
        ("linux", "Linux", "posix"),
        ("darwin", "Darwin", "posix"),
        ("win32", "Windows", "nt"),
    ]
    return [
        {
            "python_version": version,
            "python_full_version": f"{version}.4",
            "sys_platform": platform,
            "platform_system": system,
            "os_name": name,
        }
        for version in ("3.11", "3.12", "3.13")
        for platform, system, name in systems
    ]


def test_conda_asks_for_what_pyproject_asks_for():
    asked = {str(Requirement(line)) for line in conda_pip_lines() if not line.startswith("--")}
    assert asked == {str(requirement) for requirement in RUNTIME}


def test_conda_takes_the_locked_versions_and_this_project():
    lines = conda_pip_lines()
    assert "--constraint requirements.lock" in lines
    assert "--editable ." in lines


def test_conda_allows_the_pythons_that_are_locked():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert f"python >={lowest},<3.14" in text


@pytest.mark.parametrize(
    "environment", environments(), ids=lambda e: f"{e['python_version']}-{e['sys_platform']}"
)
def test_every_requirement_is_pinned_once_on_every_system(environment):
    pins: dict[str, list] = {}
    for pin in locked():
        if pin.marker is None or Marker(str(pin.marker)).evaluate(environment):
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    assert not [name for name, found in pins.items() if len(found) > 1]
    for wanted in RUNTIME + DEVELOPMENT:
        [pin] = pins[canonicalize_name(wanted.name)]
        [specifier] = pin.specifier
        assert specifier.operator == "=="
        assert wanted.specifier.contains(specifier.version), f"{wanted} is locked as {pin}"


def test_the_lock_names_no_index():
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


def test_what_is_imported_is_asked_for():
    asked = {canonicalize_name(requirement.name) for requirement in RUNTIME + EXTRAS}
    # What an extra brings needn't be installed here; its module is called after it.
    extras = {canonicalize_name(extra.name).replace("-", "_"): [extra.name] for extra in EXTRAS}
    homes = extras | packages_distributions()
    for path in (ROOT / "crm_analysis").rglob("*.py"):
        for name in imported(path) - set(sys.stdlib_module_names) - {"crm_analysis"}:
            found = {canonicalize_name(home) for home in homes[name]}
            assert found & asked, f"{path.name} imports {name}, of {', '.join(sorted(found))}"


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | taken}


def test_the_design_card_stands():
    names = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    assert {"jupyterlab", "pandas", "plotly", "scikit-learn", "lifetimes", "papermill"} <= names
    for place in ("notebooks", "crm_analysis", "data", "reports", "tests"):
        assert (ROOT / place).is_dir()
    assert (ROOT / "environment.yml").is_file()
    assert (ROOT / "README.md").is_file()
