"""`make` alone lists the targets, a line each."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = ["report", "test", "lab", "bench", "study", "lint", "format", "lock", "clean"]


@pytest.mark.skipif(shutil.which("make") is None, reason="make isn't on this machine")
def test_make_lists_its_targets():
    # As typed by a person, also where the tests themselves are run by make.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    ).stdout
    names = [line.split()[1] for line in listed.splitlines()]
    assert names == TARGETS
    assert all(len(line.split()) > 3 for line in listed.splitlines())


def test_a_python_that_is_too_old_is_named(tmp_path):
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    found = subprocess.run(
        [ROOT / ".ci/find-python", old, "--version"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert f"No Python 3.11 or newer with venv was found at {old}" in found.stderr
