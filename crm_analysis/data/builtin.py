"""The companies that come with the package, ready to load by name.

Nothing heavy is imported here: the command line lists the names for its help.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_analysis.data.company import Company

__all__ = ["COMPANIES", "BuiltIn"]


@dataclass(frozen=True)
class BuiltIn:
    """A company that comes with the package.

    Parameters
    ----------
    title : how a page calls it.
    sentence : what it is and what it holds.
    source : who made the data, and on what terms they're here.
    maker : "module:function" that makes it.
    """

    title: str
    sentence: str
    source: str
    maker: str

    def make(self) -> "Company":
        """Read or simulate the company."""
        module, function = self.maker.split(":")
        return getattr(import_module(f"crm_analysis.data.{module}"), function)()


_CDNOW_SOURCE = (
    "Data of Peter Fader and Bruce Hardie (brucehardie.com/datasets), read from the package "
    "lifetimes, which ships them."
)

COMPANIES: dict[str, BuiltIn] = {
    "cdnow": BuiltIn(
        "CDNOW",
        "An online music shop: all purchases from January 1997 to June 1998 of the 23,570 "
        "customers who first bought in the first quarter of 1997; real; transactions only.",
        _CDNOW_SOURCE,
        "cdnow:read_master",
    ),
    "cdnow_sample": BuiltIn(
        "CDNOW, 1/10 sample",
        "Every tenth customer of CDNOW, 2,357 in all: the sample on which the literature "
        "tests its models; real; transactions only.",
        _CDNOW_SOURCE,
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
        "dairy:make_dairy",
    ),
}
