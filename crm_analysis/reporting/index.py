"""The list of all runs: ``reports/index.html``."""

import os
from itertools import groupby
from pathlib import Path
from typing import Any

from crm_analysis.reporting.archive import read_runs
from crm_analysis.reporting.pages import runs_page

__all__ = ["write_index"]


def write_index(out: Path) -> Path:
    """Write the list of all runs below ``out`` and return where it is."""
    runs = sorted(read_runs(out), key=lambda run: (run["company"]["title"], run["folder"]))
    companies = [
        _company(list(group)) for _, group in groupby(runs, key=lambda run: run["company"]["name"])
    ]
    index, part = out / "index.html", out / f".index.{os.getpid()}.part"
    part.write_text(runs_page(companies), encoding="utf-8", newline="\n")
    part.replace(index)
    return index


def _company(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe a company by its runs, the latest day first and good runs before failed ones."""
    latest_first = sorted(runs, key=lambda run: run["folder"])
    latest_first.sort(key=lambda run: run["company"]["as_of"], reverse=True)
    return {**latest_first[0]["company"], "runs": [_row(run) for run in latest_first]}


def _row(run: dict[str, Any]) -> dict[str, Any]:
    outcomes = [chapter["outcome"] for chapter in run["chapters"]]
    failed = [o for o in outcomes if o not in ("done", "not run")]
    skipped = outcomes.count("not run")
    if failed:
        outcome = f"{len(failed)} of {len(outcomes)} chapters failed"
    elif skipped:
        outcome = f"done, {skipped} of {len(outcomes)} chapters not run"
    else:
        outcome = "done"
    if run["only"]:
        titles = ", ".join(chapter["title"] for chapter in run["chapters"])
        outcome = f"{outcome}; only {titles}"
    return {
        "folder": run["folder"],
        "as_of": run["company"]["as_of"],
        "outcome": outcome,
        "failed": bool(failed),
    }
