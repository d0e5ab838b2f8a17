"""An executed notebook as the HTML of a page's content."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters.html import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from crm_analysis.findings import FINDINGS_MIME
from crm_analysis.reporting.executed import METRIC_MIME
from crm_analysis.reporting.figures import PLOTLY_MIME, caption, figure_height, figure_json
from crm_analysis.reporting.markdown import Heading, formula, render_markdown, render_said
from crm_analysis.reporting.markup import boxed, safe_html

__all__ = ["TEMPLATES", "Content", "ParameterRow", "export"]

TEMPLATES = Path(__file__).parent / "templates"
# Findings before their HTML, figures before all: the first that an output holds is shown.
_PRIORITY = [
    PLOTLY_MIME, FINDINGS_MIME, METRIC_MIME, "text/html", "text/markdown", "image/svg+xml",
    "image/png", "image/jpeg", "text/latex", "text/plain",
]  # fmt: skip


@dataclass(frozen=True)
class ParameterRow:
    """A line of the table of a run's parameters; ``said_by`` is empty where the notebook does."""

    name: str
    value: str
    help: str
    said_by: str


@dataclass(frozen=True)
class Content:
    """The content of a page: its HTML, its headings, how many figures it draws."""

    html: str
    headings: tuple[Heading, ...]
    figures: int


class _ChapterExporter(HTMLExporter):
    """Our own template; formulas, figures and findings need nothing from the network."""

    @property
    def default_config(self) -> Config:
        ours = Config({"NbConvertBase": {"display_data_priority": _PRIORITY}})
        ours.HighlightMagicsPreprocessor.enabled = False
        config = super().default_config.copy()
        config.merge(ours)
        return config

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        cell = context.get("cell", {})
        return render_markdown(source, context["resources"]["headings"], cell.get("attachments"))


def export(
    notebook: Any, slug: str, parameters: Sequence[ParameterRow] = (), *, code: bool = True
) -> Content:
    """Render the cells of an executed notebook.

    Parameters
    ----------
    notebook : as executed.
    slug : begins every element id, so that chapters can share a page.
    parameters : shown where the parameters cell stands.
    code : whether the code is there to be unfolded.
    """
    exporter = _ChapterExporter(template_name="chapter", extra_template_basedirs=[str(TEMPLATES)])
    for ours in (
        boxed,
        safe_html,
        caption,
        figure_height,
        figure_json,
        formula,
        render_said,
        _position,
    ):
        exporter.register_filter(ours.__name__.strip("_"), ours)
    resources = {"headings": [], "slug": slug, "parameters": parameters, "code": code}
    html, resources = exporter.from_notebook_node(_said_once(notebook), resources)
    return Content(html.strip(), tuple(resources["headings"]), html.count('class="plot"'))


def _said_once(notebook: Any) -> Any:
    """Leave out why something isn't shown where the same section has just said it.

    A figure, its table and its sentence are missing for one reason. In the notebook each cell says
    it, since cells are read and run one by one.
    """
    cells, told = [], set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            told = set()
        if cell.cell_type == "code":
            kept = [output for output in cell.outputs if _reason(output) not in told]
            told |= {reason for output in kept if (reason := _reason(output))}
            cell = NotebookNode({**cell, "outputs": kept})
        cells.append(cell)
    return NotebookNode({**notebook, "cells": cells})


def _reason(output: Any) -> str:
    """Why something isn't shown; "" for all other outputs."""
    html = str(output.get("data", {}).get("text/html", ""))
    return html if html.startswith('<p class="not-shown">') else ""


def _position(output: Any, cell: Any) -> int:
    """Tell which output of its cell this is, from 1."""
    return next(i for i, other in enumerate(cell.outputs, start=1) if other is output)
