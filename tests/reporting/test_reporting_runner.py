import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from crm_analysis.reporting.runner import Job, run_jobs
from crm_analysis.reporting.suite import Chapter


@pytest.fixture(scope="module")
def results(notebooks, suite):
    jobs = [
        Job(chapter, notebooks / f"{chapter.stem}.ipynb", {"source": "cdnow"}) for chapter in suite
    ]
    finished = run_jobs(jobs, workers=2, cell_seconds=3)
    return {result.chapter.slug: result for result in finished}


@pytest.mark.parametrize(
    ("slug", "outcome", "sentence"),
    [
        ("page", "done", ""),
        ("raises", "raised", "Cell 'stops' stopped with ValueError: spend must be at least 0"),
        ("dies", "died", "The kernel died at cell 'stops'"),
        ("hangs", "timed out", "Cell 'stops' ran for more than 3 seconds."),
        ("too_few", "not run", "The BG/NBD model needs at least 10; there are 0 repeat customers."),
    ],
)
def test_each_ending_is_told_apart(results, slug, outcome, sentence):
    assert results[slug].outcome == outcome
    assert results[slug].sentence.startswith(sentence)


def test_missing_data_are_no_failure(results):
    assert [slug for slug, result in results.items() if result.failed] == [
        "raises",
        "dies",
        "hangs",
    ]


def test_results_come_in_the_order_of_the_jobs(results, suite):
    assert list(results) == [chapter.slug for chapter in suite]


def test_nothing_of_the_kernels_is_left(results):
    folders = Path(tempfile.gettempdir()).glob(f"crm-analysis-kernels-{os.getpid()}-*")
    assert list(folders) == []


def test_the_executed_notebook_holds_nothing_of_the_moment(results):
    text = json.dumps(results["page"].notebook)
    for trace in ("papermill", "start_time", "duration", tempfile.gettempdir(), "ipykernel_"):
        assert trace not in text
    (injected,) = [
        cell
        for cell in results["page"].notebook.cells
        if "injected-parameters" in cell.metadata["tags"]
    ]
    assert injected.id == "injected-parameters"
    assert 'source = "cdnow"' in injected.source


def test_a_failed_notebook_keeps_its_traceback_for_whoever_mends_it(results):
    assert "ValueError" in json.dumps(results["raises"].notebook)


def run_code(tmp_path, code, **options):
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": code}
    code_cell = {**cell, "execution_count": None, "outputs": []}
    kernelspec = {"name": "no-such-kernel", "display_name": "gone", "language": "python"}
    notebook = {
        "cells": [code_cell],
        "metadata": {"kernelspec": kernelspec},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "01_one.ipynb"
    path.write_text(json.dumps(notebook))
    (result,) = run_jobs([Job(Chapter(1, "one", "One", "?"), path)], **options)
    assert result.outcome == "done", result.sentence
    return "".join(output.get("text", "") for output in result.notebook.cells[0].outputs)


def test_kernels_run_this_interpreter_whatever_the_notebook_names(tmp_path):
    said = run_code(tmp_path, "import sys; print(sys.executable)")
    assert said.strip() == sys.executable


def test_kernels_use_one_thread_and_a_fixed_order(tmp_path):
    code = "import os; print(*(os.environ[n] for n in ('OMP_NUM_THREADS', 'PYTHONHASHSEED', 'X')))"
    assert run_code(tmp_path, code, environment={"X": "given"}).split() == ["1", "0", "given"]


def test_nothing_is_written_to_the_terminal(tmp_path, capfd):
    run_code(tmp_path, "import warnings; warnings.warn('old')")
    assert capfd.readouterr() == ("", "")
