"""The command ``crm-analysis``: from a company's records to its strategy report.

A module per command. Nothing heavy is imported before it's needed, so that help comes at once.
"""

# Imported for the commands that they add; help lists them in this order.
from crm_analysis.cli import report, check, init, prepare, companies  # noqa: F401, I001
from crm_analysis.cli.application import main

__all__ = ["main"]
