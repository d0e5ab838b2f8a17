"""What an executed notebook holds: its figures, its findings, and nothing of the moment."""

import copy
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_analysis.errors import InputError
from crm_analysis.findings import FINDINGS_MIME

__all__ = ["findings", "metrics", "read_notebook", "summary", "tidy", "write_notebook"]

# Written out here as well as in `outputs`, which imports pandas.
METRIC_MIME = "application/vnd.crm-analysis.metric+json"
_BANNER = "papermill-error-cell-tag"
_INJECTED = "injected-parameters"
# Names of a cell's source in warnings hold the number of the kernel's process.
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")

# Where an object lies in memory, which a text that Python makes of it may tell.
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook file.

    Raises
    ------
    InputError : the file is no notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} can't be read as a notebook: {error}") from None
    return notebook


def tidy(notebook: Any) -> Any:
    """Take out of an executed notebook what differs from run to run; changes it in place.

    These are papermill's times and banners, random ids, numbers of processes and addresses.
    """
    notebook.metadata.pop("papermill", None)
    notebook.cells = [cell for cell in notebook.cells if _BANNER not in _tags(cell)]
    for cell in notebook.cells:
        for moment in ("papermill", "execution"):
            cell.metadata.pop(moment, None)
        if _INJECTED in _tags(cell):
            cell["id"] = _INJECTED
        for output in cell.get("outputs", []):
            _tidy_texts(output)
    return notebook


def _tidy_texts(output: Any) -> None:
    if output.output_type == "stream":
        output.text = _CELL_FILE.sub("cell.py", output.text)
    elif "text/plain" in output.get("data", {}):
        output.data["text/plain"] = _ADDRESS.sub("", output.data["text/plain"])


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook, the same bytes for the same content."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def metrics(notebook: Any) -> list[dict[str, Any]]:
    """Return the figures that a notebook has recorded, in its order."""
    return [_without_nan(metric) for metric in _shown(notebook, METRIC_MIME)]


def findings(notebook: Any) -> list[dict[str, str]]:
    """Return the findings that a notebook has shown, in its order."""
    return [finding for shown in _shown(notebook, FINDINGS_MIME) for finding in shown]


def summary(notebook: Any) -> Any:
    """Return the notebook's cells tagged ``summary`` as a notebook; None where there is none."""
    short = copy.copy(notebook)
    short.cells = [cell for cell in notebook.cells if "summary" in _tags(cell)]
    return short if short.cells else None


def _tags(cell: Any) -> list[str]:
    return cell["metadata"].get("tags", [])


def _shown(notebook: Any, mime: str) -> Iterator[Any]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                yield output["data"][mime]


def _without_nan(metric: dict[str, Any]) -> dict[str, Any]:
    """Put None for what JSON can't say."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in metric.items()
    }
