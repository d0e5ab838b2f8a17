"""Plotly figures on a page: the caption above, the rest as data that a small script draws."""

import copy
import json
from typing import Any

from crm_analysis.reporting.markup import plain

__all__ = ["PLOTLY_MIME", "caption", "figure_height", "figure_json", "plotly_script"]

PLOTLY_MIME = "application/vnd.plotly.v1+json"
# Written so that no text of the data can end the script element that holds it.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_HEIGHT = 450  # px, what plotly.js takes where nothing is said
_TOP = 16  # px above the plot once the title has gone
_TOP_WITH_TEXT = 36  # where something stands above it: heads of small multiples


def caption(figure: dict[str, Any]) -> str:
    """Return a figure's title as plain text.

    Examples
    --------
    >>> caption({"data": [], "layout": {"title": {"text": "Ann &amp; Bo<br>pay most"}}})
    'Ann & Bo pay most'
    """
    title = figure.get("layout", {}).get("title") or ""
    text = title.get("text") or "" if isinstance(title, dict) else title
    return plain(str(text))


def figure_json(figure: dict[str, Any]) -> str:
    """Return a figure without its title as JSON for a ``<script>`` element.

    The page sets the title as a caption, which wraps where a title inside the plot doesn't.
    """
    drawn = {"data": figure["data"], "layout": _without_title(figure.get("layout", {}))}
    text = json.dumps(drawn, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def figure_height(figure: dict[str, Any]) -> int:
    """Return the height in px that a figure takes, so that the page keeps the place for it."""
    return int(_without_title(figure.get("layout", {})).get("height", _HEIGHT))


def plotly_script() -> str:
    """Return plotly.js from the installed plotly package."""
    from importlib.resources import files

    return files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


def _without_title(layout: dict[str, Any]) -> dict[str, Any]:
    layout = copy.deepcopy(layout)
    title = layout.pop("title", None)
    if not title:
        return layout
    themed = layout.get("template", {}).get("layout", {}).get("margin", {})
    before = layout.get("margin", {}).get("t", themed.get("t", 100))
    after = min(before, _TOP_WITH_TEXT if _has_text_above(layout) else _TOP)
    layout["margin"] = {**layout.get("margin", {}), "t": after}
    if "height" in layout:
        layout["height"] -= before - after
    return layout


def _has_text_above(layout: dict[str, Any]) -> bool:
    return any(
        note.get("yref") == "paper" and isinstance(note.get("y"), int | float) and note["y"] >= 1
        for note in layout.get("annotations", [])
    )
