import pytest

from crm_analysis.reporting.markup import boxed, plain, safe_html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src="http://elsewhere/x.png">',
        '<p onclick="alert(1)">x</p>',
        '<a href="java\nscript:alert(1)">x</a>',
        '<iframe src="http://elsewhere"></iframe>',
        '<link rel="stylesheet" href="http://elsewhere/x.css">',
        "<style>@import url(http://elsewhere/x.css); p {color: red}</style>",
        '<p style="background: url(http://elsewhere/x.png)">x</p>',
    ],
)
def test_nothing_runs_or_fetches(html):
    clean = safe_html(html)
    assert "alert" not in clean
    assert "elsewhere" not in clean


def test_what_is_harmless_stays():
    html = '<p>a <b>b</b> &lt;i&gt; <a href="https://doi.org/x">c</a></p>'
    assert safe_html(html) == html


def test_escaped_text_stays_escaped():
    assert safe_html("<td>&lt;script&gt;</td>") == "<td>&lt;script&gt;</td>"


@pytest.mark.parametrize(
    "html",
    [
        '<table><thead><tr class="gt_heading"><td class="gt_title">Who <i>pays</i></td></tr>'
        "</thead><tr><td>1</td></tr></table>",
        "<figure><figcaption>Who <i>pays</i></figcaption><table><tr><td>1</td></tr></table>"
        "</figure>",
    ],
)
def test_the_title_of_a_table_stands_above_its_box(html):
    shown = boxed(html)
    assert shown.startswith('<p class="table-title">Who <i>pays</i></p><div class="table-box"')
    assert shown.count("pays") == 1


def test_a_table_leaves_its_style_to_the_page_and_keeps_its_own_in_a_notebook():
    crm, pd = pytest.importorskip("crm_analysis"), pytest.importorskip("pandas")
    alone = crm.table(pd.DataFrame({"x": [1]}), caption="One").as_raw_html()
    shown = boxed(alone)
    assert ".gt_row {" in alone
    assert "<style" not in shown
    assert "style=" not in shown
    assert 'class="gt_row gt_right"' in shown


def test_the_style_of_anything_else_stays():
    assert "<style>td {color: red}</style>" in boxed(
        "<style>td {color: red}</style><table><tr><td>1</td></tr></table>"
    )


def test_numbers_of_a_pandas_table_are_marked_with_their_heads():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"name": ["Ann"], "spend": [-1234.5]})
    shown = boxed(frame.to_html())
    assert '<th class="number">spend</th>' in shown
    assert '<td class="number">-1234.5</td>' in shown
    assert "<th>name</th>" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>Ann</b><br>pays", "Ann pays"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("&lt;b&gt;Ann&lt;/b&gt;", "<b>Ann</b>"),
        ("a < b", "a < b"),
    ],
)
def test_plain_takes_tags_for_tags_and_escaped_ones_for_text(text, words):
    assert plain(text) == words
