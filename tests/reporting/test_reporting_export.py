"""What a page leaves out of an executed notebook."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from crm_analysis.optional import NotShown
from crm_analysis.reporting.export import export


def _cell(sentence):
    shown = {"text/html": NotShown(sentence)._repr_html_(), "text/plain": sentence}
    return new_code_cell("x", outputs=[new_output("execute_result", shown, execution_count=1)])


def test_a_section_says_once_why_something_is_not_shown():
    cells = [new_markdown_cell("## First"), _cell("Not shown: a."), _cell("Not shown: a.")]
    cells += [_cell("Not shown: b."), new_markdown_cell("So."), _cell("Not shown: a.")]
    cells += [new_markdown_cell("## Second"), _cell("Not shown: a.")]
    notebook = new_notebook(cells=cells)
    html = export(notebook, "page").html
    first, second = html.split("Second")
    assert (first.count("Not shown: a."), first.count("Not shown: b.")) == (1, 1)
    assert second.count("Not shown: a.") == 1
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code")
