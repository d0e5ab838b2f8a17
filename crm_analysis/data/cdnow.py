"""The CDNOW purchases, read from the files that the package lifetimes ships.

The package itself is not imported: its ``datasets`` module needs ``pkg_resources``, which
current Pythons lack.

References
----------
Fader, Hardie (2001), Forecasting repeat sales at CDNOW: a case study, Interfaces 31(3).
"""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company import Company

__all__ = ["read_master", "read_sample"]

_NOTE = (
    "Purchases of music CDs, January 1997 to June 1998, by customers who first bought between "
    "January and March 1997. {source}"
)


def _read(name: str, columns: list[str], header_lines: int) -> pd.DataFrame:
    """Read one of the files; a line is a purchase: customer, day, CDs, dollars."""
    path = Path(find_spec("lifetimes").origin).parent / "datasets" / name
    texts = {"customer_id": "str", "date": "str"}
    raw = pd.read_csv(path, sep=r"\s+", names=columns, skiprows=header_lines, dtype=texts)
    days = pd.to_datetime(raw["date"], format="%Y%m%d")
    return pd.DataFrame(
        {
            "customer_id": raw["customer_id"],
            "date": days.astype("datetime64[us]"),
            "amount": raw["dollars"],
            "quantity": raw["cds"].astype("float64"),
        }
    )


def _company(name: str, transactions: pd.DataFrame) -> Company:
    built_in = COMPANIES[name]
    return Company(
        name=name,
        title=built_in.title,
        as_of=pd.Timestamp(1998, 6, 30),
        currency="USD",
        transactions=transactions,
        read={"transactions": len(transactions)},
        notes=(_NOTE.format(source=built_in.source),),
    )


def read_master() -> Company:
    """Read all 69,659 purchases of the 23,570 customers."""
    columns = ["customer_id", "date", "cds", "dollars"]
    return _company("cdnow", _read("CDNOW_master.txt", columns, header_lines=1))


def read_sample() -> Company:
    """Read the 6,919 purchases of the 2,357 customers in the 1/10 sample, by their master id."""
    columns = ["customer_id", "sample_id", "date", "cds", "dollars"]
    return _company("cdnow_sample", _read("CDNOW_sample.txt", columns, header_lines=0))
