"""The satisfaction chapter on a real survey that comes as a form tool exports it."""

import json
from pathlib import Path

import pytest

from crm_analysis.data import load
from crm_analysis.reporting.plan import plan_run
from crm_analysis.reporting.report import run_plan

KIOSK = Path("../shared/data/kiosk_survey.csv")

pytestmark = pytest.mark.skipif(
    not KIOSK.exists(), reason="the kiosk survey lies beside the project"
)


def test_a_survey_alone_makes_the_satisfaction_chapter(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    book = KIOSK.with_name("kiosk_survey_codebook.csv")
    company = load({"survey": KIOSK, "codebook": book}, as_of="2019-12-31")
    plan = plan_run(["satisfaction"], {})
    done = run_plan(plan, company, tmp_path / "reports", source="kiosk", built_in=False)
    assert [result.outcome for result in done.results] == ["done"]
    metrics = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
    figures = {metric["name"]: metric["value"] for metric in metrics["satisfaction"]}
    pairs = company.survey.dropna(subset=["expectation", "perception"])
    gap = (pairs["perception"] - pairs["expectation"]).groupby(pairs["item"]).mean()
    assert figures["worst_gap"] == pytest.approx(gap.min())
    assert figures["mean_gap"] == pytest.approx(gap.mean(), abs=1e-6)
    page = (done.folder / "04_satisfaction.html").read_text(encoding="utf-8")
    assert "키오스크는 정확하고 빠른 터치기능을 제공한다" in page
    assert "the table outcomes holds no answers on recommend" in page.replace("&#x27;", "'")
