"""A chromium, and the pages of a run for it to open."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from crm_analysis.data import Company
from crm_analysis.reporting.plan import plan_run
from crm_analysis.reporting.report import run_plan
from crm_analysis.reporting.suite import Chapter

NOTEBOOKS = Path(__file__).parents[1] / "reporting" / "notebooks"


@pytest.fixture(scope="session")
def chromium():
    """Start the system's chromium, without a sandbox, as containers need it."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        missing = "there is no chromium: install it, or name one in the variable CHROMIUM"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=["made up", "real"])
def reports(request, tmp_path_factory):
    """Return a folder of reports: of a page that holds everything, and of both companies."""
    if request.param == "real":
        return request.getfixturevalue("real_reports")
    transactions = pd.DataFrame(
        {"customer_id": ["A"], "date": [pd.Timestamp("2026-02-01")], "amount": [10.0]}
    )
    company = Company(
        "shop",
        "A shop with a name that is longer than a telephone is wide, and some more",
        as_of=pd.Timestamp("2026-03-01"),
        currency="EUR",
        transactions=transactions,
        simulated=True,
    )
    suite = [Chapter(1, "page", "Page", "What is on it?"), Chapter(5, "too_few", "Few", "?")]
    plan = plan_run(folder=NOTEBOOKS, suite=suite)
    out = tmp_path_factory.mktemp("reports")
    run_plan(plan, company, out, source="shop", built_in=True)
    return out
