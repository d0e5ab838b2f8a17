import pytest

from crm_analysis.reporting.markdown import formula, render_markdown


def test_headings_get_ids_from_their_words_each_once():
    headings = []
    html = render_markdown("# A & B\n\n## Limits\n\n## Limits\n\n## 牛奶 `x`", headings)
    assert [(h.level, h.id, h.text) for h in headings] == [
        (1, "a-b", "A & B"),
        (2, "limits", "Limits"),
        (2, "limits-2", "Limits"),
        (2, "牛奶-x", "牛奶 x"),
    ]
    assert '<h2 id="limits-2">Limits</h2>' in html


@pytest.mark.parametrize(
    "source", ["$x_1$", "$$\\frac{a}{b}$$", "\\begin{align}a &= b\\end{align}"]
)
def test_formulas_become_mathml(source):
    html = render_markdown(source, [])
    assert "<math" in html
    assert "$" not in html


def test_two_prices_are_no_formula():
    assert "<math" not in render_markdown(r"It costs \$5 or \$6.", [])


def test_a_formula_that_cannot_be_read_is_shown_as_it_is():
    assert formula("a^{b}^{<c>}") == "<code>a^{b}^{&lt;c&gt;}</code>"


def test_tables_scroll_inside_a_box():
    html = render_markdown("| a | b |\n|---|---|\n| 1 | 2 |", [])
    assert '<div class="table-box" tabindex="0"><table>' in html
