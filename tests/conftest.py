"""The reports of the two built-in companies, made once for all tests that look at them."""

import os
import subprocess
import sys
from pathlib import Path

# Workers share the processors already: threads of their own would wait for each other. Whoever
# reads this does so once, when it's first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from filelock import FileLock
from hypothesis import settings

# Speed is no property of the code under test, and the same change must fail or pass twice.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

# Whoever starts Spark first settles which Python its workers run, for all that follow.
os.environ["PYSPARK_PYTHON"] = sys.executable

ROOT = Path(__file__).parents[1]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by their number: gzip writes the time, and each worker's differs."""
    return f"{len(val)} bytes of {argname}" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def crm_report():
    """Return a function that runs the command as a person does, and gives what came of it."""

    def report(out: Path, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "crm_analysis", "report", *arguments, "--out", str(out)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return report


@pytest.fixture(scope="session")
def real_reports(crm_report, tmp_path_factory) -> Path:
    """Return the folder with the reports of cdnow and dairy, made once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    out = folder / "real" / "reports"
    with FileLock(folder / "real.lock"):
        if not (out / "index.html").exists():
            ended = crm_report(out, "cdnow", "dairy")
            assert ended.returncode == 0, ended.stderr
    return out
