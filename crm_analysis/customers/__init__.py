"""One row per customer: who they are, how they buy."""

from crm_analysis.customers.summary import summarize

__all__ = ["summarize"]
