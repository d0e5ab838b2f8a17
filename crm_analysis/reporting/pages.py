"""The pages of a run: the frame around each chapter, the first page, the list of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from crm_analysis import __version__
from crm_analysis.formats import count, money, percent
from crm_analysis.reporting.runner import Result
from crm_analysis.reporting.subject import Subject
from crm_analysis.reporting.suite import Chapter

if TYPE_CHECKING:
    from crm_analysis.reporting.export import Content

__all__ = ["Measure", "Part", "chapter_page", "measure", "runs_page", "strategy_page"]

_TEMPLATES = Path(__file__).parent / "templates"
# The chapter whose advice opens the report.
_PLAN = "strategy"
# A manager's five minutes: the first of each chapter, whose author has put them in order.
_FINDINGS_PER_CHAPTER = 3


@dataclass(frozen=True)
class Part:
    """What a run knows of one chapter.

    Parameters
    ----------
    result : how its notebook ended.
    content : its page's content; None where it isn't done.
    summary : its cells tagged ``summary``, for the first page.
    findings, metrics : as its notebook showed them.
    """

    result: Result
    content: "Content | None" = None
    summary: "Content | None" = None
    findings: Sequence[dict[str, str]] = ()
    metrics: Sequence[dict[str, Any]] = ()

    @property
    def chapter(self) -> Chapter:
        """Whose part it is."""
        return self.result.chapter


@dataclass(frozen=True)
class Measure:
    """A recorded figure as a reader sees it."""

    name: str
    value: str
    interval: str = ""


def chapter_page(subject: Subject, parts: Sequence[Part], part: Part) -> str:
    """Return the page of one chapter of a run."""
    at = parts.index(part)
    return _render(
        "page.html.j2",
        subject=subject,
        chapters=[other.chapter for other in parts],
        chapter=part.chapter,
        result=part.result,
        content=part.content,
        previous=parts[at - 1].chapter if at else None,
        next=parts[at + 1].chapter if at + 1 < len(parts) else None,
    )


def strategy_page(
    subject: Subject,
    parts: Sequence[Part],
    *,
    tables: Sequence[str] = (),
    plotly: str | None = None,
) -> str:
    """Return the first page of a run, which a manager reads in five minutes.

    Parameters
    ----------
    tables : file names of the hand-over tables to link to.
    plotly : plotly.js, where the page has to stand alone in one file; it then links to none.
    """
    plan = next((part for part in parts if part.chapter.slug == _PLAN), None)
    return _render(
        "strategy.html.j2",
        subject=subject,
        parts=parts,
        plan=plan,
        measures=_headlines(parts),
        most_findings=_FINDINGS_PER_CHAPTER,
        tables=_by_name(tables),
        rejected=any(table.kept_apart for table in subject.tables),
        figures=any(part.summary and part.summary.figures for part in parts),
        alone=plotly is not None,
        plotly=plotly or "",
    )


def _headlines(parts: Sequence[Part]) -> list[Measure]:
    """Return the recorded figures that have a headline, each once: several may record the same."""
    shown = [measure(metric) for part in parts for metric in part.metrics if metric["headline"]]
    return list(dict.fromkeys(shown))


def _by_name(files: Sequence[str]) -> dict[str, list[str]]:
    """Return the endings that each hand-over table was written with."""
    tables: dict[str, list[str]] = {}
    for file in files:
        name, _, ending = file.partition(".")
        if name != "rejected":
            tables.setdefault(name, []).append(ending)
    return tables


def runs_page(companies: Sequence[dict[str, Any]]) -> str:
    """Return the list of all runs; each company has name, title, simulated and its runs."""
    return _render("runs.html.j2", companies=companies)


def measure(metric: dict[str, Any]) -> Measure:
    """Write a recorded figure for a reader.

    Examples
    --------
    >>> measure({"headline": "Bought again", "value": 0.41, "unit": "share",
    ...          "low": 0.4, "high": 0.42})
    Measure(name='Bought again', value='41.0 %', interval='40.0 % to 42.0 %')
    >>> measure({"headline": "Gap", "value": -0.528, "unit": "points"})
    Measure(name='Gap (points)', value='−0.528', interval='')
    """
    unit, name, interval = metric["unit"], metric["headline"], ""
    if unit and not (unit == "share" or _is_currency(unit) or isinstance(metric["value"], int)):
        name = f"{name} ({unit})"
    if metric.get("low") is not None and metric.get("high") is not None:
        interval = f"{_written(metric['low'], unit)} to {_written(metric['high'], unit)}"
    return Measure(name, _written(metric["value"], unit), interval)


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def _written(value: Any, unit: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, str | bool):
        return str(value)
    if unit == "share":
        return percent(value, 1)
    if _is_currency(unit):
        return money(value, unit)
    if isinstance(value, int) or abs(value) >= 1000:
        return count(value)
    return f"{value:.3g}".replace("-", "−")


def _render(template: str, **context: Any) -> str:
    own = {name: Markup((_TEMPLATES / file).read_text(encoding="utf-8"))
           for name, file in (("style", "style.css"), ("script", "figures.js"))}  # fmt: skip
    return _environment().get_template(template).render(version=__version__, **own, **context)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
