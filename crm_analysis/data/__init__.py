"""From somebody's file to trusted tables."""

from importlib import import_module

__all__ = ["COMPANIES", "Company", "fingerprint", "load", "prepare"]

# Resolved on first use: the command line needs the names of the companies, but no pandas.
_HOMES = {
    "COMPANIES": "crm_analysis.data.builtin",
    "Company": "crm_analysis.data.company",
    "fingerprint": "crm_analysis.data.prepared",
    "load": "crm_analysis.data.loading",
    "prepare": "crm_analysis.data.prepared",
}


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'crm_analysis.data' has no attribute {name!r}")
