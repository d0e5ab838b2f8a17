"""Where we fall short of what customers expect: gap, reliability, importance, Kano, drivers."""

from crm_analysis.handed_over import read_handed_over, read_values
from crm_analysis.optional import NotShown, attempt
from crm_analysis.satisfaction.asked import first_answers, latest_wave, rated, survey_day
from crm_analysis.satisfaction.asymmetry import penalty_reward
from crm_analysis.satisfaction.attachment import count_cells, customer_loyalty, loyalty_scores
from crm_analysis.satisfaction.bending import partial_dependence, straightness
from crm_analysis.satisfaction.buying_after import buying_after
from crm_analysis.satisfaction.closing import effect_of_closing
from crm_analysis.satisfaction.codebook import (
    check_scales,
    decode,
    scales_sentence,
    without_codes,
)
from crm_analysis.satisfaction.complaints import (
    complaint_rate,
    repurchase_after_complaint,
    time_to_resolve,
)
from crm_analysis.satisfaction.delivered_value import delivered_value, value_balance
from crm_analysis.satisfaction.demand import Demand, demand
from crm_analysis.satisfaction.derived_importance import derived_importance
from crm_analysis.satisfaction.dimensionality import (
    dimension_loadings,
    dimensions_stand,
    parallel_analysis,
)
from crm_analysis.satisfaction.drivers import relative_weights
from crm_analysis.satisfaction.gap import gap, servqual_score, surely_below
from crm_analysis.satisfaction.gap_bootstrap import gap_bootstrap, interval_sentence
from crm_analysis.satisfaction.hidden_complaints import complaint_steps, hidden_complaints
from crm_analysis.satisfaction.importance_performance import (
    compare_crosshairs,
    importance_performance,
)
from crm_analysis.satisfaction.items import item_analysis
from crm_analysis.satisfaction.kano import classify_answers, kano, satisfaction_coefficients
from crm_analysis.satisfaction.kano_continuous import (
    kano_by_segment,
    kano_continuous,
    questionable_answers,
)
from crm_analysis.satisfaction.loyalty import loyalty_cells, nps, nps_change, top_box
from crm_analysis.satisfaction.one_factor import omega
from crm_analysis.satisfaction.optional import (
    answers_on,
    count_respondents,
    identified,
    need_some,
)
from crm_analysis.satisfaction.perceived_value import perceived_value, price_verdict
from crm_analysis.satisfaction.price import PriceSensitivity, price_sensitivity
from crm_analysis.satisfaction.priorities import priorities
from crm_analysis.satisfaction.ratings import ratings
from crm_analysis.satisfaction.reliability import cronbach_alpha, reliability
from crm_analysis.satisfaction.respondents import (
    answer_matrix,
    broadest,
    respondents,
    satisfaction_by_customer,
)
from crm_analysis.satisfaction.sample import answered, compare_with_base, sample_size
from crm_analysis.satisfaction.shapley import shapley_weights
from crm_analysis.satisfaction.track import control_chart, event_effect, waves
from crm_analysis.satisfaction.value import satisfaction_by_group, value_at_risk, value_tiers
from crm_analysis.satisfaction.wallet import wallet_allocation, wallet_shares
from crm_analysis.satisfaction.weights import effective_size, rake, weighted_mean

__all__ = [
    "Demand",
    "NotShown",
    "PriceSensitivity",
    "answer_matrix",
    "answered",
    "answers_on",
    "attempt",
    "broadest",
    "buying_after",
    "check_scales",
    "classify_answers",
    "compare_crosshairs",
    "compare_with_base",
    "complaint_rate",
    "complaint_steps",
    "control_chart",
    "count_cells",
    "count_respondents",
    "cronbach_alpha",
    "customer_loyalty",
    "decode",
    "delivered_value",
    "demand",
    "derived_importance",
    "dimension_loadings",
    "dimensions_stand",
    "effect_of_closing",
    "effective_size",
    "event_effect",
    "first_answers",
    "gap",
    "gap_bootstrap",
    "hidden_complaints",
    "identified",
    "importance_performance",
    "interval_sentence",
    "item_analysis",
    "kano",
    "kano_by_segment",
    "kano_continuous",
    "latest_wave",
    "loyalty_cells",
    "loyalty_scores",
    "need_some",
    "nps",
    "nps_change",
    "omega",
    "parallel_analysis",
    "partial_dependence",
    "penalty_reward",
    "perceived_value",
    "price_sensitivity",
    "price_verdict",
    "priorities",
    "questionable_answers",
    "rake",
    "rated",
    "ratings",
    "read_handed_over",
    "read_values",
    "relative_weights",
    "reliability",
    "repurchase_after_complaint",
    "respondents",
    "sample_size",
    "satisfaction_by_customer",
    "satisfaction_by_group",
    "satisfaction_coefficients",
    "scales_sentence",
    "servqual_score",
    "shapley_weights",
    "straightness",
    "surely_below",
    "survey_day",
    "time_to_resolve",
    "top_box",
    "value_at_risk",
    "value_balance",
    "value_tiers",
    "wallet_allocation",
    "wallet_shares",
    "waves",
    "weighted_mean",
    "without_codes",
]
