"""Every notebook executed on both companies: outcomes, recorded figures, what is left behind."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from crm_analysis.data import load

RECORDED = Path(__file__).with_name("recorded.json")
RUNS = {"cdnow": "cdnow/1998-06-30", "dairy": "dairy/2026-10-31"}
CHAPTERS = ["customers", "segmentation", "lifetime_value", "satisfaction", "strategy"]
# Optimisers and linear algebra differ in their last digits between machines.
TOLERANCE = 1e-3
_LARGEST_PAGE = 500_000


def figures(run: Path) -> dict[str, dict[str, float | str]]:
    told = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    return {
        chapter: {metric["name"]: metric["value"] for metric in metrics}
        for chapter, metrics in told.items()
    }


@pytest.fixture(params=RUNS)
def run(request, real_reports) -> Path:
    return real_reports / RUNS[request.param]


def test_every_chapter_ran_but_the_one_without_its_table(real_reports):
    for name, folder in RUNS.items():
        told = json.loads((real_reports / folder / "run.json").read_text(encoding="utf-8"))
        outcomes = {chapter["slug"]: chapter["outcome"] for chapter in told["chapters"]}
        asked = "not run" if name == "cdnow" else "done"
        assert outcomes == dict.fromkeys(CHAPTERS, "done") | {"satisfaction": asked}


def test_a_company_without_a_survey_is_told_so(real_reports):
    page = (real_reports / RUNS["cdnow"] / "04_satisfaction.html").read_text(encoding="utf-8")
    assert "No survey table was supplied for CDNOW." in page


@pytest.mark.parametrize("name", RUNS)
def test_the_recorded_figures_are_those_of_before(name, real_reports):
    # Made anew by: python -m tests.notebooks.record REPORTS
    before = json.loads(RECORDED.read_text(encoding="utf-8"))[name]
    now = figures(real_reports / RUNS[name])
    assert now.keys() == before.keys()
    for chapter, values in before.items():
        for figure, value in values.items():
            same = (
                value if isinstance(value, str) else pytest.approx(value, rel=TOLERANCE, abs=1e-9)
            )
            assert now[chapter][figure] == same, f"{chapter}: {figure}"
        assert now[chapter].keys() == values.keys()


def test_chapters_agree_on_what_they_share(run):
    told = figures(run)
    assert (
        len({told[chapter]["customers"] for chapter in ("customers", "segmentation", "strategy")})
        == 1
    )
    value = told["lifetime_value"]["base_value"]
    assert told["strategy"]["expected_contribution"] == pytest.approx(value)


def test_pages_are_light(run):
    pages = [page for page in run.glob("*.html") if page.name != "strategy.html"]
    assert len(pages) == len(CHAPTERS) + 1
    assert max(page.stat().st_size for page in pages) < _LARGEST_PAGE


def test_the_strategy_goes_into_one_file(run):
    whole = (run / "strategy.html").read_text(encoding="utf-8")
    written = re.sub(r"<script.*?</script>", "", whole, flags=re.DOTALL)
    assert "Action plan" in written
    assert set(re.findall(r'(?:href|src)="([^#"][^"]*)"', written)) == {"data:,"}
    assert 'src="' not in "".join(re.findall(r"<script[^>]*>", whole))


def test_simulated_pages_say_so_and_real_ones_do_not(real_reports):
    for name, folder in RUNS.items():
        for page in (real_reports / folder).glob("*.html"):
            told = "Simulated data." in page.read_text(encoding="utf-8")
            assert told == (name == "dairy"), page


def test_names_addresses_and_telephones_reach_no_file(real_reports):
    profiles = load("dairy").profiles
    # Each surname, and what all addresses and numbers have in common, so that none can be missed.
    surnames = {max(name.split(), key=len).strip(",") for name in profiles["name"].dropna()}
    marks = set(profiles["email"].dropna().str.extract(r"@(.+)$")[0])
    marks |= set(profiles["phone"].dropna().str[:8])
    assert len(surnames) > 100 and len(marks) == 2
    assert all(len(mark) >= 5 for mark in surnames | marks)
    for path in (real_reports / RUNS["dairy"]).rglob("*"):
        if path.suffix in {".html", ".json", ".csv", ".ipynb"}:
            text = path.read_text(encoding="utf-8")
            assert not [mark for mark in marks if mark in text], path
            assert not surnames & set(re.findall(r"\w+", text)), path
        elif path.suffix == ".parquet":
            assert not {"name", "email", "phone"} & set(pd.read_parquet(path).columns)


def test_hand_over_tables_say_the_same_twice(run):
    for path in (run / "tables").glob("*.parquet"):
        parquet, csv = pd.read_parquet(path), pd.read_csv(path.with_suffix(".csv"))
        assert list(parquet.columns) == list(csv.columns)
        assert len(parquet) == len(csv) > 0


def test_each_customer_has_one_action(run):
    told = pd.read_parquet(run / "tables" / "customer_actions.parquet")
    assert told["customer_id"].is_unique
    assert len(told) == figures(run)["customers"]["customers"]
    plan = pd.read_parquet(run / "tables" / "action_plan.parquet").set_index("group")
    assert told["group"].value_counts().to_dict() == plan["customers"].to_dict()


def digests(run: Path) -> dict[str, str]:
    files = [path for path in sorted(run.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_the_same_inputs_give_the_same_bytes(real_reports, crm_report, tmp_path):
    assert crm_report(tmp_path, "dairy").returncode == 0
    first, second = real_reports / RUNS["dairy"], tmp_path / RUNS["dairy"]
    assert digests(second) == digests(first)
