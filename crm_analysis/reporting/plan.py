"""What a run will do, checked whole before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_analysis.errors import InputError
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
_RESERVED_IN_FILE = {"source": "[tables]", "as_of": "as_of above the first section"}


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
    of_company : what the company file says of them, likewise; the given win.
    """

    chapters: tuple[Chapter, ...]
    only: tuple[str, ...]
    folder: Path
    parameters: Mapping[str, Sequence[Parameter]]
    given: Mapping[str, dict[str, Any]]
    of_company: Mapping[str, dict[str, Any]]

    def notebook(self, chapter: Chapter) -> Path:
        """Return where a chapter's notebook is."""
        return self.folder / f"{chapter.stem}.ipynb"

    def told(self, slug: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a notebook is told: those of the run's ``own`` that it knows, the others."""
        known = {parameter.name for parameter in self.parameters[slug]}
        owned = {name: value for name, value in own.items() if name in known}
        return owned | self.of_company[slug] | self.given[slug]

    def said_by(self, slug: str, name: str) -> str:
        """Say where a chapter's parameter comes from, where it isn't the notebook."""
        if name in self.given[slug]:
            return "command line"
        return "company" if name in self.of_company[slug] else ""

    def effective(self, slug: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of all parameters of a chapter as a reader is told them.

        Defaults are among them; of a file the name, since where it lies is nobody else's business.
        """
        stated = self.parameters[slug]
        values = {p.name: p.default for p in stated} | self.told(slug, own)
        files = {p.name: Path(values[p.name]).name for p in stated if p.is_file}
        return values | files


def plan_run(
    chapters: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
    *,
    of_company: Mapping[str, Any] | None = None,
    company_file: str = "",
    company_folder: Path = Path(),
    folder: Path | None = None,
    suite: Sequence[Chapter] | None = None,
) -> Plan:
    """Check which chapters are wanted with which parameters.

    Parameters
    ----------
    chapters : names of the wanted ones; all, where none is given.
    parameters : texts of the command line by name.
    of_company : what a company file says of parameters; each must be one of any chapter's.
    company_file, company_folder : its name, for messages, and from where it sees files.
    folder, suite : of another set of notebooks than the package's own.

    Raises
    ------
    InputError : a chapter or a parameter isn't known, or a value isn't allowed.
    """
    folder = folder or notebooks_folder()
    present = present_chapters(folder, *([suite] if suite else []))
    chosen = choose_chapters(chapters, present)
    everywhere = {c.slug: read_parameters(folder / f"{c.stem}.ipynb") for c in present}
    known = {c.slug: everywhere[c.slug] for c in chosen}
    given = resolve(parameters or {}, known, _RESERVED)
    only = tuple(c.slug for c in chosen) if len(chosen) < len(present) else ()
    theirs = _of_company(of_company or {}, everywhere, company_file, company_folder)
    return Plan(tuple(chosen), only, folder, known, given, theirs)


def _of_company(
    values: Mapping[str, Any],
    everywhere: Mapping[str, Sequence[Parameter]],
    file: str,
    folder: Path,
) -> dict[str, dict[str, Any]]:
    """Give each chapter what the company file says, by the same rules as the command line."""
    try:
        texts = {name: str(value) for name, value in values.items()}
        return resolve(texts, everywhere, _RESERVED_IN_FILE, folder)
    except InputError as error:
        raise InputError(f"{file}, [parameters]: {error}") from error
