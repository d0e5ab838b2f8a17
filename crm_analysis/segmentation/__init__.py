"""Who deserves what: RFM scores, named segments, life-cycle grid, pyramid."""

from crm_analysis.handed_over import read_values
from crm_analysis.optional import NotShown, attempt, collected
from crm_analysis.segmentation.clusters import CustomerClusters
from crm_analysis.segmentation.comparison import Comparison, compare_schemes
from crm_analysis.segmentation.economics import (
    cost_to_serve,
    regraded,
    with_costs,
)
from crm_analysis.segmentation.imports import SYSTEMS, import_file
from crm_analysis.segmentation.life_cycle import (
    CELLS,
    LOYALTY,
    STAGES,
    cell_names,
    gap_limits,
    life_cycle_grid,
)
from crm_analysis.segmentation.mailing import MailingValue, mailing_value
from crm_analysis.segmentation.migration import Migration, migration
from crm_analysis.segmentation.optional import joined
from crm_analysis.segmentation.playbook import read_playbook
from crm_analysis.segmentation.profile import (
    score_cells,
    score_square,
    segment_profile,
    segment_spread,
)
from crm_analysis.segmentation.pyramid import (
    ABC,
    GRADES,
    abc_analysis,
    customer_margin,
    customer_pyramid,
    pyramid_profile,
    with_margin,
)
from crm_analysis.segmentation.rfm import RFMCuts, days_since_last, rfm_cuts, rfm_scores
from crm_analysis.segmentation.schemes import SCHEMES, learn_scheme
from crm_analysis.segmentation.segments import EIGHT, GRIDS, SEGMENTS, name_segments, segment_grid

__all__ = [
    "ABC",
    "CELLS",
    "EIGHT",
    "GRADES",
    "GRIDS",
    "LOYALTY",
    "SCHEMES",
    "SEGMENTS",
    "STAGES",
    "SYSTEMS",
    "Comparison",
    "CustomerClusters",
    "MailingValue",
    "Migration",
    "NotShown",
    "RFMCuts",
    "abc_analysis",
    "attempt",
    "cell_names",
    "collected",
    "compare_schemes",
    "cost_to_serve",
    "customer_margin",
    "customer_pyramid",
    "days_since_last",
    "gap_limits",
    "import_file",
    "joined",
    "learn_scheme",
    "life_cycle_grid",
    "mailing_value",
    "migration",
    "name_segments",
    "pyramid_profile",
    "read_playbook",
    "read_values",
    "regraded",
    "rfm_cuts",
    "rfm_scores",
    "score_cells",
    "score_square",
    "segment_grid",
    "segment_profile",
    "segment_spread",
    "with_costs",
    "with_margin",
]
