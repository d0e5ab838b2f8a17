"""Every page of a run, on a telephone and on a desk: drawn, quiet, offline, readable."""

import pytest

PHONE, DESK = 375, 1440
_SMALLEST_TEXT = 11  # px, in a figure
_ROUNDING = 1  # px

# What has been drawn of a figure: shapes of data, whatever their kind of trace.
_MARKS = (
    ".plot .scatterlayer path, .plot .barlayer path, .plot .heatmaplayer image, .plot .boxlayer"
    " path, .plot .treemaplayer path, .plot .sankey path, .plot .pielayer path, .plot .imagelayer"
    " image, .plot .shapelayer path, .plot .polarlayer path, .plot .contourlayer path"
)
_FIGURES = f"""() => [...document.querySelectorAll(".figure")].map(figure => ({{
    id: figure.id,
    svg: figure.querySelectorAll("svg.main-svg").length,
    marks: figure.querySelectorAll(`{_MARKS}`).length,
    width: figure.querySelector("svg.main-svg")?.getBoundingClientRect().width,
    room: figure.getBoundingClientRect().width,
    small: [...figure.querySelectorAll("text")].filter(text => text.textContent.trim()
        && parseFloat(getComputedStyle(text).fontSize) < {_SMALLEST_TEXT})
        .map(text => text.textContent),
    cut: [...figure.querySelectorAll("text")].filter(text => {{
        const box = text.getBoundingClientRect(), whole = figure.getBoundingClientRect();
        return box.width && (box.left < whole.left - 2 || box.right > whole.right + 8);
    }}).map(text => text.textContent),
}}))"""


class Visit:
    """A page that has been opened, with what it asked for and what it complained about."""

    def __init__(self, browser, path, width):
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.absolute().as_uri())
        self.page.wait_for_load_state("load")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()

    def measure(self, script):
        return self.page.evaluate(script)


def pages_of(reports):
    return sorted(page for page in reports.rglob("*.html") if ".part" not in str(page))


@pytest.fixture(scope="module", params=[PHONE, DESK])
def visits(request, chromium, reports):
    """Open every page at one width and keep what was seen, by page and width."""
    seen = {}
    for path in pages_of(reports):
        with Visit(chromium, path, request.param) as visit:
            seen[str(path.relative_to(reports)), request.param] = {
                "asked": visit.asked,
                "complaints": visit.complaints,
                "figures": visit.measure(_FIGURES),
                "width": visit.measure("document.documentElement.scrollWidth"),
                "text": visit.measure("parseFloat(getComputedStyle(document.body).fontSize)"),
                "landmarks": visit.measure(
                    "['header', 'nav', 'main', 'footer', 'h1'].filter("
                    "name => document.querySelectorAll(name).length == 0)"
                ),
            }
    return seen


def test_there_are_pages_with_figures(visits):
    assert sum(len(seen["figures"]) for seen in visits.values()) >= 2


def test_every_figure_is_drawn_with_marks(visits):
    empty = [
        (where, figure["id"])
        for where, seen in visits.items()
        for figure in seen["figures"]
        if not (figure["svg"] and figure["marks"])
    ]
    assert empty == []


def test_nothing_is_asked_from_the_network(visits):
    asked = {address for seen in visits.values() for address in seen["asked"]}
    assert {address for address in asked if not address.startswith(("file:", "data:"))} == set()


def test_nothing_complains_in_the_console(visits):
    assert {where: seen["complaints"] for where, seen in visits.items() if seen["complaints"]} == {}


def test_no_page_is_wider_than_its_window(visits):
    assert {
        where: seen["width"] for where, seen in visits.items() if seen["width"] > where[1]
    } == {}


def test_figures_are_as_wide_as_their_room(visits):
    off = {
        (where, figure["id"]): figure["width"]
        for where, seen in visits.items()
        for figure in seen["figures"]
        if abs(figure["width"] - figure["room"]) > _ROUNDING
    }
    assert off == {}


def test_text_in_figures_is_large_enough_and_not_cut_off(visits):
    poor = {
        (where, figure["id"]): figure["small"] + figure["cut"]
        for where, seen in visits.items()
        for figure in seen["figures"]
        if figure["small"] or figure["cut"]
    }
    assert poor == {}


def test_text_is_at_least_16_px(visits):
    assert min(seen["text"] for seen in visits.values()) >= 16


def test_every_page_has_its_landmarks(visits):
    assert {where: s["landmarks"] for where, s in visits.items() if s["landmarks"]} == {}


def chapter_with_figures(reports):
    return next(
        page
        for page in pages_of(reports)
        if page.name[0].isdigit() and 'class="plot"' in page.read_text(encoding="utf-8")
    )


def test_figures_follow_the_window(chromium, reports):
    with Visit(chromium, chapter_with_figures(reports), DESK) as visit:
        wide = visit.measure(_FIGURES)[0]["width"]
        visit.page.set_viewport_size({"width": PHONE, "height": 900})
        visit.page.wait_for_timeout(500)
        narrow = visit.measure(_FIGURES)[0]
        assert narrow["width"] < wide
        assert abs(narrow["width"] - narrow["room"]) <= _ROUNDING
        assert visit.complaints == []


def test_the_skip_link_comes_first_and_leads_to_the_content(chromium, reports):
    with Visit(chromium, chapter_with_figures(reports), DESK) as visit:
        visit.page.keyboard.press("Tab")
        assert visit.measure("document.activeElement.className") == "skip"
        visit.page.keyboard.press("Enter")
        assert visit.measure("document.activeElement.tagName") == "MAIN"


def test_code_unfolds_and_contents_fold_away_on_a_telephone(chromium, reports):
    page = chapter_with_figures(reports)
    with Visit(chromium, page, PHONE) as visit:
        assert not visit.measure("document.querySelector('.contents details').open")
        code = visit.page.locator("details.code").first
        assert not code.locator("pre").is_visible()
        code.locator("summary").click()
        assert code.locator("pre").is_visible()
        assert visit.measure("document.documentElement.scrollWidth") <= PHONE
    with Visit(chromium, page, DESK) as visit:
        assert visit.measure("document.querySelector('.contents details').open")


def test_paper_shows_figures_that_fit_and_no_navigation(chromium, reports):
    with Visit(chromium, chapter_with_figures(reports), DESK) as visit:
        visit.page.emulate_media(media="print")
        visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert all(figure["width"] <= 700 for figure in visit.measure(_FIGURES))
        assert not visit.page.locator(".contents").is_visible()


def test_the_page_for_mailing_draws_alone(chromium, reports, tmp_path):
    page = next(page for page in pages_of(reports) if page.name == "strategy.html")
    alone = tmp_path / "strategy.html"
    alone.write_bytes(page.read_bytes())
    with Visit(chromium, alone, DESK) as visit:
        assert all(figure["marks"] for figure in visit.measure(_FIGURES))
        assert {address.split("/")[-1] for address in visit.asked} <= {"strategy.html", "data:,"}
