import os
import stat
import sys
import time
from dataclasses import replace

import pytest

from crm_analysis.data import load
from crm_analysis.reporting.prepared import prepared_folder


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_the_folder_gives_the_company_back(company):
    again = load(prepared_folder(company))
    assert again.transactions.equals(company.transactions)
    assert (again.name, again.title, again.notes) == (company.name, company.title, company.notes)


def test_the_same_company_is_written_once(company):
    folder = prepared_folder(company)
    written = (folder / "transactions.parquet").stat().st_mtime_ns
    assert prepared_folder(company) == folder
    assert (folder / "transactions.parquet").stat().st_mtime_ns == written


def test_what_pages_say_counts_as_well(company):
    assert prepared_folder(company) != prepared_folder(replace(company, title="Other"))


@pytest.mark.skipif(sys.platform != "linux", reason="modes and the cache folder are Linux's")
def test_nobody_else_can_read_it(company):
    folder = prepared_folder(company)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_folders_unused_for_a_month_are_removed(company):
    old, recent = prepared_folder(company), prepared_folder(replace(company, title="Other"))
    os.utime(old, (0, time.time() - 31 * 24 * 3600))
    os.utime(recent, (0, time.time() - 29 * 24 * 3600))
    prepared_folder(replace(company, title="Third"))
    assert not old.exists()
    assert recent.exists()
