"""One row per customer: who they are, how they buy."""

from crm_analysis.customers.base import base_by_month, base_table, same_months_a_year_before
from crm_analysis.customers.base_movement import base_movement, silence_limits
from crm_analysis.customers.breadth import categories_per_customer
from crm_analysis.customers.completeness import profile_completeness
from crm_analysis.customers.concentration import Concentration, concentration
from crm_analysis.customers.duplicates import duplicate_groups, duplicate_pairs
from crm_analysis.customers.first_purchase import first_purchases
from crm_analysis.customers.grade_moves import grade_moves
from crm_analysis.customers.habits import orders_by_time
from crm_analysis.customers.knowledge import (
    InformationCompleteness,
    identified,
    information_completeness,
    table_links,
)
from crm_analysis.customers.orders import (
    gap_quantiles,
    gaps_between_orders,
    order_values,
    orders_per_customer,
)
from crm_analysis.customers.proportions import wilson
from crm_analysis.customers.repeat import repeat_rates
from crm_analysis.customers.summary import customer_table, summarize
from crm_analysis.customers.waiting import time_to_next_purchase

__all__ = [
    "Concentration",
    "InformationCompleteness",
    "base_by_month",
    "base_movement",
    "base_table",
    "categories_per_customer",
    "concentration",
    "customer_table",
    "duplicate_groups",
    "duplicate_pairs",
    "first_purchases",
    "gap_quantiles",
    "gaps_between_orders",
    "grade_moves",
    "identified",
    "information_completeness",
    "order_values",
    "orders_by_time",
    "orders_per_customer",
    "profile_completeness",
    "repeat_rates",
    "same_months_a_year_before",
    "silence_limits",
    "summarize",
    "table_links",
    "time_to_next_purchase",
    "wilson",
]
