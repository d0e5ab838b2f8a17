"""What may stand on a page: no script, no handler, no address that something is fetched from."""

import re
from html import unescape

from bs4 import BeautifulSoup, Tag

__all__ = ["boxed", "plain", "safe_html"]

_UNWANTED = ["script", "iframe", "object", "embed", "link", "meta", "base", "form", "svg"]
_FETCHING = ("src", "srcset", "background", "poster", "data", "action", "formaction")
_CSS_FETCH = re.compile(r"@import[^;]*;?|url\(\s*['\"]?(?!data:)[^)]*\)", re.IGNORECASE)
_LONG = 40  # letters, from which on a cell needs room for a sentence
_NUMBER = re.compile(r"[-−+]?[$€£¥]?[\d.,]+(e[-+]?\d+)?\s?%?$|NaN$|-?inf$")
# The tags that plotly understands in a text; everything else in it is meant literally.
_PLOTLY_TAG = re.compile(r"</?(?:b|i|em|strong|sub|sup|s|u|span|a)(?:\s[^<>]*)?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def safe_html(html: str) -> str:
    """Return HTML from an output without what runs or fetches anything.

    Tables escape their texts themselves; this stands behind them.

    Examples
    --------
    >>> safe_html('<p onclick="x()">a<script>alert(1)</script></p><img src="http://x/y.png">')
    '<p>a</p><img/>'
    >>> safe_html('&lt;script&gt;')
    '&lt;script&gt;'
    """
    return str(_harmless(html))


def boxed(html: str) -> str:
    """Return the HTML of an output: a table in a box that scrolls sideways, its title above it.

    Examples
    --------
    >>> boxed("<table><tr><td>1</td></tr></table>")
    '<div class="table-box" tabindex="0"><table><tr><td>1</td></tr></table></div>'
    >>> boxed("<p>Half came back.</p>")
    '<div class="prose"><p>Half came back.</p></div>'
    """
    soup = _harmless(html)
    if soup.find("table") is None:
        return f'<div class="prose">{soup}</div>'
    _leave_style_to_page(soup)
    above = _take_title(soup)
    for table in soup.select("table.dataframe"):
        _align_numbers(table)
    for cell in soup.select("td, th"):
        if len(cell.get_text()) > _LONG:
            cell["class"] = [*cell.get_attribute_list("class"), "long"]
    return f'{above}<div class="table-box" tabindex="0">{soup}</div>'


def _take_title(soup: BeautifulSoup) -> str:
    """Take a table's title out: inside it would be as wide as the table, and cut off on a phone."""
    title = soup.select_one("figure > figcaption, .gt_title")
    if title is None:
        return ""
    (title.find_parent(class_="gt_heading") or title).extract()
    return f'<p class="table-title">{title.decode_contents()}</p>'


def _leave_style_to_page(soup: BeautifulSoup) -> None:
    """Take out the style that great-tables gives each table: the page's sheet has one for all.

    In JupyterLab a table needs its own; on a page of thirty it would be more than half the page.
    """
    for table in soup.select("table.gt_table"):
        for style in table.find_previous_siblings("style"):
            style.decompose()
        del table.parent["style"]


def _harmless(html: str) -> BeautifulSoup:
    soup = BeautifulSoup(html, features="html.parser")
    for element in soup.find_all(_UNWANTED):
        element.decompose()
    for element in soup.find_all(True):
        element.attrs = {k: v for k, v in element.attrs.items() if _is_safe(k, v)}
    for style in soup.find_all("style"):
        style.string = _CSS_FETCH.sub("", style.get_text())
    return soup


def _align_numbers(table: Tag) -> None:
    """Mark the columns of a pandas table that hold numbers, heads included."""
    rows = [row.find_all(["th", "td"], recursive=False) for row in table.select("tr")]
    body = [cells for cells in rows if any(cell.name == "td" for cell in cells)]
    if not body:
        return
    numbers = {at for at, cell in enumerate(body[0])
               if cell.name == "td" and _NUMBER.match(cell.get_text().strip())}  # fmt: skip
    for cells in rows:
        for at in numbers & set(range(len(cells))):
            cells[at]["class"] = "number"


def _is_safe(name: str, value: object) -> bool:
    text = "".join(str(value).split()).lower()
    if name.lower().startswith("on"):
        return False
    if name.lower() in _FETCHING:
        return text.startswith("data:image/")
    if name.lower() == "style":
        return not _CSS_FETCH.search(text)
    return not text.startswith(("javascript:", "vbscript:", "data:text/html"))


def plain(text: str) -> str:
    """Return the words of a text in a figure: no tags, one line.

    Examples
    --------
    >>> plain("<b>Ann</b> &lt;b&gt;<br>pays  most")
    'Ann <b> pays most'
    """
    words = _PLOTLY_TAG.sub("", _BREAK.sub(" ", text))
    return " ".join(unescape(words).split())
