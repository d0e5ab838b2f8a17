"""A page says once why something isn't there."""

import copy

import pytest
from nbformat import v4

from crm_analysis.optional import NotShown
from crm_analysis.reporting.export import export
from crm_analysis.reporting.reasons import said_once

SHORT, NOBODY = NotShown("Not shown: too short & few."), NotShown("Not shown: nobody's there.")
AGAIN = "Not shown either, for the same reason."


def shown(*sentences, tags=()):
    outputs = [
        v4.new_output("execute_result", {"text/html": said._repr_html_(), "text/plain": repr(said)})
        for said in sentences
    ]
    return v4.new_code_cell("x", outputs=outputs, metadata={"tags": list(tags)})


def told(*cells):
    notebook = v4.new_notebook(cells=list(cells))
    outputs = [output for cell in said_once(notebook).cells for output in cell.get("outputs", [])]
    return [output.data["text/html"].split(">")[1].split("<")[0] for output in outputs]


def test_a_table_and_a_sentence_below_the_figure_give_no_reason_again():
    assert told(shown(SHORT), shown(SHORT), shown(SHORT)) == ["Not shown: too short &amp; few."]


def test_after_a_text_the_reason_is_referred_to_and_once_too():
    text = v4.new_markdown_cell("The same by class:")
    assert told(shown(SHORT), text, shown(SHORT), shown(SHORT))[1:] == [AGAIN]


def test_a_new_section_gives_the_reason_anew():
    section = v4.new_markdown_cell("text\n\n### Who moves?")
    assert told(shown(SHORT), section, shown(SHORT)) == ["Not shown: too short &amp; few."] * 2


def test_another_reason_is_another_reason():
    assert len(told(shown(SHORT), shown(NOBODY), shown(SHORT))) == 2


def test_hidden_cells_give_no_reasons_and_other_outputs_stay():
    said = NotShown("x")
    assert told(shown(SHORT, tags=["hide"]), shown(SHORT)) == ["Not shown: too short &amp; few."]
    plain = v4.new_output("display_data", {"text/html": "<p>Half of them.</p>"})
    cell = shown(said)
    cell.outputs += [plain, plain]
    assert told(cell) == ["x", "Half of them.", "Half of them."]


@pytest.fixture
def notebook():
    return v4.new_notebook(cells=[v4.new_markdown_cell("# A"), shown(SHORT), shown(SHORT)])


def test_the_notebook_stays_as_it_was_executed(notebook):
    before = copy.deepcopy(notebook)
    said_once(notebook)
    assert notebook == before


def test_so_does_a_page(notebook):
    assert export(notebook, "a").html.count("too short &amp; few") == 1
