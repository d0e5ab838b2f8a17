"""One row per customer: who they are, how they buy."""

from crm_analysis.customers.base import base_by_month, base_table, same_months_a_year_before
from crm_analysis.customers.completeness import profile_completeness
from crm_analysis.customers.concentration import Concentration, concentration
from crm_analysis.customers.orders import (
    gaps_between_orders,
    order_values,
    orders_per_customer,
)
from crm_analysis.customers.proportions import wilson
from crm_analysis.customers.repeat import repeat_rates
from crm_analysis.customers.summary import customer_table, summarize

__all__ = [
    "Concentration",
    "base_by_month",
    "base_table",
    "concentration",
    "customer_table",
    "gaps_between_orders",
    "order_values",
    "orders_per_customer",
    "profile_completeness",
    "repeat_rates",
    "same_months_a_year_before",
    "summarize",
    "wilson",
]
