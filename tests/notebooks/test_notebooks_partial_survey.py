"""Chapter 04 on surveys that asked only a part: the page finishes and its parts are right."""

import json

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.reporting.plan import plan_run
from crm_analysis.reporting.report import run_plan


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Run the chapter on tables written to a folder; return its page and its figures."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(**tables):
        source = tmp_path / "asked"
        source.mkdir()
        for name, table in tables.items():
            table.to_csv(source / f"{name}.csv", index=False)
        company = load(source, as_of="2026-06-30")
        plan = plan_run(["satisfaction"], {})
        done = run_plan(plan, company, tmp_path / "reports", source="asked", built_in=False)
        assert [result.outcome for result in done.results] == ["done"]
        metrics = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
        page = (done.folder / "04_satisfaction.html").read_text(encoding="utf-8")
        figures = {metric["name"]: metric["value"] for metric in metrics["satisfaction"]}
        return page.replace("&#x27;", "'"), figures

    return run


def test_ratings_with_codes_and_without_expectation(chapter):
    generator = np.random.default_rng(1)
    felt = generator.normal(size=(90, 1))
    answers = np.clip(np.round(3.5 + felt + generator.normal(size=(90, 6))), 1, 5).astype(int)
    survey = pd.DataFrame(answers, columns=[f"P{i}" for i in range(1, 7)])
    survey["overall_sat"] = answers.mean(axis=1).round().astype(int)
    survey.loc[:3, "P1"] = 99
    page, figures = chapter(survey=survey.rename_axis("id").reset_index())
    assert "4 answers look like codes for “no answer” (99) and are left out." in page
    assert figures["respondents"] == 90 and "worst_gap" not in figures
    assert figures["content"] == pytest.approx((survey["overall_sat"] >= 4).mean())
    assert figures["items_to_fix"] >= 0, "the list is made from derived importance"
    # Section 3 says once why it has no gap, though five of its cells lack it.
    section = page.split("3. Where do customers")[-1].split("4. What is important")[0]
    assert section.count("the survey holds no answers on expectation") == 1
    assert f"{survey['P2'].mean():.2f} (" in section


def test_kano_and_outcomes_alone(chapter):
    generator = np.random.default_rng(2)
    pairs = {
        f"K{item}{side}": generator.integers(1, 6, 60) for item in range(1, 4) for side in "FD"
    }
    scores = generator.integers(0, 11, 60)
    page, figures = chapter(survey=pd.DataFrame({"id": range(60), **pairs, "NPS": scores}))
    promoters, detractors = (scores >= 9).mean(), (scores <= 6).mean()
    assert figures["net_promoter_score"] == pytest.approx(100 * (promoters - detractors))
    assert figures["respondents"] == 60 and "mean_gap" not in figures
    assert "feature 1" in page and "not rated" in page
