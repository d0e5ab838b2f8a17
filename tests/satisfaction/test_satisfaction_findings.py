"""The sentences follow the data: direction, certainty, and what isn't shown."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.findings import conclude
from crm_analysis.satisfaction import (
    NotShown,
    answer_matrix,
    compare_with_base,
    effect_of_closing,
    gap,
    kano,
    nps,
    priorities,
    relative_weights,
    respondents,
    servqual_score,
)
from crm_analysis.satisfaction.findings import (
    expectation_finding,
    findings,
    gap_findings,
    kano_finding,
    nps_finding,
    sample_finding,
    score_finding,
)
from crm_analysis.satisfaction.priority_findings import first_finding


def _survey(mean_gaps, respondents=60, seed=1):
    """Items named by their mean gap, answers spread around it."""
    generator = np.random.default_rng(seed)
    rows = [
        (person, f"item {mean:+}", 5.0, 5.0 + mean + generator.normal(0, 0.5))
        for person in range(respondents)
        for mean in mean_gaps
    ]
    return pd.DataFrame(rows, columns=["respondent_id", "item", "expectation", "perception"])


def test_counts_below_and_above():
    counted, worst = gap_findings(gap(_survey([-1.0, -2.0, 1.0])))
    assert counted.statement.startswith("On 2 of 3 items customers surely get less")
    assert "on 1 surely more" in counted.statement
    assert "item -2.0" in worst.statement and worst.certainty == "likely"


def test_no_gap_is_open_and_calls_for_nothing():
    counted, worst = gap_findings(gap(_survey([0.0])))
    assert counted.certainty == worst.certainty == "open"
    assert "ask again" in worst.consequence


def test_too_few_answers_decide_nothing():
    (only,) = gap_findings(gap(_survey([-2.0], respondents=5)))
    assert "No item has enough answers" in only.statement


def test_weighting_by_importance_shifts_the_score():
    survey = _survey([-2.0, 0.0])
    heavy = survey.assign(importance=np.where(survey["item"] == "item -2.0", 90, 10))
    light = survey.assign(importance=np.where(survey["item"] == "item -2.0", 10, 90))
    plain = servqual_score(survey)
    wider = score_finding(plain, servqual_score(heavy, weighted=True))
    narrower = score_finding(plain, servqual_score(light, weighted=True))
    assert wider.consequence.startswith("The gaps are wider")
    assert "aren't wider" in narrower.consequence


def test_score_agrees_with_the_weighted_gaps_of_items():
    survey = _survey([-2.0, 0.0]).assign(importance=[3.0, 1.0] * 60)
    score = servqual_score(survey, weighted=True)
    assert score.value == pytest.approx(gap(survey)["weighted_gap"].sum())
    assert score.low < score.value < score.high


def test_nps_open_or_likely():
    assert nps_finding(nps([10] * 30 + [0] * 30)).certainty == "open"
    assert "more detractors" in nps_finding(nps([3] * 30)).statement


def test_kano_names_a_clear_must_be():
    answers = pd.DataFrame({"item": "sealed", "functional": [3] * 20, "dysfunctional": [5] * 20})
    told = kano_finding(kano(answers))
    assert "1 clearly are must-bes (such as “sealed”)" in told.statement
    assert told.certainty == "likely"


def test_who_answered():
    columns = {"orders": range(40), "revenue": range(40), "recency": 0, "T": 9}
    customers = pd.DataFrame(columns, index=range(40))
    best = pd.DataFrame({"respondent_id": range(20), "customer_id": range(20, 40)})
    told = sample_finding(compare_with_base(customers, best))
    assert "orders 30 against 10" in told.statement
    even = pd.DataFrame({"respondent_id": range(20), "customer_id": range(0, 40, 2)})
    assert "buy like those" in sample_finding(compare_with_base(customers, even)).statement


def test_perception_ahead_of_the_gap_on_the_real_survey(kiosk):
    told = expectation_finding(respondents(kiosk.survey, kiosk.outcomes))
    assert "0.49 with the mean perception and 0.38 with the mean gap (207" in told.statement
    assert told.consequence.startswith("Perception alone")


def test_whole_chapter_on_the_real_survey(kiosk):
    gaps, dimensions = gap(kiosk.survey), gap(kiosk.survey, "dimension")
    features = kano(kiosk.kano)
    perceptions = answer_matrix(kiosk.survey, by="dimension")
    overall = kiosk.outcomes.set_index("respondent_id")["overall_satisfaction"]
    closing = effect_of_closing(dimensions, perceptions, overall)
    told = conclude(
        findings(
            gaps,
            dimensions,
            ranked=priorities(gaps, features=features, closing=closing),
            features=features,
            weights=relative_weights(perceptions, overall, draws=100),
            closing=closing,
            score=NotShown("Not asked."),
        )
    )
    names = [finding.name for finding in told]
    assert names == [
        "fix_first",
        "gaps_below",
        "worst_gap",
        "worst_dimension",
        "closing",
        "first_driver",
        "kano",
    ]
    assert not any("nan" in finding.statement for finding in told)


def test_too_few_answers_are_no_all_clear():
    ranked = pd.DataFrame(
        {"action": "ask more", "gap": [-1.0, -2.0], "expected": "closing the gap: +0.10"},
        index=["cold", "app"],
    )
    assert first_finding(ranked) == []
    by_map = ranked.assign(action="improve", gap=np.nan)
    [told] = first_finding(by_map)
    assert told.certainty == "open" and "ask more customers" in told.consequence
