"""The simulated dairy as a company."""

import pandas as pd

from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.company import Company
from crm_analysis.data.simulation import DairyTruth, simulate_households
from crm_analysis.data.simulation_books import simulate_orders, simulate_profiles
from crm_analysis.data.simulation_survey import SurveyTruth, simulate_kano, simulate_survey

__all__ = ["make_dairy"]

_NOTE = (
    "This company is simulated: its households, orders and answers were drawn from stated "
    "parameters and one seed, so that what a method finds can be compared with what was put in. "
    "No conclusion about real households follows from it."
)


def make_dairy(
    truth: DairyTruth | None = None, survey_truth: SurveyTruth | None = None, seed: int = 2026
) -> Company:
    """Simulate the dairy with all its tables; the same seed gives the same company."""
    truth = truth or DairyTruth()
    households = simulate_households(truth, seed)
    survey, outcomes = simulate_survey(households, survey_truth, seed)
    tables = {
        "transactions": simulate_orders(households, truth, seed),
        "profiles": simulate_profiles(households, truth, seed),
        "survey": survey,
        "kano": simulate_kano(len(outcomes), survey_truth, seed),
        "outcomes": outcomes,
    }
    return Company(
        name="dairy",
        title=COMPANIES["dairy"].title,
        as_of=pd.Timestamp(truth.last_day),
        currency="EUR",
        **tables,
        read={name: len(table) for name, table in tables.items()},
        notes=(_NOTE,),
        simulated=True,
    )
