"""What is known of the customers: who can be named, what fits together, how complete it is."""

from dataclasses import dataclass

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.customers.completeness import profile_completeness
from crm_analysis.customers.duplicates import duplicate_groups, duplicate_pairs
from crm_analysis.data.company import Company

__all__ = ["InformationCompleteness", "identified", "information_completeness", "table_links"]

_KEYS = ("customer_id", "respondent_id")
# What each part of the figure asks, in the order in which a company has to get them right.
_PARTS = {
    "identified": "revenue from customers who are known by an id",
    "profiled": "customers who bought and have a profile",
    "filled": "fields of their profiles that are filled",
    "confirmed": "customers whose profile was confirmed within a year",
    "distinct": "customers who don't look like another one",
    "linked": "ids of the other tables that are found among the buyers",
}


def identified(
    transactions: pd.DataFrame, unidentified: pd.DataFrame | None, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return which share of orders and of revenue has a customer who is known.

    Parameters
    ----------
    transactions : lines with a customer: date, amount, [order_id]; lines without an order id
        count as one order each.
    unidentified : the same for lines without a customer; None where there are none.
    as_of : the last day that counts.

    Returns
    -------
    Frame by orders and revenue: identified, all (a count; an amount), share (0..1; missing
    where there is nothing in all).

    Examples
    --------
    >>> day = pd.Timestamp("2026-01-01")
    >>> known = pd.DataFrame({"date": [day] * 2, "amount": [6.0, 2.0], "order_id": ["1", "1"]})
    >>> guests = pd.DataFrame({"date": [day], "amount": [2.0], "order_id": ["2"]})
    >>> identified(known, guests, day)["share"].to_dict()
    {'orders': 0.5, 'revenue': 0.8}
    """
    known, guests = (_totals(lines, as_of) for lines in (transactions, unidentified))
    frame = pd.DataFrame({"identified": known, "all": known + guests}).rename_axis("of")
    return frame.assign(share=frame["identified"] / frame["all"].where(frame["all"] > 0))


def _totals(lines: pd.DataFrame | None, as_of: pd.Timestamp) -> pd.Series:
    if lines is None:
        return pd.Series({"orders": 0.0, "revenue": 0.0})
    check_columns(lines, ["date", "amount"], table="transactions")
    seen = lines[lines["date"].dt.normalize() <= as_of]
    ids = seen["order_id"] if "order_id" in seen else pd.Series(pd.NA, index=seen.index)
    orders = ids.nunique() + ids.isna().sum()
    return pd.Series({"orders": float(orders), "revenue": float(seen["amount"].sum())})


def table_links(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return for each pair of tables which share of the ids of one is found in the other.

    Tables meet by customer_id where both have it, otherwise by respondent_id.

    Parameters
    ----------
    tables : frames by name, as ``Company.tables`` gives them.

    Returns
    -------
    Square frame, 0..1: of the ids in the table of the row, the share found in the table of the
    column; missing where the two share no kind of id. Tables without an id aren't listed.

    Examples
    --------
    >>> links = table_links({
    ...     "transactions": pd.DataFrame({"customer_id": ["A", "A", "B"]}),
    ...     "profiles": pd.DataFrame({"customer_id": ["A", "B", "C", "D"]}),
    ... })
    >>> links.to_numpy().tolist()
    [[1.0, 1.0], [0.5, 1.0]]
    """
    ids = {name: _ids(frame) for name, frame in tables.items()}
    names = [name for name, keys in ids.items() if keys]
    rows = [[_found(ids[name], ids[other]) for other in names] for name in names]
    return pd.DataFrame(rows, index=pd.Index(names, name="of"), columns=names, dtype="float64")


def _ids(frame: pd.DataFrame) -> dict[str, pd.Index]:
    kinds = {key: pd.Index(frame[key].dropna().unique()) for key in _KEYS if key in frame}
    return {key: values for key, values in kinds.items() if len(values)}


def _found(ids: dict[str, pd.Index], others: dict[str, pd.Index]) -> float:
    shared = [key for key in _KEYS if key in ids and key in others]
    return float(ids[shared[0]].isin(others[shared[0]]).mean()) if shared else float("nan")


@dataclass(frozen=True)
class InformationCompleteness:
    """How complete the information on the customers is, and what that is made of.

    Parameters
    ----------
    value : mean of the parts that could be measured, 0 to 1.
    parts : by part: share (0..1; missing where it couldn't be measured), meaning.
    """

    value: float
    parts: pd.DataFrame


def information_completeness(company: Company) -> InformationCompleteness:
    """Measure in one figure how much a company knows of those who buy from it.

    The figure is the mean of six shares, each with the same weight: identified, profiled,
    filled, confirmed, distinct, linked. A company without profiles has 0 in profiled, filled and
    confirmed, one that doesn't keep when a profile was last confirmed has 0 in confirmed: what
    isn't kept isn't known. Distinct and linked are left out where there is nothing to compare.

    Parameters
    ----------
    company : with transactions; profiles, unidentified and further tables where there are any.

    Raises
    ------
    MissingTable : there are no transactions.
    """
    company.need("transactions")
    buyers = pd.Index(company.transactions["customer_id"].dropna().unique())
    known = identified(company.transactions, company.unidentified, company.as_of)
    # Where revenue isn't above 0, orders say it.
    share = known["share"].clip(0, 1)
    shares = {"identified": float(share.fillna(share["orders"])["revenue"])}
    shares |= _of_profiles(company.profiles, buyers, company.as_of)
    shares["linked"] = _linked(company.tables)
    parts = pd.DataFrame({"share": shares, "meaning": _PARTS}).loc[list(_PARTS)]
    parts["share"] = parts["share"].astype("float64")
    return InformationCompleteness(float(parts["share"].mean()), parts.rename_axis("part"))


def _of_profiles(
    profiles: pd.DataFrame | None, buyers: pd.Index, as_of: pd.Timestamp
) -> dict[str, float]:
    nothing = {"profiled": 0.0, "filled": 0.0, "confirmed": 0.0, "distinct": float("nan")}
    if profiles is None or not len(buyers):
        return nothing
    held = profiles[profiles["customer_id"].isin(buyers)].drop_duplicates("customer_id")
    if held.empty:
        return nothing
    fields = profile_completeness(held, as_of=as_of)
    confirmed = 0.0
    if "updated_on" in held:
        confirmed = float((as_of - held["updated_on"]).dt.days.between(0, 365).mean())
    alike = duplicate_groups(duplicate_pairs(held))
    return {
        "profiled": len(held) / len(buyers),
        "filled": float(fields["share"].mean()) if len(fields) else 0.0,
        "confirmed": confirmed,
        "distinct": 1 - len(alike) / len(held),
    }


def _linked(tables: dict[str, pd.DataFrame]) -> float:
    links = table_links(tables)
    others = links.index.difference(["transactions", "profiles"])
    return float(links.loc[others, "transactions"].mean()) if len(others) else float("nan")
