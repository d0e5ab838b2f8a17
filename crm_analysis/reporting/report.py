"""A company's report, from its records to the folder of pages."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm_analysis.errors import InputError
from crm_analysis.reporting import archive, executed
from crm_analysis.reporting.index import write_index
from crm_analysis.reporting.pages import Part, chapter_page, strategy_page
from crm_analysis.reporting.parameters import Parameter, read_parameters, resolve
from crm_analysis.reporting.progress import Progress
from crm_analysis.reporting.runner import CELL_SECONDS, Job, Result, run_jobs
from crm_analysis.reporting.subject import Subject, describe
from crm_analysis.reporting.suite import (
    Chapter,
    choose_chapters,
    notebooks_folder,
    present_chapters,
)

__all__ = ["Plan", "Report", "plan_run", "run_plan"]

# Parameters that the run sets, and what a person uses instead.
_RESERVED = {"source": "SOURCE", "as_of": "--as-of"}
_PACKAGES = ("ibis-framework", "lifetimes", "numpy", "pandas", "papermill", "plotly", "scipy")


@dataclass(frozen=True)
class Plan:
    """What a run will do, checked whole before anything is written.

    Parameters
    ----------
    chapters : the chapters to run, in their order.
    only : slugs of the chosen ones, empty where it's the whole suite.
    folder : where the notebooks are.
    parameters : of each chapter by its slug, as its notebook states them.
    given : values for them by chapter, converted and checked.
    """

    chapters: tuple[Chapter, ...]
    only: tuple[str, ...]
    folder: Path
    parameters: Mapping[str, Sequence[Parameter]]
    given: Mapping[str, dict[str, Any]]


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


def plan_run(
    chapters: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
    suite: Sequence[Chapter] | None = None,
) -> Plan:
    """Check which chapters are wanted with which parameters.

    Parameters
    ----------
    chapters : names of the wanted ones; all, where none is given.
    parameters : texts of the command line by name.
    folder, suite : of another set of notebooks than the package's own.

    Raises
    ------
    InputError : a chapter or a parameter isn't known, or a value isn't allowed.
    """
    folder = folder or notebooks_folder()
    present = present_chapters(folder, *([suite] if suite else []))
    chosen = choose_chapters(chapters, present)
    known = {c.slug: read_parameters(folder / f"{c.stem}.ipynb") for c in chosen}
    given = resolve(parameters or {}, known, _RESERVED)
    only = tuple(c.slug for c in chosen) if len(chosen) < len(present) else ()
    return Plan(tuple(chosen), only, folder, known, given)


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
    """
    from crm_analysis.outputs import TABLES_FOLDER
    from crm_analysis.reporting.prepared import prepared_folder

    start, subject = time.monotonic(), describe(company)
    told = {"source": source if built_in else str(prepared_folder(company)),
            "as_of": subject.as_of}  # fmt: skip
    shown = {**told, "source": source}
    jobs = [_job(plan, chapter, told) for chapter in plan.chapters if not _lacks(chapter, subject)]
    archive.clean_up(out)
    parts = {c.slug: Part(_not_supplied(c, subject)) for c in plan.chapters}
    with (
        archive.open_run(out, subject.name, archive.run_name(subject.as_of, plan.only)) as run,
        Progress([job.chapter for job in jobs]) as progress,
    ):

        def note(result: Result) -> None:
            parts[result.chapter.slug] = _part(result, plan, shown)
            progress.result(result)

        run_jobs(
            jobs,
            workers=workers,
            environment={TABLES_FOLDER: str((run.path / "tables").resolve())},
            cell_seconds=cell_seconds,
            on_cell=progress.cell,
            on_result=note,
        )
        in_order = [parts[chapter.slug] for chapter in plan.chapters]
        results = tuple(part.result for part in in_order)
        _write(run.path, subject, in_order, company.rejected)
        archive.write_json(run.path / "run.json", _about(plan, subject, company, results, shown))
        published = run.publish(failed=any(result.failed for result in results))
    archive.append_history(out, _history(subject, published, results, time.monotonic() - start))
    return Report(published, write_index(out), results)


def _lacks(chapter: Chapter, subject: Subject) -> list[str]:
    return [table for table in chapter.requires if not subject.has(table)]


def _not_supplied(chapter: Chapter, subject: Subject) -> Result:
    tables = " and no ".join(_lacks(chapter, subject))
    return Result(chapter, "not run", f"No {tables} table was supplied for {subject.title}.")


def _values(parameters: Sequence[Parameter], *given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what those of the parameters that are given are set to."""
    names = {parameter.name for parameter in parameters}
    return {n: value for values in given for n, value in values.items() if n in names}


def _job(plan: Plan, chapter: Chapter, told: Mapping[str, str]) -> Job:
    values = _values(plan.parameters[chapter.slug], told, plan.given[chapter.slug])
    return Job(chapter, plan.folder / f"{chapter.stem}.ipynb", values)


def _effective(plan: Plan, slug: str, shown: Mapping[str, str]) -> dict[str, Any]:
    defaults = {parameter.name: parameter.default for parameter in plan.parameters[slug]}
    return defaults | _values(plan.parameters[slug], shown, plan.given[slug])


def _part(result: Result, plan: Plan, shown: Mapping[str, str]) -> Part:
    """Render a finished notebook; one that isn't done has only its sentence."""
    if result.outcome != "done":
        return Part(result)
    from crm_analysis.reporting.export import ParameterRow, export

    slug, notebook = result.chapter.slug, result.notebook
    values = _effective(plan, slug, shown)
    rows = [
        ParameterRow(p.name, str(values[p.name]), p.help, p.name in plan.given[slug])
        for p in plan.parameters[slug]
    ]
    short = executed.summary(notebook)
    return Part(
        result,
        content=export(notebook, slug, rows),
        summary=export(short, slug, code=False) if short else None,
        findings=executed.findings(notebook),
        metrics=executed.metrics(notebook),
    )


def _write(folder: Path, subject: Subject, parts: Sequence[Part], rejected: Any) -> None:
    """Write everything of a run but what ``run.json`` says."""
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
    kept = as_text(rejected[["table", "line", "reason"]])
    kept.to_csv(folder / "tables" / "rejected.csv", index=False, lineterminator="\n")


def _about(
    plan: Plan,
    subject: Subject,
    company: Any,
    results: Sequence[Result],
    shown: Mapping[str, str],
) -> dict[str, Any]:
    """Say what a run was made of; no times, so that equal runs are equal."""
    from importlib.metadata import version

    from crm_analysis import __version__
    from crm_analysis.data import fingerprint

    about = {key: getattr(subject, key) for key in ("name", "title", "as_of", "currency")}
    return {
        "company": {**about, "simulated": subject.simulated},
        "source": shown["source"],
        "only": list(plan.only),
        "fingerprint": fingerprint(company),
        "tables": {count.table: vars(count) for count in subject.tables},
        "parameters": {c.slug: _effective(plan, c.slug, shown) for c in plan.chapters},
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


def check_distinct(names: Sequence[str]) -> None:
    """Raise if two sources would write the same folder."""
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise InputError(
            f"two sources are called {twice[0]!r}, so that one report would replace the other: "
            "rename a file, or report them into different folders with --out"
        )
