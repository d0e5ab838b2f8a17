"""Names beside an axis are wrapped anew on a telephone, as their script wants it."""

import json

import pytest

from crm_analysis.reporting.export import TEMPLATES

SCRIPT = (TEMPLATES / "figures.js").read_text(encoding="utf-8")
PARTS = ("isWide", "extent", "isKorean", "closes", "pieces", "rewrap")


@pytest.fixture(scope="module")
def rewrap(chromium):
    """Call the page's own function, cut out of its script."""
    functions = [SCRIPT[SCRIPT.index(f"  function {name}(") :] for name in PARTS]
    bodies = [text[: text.index("\n  }\n") + 4] if "{\n" in text[:60] else text.split("\n")[0]
              for text in functions]  # fmt: skip
    page = chromium.new_page()
    yield lambda text, width: page.evaluate(
        f"() => {{ {' '.join(bodies)} return rewrap({json.dumps(text)}, {width}); }}"
    )
    page.close()


def test_korean_keeps_its_spaces(rewrap):
    wrapped = "배달원이 약속한<br>시간에 도착하며, 늦을<br>경우"
    assert rewrap(wrapped, 15) == "배달원이 약속한<br>시간에<br>도착하며, 늦을<br>경우"


def test_chinese_breaks_anywhere_but_before_a_comma(rewrap):
    assert rewrap("当我遇到问题时，<br>公司会解决", 14) == "当我遇到问题时，<br>公司会解决"
    assert rewrap("每天早上<br>送到", 20) == "每天早上送到"


def test_words_stay_whole(rewrap):
    assert (
        rewrap("kept cold<br>until it is at the door", 12)
        == "kept cold<br>until it is<br>at the door"
    )
