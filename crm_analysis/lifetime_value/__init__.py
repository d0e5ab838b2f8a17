"""What customers will be worth: BG/NBD, Gamma-Gamma, customer lifetime value, validation."""

from crm_analysis.lifetime_value.at_stake import value_at_stake
from crm_analysis.lifetime_value.beta_discrete import BetaDiscrete
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.contracts import contract_months
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
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
from crm_analysis.lifetime_value.streaming import score
from crm_analysis.lifetime_value.validation import (
    Split,
    Validation,
    normalised_gini,
    split,
    suggest_calibration_end,
    validate,
)
from crm_analysis.lifetime_value.value import (
    customer_lifetime_value,
    total_value,
)

__all__ = [
    "BetaDiscrete",
    "BetaGeo",
    "CustomerEquity",
    "GammaGamma",
    "ModifiedBetaGeo",
    "ParetoNBD",
    "Split",
    "Validation",
    "acquisition_rate",
    "alive_path",
    "compare_posterior",
    "contract_months",
    "customer_equity",
    "customer_lifetime_value",
    "example_customer",
    "fit_by_name",
    "load_model",
    "new_customer_by_horizon",
    "new_customer_sensitivity",
    "new_customer_value",
    "normalised_gini",
    "posterior",
    "posterior_finding",
    "save_model",
    "score",
    "score_customers",
    "split",
    "suggest_calibration_end",
    "total_value",
    "validate",
    "value_at_stake",
    "value_tiers",
]
