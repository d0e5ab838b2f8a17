"""The same rows get the same reasons, and the same types, wherever they come from."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.checking import check_rows
from crm_analysis.data.tables import TABLES

DAY = pd.Timestamp("2026-03-01")
TRANSACTIONS = pd.DataFrame(
    [
        ("C1", DAY, 12.5, "o1", 1.0),
        (" C2 ", DAY, -3.0, "o2", np.nan),
        (None, DAY, 1.0, "o3", 1.0),
        ("n/a", DAY, 2.0, "o4", 1.0),
        ("  ", DAY, 2.5, "o5", 1.0),
        ("C3", None, 3.0, "o6", 1.0),
        ("C4", pd.Timestamp("1850-01-01"), 4.0, "o7", 1.0),
        ("C5", DAY, np.nan, "o8", 1.0),
        ("C6", DAY, 2e13, "o9", 1.0),
        ("C7", DAY, np.inf, "o10", 1.0),
        (None, None, np.nan, None, np.nan),
        ("客户7", pd.Timestamp("2026-12-31"), 0.1, " ", 2.0),
    ],
    columns=["customer_id", "date", "amount", "order_id", "quantity"],
).astype({"customer_id": "str", "order_id": "str", "date": "datetime64[us]"})
KANO = pd.DataFrame(
    [
        ("R1", "app", 1.0, 5.0),
        ("R1", "app", 2.0, 5.0),
        ("R2", "app", 6.0, 1.0),
        ("R3", "app", 2.5, 1.0),
        ("R4", "app", np.nan, 1.0),
        ("R5", "", 1.0, 1.0),
    ],
    columns=["respondent_id", "item", "functional", "dysfunctional"],
)
PROFILES = pd.DataFrame(
    {
        "customer_id": ["C1", "C2", "C1", "C4"],
        "name": ["Ann", "Bo", "Ann", None],
        "birth_year": [1980, 1700, 1980, 2000],
        "children": ["two", " ", "two", None],
        "mobile phone": ["1", "2", "3", "4"],
    }
)
CONTACTS = pd.DataFrame(
    {
        "customer_id": ["C1", "C2", "C3"],
        "campaign": ["spring", "spring", ""],
        "date": [DAY] * 3,
        "group": ["treatment", "others", "control"],
        "opened": [True, False, True],
        "cost": [1, -1, 2],
    }
).astype({"date": "datetime64[us]"})
# As text, with what only a parser of files understands.
AS_TEXT = pd.DataFrame(
    [
        ("C1", "31.10.2026", "€12.50", "yes"),
        ("C2", "01.11.2026", "1,234.50", "0"),
        ("C3", "soon", "3", "yes"),
        ("C4", "02.11.2026", "three", "no"),
        ("C5", "02.11.2026", "5", "perhaps"),
        ("C6", "-", "5", "no"),
        ("C7", "02.11.2026", " ", "no"),
    ],
    columns=["customer_id", "date", "cost", "opened"],
).assign(campaign="autumn")

# Orders have one line each here, so that a line twice is an error; among interactions it may be.
ORDERS = TRANSACTIONS.iloc[[0, 1, 0, 11]]
INTERACTIONS = pd.DataFrame(
    {"customer_id": ["C1", "C1", "C2"], "date": [DAY] * 3, "kind": ["question"] * 3}
).astype({"date": "datetime64[us]"})

HELD = {"transactions": TRANSACTIONS, "kano": KANO, "profiles": PROFILES, "contacts": CONTACTS}
HELD |= {"interactions": INTERACTIONS}


def by_content(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)


def as_a_file_has_it(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as text, as a CSV file of the frame would give them."""
    from io import StringIO

    text = StringIO(frame.to_csv(index=False))
    return pd.read_csv(text, dtype="str", keep_default_na=False).set_axis(
        pd.RangeIndex(2, len(frame) + 2)
    )


def test_the_same_rows_get_the_same_reasons_everywhere(shop):
    for name, frame in HELD.items():
        shop.put(name, frame)
    company = load(shop.source, returns="keep")
    for name in HELD:
        assert_as_from_a_file(company, name, with_lines=shop.name == "parquet")
    held = by_content(company.unidentified[["date", "amount", "order_id"]])
    assert held["amount"].tolist() == [1.0, 2.0, 2.5]


def assert_as_from_a_file(company, name: str, *, with_lines: bool) -> None:
    expected = check_rows(as_a_file_has_it(HELD[name]), TABLES[name], file="f")
    accepted = company.tables[name]
    shared = [c for c in expected.accepted.columns if c in accepted]
    pd.testing.assert_frame_equal(
        by_content(accepted[shared]), by_content(expected.accepted[shared]), check_dtype=True
    )
    outside = 0
    for kind in ("rejected", "set_aside", "flagged"):
        ours = getattr(company, kind)
        ours, theirs = ours[ours["table"] == name], getattr(expected, kind)
        assert sorted(ours["reason"]) == sorted(theirs["reason"]), kind
        outside += len(ours) if kind != "flagged" else 0
        if with_lines:
            assert ours["line"].tolist() == theirs["line"].tolist()
    assert len(accepted) + outside == company.read[name] == len(HELD[name])


def test_text_is_read_and_lines_twice_are_told_as_in_files(shop):
    shop.put("transactions", ORDERS)
    shop.put("contacts", AS_TEXT)
    company = load(shop.source, returns="keep")
    expected = check_rows(AS_TEXT.set_axis(range(2, 9)), TABLES["contacts"], file="f")
    pd.testing.assert_frame_equal(
        by_content(company.contacts), by_content(expected.accepted[company.contacts.columns])
    )
    rejected = company.rejected.set_index("table")["reason"]
    assert sorted(rejected["contacts"]) == sorted(expected.rejected["reason"])
    assert set(rejected["contacts"]) >= {"unreadable date", "no date", "unreadable cost"}
    assert rejected["transactions"] == "exact duplicate of an earlier line"
    assert len(company.transactions) == 3


@pytest.mark.parametrize("shop", ["parquet", "postgres"], indirect=True)
def test_pseudonyms_stand_in_every_engine(shop):
    shop.put("transactions", TRANSACTIONS)
    key = "a key of enough characters"
    company, plain = load(shop.source, pseudonymise=key), load(shop.source)
    assert company.pseudonymised
    assert not set(company.transactions["customer_id"]) & set(plain.transactions["customer_id"])
    assert "C5" not in " ".join(company.rejected["row"])
