"""Trusted tables of a person's files, checked once and read by every notebook of a run."""

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from crm_analysis.errors import InputError
from crm_analysis.reporting.sources import Wishes, given

if TYPE_CHECKING:
    from crm_analysis.data import Company

__all__ = ["check_new", "prepared_folder", "said_of", "write_whole"]

_UNUSED_SECONDS = 30 * 24 * 3600


def prepared_folder(company: "Company") -> Path:
    """Return a folder with the company's tables as Parquet, written unless it's there already.

    It lies in the person's cache, readable by nobody else. Folders that no run has used for 30
    days are removed.
    """
    from platformdirs import user_cache_path

    home = user_cache_path("crm-analysis") / "prepared"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    _sweep(home)
    folder = home / _key(company)
    if not folder.is_dir():
        _write(company, folder)
    os.utime(folder)
    return folder


def _key(company: "Company") -> str:
    """Name what the folder holds: the tables, and what is said about them."""
    from crm_analysis import __version__
    from crm_analysis.data import fingerprint

    aside = [getattr(company, name) for name in ("rejected", "set_aside", "flagged")]
    counted = [frame.value_counts(["table", "file", "reason"]).to_dict() for frame in aside]
    said = (__version__, company.name, company.title, company.notes, sorted(company.read.items()))
    said += (counted, sorted(company.parameters.items()), company.pseudonymised)
    return f"{fingerprint(company)}-{sha256(repr(said).encode()).hexdigest()[:8]}"


def _write(company: "Company", folder: Path) -> None:
    """Write beside and move, so that a folder with its name is always whole."""
    from crm_analysis.data import prepare

    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        prepare(company, part)
        part.rename(folder)
    except OSError:
        # Another run was quicker; what it wrote is the same.
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sweep(home: Path) -> None:
    oldest = time.time() - _UNUSED_SECONDS
    for folder in home.iterdir():
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def check_new(folder: Path) -> None:
    """Raise ``InputError`` unless a folder isn't there yet or is empty."""
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"{folder} isn't empty: prepare a company into a new folder")


def write_whole(sources: Sequence[str], wishes: Wishes, folder: Path) -> None:
    """Prepare a company into a person's folder: beside it first, so that it's whole or not there.

    Beside what ``prepare`` writes the folder holds ``customers.parquet``, the customer table on
    the company's day. Transactions beyond memory are prepared on disk.

    Raises
    ------
    InputError : the source can't be used, the folder isn't empty or can't be written.
    """
    check_new(folder)
    part = folder.absolute().with_name(f".{folder.absolute().name}.part-{os.getpid()}")
    try:
        _write_tables(sources, wishes, part)
        _write_customers(part)
        if folder.is_dir():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise InputError(f"can't write {folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_tables(sources: Sequence[str], wishes: Wishes, part: Path) -> None:
    from crm_analysis.data.large_sources import prepare_source

    (source,) = given(sources, wishes)
    prepare_source(source, part, **wishes.told)


def _write_customers(folder: Path) -> None:
    from crm_analysis.customers.on_disk import write_customer_table
    from crm_analysis.data.prepared import prepared_about

    lines = folder / "transactions.parquet"
    if lines.is_file():
        as_of = date.fromisoformat(prepared_about(folder)["as_of"])
        write_customer_table(lines, as_of, folder / "customers.parquet")


def said_of(folder: Path) -> str:
    """Say in a line what a prepared folder holds."""
    import pyarrow.parquet as pq

    from crm_analysis.data.prepared import prepared_about
    from crm_analysis.data.tables import TABLES

    about = prepared_about(folder)
    rows = {
        name: pq.read_metadata(folder / f"{name}.parquet").num_rows
        for name in about["tables"]
        if name in TABLES
    }
    held = ", ".join(f"{name} ({count:,})" for name, count in rows.items())
    return f"{about['title']}, as of {about['as_of']}: {held}"
