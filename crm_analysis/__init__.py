"""Customer relationship analytics: from a company's records to a strategy report.

Notebooks use a handful of names straight from here (``import crm_analysis as crm``):
``crm.table``, ``crm.say``, ``crm.conclude``, ``crm.record``, ``crm.hand_over``, ``crm.versions``.
Everything else lives in the package of its chapter.
"""

from importlib import import_module

__all__ = ["conclude", "hand_over", "record", "say", "table", "versions"]
__version__ = "0.1.0"

# Resolved on first use: `crm-analysis --help` imports this package and must stay quick.
_HOMES = {
    "conclude": "crm_analysis.findings",
    "hand_over": "crm_analysis.outputs",
    "record": "crm_analysis.outputs",
    "say": "crm_analysis.show",
    "table": "crm_analysis.show",
    "versions": "crm_analysis.outputs",
}


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'crm_analysis' has no attribute {name!r}")
