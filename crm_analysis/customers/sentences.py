"""A sentence written from the data, as a notebook shows it: a paragraph, its text escaped."""

from html import escape

__all__ = ["Sentence"]


class Sentence(str):
    """Text that a notebook shows as a paragraph.

    Examples
    --------
    >>> Sentence("Half of <them> bought again.")._repr_html_()
    '<p>Half of &lt;them&gt; bought again.</p>'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self, quote=False)}</p>"
