"""Where we fall short of what customers expect: gap, reliability, importance, Kano, drivers."""

from crm_analysis.satisfaction.drivers import relative_weights
from crm_analysis.satisfaction.gap import gap
from crm_analysis.satisfaction.importance_performance import importance_performance
from crm_analysis.satisfaction.kano import classify_answers, kano, satisfaction_coefficients
from crm_analysis.satisfaction.loyalty import loyalty_cells, nps, top_box
from crm_analysis.satisfaction.reliability import cronbach_alpha, reliability
from crm_analysis.satisfaction.respondents import (
    answer_matrix,
    respondents,
    satisfaction_by_customer,
)

__all__ = [
    "answer_matrix",
    "classify_answers",
    "cronbach_alpha",
    "gap",
    "importance_performance",
    "kano",
    "loyalty_cells",
    "nps",
    "relative_weights",
    "reliability",
    "respondents",
    "satisfaction_by_customer",
    "satisfaction_coefficients",
    "top_box",
]
