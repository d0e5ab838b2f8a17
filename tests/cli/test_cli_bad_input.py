"""What a person may give by mistake: one sentence, exit code 2, and nothing is written."""

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

GOOD = "customer_id,date,amount\nA,2026-01-05,1\nB,2026-01-06,2\n"


def workbook(*rows):
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def locked():
    """Return a workbook with a password as Excel leaves it: a compound file with two streams."""
    sector, free, end, fat = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

    def number(value, length=4):
        return value.to_bytes(length, "little")

    def entry(name, kind, start, size, child=free, right=free):
        text = (name + "\0").encode("utf-16-le")
        links = number(free) + number(right) + number(child)
        tail = bytes(16) + bytes(4) + bytes(16) + number(start) + number(size, 8)
        return text.ljust(64, b"\0") + number(len(text), 2) + bytes([kind, 1]) + links + tail

    size = 8 * sector  # below it, streams lie elsewhere
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + number(0x3E, 2) + number(3, 2)
    head += number(0xFFFE, 2) + number(9, 2) + number(6, 2) + bytes(10) + number(1) + number(1)
    head += bytes(4) + number(4096) + number(end) + number(0) + number(end) + number(0)
    head += number(0) + number(free) * 108
    chain = [fat, end]
    for start in (2, 10):
        chain += [*range(start + 1, start + 8), end]
    table = b"".join(map(number, chain)).ljust(sector, b"\xff")
    folder = entry("Root Entry", 5, end, 0, child=1)
    folder += entry("EncryptionInfo", 2, 2, size, right=2)
    folder += entry("EncryptedPackage", 2, 10, size) + bytes(128)
    return head + table + folder + bytes(2 * size)


def parquet():
    content = io.BytesIO()
    pd.read_csv(io.StringIO(GOOD)).to_parquet(content)
    return content.getvalue()


FILES = {
    "locked.xlsx": (locked, "locked.xlsx is protected by a password"),
    "corrupt.xlsx": (lambda: workbook(["a"])[:900], "corrupt.xlsx isn't a workbook that can be"),
    "cut.parquet": (lambda: parquet()[:600], "cut.parquet isn't a Parquet file that can be read"),
    "uneven.csv": (
        lambda: GOOD.encode() + b"C,2026-01-07\nD,2026-01-07,1,2\n",
        "the rows of uneven.csv change length: 2 of 4 don't fit its first line",
    ),
    "binary.csv": (lambda: b"\x7fELF\0\1\2" * 99, "binary.csv isn't a text table: it holds binary"),
    "workbook.csv": (lambda: workbook(["a"]), "it begins like a workbook (.xlsx) or .zip"),
    "twice.csv": (
        lambda: b"customer_id,date,amount,date\nA,2026-01-05,1,2026-01-05\n",
        "twice.csv heads more than one column 'date'",
    ),
    "twice.xlsx": (
        lambda: workbook(["customer_id", "date", "amount", "amount"], ["A", "2026-01-05", 1, 2]),
        "twice.xlsx heads more than one column 'amount'",
    ),
    "empty.csv": (lambda: b"", "empty.csv is empty"),
    "cut.csv.gz": (lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\3K", "cut.csv.gz is damaged or cut short"),
    "company.toml": (
        lambda: b'curency = "EUR"\n[tables.transactions]\nfile = "x.csv"\n',
        "company.toml, line 1: unknown key 'curency': did you mean 'currency'?",
    ),
}
COMMANDS = (["check"], ["report"], ["prepare", "--out", "ready"])


def assert_refused(done, says):
    assert done.returncode == 2, done.stdout
    said = [line for line in done.stderr.splitlines() if not line.startswith("Reading ")]
    assert len(said) == 1, said
    assert said[0].startswith("crm-analysis: ") and says in said[0]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used(within, name):
    make, says = FILES[name]
    (within.folder / name).write_bytes(make())
    for command, *options in COMMANDS:
        assert_refused(within(command, name, *options), says)
    assert within.made == [name]


SOURCES = {
    "a folder without tables": ("folder", "folder holds no table"),
    "a database that refuses": (
        "postgres://ann:secret@127.0.0.1:1/shop",
        "postgres://ann@127.0.0.1:1/shop can't be read: connection failed",
    ),
    "a database that isn't there": ("duckdb:///no.duckdb", "there is no database 'no.duckdb'"),
    "an address of a file": (
        "https://example.org/orders.csv",
        "https://example.org/orders.csv is no database, and nothing is fetched from an address",
    ),
    "a file of one line": ("huge.csv", "huge.csv isn't a table of lines: line 1 is longer than"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_source_that_cannot_be_used(within, kind):
    source, says = SOURCES[kind]
    if source.startswith("postgres"):
        pytest.importorskip("psycopg", reason="psycopg isn't installed")
    (within.folder / "folder").mkdir()
    (within.folder / "folder" / "notes.txt").write_text("nothing of ours")
    with (within.folder / "huge.csv").open("wb") as file:
        file.truncate(3 << 30)  # sparse: it takes no room
    for command, *options in COMMANDS:
        assert_refused(within(command, source, *options), says)
    assert within.made == ["folder", "huge.csv"]


def test_init_of_a_folder_without_tables(within):
    (within.folder / "exports").mkdir()
    assert_refused(within("init", "exports"), "no file in exports looks like one of the tables")
    assert within.made == ["exports"]


EVIL = ['=HYPERLINK("http://x")', "<script>alert(1)</script>", "@SUM(A1)", "+1", "-1+2"]


def test_what_a_spreadsheet_or_a_page_would_run_comes_out_as_text(crm):
    bought = [
        f'"{who.replace(chr(34), chr(34) * 2)}",2026-0{m}-01,9' for who in EVIL for m in (1, 4)
    ]
    lines = ["customer_id,date,amount", *bought, '"=1+1",soon,<script>', '"<script>",2026-01-01,x']
    (crm.folder / "orders.csv").write_text("\n".join(lines) + "\n")
    done = crm("report", "orders.csv", "--chapter", "customers")
    assert done.returncode == 0, done.stderr
    run = next((crm.folder / "reports" / "orders").iterdir())
    for page in run.glob("*.html"):
        assert "<script>alert" not in page.read_text()
    written = list(run.rglob("*.csv"))
    assert "rejected.csv" in [path.name for path in written]
    for path in written:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cell in (cell for row in csv.reader(file) for cell in row):
                assert cell[:1] not in ("=", "+", "@", "\t", "\r"), (path.name, cell)


def test_a_zip_of_several_files_is_refused(within):
    with zipfile.ZipFile(within.folder / "orders.zip", "w") as archive:
        archive.writestr("one.csv", GOOD)
        archive.writestr("two.csv", GOOD)
    assert_refused(within("check", "orders.zip"), "orders.zip must hold one table, but holds")
