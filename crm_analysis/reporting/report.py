"""A company's report, from its records to the folder of pages."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_analysis import __version__
from crm_analysis.reporting import archive, executed
from crm_analysis.reporting.index import write_index
from crm_analysis.reporting.pages import Part, chapter_page, strategy_page
from crm_analysis.reporting.plan import Plan
from crm_analysis.reporting.progress import Progress
from crm_analysis.reporting.runner import CELL_SECONDS, Job, Result, run_jobs
from crm_analysis.reporting.subject import Subject, describe
from crm_analysis.reporting.suite import Chapter

if TYPE_CHECKING:
    from crm_analysis.reporting.export import ParameterRow

__all__ = ["Report", "run_plan"]

_PACKAGES = ("ibis-framework", "lifetimes", "numpy", "pandas", "papermill", "plotly", "scipy")


@dataclass(frozen=True)
class Report:
    """A finished run: where it is and how its chapters ended."""

    folder: Path
    index: Path
    results: tuple[Result, ...] = field(default=())

    @property
    def failed(self) -> list[Result]:
        """The chapters that failed."""
        return [result for result in self.results if result.failed]


@dataclass(frozen=True)
class _Run:
    """A run in the making: what is planned, for whom, and what the notebooks are told."""

    plan: Plan
    company: Any
    subject: Subject
    told: Mapping[str, str]
    shown: Mapping[str, str]

    def lacking(self, chapter: Chapter) -> list[str]:
        """Return the tables that a chapter needs and this company doesn't have."""
        lacks = [table for table in chapter.requires if not self.subject.has(table)]
        some = any(self.subject.has(table) for table in chapter.requires_any)
        return lacks if some else [*lacks, *chapter.requires_any[:1]]


def run_plan(
    plan: Plan,
    company: Any,
    out: Path,
    *,
    source: str,
    built_in: bool,
    workers: int | None = None,
    cell_seconds: int = CELL_SECONDS,
) -> Report:
    """Run a company's chapters and write their report.

    Parameters
    ----------
    company : the loaded ``crm_analysis.data.Company``.
    out : the folder of all reports.
    source : what the person called the company's records; pages show it.
    built_in : whether notebooks load the company by that name, rather than prepared files.
    workers : how many notebooks at a time.
    cell_seconds : after which a cell counts as hanging.
    """
    from crm_analysis.reporting.prepared import prepared_folder

    start, subject = time.monotonic(), describe(company)
    shown = {"source": source, "as_of": subject.as_of}
    told = shown if built_in else {**shown, "source": str(prepared_folder(company))}
    run = _Run(plan, company, subject, told, shown)
    archive.clean_up(out)
    with archive.open_run(out, subject.name, archive.run_name(subject.as_of, plan.only)) as folder:
        parts = _run_chapters(run, folder.path / "tables", workers, cell_seconds)
        results = tuple(part.result for part in parts)
        _write(folder.path, subject, parts, company)
        archive.write_json(folder.path / "run.json", _about(run, results))
        published = folder.publish(failed=any(result.failed for result in results))
    archive.append_history(out, _history(subject, published, results, time.monotonic() - start))
    return Report(published, write_index(out), results)


def _run_chapters(run: _Run, tables: Path, workers: int | None, cell_seconds: int) -> list[Part]:
    """Run what can be run, and render each chapter as soon as it has ended."""
    from crm_analysis.outputs import TABLES_FOLDER

    chapters = [chapter for chapter in run.plan.chapters if not run.lacking(chapter)]
    parts = {c.slug: Part(_not_supplied(run, c)) for c in run.plan.chapters if run.lacking(c)}
    with Progress(chapters) as progress:

        def note(result: Result) -> None:
            parts[result.chapter.slug] = _part(run, result)
            progress.result(result)

        run_jobs(
            [Job(c, run.plan.notebook(c), run.plan.told(c.slug, run.told)) for c in chapters],
            workers=workers,
            environment={TABLES_FOLDER: str(tables.resolve())},
            cell_seconds=cell_seconds,
            on_cell=progress.cell,
            on_result=note,
        )
    return [parts[chapter.slug] for chapter in run.plan.chapters]


