"""Run notebooks, several at a time; one failure never stops the others."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from crm_analysis.reporting.executed import tidy
from crm_analysis.reporting.kernel import leave_grammar_out
from crm_analysis.reporting.kernels import Kernels
from crm_analysis.reporting.suite import Chapter

__all__ = ["CELL_SECONDS", "Job", "Outcome", "Result", "default_workers", "run_jobs"]

# "not run": the data don't allow it, which is no failure.
Outcome = Literal["done", "not run", "raised", "died", "timed out"]
# A cell that needs longer hangs: the whole suite takes less.
CELL_SECONDS = 1800
_NO_FAILURE = ("InsufficientData", "MissingTable")
_LONGEST = 240


@dataclass(frozen=True)
class Job:
    """A notebook to be run.

    Parameters
    ----------
    chapter : whose notebook it is.
    notebook : its file.
    parameters : values for its parameters cell, converted and checked.
    """

    chapter: Chapter
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Parameters
    ----------
    chapter : whose notebook it was.
    outcome : "done"; "not run" where the data don't allow it; "raised", "died" or "timed out".
    sentence : why it isn't done; empty where it is.
    notebook : as executed, up to where it stopped; None where it wasn't started.
    seconds : how long it took.
    """

    chapter: Chapter
    outcome: Outcome
    sentence: str = ""
    notebook: Any = None
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether something went wrong, rather than the data not allowing it."""
        return self.outcome not in ("done", "not run")


def default_workers() -> int:
    """Two notebooks at a time, where there are two cores: more gain little and need memory."""
    return min(2, os.cpu_count() or 1)


def run_jobs(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    environment: dict[str, str] | None = None,
    cell_seconds: int = CELL_SECONDS,
    on_cell: Callable[[Chapter, float], None] = lambda chapter, share: None,
    on_result: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run every job and return their results in the order of the jobs, longest started first.

    Parameters
    ----------
    workers : how many notebooks at a time.
    environment : variables for the kernels, beside this process' own.
    cell_seconds : after which a cell counts as hanging.
    on_cell, on_result : called from the worker's thread, with the share of cells begun (0..1)
        and with the finished result.
    """
    results: dict[str, Result] = {}

    def run(job: Job) -> None:
        result = _run(job, kernels, cell_seconds, on_cell)
        results[job.chapter.slug] = result
        on_result(result)

    order = sorted(jobs, key=lambda job: -job.chapter.effort)
    with Kernels(environment) as kernels:
        pool = ThreadPoolExecutor(workers or default_workers())
        try:
            futures = [pool.submit(run, job) for job in order]
            wait_for(futures)
        except BaseException:
            # Ctrl-C: the kernels go first, so that the threads which wait for them end.
            kernels.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    for future in futures:
        future.result()
    return [results[job.chapter.slug] for job in jobs]


def _run(
    job: Job, kernels: Kernels, cell_seconds: int, on_cell: Callable[[Chapter, float], None]
) -> Result:
    start, kept = time.monotonic(), _Kept()

    def note(cell: Any, cell_index: int) -> None:
        kept.cell = cell
        on_cell(job.chapter, cell_index / len(kept.notebook.cells))

    try:
        with kernels.start() as kernel:
            # Imported while the kernel starts.
            _execute(job, kernel, kept, note, cell_seconds)
        outcome, sentence = "done", ""
    except Exception as error:  # nbclient's errors are not papermill's
        outcome, sentence = _judge(error, kept, cell_seconds)
    notebook = tidy(kept.notebook) if kept.notebook is not None else None
    return Result(job.chapter, outcome, sentence, notebook, time.monotonic() - start)


@dataclass
class _Kept:
    """What a run leaves, also when it fails: the notebook so far and the last cell begun."""

    notebook: Any = None
    cell: Any = None

    @property
    def cell_name(self) -> str:
        return f"cell {self.cell['id']!r}" if self.cell is not None else "its start"


def _execute(job: Job, kernel: Any, kept: _Kept, note: Callable, cell_seconds: int) -> None:
    leave_grammar_out()
    from papermill import execute_notebook

    _register_engine()
    execute_notebook(
        str(job.notebook.resolve()),
        None,
        parameters=job.parameters,
        engine_name="crm-analysis",
        kernel_name="python3",
        progress_bar=False,
        autosave_cell_every=0,
        kept=kept,
        km=kernel,
        on_cell_start=note,
        timeout=cell_seconds,
    )


def _register_engine() -> None:
    """Teach papermill to use a kernel that has been started, and to keep what it has run."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines

    # Their sentences are ours to say.
    for name in ("papermill", "traitlets"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    class KeepingEngine(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, *, kept, km, timeout, **kwargs):
            kept.notebook = nb_man.nb
            client = PapermillNotebookClient(
                nb_man,
                km=km,
                kernel_name=kernel_name,
                on_cell_start=kwargs["on_cell_start"],
                timeout=timeout,
                startup_timeout=kwargs["start_timeout"],
                record_timing=False,
                shutdown_kernel="immediate",
            )
            client.execute(cleanup_kc=True)

    papermill_engines.register("crm-analysis", KeepingEngine)


def _judge(error: Exception, kept: _Kept, cell_seconds: int) -> tuple[Outcome, str]:
    """Tell from an error what happened, and say it in a sentence."""
    kind = type(error).__name__
    if kind == "PapermillExecutionError":
        if error.ename in _NO_FAILURE:
            return "not run", _sentence(error.evalue)
        return "raised", _sentence(f"{kept.cell_name} stopped with {error.ename}: {error.evalue}")
    if kind == "CellTimeoutError":
        text = f"{kept.cell_name} ran for more than {cell_seconds:,} seconds"
        return "timed out", _sentence(text)
    if kind == "DeadKernelError":
        return "died", f"The kernel died at {kept.cell_name}, as it does when memory runs out."
    return "died", _sentence(f"The kernel failed at {kept.cell_name} with {kind}: {error}")


def _sentence(text: str) -> str:
    """Make one line with a capital and a full stop of an error's text, shortened if need be."""
    line = " ".join(text.split())
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST].rstrip()}…"
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "!", "?", "…")) else ".")
