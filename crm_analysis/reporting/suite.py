"""The chapters of the suite: what each asks, which tables it needs, where its notebook is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_analysis.errors import InputError, unknown_name

__all__ = ["CHAPTERS", "Chapter", "choose_chapters", "notebooks_folder", "present_chapters"]


@dataclass(frozen=True)
class Chapter:
    """One chapter of a report.

    Parameters
    ----------
    number : its place in the suite, 1 to 99.
    slug : its name in files and on the command line.
    title : how a page calls it.
    question : what a reader finds answered there.
    requires : tables without which it can't be run.
    requires_any : tables of which it needs at least one, the fullest first.
    effort : how long it takes beside the others; longer ones are started first.

    Examples
    --------
    >>> Chapter(4, "satisfaction", "Satisfaction", "Where do we fall short?", ("survey",)).stem
    '04_satisfaction'
    """

    number: int
    slug: str
    title: str
    question: str
    requires: tuple[str, ...] = ()
    effort: int = 1
    requires_any: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """Name of its notebook and its page, without the ending."""
        return f"{self.number:02d}_{self.slug}"


CHAPTERS = (
    Chapter(1, "customers", "Customers", "Who buys, how often, and how long ago?",
            ("transactions",), effort=2),
    Chapter(2, "segmentation", "Segmentation", "Which customers deserve which treatment?",
            ("transactions",), effort=2),
    Chapter(3, "lifetime_value", "Lifetime value",
            "What will each customer be worth, and who is about to be lost?",
            ("transactions",), effort=4),
    Chapter(4, "satisfaction", "Satisfaction",
            "Where do we fall short of what customers expect?", effort=2,
            requires_any=("survey", "kano", "outcomes", "prices")),
    Chapter(10, "strategy", "Strategy",
            "Which customers get which action, and what does it bring?",
            ("transactions",), effort=5),
)  # fmt: skip


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: inside an installed package, else beside it."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def present_chapters(
    folder: Path | None = None, chapters: Sequence[Chapter] = CHAPTERS
) -> list[Chapter]:
    """Return the chapters whose notebook lies in ``folder`` (default: the suite's own).

    Raises
    ------
    InputError : there is none.
    """
    folder = folder or notebooks_folder()
    present = [chapter for chapter in chapters if (folder / f"{chapter.stem}.ipynb").is_file()]
    if not present:
        raise InputError(f"no notebook of the suite in {folder}: reinstall crm-analysis")
    return present


def choose_chapters(names: Sequence[str], chapters: Sequence[Chapter]) -> list[Chapter]:
    """Return the named ones among ``chapters`` in their order; all, where no name is given.

    A chapter goes by its slug ("segmentation"), its stem ("02_segmentation") or its number.

    Raises
    ------
    InputError : a name is not one of theirs; the nearest is named.

    Examples
    --------
    >>> [chapter.slug for chapter in choose_chapters(["10", "01_customers"], CHAPTERS)]
    ['customers', 'strategy']
    """
    known = {key: chapter for chapter in chapters for key in _keys(chapter)}
    wanted = []
    for name in names:
        key = name.strip().removesuffix(".ipynb").lower()
        if key not in known:
            raise unknown_name("chapter", name, [chapter.slug for chapter in chapters])
        wanted.append(known[key])
    return [chapter for chapter in chapters if chapter in wanted] if names else list(chapters)


def _keys(chapter: Chapter) -> tuple[str, ...]:
    return chapter.slug, chapter.stem, str(chapter.number), f"{chapter.number:02d}"
