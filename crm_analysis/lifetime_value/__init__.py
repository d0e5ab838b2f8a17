"""What customers will be worth: BG/NBD, Gamma-Gamma, customer lifetime value, validation."""

from crm_analysis.lifetime_value.at_stake import value_at_stake
from crm_analysis.lifetime_value.beta_discrete import BetaDiscrete
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.choose import MODELS, choose_model, validate_choice
from crm_analysis.lifetime_value.contracts import contract_months
from crm_analysis.lifetime_value.corrected import (
    corrected_scores,
    corrected_total,
    value_by_frequency,
)
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.holdout import Split, split, suggest_calibration_end
from crm_analysis.lifetime_value.log_kind import LogKind, describe_log
from crm_analysis.lifetime_value.metrics import normalised_gini
from crm_analysis.lifetime_value.modified_beta_geo import ModifiedBetaGeo
from crm_analysis.lifetime_value.new_customers import (
    CustomerEquity,
    acquisition_rate,
    customer_equity,
    new_customer_value,
)
from crm_analysis.lifetime_value.pareto_nbd import ParetoNBD
from crm_analysis.lifetime_value.posterior import (
    compare_posterior,
    fit_by_name,
    posterior,
    posterior_finding,
)
from crm_analysis.lifetime_value.rolling import rolling_origins
from crm_analysis.lifetime_value.saving import load_model, save_model
from crm_analysis.lifetime_value.scoring import (
    alive_path,
    example_customer,
    score_customers,
    value_tiers,
)
from crm_analysis.lifetime_value.sensitivity import (
    new_customer_by_horizon,
    new_customer_sensitivity,
)
from crm_analysis.lifetime_value.spend_choice import SpendChoice, choose_spend
from crm_analysis.lifetime_value.streaming import score
from crm_analysis.lifetime_value.textbook import compare_textbook, textbook_value
from crm_analysis.lifetime_value.validation import Validation, validate
from crm_analysis.lifetime_value.value import (
    customer_lifetime_value,
    total_value,
)

__all__ = [
    "MODELS",
    "BetaDiscrete",
    "BetaGeo",
    "CustomerEquity",
    "Forecaster",
    "GammaGamma",
    "LogKind",
    "ModifiedBetaGeo",
    "ParetoNBD",
    "SpendChoice",
    "Split",
    "Validation",
    "acquisition_rate",
    "alive_path",
    "choose_model",
    "choose_spend",
    "compare_posterior",
    "compare_textbook",
    "contract_months",
    "corrected_scores",
    "corrected_total",
    "customer_equity",
    "customer_lifetime_value",
    "describe_log",
    "example_customer",
    "fit_by_name",
    "load_model",
    "new_customer_by_horizon",
    "new_customer_sensitivity",
    "new_customer_value",
    "normalised_gini",
    "posterior",
    "posterior_finding",
    "rolling_origins",
    "save_model",
    "score",
    "score_customers",
    "split",
    "suggest_calibration_end",
    "textbook_value",
    "total_value",
    "validate",
    "validate_choice",
    "value_at_stake",
    "value_by_frequency",
    "value_tiers",
]
