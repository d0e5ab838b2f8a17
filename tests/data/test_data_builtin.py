import subprocess
import sys

import pandas as pd
import pytest

from crm_analysis.data import COMPANIES, load


def test_cdnow_is_whole():
    # Fader, Hardie (2001): 23,570 customers, 69,659 purchases, January 1997 to June 1998.
    company = load("cdnow")
    lines = company.transactions
    assert (len(lines), lines["customer_id"].nunique()) == (69_659, 23_570)
    assert lines["date"].agg(["min", "max"]).tolist() == [
        pd.Timestamp("1997-01-01"),
        pd.Timestamp("1998-06-30"),
    ]
    assert lines.groupby("customer_id")["date"].min().max() == pd.Timestamp("1997-03-25")
    first = lines.iloc[0]
    assert (first["customer_id"], first["quantity"], first["amount"]) == ("00001", 1, 11.77)
    assert (company.currency, company.simulated) == ("USD", False)
    assert "lifetimes" in company.notes[0]


def test_the_sample_is_a_part_of_the_master():
    sample, master = load("cdnow_sample").transactions, load("cdnow").transactions
    assert (len(sample), sample["customer_id"].nunique()) == (6_919, 2_357)
    rows = [*sample.columns]
    own = master[master["customer_id"].isin(sample["customer_id"])]
    pd.testing.assert_frame_equal(
        own.sort_values(rows, ignore_index=True), sample.sort_values(rows, ignore_index=True)
    )


@pytest.mark.parametrize("name", COMPANIES)
def test_every_company_tells_what_it_is(name):
    about, company = COMPANIES[name], load(name)
    assert company.name == name
    assert company.title == about.title
    assert company.simulated == ("simulated" in about.sentence.split("; ")[-1])
    aside = company.set_aside["table"].value_counts()
    held = {table: len(rows) for table, rows in company.tables.items()}
    assert company.read == {table: n + aside.get(table, 0) for table, n in held.items()}
    assert company.rejected.empty
    assert about.sentence.endswith(".") and about.source.endswith(".")


def test_only_the_dairy_is_simulated_and_says_so():
    company = load("dairy")
    assert company.simulated
    assert "simulated" in company.title
    assert "simulated" in company.notes[0]


def test_names_are_listed_without_a_heavy_import():
    code = (
        "import sys; from crm_analysis.data import COMPANIES; "
        "print([m for m in ('pandas', 'numpy', 'ibis', 'pandera') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_cdnow_imports_neither_lifetimes_nor_pandera():
    code = (
        "import sys; from crm_analysis.data import load; load('cdnow_sample'); "
        "print([m for m in ('lifetimes', 'pandera') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
