"""What customers will be worth: BG/NBD, Gamma-Gamma, customer lifetime value, validation."""

from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma

__all__ = ["BetaGeo", "GammaGamma"]