def _not_supplied(run: _Run, chapter: Chapter) -> Result:
    tables = " and no ".join(run.lacking(chapter))
    return Result(chapter, "not run", f"No {tables} table was supplied for {run.subject.title}.")


def _part(run: _Run, result: Result) -> Part:
    """Render a finished notebook; one that isn't done has only its sentence."""
    if result.outcome != "done":
        return Part(result)
    from crm_analysis.reporting.export import export

    slug, notebook = result.chapter.slug, result.notebook
    short = executed.summary(notebook)
    return Part(
        result,
        content=export(notebook, slug, _parameter_rows(run, slug)),
        summary=export(short, slug, code=False) if short else None,
        findings=executed.findings(notebook),
        metrics=executed.metrics(notebook),
    )


def _parameter_rows(run: _Run, slug: str) -> list["ParameterRow"]:
    from crm_analysis.reporting.export import ParameterRow

    values = run.plan.effective(slug, run.shown)
    return [
        ParameterRow(p.name, str(values[p.name]), p.help, run.plan.said_by(slug, p.name))
        for p in run.plan.parameters[slug]
    ]


def _write(folder: Path, subject: Subject, parts: Sequence[Part], company: Any) -> None:
    """Write everything of a run but what ``run.json`` says."""
    from crm_analysis.data.intake import kept_apart
    from crm_analysis.outputs import as_text
    from crm_analysis.reporting.figures import plotly_script

    plotly = plotly_script()
    tables = sorted(path.name for path in (folder / "tables").iterdir())
    pages = {f"{part.chapter.stem}.html": chapter_page(subject, parts, part) for part in parts}
    pages["index.html"] = strategy_page(subject, parts, tables=tables)
    pages["strategy.html"] = strategy_page(subject, parts, plotly=plotly)
    pages["plotly.min.js"] = plotly
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for part in parts:
        if part.result.notebook is not None:
            path = folder / "notebooks" / f"{part.chapter.stem}.ipynb"
            executed.write_notebook(part.result.notebook, path)
    archive.write_json(
        folder / "metrics.json", {part.chapter.slug: list(part.metrics) for part in parts}
    )
    # The rows themselves may name people; their line in the file finds them.
    kept = as_text(kept_apart(company).drop(columns="row"))
    kept.to_csv(folder / "tables" / "rejected.csv", index=False, lineterminator="\n")


def _about(run: _Run, results: Sequence[Result]) -> dict[str, Any]:
    """Say what a run was made of; no times, so that equal runs are equal."""
    from importlib.metadata import version

    from crm_analysis.data import fingerprint

    plan, subject = run.plan, run.subject
    about = {key: getattr(subject, key) for key in ("name", "title", "as_of", "currency")}
    return {
        "company": {**about, "simulated": subject.simulated},
        "source": run.shown["source"],
        "only": list(plan.only),
        "fingerprint": fingerprint(run.company),
        "tables": {count.table: vars(count) for count in subject.tables},
        "parameters": {c.slug: plan.effective(c.slug, run.shown) for c in plan.chapters},
        "versions": {"crm-analysis": __version__} | {name: version(name) for name in _PACKAGES},
        "chapters": [
            {"number": r.chapter.number, "slug": r.chapter.slug, "title": r.chapter.title,
             "outcome": r.outcome, "sentence": r.sentence}
            for r in results
        ],
    }  # fmt: skip


def _history(
    subject: Subject, folder: Path, results: Sequence[Result], seconds: float
) -> dict[str, Any]:
    return {
        "company": subject.name,
        "folder": f"{folder.parent.name}/{folder.name}",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "chapters": {r.chapter.slug: {"outcome": r.outcome, "seconds": round(r.seconds, 2)}
                     for r in results},
    }  # fmt: skip
