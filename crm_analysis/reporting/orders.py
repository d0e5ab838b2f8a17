"""What is to be done for each company that a person named, before anything is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crm_analysis.reporting.parameters import parse_assignments
from crm_analysis.reporting.plan import Plan, plan_run
from crm_analysis.reporting.sources import is_built_in, settings_of, shown_name

if TYPE_CHECKING:
    from crm_analysis.data import Company
    from crm_analysis.reporting.report import Report

__all__ = ["Order", "plan_orders"]

_OUT = Path("reports")


@dataclass(frozen=True)
class Order:
    """One company's report as it's ordered.

    Parameters
    ----------
    source : what the person called the company's records.
    plan : the chapters and their parameters.
    out : the folder of all reports.
    workers : chapters at a time; None: as many as there is room for.
    """

    source: str
    plan: Plan
    out: Path
    workers: int | None

    def run(self, company: "Company") -> "Report":
        """Write the report of the company that was loaded."""
        from crm_analysis.reporting.report import run_plan

        told = {"source": shown_name(self.source), "built_in": is_built_in(self.source)}
        return run_plan(self.plan, company, self.out, **told, workers=self.workers)


def plan_orders(
    sources: Sequence[str],
    chapters: Sequence[str] = (),
    parameters: Sequence[str] = (),
    out: Path | None = None,
    workers: int | None = None,
) -> list[Order]:
    """Plan the reports of all companies; what is typed wins over a company file.

    Parameters
    ----------
    parameters : NAME=VALUE texts of the command line.

    Raises
    ------
    InputError : a chapter or a parameter isn't known, or a value isn't allowed, whether typed
        or in a company file.
    """
    typed, orders = parse_assignments(parameters), []
    for source in sources:
        settings = settings_of(source)
        plan = plan_run(
            chapters or settings.chapters,
            typed,
            of_company=settings.parameters,
            company_file=settings.file,
            company_folder=settings.folder,
        )
        orders.append(Order(source, plan, out or settings.out or _OUT, workers or settings.workers))
    return orders
