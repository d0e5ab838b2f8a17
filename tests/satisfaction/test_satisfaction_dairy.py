"""What was put into the simulated dairy's questionnaires comes out again."""

from types import SimpleNamespace

import pytest

from crm_analysis.data import load
from crm_analysis.data.simulation_items import KANO_FEATURES
from crm_analysis.data.simulation_survey import SurveyTruth
from crm_analysis.satisfaction import (
    answer_matrix,
    answers_on,
    effect_of_closing,
    gap,
    kano,
    relative_weights,
)


@pytest.fixture(scope="module")
def dairy():
    """Give the large survey at the end of the records: the latest wave."""
    company = load("dairy")
    waves = {"survey": company.survey, "outcomes": company.outcomes}
    latest = {name: rows[rows["wave"] == rows["wave"].max()] for name, rows in waves.items()}
    return SimpleNamespace(**latest, kano=company.kano)


def test_order_of_the_dimensions_gaps(dairy):
    gaps = gap(dairy.survey, "dimension")["gap"]
    truth = SurveyTruth().gaps
    assert gaps.sort_values().index.tolist() == sorted(truth, key=truth.get)
    # Rounding and the ends of the scale take a little off.
    assert all(abs(gaps[name] - truth[name]) < 0.12 for name in truth)


def test_first_drivers(dairy):
    truth = SurveyTruth().weights
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    gaps = answer_matrix(dairy.survey, "gap", by="dimension")
    weights = relative_weights(gaps, overall, draws=200)
    assert weights.index.tolist() == sorted(truth, key=truth.get, reverse=True)
    assert weights.loc["reliability", "low"] > weights.loc["responsiveness", "high"]


def test_closing_the_widest_gap_is_not_the_same_as_closing_the_dearest(dairy):
    overall = answers_on(dairy.outcomes, "overall_satisfaction")
    dimensions = gap(dairy.survey, "dimension")
    perceptions = answer_matrix(dairy.survey, by="dimension")
    closing = effect_of_closing(dimensions, perceptions, overall)
    assert dimensions["gap"].idxmin() == "responsiveness"
    assert closing.index[0] == "reliability"


def test_every_kano_category(dairy):
    features = kano(dairy.kano)
    assert features["category"].to_dict() == KANO_FEATURES
    assert features["distinct"].all()
