"""From somebody's file to trusted tables."""

from crm_analysis.data.company import Company

__all__ = ["Company"]
