"""What to do about whom: groups, what is at stake, actions, and a plan to sign."""

from crm_analysis.strategy.actions import Action, Actions, read_actions
from crm_analysis.strategy.content import (
    dissatisfaction_by_group,
    dissatisfaction_if_known,
    satisfied_customers,
    show_dissatisfaction,
)
from crm_analysis.strategy.describe import customer_actions, follow_up, group_profile, plan_to_sign
from crm_analysis.strategy.findings import findings
from crm_analysis.strategy.forecast import Forecast, forecast
from crm_analysis.strategy.groups import GROUPS, customer_groups, group_of, usual_gap
from crm_analysis.strategy.plan import STAKES, action_plan, net_of_plan, options

__all__ = [
    "GROUPS",
    "STAKES",
    "Action",
    "Actions",
    "Forecast",
    "action_plan",
    "customer_actions",
    "customer_groups",
    "dissatisfaction_by_group",
    "dissatisfaction_if_known",
    "findings",
    "follow_up",
    "forecast",
    "group_of",
    "group_profile",
    "net_of_plan",
    "options",
    "plan_to_sign",
    "read_actions",
    "satisfied_customers",
    "show_dissatisfaction",
    "usual_gap",
]
