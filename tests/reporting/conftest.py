"""Small companies, and the notebooks beside this file: one for each way that a notebook ends."""

from pathlib import Path

import pandas as pd
import pytest

from crm_analysis.data import Company
from crm_analysis.reporting.plan import plan_run
from crm_analysis.reporting.report import run_plan
from crm_analysis.reporting.suite import Chapter

NOTEBOOKS = Path(__file__).parent / "notebooks"
SUITE = tuple(
    Chapter(number, slug, slug.replace("_", " ").capitalize(), "What is on it?", ("transactions",))
    for number, slug in enumerate(["page", "raises", "dies", "hangs", "too_few"], start=1)
)


@pytest.fixture(scope="session")
def notebooks():
    return NOTEBOOKS


@pytest.fixture(scope="session")
def suite():
    return SUITE


@pytest.fixture(scope="session")
def company():
    transactions = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B"],
            "date": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-03"]),
            "amount": [10.0, 20.0, 5.0],
        }
    )
    rejected = pd.DataFrame(
        {
            "table": ["transactions"],
            "file": ["till.csv"],
            "line": [5],
            "reason": ["no date"],
            "row": ["C, , 12.00, carol@example.com"],
        }
    )
    return Company(
        "corner-shop",
        "Corner <b>Shop</b>",
        as_of=pd.Timestamp("2026-03-01"),
        currency="EUR",
        transactions=transactions,
        read={"transactions": 4},
        rejected=rejected,
        notes=("Sold over the counter & by post.",),
        simulated=True,
    )


@pytest.fixture(scope="session")
def make_report(notebooks, suite, company, tmp_path_factory):
    """Run chosen fixture notebooks on the small company, into a folder of reports."""
    cache = tmp_path_factory.mktemp("cache")

    def make(out, *slugs, company=company, only=(), built_in=True, parameters=None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(cache))
            chapters = [chapter for chapter in suite if chapter.slug in slugs]
            plan = plan_run(only, parameters or {}, folder=notebooks, suite=chapters)
            source = "corner-shop" if built_in else "orders.csv"
            return run_plan(plan, company, out, source=source, built_in=built_in, cell_seconds=3)

    return make


@pytest.fixture(scope="session")
def whole_run(make_report, tmp_path_factory):
    """Return the report of a run in which one chapter is done and one isn't run."""
    return make_report(tmp_path_factory.mktemp("reports"), "page", "too_few")
