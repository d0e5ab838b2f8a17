"""What a run will do, checked whole before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_analysis.reporting.parameters import Parameter, read_parameters, resolve
from crm_analysis.reporting.suite import (
    Chapter,
    choose_chapters,
    notebooks_folder,
    present_chapters,
)

__all__ = ["Plan", "plan_run"]

# Parameters that the run sets, and what a person uses instead.
_RESERVED = {"source": "SOURCE", "as_of": "--as-of"}


@dataclass(frozen=True)
class Plan:
    """The chapters of a run and their parameters.

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

    def notebook(self, chapter: Chapter) -> Path:
        """Return where a chapter's notebook is."""
        return self.folder / f"{chapter.stem}.ipynb"

    def told(self, slug: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a notebook is told: those of the run's ``own`` that it knows, the given."""
        known = {parameter.name for parameter in self.parameters[slug]}
        return {name: value for name, value in own.items() if name in known} | self.given[slug]

    def effective(self, slug: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of all parameters of a chapter, its defaults among them."""
        defaults = {parameter.name: parameter.default for parameter in self.parameters[slug]}
        return defaults | self.told(slug, own)


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
