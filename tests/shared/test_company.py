"""A company holds what was accepted and what was turned away, and the sums agree."""

import pandas as pd
import pytest

from crm_analysis.data.company import REJECTED_COLUMNS, Company
from crm_analysis.data.tables import PERSONAL, TABLES
from crm_analysis.errors import MissingTable

AS_OF = pd.Timestamp("2026-10-31")


def transactions(n: int) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ["a"] * n, "date": [AS_OF] * n, "amount": [1.0] * n})


def rejected(n: int) -> pd.DataFrame:
    rows = [("transactions", "orders.csv", line, "no date", "a,,1") for line in range(n)]
    return pd.DataFrame(rows, columns=REJECTED_COLUMNS)


def test_accepted_and_rejected_make_up_what_was_read():
    company = Company(
        "x",
        "X",
        AS_OF,
        transactions=transactions(3),
        read={"transactions": 5},
        rejected=rejected(2),
    )
    assert list(company.tables) == ["transactions"]
    with pytest.raises(
        AssertionError, match="3 accepted \\+ 1 rejected \\+ 0 set aside is not 5 read"
    ):
        Company(
            "x",
            "X",
            AS_OF,
            transactions=transactions(3),
            read={"transactions": 5},
            rejected=rejected(1),
        )


def test_a_missing_table_is_named():
    company = Company("x", "Company X", AS_OF, transactions=transactions(1))
    company.need("transactions")
    with pytest.raises(MissingTable, match="Company X supplied no table survey"):
        company.need("transactions", "survey")


def test_the_tables_of_the_design_are_all_there():
    assert list(TABLES) == [
        "transactions", "profiles", "survey", "kano", "outcomes", "prices", "contacts",
        "interactions", "deals", "traffic", "subscriptions", "programme", "crm_costs",
    ]  # fmt: skip
    assert {"name", "email", "phone"} == PERSONAL
    assert all(table.required for table in TABLES.values())
