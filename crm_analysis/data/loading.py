"""Load a company by name."""

from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company import Company
from crm_analysis.errors import unknown_name

__all__ = ["load"]


def load(source, *, columns=None, as_of=None) -> Company:
    """Load a built-in company."""
    if source in COMPANIES:
        return COMPANIES[source].make()
    raise unknown_name("company", source, COMPANIES)
