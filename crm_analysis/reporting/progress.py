"""What a person sees while a run goes on: bars in a terminal, else a line per chapter."""

import sys
from collections.abc import Sequence
from types import TracebackType

from crm_analysis.reporting.runner import Result
from crm_analysis.reporting.suite import Chapter

__all__ = ["Progress"]


class Progress:
    """Shows how far the chapters are, on standard error.

    Parameters
    ----------
    chapters : those that are run.
    """

    def __init__(self, chapters: Sequence[Chapter]):
        self._bars, self._tasks = None, {}
        if sys.stderr.isatty():
            self._draw_bars(chapters)

    def _draw_bars(self, chapters: Sequence[Chapter]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        for chapter in chapters:
            self._tasks[chapter.slug] = self._bars.add_task(
                chapter.title, total=1.0, start=False, state="waits"
            )

    def __enter__(self) -> "Progress":
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def cell(self, chapter: Chapter, share: float) -> None:
        """Note that a chapter has got to ``share`` of its cells."""
        if self._bars:
            task = self._tasks[chapter.slug]
            self._bars.start_task(task)
            self._bars.update(task, completed=share, state="runs")

    def result(self, result: Result) -> None:
        """Note that a chapter has ended."""
        if self._bars:
            task = self._tasks[result.chapter.slug]
            self._bars.update(task, completed=1.0, state=result.outcome)
            self._bars.stop_task(task)
        else:
            print(f"  {result.chapter.title}: {result.outcome}", file=sys.stderr, flush=True)  # noqa: T201
