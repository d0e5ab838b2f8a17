"""Markdown of the notebooks as HTML: headings with ids, formulas as MathML, offline."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = ["Heading", "formula", "render_markdown", "render_said"]


@dataclass(frozen=True)
class Heading:
    """A heading of a page, for its contents: level 1 to 6, element id, text."""

    level: int
    id: str
    text: str


def formula(latex: str, display: str = "inline") -> str:
    r"""Return a formula as MathML, which browsers draw without help; as code if it can't be read.

    Examples
    --------
    >>> formula("x_1").startswith("<math")
    True
    """
    from latex2mathml.converter import convert

    try:
        return convert(latex.strip(), display=display)
    except Exception:  # latex2mathml has a class of its own for each way to go wrong
        return f"<code>{escape(latex)}</code>"


def render_markdown(source: str, headings: list[Heading], attachments: dict | None = None) -> str:
    """Return markdown as HTML and add its headings to ``headings``, ids unique among them."""
    renderer = _Renderer(headings, escape=False, attachments=attachments)
    return MarkdownWithMath(renderer=renderer).render(source)


def render_said(source: str) -> str:
    r"""Return markdown that code has written, in which a dollar is money and starts no formula.

    Examples
    --------
    >>> render_said("From $5 to **$6**.")
    '<p>From $5 to <strong>$6</strong>.</p>\n'
    """
    return render_markdown(re.sub(r"(?<!\\)\$", r"\\$", source), [])


class _Renderer(IPythonRenderer):
    """Headings with ids from their words, MathML, and no notebook-specific anchors."""

    def __init__(self, headings: list[Heading], **options: Any):
        super().__init__(exclude_anchor_links=True, **options)
        self._headings = headings

    def heading(self, text: str, level: int, **_: Any) -> str:
        words = BeautifulSoup(text, features="html.parser").get_text()
        slug = re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"
        taken = {heading.id for heading in self._headings}
        number, unique = 2, slug
        while unique in taken:
            unique, number = f"{slug}-{number}", number + 1
        self._headings.append(Heading(level, unique, words))
        return f'<h{level} id="{escape(unique)}">{text}</h{level}>\n'

    def block_math(self, body: str) -> str:
        return f'<span class="formula">{formula(body, "block")}</span>'

    def inline_math(self, body: str) -> str:
        return formula(body)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre><code>{escape(code)}</code></pre>"

    def table(self, text: str) -> str:
        return f'<div class="table-box" tabindex="0"><table>{text}</table></div>\n'
