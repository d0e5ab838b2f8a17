"""A company: its trusted tables and what was turned away at the door."""

import re
from dataclasses import dataclass, field

import pandas as pd

from crm_analysis.data.tables import TABLES
from crm_analysis.errors import MissingTable

__all__ = ["REJECTED_COLUMNS", "Company", "slug"]

# One row per row that was turned away, set aside or flagged: where it stood, why, and the row
# itself as text.
REJECTED_COLUMNS = ["table", "file", "line", "reason", "row"]


def slug(title: str) -> str:
    """Make a company's title the name of its folder.

    Examples
    --------
    >>> slug("Corner Shop & Sons"), slug("街角")
    ('corner-shop-sons', 'company')
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "company"


def _no_rows() -> pd.DataFrame:
    types = {"table": "str", "file": "str", "line": "int64", "reason": "str", "row": "str"}
    return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in REJECTED_COLUMNS})


@dataclass(frozen=True)
class Company:
    """The tables of one company, checked, with the day they are seen from.

    Parameters
    ----------
    name : slug; names the folder of its reports.
    title : how a page calls it.
    as_of : the day up to which everything is known.
    currency : ISO code; empty where it isn't known.
    transactions … crm_costs : the tables of ``crm_analysis.data.tables``, None where there is none.
    read : rows read per table; accepted + rejected + set aside = read.
    rejected : rows that couldn't be used, with file, line and reason.
    set_aside : rows that are right, but not for the models of customers; likewise.
    flagged : accepted rows that deserve a look; likewise.
    unidentified : the lines of orders whose customer isn't known, typed as transactions; they
        count in the company's totals and are set aside for everything by customer.
    returns : the lines of goods that came back and lower a line of ``transactions``, typed as
        transactions; gross sales are both together.
    parameters : what the company file says of the chapters' parameters, by name.
    pseudonymised : True where identifiers of persons are replaced by pseudonyms.
    notes : sentences about where the data come from; every page shows them.
    simulated : True where no real customer stands behind the rows; every page says so.
    """

    name: str
    title: str
    as_of: pd.Timestamp
    currency: str = ""
    transactions: pd.DataFrame | None = None
    profiles: pd.DataFrame | None = None
    survey: pd.DataFrame | None = None
    kano: pd.DataFrame | None = None
    outcomes: pd.DataFrame | None = None
    prices: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    deals: pd.DataFrame | None = None
    traffic: pd.DataFrame | None = None
    subscriptions: pd.DataFrame | None = None
    programme: pd.DataFrame | None = None
    crm_costs: pd.DataFrame | None = None
    read: dict[str, int] = field(default_factory=dict)
    rejected: pd.DataFrame = field(default_factory=_no_rows)
    set_aside: pd.DataFrame = field(default_factory=_no_rows)
    flagged: pd.DataFrame = field(default_factory=_no_rows)
    unidentified: pd.DataFrame | None = None
    returns: pd.DataFrame | None = None
    parameters: dict[str, str | int | float] = field(default_factory=dict)
    pseudonymised: bool = False
    notes: tuple[str, ...] = ()
    simulated: bool = False

    def __post_init__(self):
        lost, aside = (frame["table"].value_counts() for frame in (self.rejected, self.set_aside))
        for name in {**self.tables, **self.read}:
            kept = len(self.tables.get(name, ()))
            away = [int(counts.get(name, 0)) for counts in (lost, aside)]
            read = self.read.get(name, kept + sum(away))
            assert kept + sum(away) == read, (
                f"{name}: {kept} accepted + {away[0]} rejected + {away[1]} set aside is not "
                f"{read} read"
            )

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that are there, by name."""
        held = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in held.items() if table is not None}

    def need(self, *names: str) -> None:
        """Raise ``MissingTable`` with one sentence if a table that a chapter needs isn't there."""
        missing = [name for name in names if getattr(self, name) is None]
        if missing:
            tables = "table" if len(missing) == 1 else "tables"
            raise MissingTable(f"{self.title} supplied no {tables} {', '.join(missing)}")

    def __repr__(self) -> str:
        held = ", ".join(f"{name} ({len(table):,})" for name, table in self.tables.items())
        return f"Company({self.name!r}, as of {self.as_of:%Y-%m-%d}: {held})"
