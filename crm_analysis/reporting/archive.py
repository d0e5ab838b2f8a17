"""The folder of a run: written beside, moved into place whole, listed in the history.

reports/<company>/<as_of>/            the last good run as of that day
reports/<company>/<as_of>.failed/     a run in which a chapter failed; never replaces a good one
reports/<company>/<as_of>.only-…/     a run of chosen chapters
reports/history.jsonl                 when each run was made and how long it took
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "RunFolder",
    "append_history",
    "clean_up",
    "open_run",
    "read_runs",
    "run_name",
    "write_json",
]


class RunFolder:
    """A run that is being written; nobody sees it before ``publish``.

    Parameters
    ----------
    out : the folder of all reports.
    company : the company's slug.
    name : of the run: its day, with what sets it apart.
    """

    def __init__(self, out: Path, company: str, name: str):
        self.name = name
        self._home = out / company
        # The number of the process keeps two runs at the same time apart.
        self.path = self._home / f".{name}.{os.getpid()}.part"

    def publish(self, *, failed: bool) -> Path:
        """Move the run into place and return where it is.

        A failed one is put aside; a good one takes the place of both.
        """
        good, bad = self._home / self.name, self._home / f"{self.name}.failed"
        target = bad if failed else good
        _swap(self.path, target)
        if not failed:
            shutil.rmtree(bad, ignore_errors=True)
        return target


@contextlib.contextmanager
def open_run(out: Path, company: str, name: str) -> Iterator[RunFolder]:
    """Make the folder of a run; on leaving, whatever wasn't published is gone."""
    run = RunFolder(out, company, name)
    shutil.rmtree(run.path, ignore_errors=True)
    for folder in ("tables", "notebooks"):
        (run.path / folder).mkdir(parents=True)
    try:
        yield run
    finally:
        shutil.rmtree(run.path, ignore_errors=True)
        # Where nothing came of it, and nothing was there before.
        with contextlib.suppress(OSError):
            run.path.parent.rmdir()
            out.rmdir()


def _swap(part: Path, target: Path) -> None:
    """Put ``part`` in the place of ``target``; a reader sees the one or the other."""
    old = target.with_name(f".{target.name}.old")
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def clean_up(out: Path) -> None:
    """Remove what killed runs have left, and restore what one of them had just moved aside."""
    import psutil

    for part in out.glob("*/.*.part"):
        owner = part.name.removesuffix(".part").rpartition(".")[2]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(part, ignore_errors=True)
    for old in out.glob("*/.*.old"):
        target = old.with_name(old.name.removeprefix(".").removesuffix(".old"))
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)


def write_json(path: Path, content: Any) -> None:
    """Write JSON for people and programs: sorted, indented, the same bytes for the same content."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def append_history(out: Path, line: dict[str, Any]) -> None:
    """Add a run to ``history.jsonl``, which holds what differs between equal runs."""
    with (out / "history.jsonl").open("a", encoding="utf-8", newline="\n") as history:
        history.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")


def read_runs(out: Path) -> list[dict[str, Any]]:
    """Return what ``run.json`` says of every run, with its ``folder`` below ``out``."""
    runs = []
    for path in sorted(out.glob("[!.]*/[!.]*/run.json")):
        # A run.json that somebody has edited is no reason to leave all others unlisted.
        with contextlib.suppress(ValueError, OSError):
            folder = path.parent.relative_to(out).as_posix()
            runs.append({**json.loads(path.read_text(encoding="utf-8")), "folder": folder})
    return runs


def run_name(as_of: str, only: Sequence[str] = ()) -> str:
    """Name a run: its day, and the chosen chapters where it isn't the whole suite.

    Examples
    --------
    >>> run_name("1998-06-30", ["customers", "satisfaction"])
    '1998-06-30.only-customers-satisfaction'
    """
    return f"{as_of}.only-{'-'.join(only)}" if only else as_of
