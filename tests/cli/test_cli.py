import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

ORDERS = "customer_id,date,amount\nA,2026-01-05,12.50\nA,2026-02-05,8\nB,2026-02-07,x\n"


@pytest.fixture
def orders(crm):
    (crm.folder / "orders.csv").write_text(ORDERS)
    return "orders.csv"


def fastest(run, times=3):
    started = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        started.append(time.perf_counter() - start)
    return min(started)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["report", "--help"]])
def test_help_comes_at_once(crm, arguments):
    assert fastest(lambda: crm(*arguments)) < 0.5


@pytest.mark.parametrize(
    "arguments", [["--help"], ["report", "-h"], ["check", "-h"], ["companies", "-h"]]
)
def test_help_shows_examples(within, arguments):
    done = within(*arguments)
    assert done.returncode == 0
    assert "Usage: crm-analysis" in done.stdout
    if arguments[0] != "companies":
        assert "  crm-analysis check orders.csv" in done.stdout or "report cdnow" in done.stdout


def test_help_imports_nothing_heavy(crm):
    code = (
        "import sys, crm_analysis.cli; heavy = {'pandas', 'numpy', 'papermill', 'plotly', 'ibis',"
        " 'nbconvert', 'jinja2'} & set(sys.modules); sys.exit(', '.join(sorted(heavy)))"
    )
    line = [crm.line()[0], "-c", code]
    done = subprocess.run(line, env=crm.environment, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_version(within):
    done = within("--version")
    assert done.stdout.startswith("crm-analysis 0.")


def test_companies_are_listed_with_what_they_hold(within):
    done = within("companies")
    assert done.returncode == 0
    assert "cdnow" in done.stdout
    assert "simulated" in done.stdout


def test_a_report_ends_with_the_path_of_the_list(crm):
    done = crm("report", "cdnow_sample")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(Path("reports", "index.html"))
    assert (crm.folder / done.stdout.strip()).exists()
    run = crm.folder / "reports" / "cdnow-sample" / "1998-06-30"
    run = run if run.exists() else crm.folder / "reports" / "cdnow_sample" / "1998-06-30"
    assert "No survey table was supplied" in (run / "04_satisfaction.html").read_text()
    # No warning, no log line: what was read, each chapter, where it is.
    assert done.stderr.splitlines() == [
        "Reading cdnow_sample …",
        "CDNOW, 1/10 sample, as of 1998-06-30",
        "  Customers: done",
    ]


def test_a_persons_own_file_is_reported_with_its_survey(crm, orders):
    (crm.folder / "survey.csv").write_text("respondent_id,item,perception\na,Taste,4\nb,Taste,5\n")
    done = crm(
        "report", orders, "--survey", "survey.csv", "--as-of", "2026-10-31", "--out", "pages",
        "-p", "horizon_weeks=26", "--workers", "1",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    run = crm.folder / "pages" / "orders" / "2026-10-31"
    assert "26 weeks" in (run / "04_satisfaction.html").read_text()
    assert "transactions,orders.csv,4" in (run / "tables" / "rejected.csv").read_text()


def test_several_companies_one_after_the_other(crm, orders):
    done = crm("report", "cdnow_sample", orders, "--chapter", "customers")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (crm.folder / "reports").iterdir() if path.is_dir()}
    assert len(names) == 2


def test_check_says_what_was_read_and_why_rows_were_rejected(crm, orders):
    done = crm("check", orders)
    assert done.returncode == 0
    assert "transactions" in done.stdout
    assert "B" in done.stdout.split("rejected")[-1]
    assert crm.made == ["orders.csv"]


MISTAKES = {
    "unknown company": (["report", "cdnwo"], "unknown company 'cdnwo': did you mean 'cdnow'"),
    "missing file": (["report", "missing.csv"], "missing.csv"),
    "empty file": (["report", "empty.csv"], "empty.csv"),
    "missing column": (["report", "columns.csv"], "amount"),
    "no dates": (["report", "dates.csv"], "date"),
    "one good, one bad": (["report", "cdnow_sample", "missing.csv"], "missing.csv"),
    "unknown chapter": (
        ["report", "cdnow_sample", "--chapter", "custmers"],
        "unknown chapter 'custmers': did you mean 'customers'",
    ),
    "unknown parameter": (
        ["report", "cdnow_sample", "-p", "horizn_weeks=5"],
        "unknown parameter 'horizn_weeks': did you mean 'horizon_weeks'",
    ),
    "negative horizon": (
        ["report", "cdnow_sample", "-p", "horizon_weeks=-3"],
        "horizon_weeks must be a whole number from 1 to 520, got '-3'",
    ),
    "no value": (["report", "cdnow_sample", "-p", "horizon_weeks"], "name=value"),
    "as_of as parameter": (["report", "cdnow_sample", "-p", "as_of=1998-01-01"], "--as-of"),
    "no date": (["report", "cdnow_sample", "--as-of", "yesterday"], "'yesterday'"),
    "before all data": (["report", "cdnow_sample", "--as-of", "1990-01-01"], "1990-01-01"),
    "survey of two": (["report", "cdnow", "cdnow_sample", "--survey", "x.csv"], "--survey"),
    "survey of a built-in": (["report", "cdnow", "--survey", "x.csv"], "--survey"),
    "column without name": (["report", "columns.csv", "--column", "amount"], "ours=theirs"),
    "the same twice": (["report", "cdnow_sample", "cdnow_sample"], "two sources"),
    "out is a file": (["report", "cdnow_sample", "--out", "empty.csv"], "is a file"),
    "check of nothing": (["check", "missing.csv"], "missing.csv"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_clear_sentence_and_nothing_is_written(within, mistake):
    (within.folder / "empty.csv").write_text("")
    (within.folder / "columns.csv").write_text("customer_id,date\nA,2026-01-05\n")
    (within.folder / "dates.csv").write_text("customer_id,date,amount\nA,soon,5\n")
    before = within.made
    arguments, says = MISTAKES[mistake]
    done = within(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    # The sentence, after the line that says what is read.
    assert len([line for line in done.stderr.splitlines() if line.startswith("crm-analysis:")]) == 1
    assert within.made == before


def test_a_mistake_ends_the_process_so_too(crm):
    done = crm("check", "missing.csv")
    assert done.returncode == 2
    assert done.stderr.startswith("crm-analysis: there is no file or folder 'missing.csv'")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["reprot"], ["report"], ["report", "cdnow", "--workers=0"]])
def test_a_mistyped_command_is_told_without_a_traceback(crm, arguments):
    done = crm(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert crm.made == []


def test_a_failed_chapter_is_said_and_the_others_are_there(crm_with):
    crm = crm_with(_01_customers="01_page", _02_segmentation="02_raises")
    done = crm("report", "cdnow_sample")
    assert done.returncode == 1
    assert "Segmentation failed: Cell 'stops' stopped with ValueError" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines()[-1] == str(Path("reports", "index.html"))
    (page,) = (crm.folder / "reports").glob("*/*.failed/01_customers.html")
    assert "<figcaption>" in page.read_text()


def kernels_below(parent):
    """Return the processes that a process has started, from Linux' own list."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().decode()
                above = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if "crm_analysis.reporting.kernel" in line and int(above) == parent:
                found.append(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_breaking_off_leaves_no_kernel_and_nothing_half_written(crm_with, way):
    crm = crm_with(_01_customers="04_hangs")
    command = subprocess.Popen(
        crm.line("report", "cdnow_sample"),
        cwd=crm.folder,
        env=crm.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (kernels := kernels_below(command.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert kernels
    time.sleep(1)  # let it get into the cell that hangs
    command.send_signal(way)
    _, said = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "Traceback" not in said
    assert not any(Path(f"/proc/{kernel}").exists() for kernel in kernels)
    assert not (crm.folder / "reports").exists()
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"crm-*-{command.pid}-*"))
