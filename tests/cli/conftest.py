"""The command as a person types it, on a copy of the package with small notebooks."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from crm_analysis.cli.application import app
from crm_analysis.reporting import plan, suite

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "tests" / "reporting" / "notebooks"
# What the command looks up in its environment.
_TOLD = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "COLUMNS")


class Command:
    """``crm-analysis`` in a folder of its own."""

    def __init__(self, home, folder):
        self.folder = folder
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(home),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "COLUMNS": "100",
        }

    def __call__(self, *arguments):
        return subprocess.run(
            self.line(*arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def line(self, *arguments):
        return [sys.executable, "-m", "crm_analysis", *arguments]

    @property
    def made(self):
        """What the command has left in its folder."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != "cache")


class Within(Command):
    """``crm-analysis`` in a folder of its own, but in this process: for what runs no notebook.

    ``apart`` starts it as a process nevertheless.
    """

    apart = Command.__call__

    def __call__(self, *arguments):

        before = signal.getsignal(signal.SIGTERM), Path.cwd()
        os.chdir(self.folder)
        try:
            ended = CliRunner().invoke(
                app,
                list(arguments),
                env={name: self.environment.get(name) for name in _TOLD},
                prog_name="crm-analysis",
            )
        finally:
            signal.signal(signal.SIGTERM, before[0])
            os.chdir(before[1])
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return SimpleNamespace(returncode=ended.exit_code, stdout=ended.stdout, stderr=ended.stderr)


@pytest.fixture(scope="session")
def install(tmp_path_factory):
    """Copy the package beside chosen notebooks, each under the name of a chapter."""

    def copy(**notebooks):
        home = tmp_path_factory.mktemp("home")
        ignored = shutil.ignore_patterns("__pycache__", "notebooks")
        shutil.copytree(ROOT / "crm_analysis", home / "crm_analysis", ignore=ignored)
        (home / "notebooks").mkdir()
        for stem, fixture in notebooks.items():
            source = NOTEBOOKS / f"{fixture}.ipynb"
            shutil.copy(source, home / "notebooks" / f"{stem.lstrip('_')}.ipynb")
        return home

    return copy


@pytest.fixture(scope="session")
def sound_home(install):
    return install(_01_customers="01_page", _04_satisfaction="01_page")


@pytest.fixture
def crm(sound_home, tmp_path):
    return Command(sound_home, tmp_path)


@pytest.fixture
def within(tmp_path, monkeypatch, sound_home):
    """Return the command in this process, with the small notebooks as its chapters."""
    monkeypatch.setattr(plan, "notebooks_folder", lambda: sound_home / "notebooks")
    monkeypatch.setattr(suite, "notebooks_folder", lambda: sound_home / "notebooks")
    return Within(sound_home, tmp_path)


@pytest.fixture
def crm_with(install, tmp_path):
    """Make a command whose chapters are other notebooks."""
    return lambda **notebooks: Command(install(**notebooks), tmp_path)
