import json
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.reporting.plan import plan_run


def hashes(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != "history.jsonl"
    }


class Addresses(HTMLParser):
    """Collects where a page points to, and its ids."""

    def __init__(self, text):
        super().__init__()
        self.to, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.to += [attrs[name] for name in ("href", "src") if attrs.get(name)]
        self.ids += [attrs["id"]] if "id" in attrs else []


def read(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_a_run_holds_what_it_should(whole_run):
    names = {str(path.relative_to(whole_run.folder)) for path in whole_run.folder.rglob("*.*")}
    assert names == {
        "01_page.html",
        "05_too_few.html",
        "index.html",
        "metrics.json",
        "notebooks/01_page.ipynb",
        "notebooks/05_too_few.ipynb",
        "plotly.min.js",
        "run.json",
        "strategy.html",
        "tables/customers_to_call.csv",
        "tables/customers_to_call.parquet",
        "tables/rejected.csv",
    }
    assert whole_run.folder.parts[-2:] == ("corner-shop", "2026-03-01")


def test_two_runs_give_the_same_bytes(make_report, whole_run, tmp_path):
    again = make_report(tmp_path, "page", "too_few")
    assert hashes(again.index.parent) == hashes(whole_run.index.parent)


def test_every_address_is_there_and_none_is_on_the_network(whole_run):
    for page in whole_run.index.parent.rglob("*.html"):
        found = Addresses(page.read_text(encoding="utf-8"))
        assert len(set(found.ids)) == len(found.ids), page
        for address in found.to:
            if address.startswith("https://doi.org/") or address == "data:,":
                continue  # a reference to follow; an empty icon
            path, _, anchor = unquote(address).partition("#")
            target = page.parent / path if path else page
            assert target.exists(), (page, address)
            if anchor:
                assert anchor in Addresses(target.read_text(encoding="utf-8")).ids, address


def test_pages_are_light_and_the_one_for_mailing_stands_alone(whole_run):
    for page in whole_run.folder.glob("*.html"):
        if page.name != "strategy.html":
            assert page.stat().st_size < 500_000, page
    alone = Addresses(read(whole_run.folder, "strategy.html"))
    assert all(address.startswith(("#", "data:")) for address in alone.to)


def test_text_of_the_data_stays_text(whole_run):
    for page in whole_run.index.parent.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "Corner <b>" not in text
    assert "Ann &lt;script&gt;alert(1)&lt;/script&gt;" in read(whole_run.folder, "01_page.html")


def test_every_page_says_that_the_data_are_simulated_and_where_from(whole_run):
    for page in whole_run.folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Simulated data." in text
        assert "Sold over the counter &amp; by post." in text


def test_a_real_company_is_not_called_simulated(make_report, company, tmp_path):
    run = make_report(tmp_path, "too_few", company=replace(company, simulated=False))
    assert "Simulated data." not in read(run.folder, "index.html")


def test_a_page_has_its_parts(whole_run):
    text = read(whole_run.folder, "01_page.html")
    for part in (
        '<html lang="en">',
        'class="skip"',
        '<nav class="contents"',
        'href="#how-many-will-come-back"',
        "<math",
        "<figcaption>Those who bought lately are alive</figcaption>",
        'aria-label="Those who bought lately are alive"',
        "<summary>Show code</summary>",
        '<li class="finding likely">',
        "weeks that the forecast looks ahead (1 to 520)",
    ):
        assert part in text


def test_what_is_not_for_readers_is_left_out(whole_run):
    text = read(whole_run.folder, "01_page.html")
    for part in ("recorded customers", "injected-parameters = ", "crm.record", "Traceback"):
        assert part not in text


def test_the_first_page_embeds_the_summary_and_the_findings(whole_run):
    text = read(whole_run.folder, "index.html")
    assert text.count('class="plot"') == 1
    assert "Call this customer first." in text
    assert "Show code" not in text
    assert ">4<" in text  # rows read
    assert '<dt>Share of the first</dt><dd><span class="value">57.5 %</span>' in text
    assert ">0.3<" not in text  # the margin, recorded without a headline
    assert "81 % (72 % to 88 %)" in text


def test_a_chapter_without_its_data_says_so_in_a_sentence(whole_run):
    said = "The BG/NBD model needs at least 10; there are 0 repeat customers."
    for name in ("index.html", "05_too_few.html"):
        assert said in read(whole_run.folder, name)
    assert "failed" not in read(whole_run.folder, "05_too_few.html").split("<main")[1]


def test_metrics_are_kept_by_chapter(whole_run):
    metrics = json.loads(read(whole_run.folder, "metrics.json"))
    assert {m["name"]: m["value"] for m in metrics["page"]}["customers"] == 4
    assert metrics["too_few"] == []


def test_run_json_says_what_the_run_was_made_of(whole_run):
    run = json.loads(read(whole_run.folder, "run.json"))
    assert run["company"]["as_of"] == "2026-03-01"
    assert run["parameters"]["page"]["horizon_weeks"] == 52
    assert run["parameters"]["page"]["source"] == "corner-shop"
    assert [chapter["outcome"] for chapter in run["chapters"]] == ["done", "not run"]
    assert run["tables"]["transactions"] == {
        "table": "transactions",
        "read": 4,
        "accepted": 3,
        "rejected": 1,
        "set_aside": 0,
        "flagged": 0,
    }
    assert {"pandas", "plotly"} <= set(run["versions"])


def test_how_long_it_took_is_in_the_history_alone(whole_run):
    (line,) = read(whole_run.index.parent, "history.jsonl").splitlines()
    assert json.loads(line)["chapters"]["page"]["seconds"] > 0
    assert "seconds" not in read(whole_run.folder, "run.json")


def test_rejected_rows_are_listed_without_what_they_hold(whole_run):
    kept = pd.read_csv(whole_run.folder / "tables" / "rejected.csv")
    assert kept.to_dict("records") == [
        {
            "table": "transactions",
            "file": "till.csv",
            "line": 5,
            "became": "rejected",
            "reason": "no date",
        }
    ]


def test_a_parameter_reaches_the_notebook_and_the_page(make_report, tmp_path):
    run = make_report(tmp_path, "page", parameters={"horizon_weeks": "26"})
    text = read(run.folder, "01_page.html")
    assert "4 customers, 26 weeks" in text
    assert "26 <em>by the command line</em>" in text


def test_a_failed_chapter_stops_neither_the_others_nor_harms_a_good_run(make_report, tmp_path):
    good = make_report(tmp_path, "page")
    kept = hashes(good.folder)
    bad = make_report(tmp_path, "page", "raises", "dies")
    assert hashes(good.folder) == kept
    assert bad.folder.name == "2026-03-01.failed"
    assert [result.outcome for result in bad.results] == ["done", "raised", "died"]
    said = read(bad.folder, "02_raises.html")
    assert "spend must be at least 0: &lt;b&gt;3&lt;/b&gt; rows are not." in said
    assert "Traceback" not in said
    assert "2 of 3 chapters failed" in read(tmp_path, "index.html")


def test_a_chapter_whose_table_is_missing_is_not_started(make_report, company, tmp_path):
    survey = pd.DataFrame({"respondent_id": ["a"], "item": ["x"], "perception": [4.0]})
    only_survey = replace(
        company, transactions=None, survey=survey, read={}, rejected=company.rejected.iloc[:0]
    )
    run = make_report(tmp_path, "dies", company=only_survey)
    assert [result.outcome for result in run.results] == ["not run"]
    assert "No transactions table was supplied" in read(run.folder, "03_dies.html")


def test_chosen_chapters_lie_beside_the_whole_run(make_report, tmp_path):
    whole = make_report(tmp_path, "page", "too_few")
    part = make_report(tmp_path, "page", "too_few", only=["page"])
    assert part.folder.name == "2026-03-01.only-page"
    assert (whole.folder / "05_too_few.html").exists()
    assert "only Page" in read(tmp_path, "index.html")


def test_a_persons_files_are_prepared_and_called_by_their_name(make_report, tmp_path):
    run = make_report(tmp_path, "page", built_in=False)
    assert json.loads(read(run.folder, "run.json"))["source"] == "orders.csv"
    assert "<td>orders.csv</td>" in read(run.folder, "01_page.html")
    assert "crm-analysis/prepared" in read(run.folder, "notebooks/01_page.ipynb")


def test_nothing_is_planned_with_an_unknown_chapter(notebooks, suite):
    with pytest.raises(InputError, match="unknown chapter 'pgae': did you mean 'page'"):
        plan_run(["pgae"], {}, folder=notebooks, suite=suite)
