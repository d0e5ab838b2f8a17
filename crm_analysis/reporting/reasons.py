"""Why something isn't on a page, said once where a figure, its table and its sentence are missing.

In JupyterLab each cell gives the reason, since each may be run alone; on a page the same
sentence three times over hides what is there.
"""

import copy
import re
from typing import Any

__all__ = ["said_once"]

_REASON = re.compile(r'^<p class="not-shown">(.+)</p>$', re.DOTALL)
_AGAIN = '<p class="not-shown">Not shown either, for the same reason.</p>'
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def said_once(notebook: Any) -> Any:
    """Return the notebook in which a reason stands once in each section.

    Directly below, where a table or a sentence follows a figure, it isn't repeated at all; after
    a text that announces something it's referred to. Cells that are hidden give no reasons.

    Parameters
    ----------
    notebook : as executed; not changed.
    """
    short = copy.copy(notebook)
    short.cells, section, above = [], set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = set() if _HEADING.search(cell.source) else section
            above = set()
        elif cell.cell_type == "code":
            cell = _shortened(cell, section, above)
        short.cells.append(cell)
    return short


def _shortened(cell: Any, section: set[str], above: set[str]) -> Any:
    """Return a cell without the reasons given above it; the new ones are added to both sets."""
    hidden = "hide" in cell.metadata.get("tags", [])
    outputs = []
    for output in cell.outputs:
        reason = _REASON.match(output.get("data", {}).get("text/html", ""))
        if reason is None:
            outputs.append(output)
        elif not hidden and reason[1] not in above:
            outputs.append(_referring(output) if reason[1] in section else output)
            section.add(reason[1])
            above.add(reason[1])
    return type(cell)({**cell, "outputs": outputs})


def _referring(output: Any) -> Any:
    return type(output)({**output, "data": {**output.data, "text/html": _AGAIN}})
