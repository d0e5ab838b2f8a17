"""The chapter's figures and findings: that they say what the numbers say."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    alive_path,
    charts,
    example_customer,
    new_customer_by_horizon,
    new_customer_sensitivity,
    new_customer_value,
    score_customers,
    total_value,
    validate,
    value_tiers,
)
from crm_analysis.lifetime_value import findings as conclusions
from crm_analysis.show import say

TERMS = {"horizon": 52, "discount_rate": 0.1, "margin": 0.3}


@pytest.fixture(scope="module")
def chapter(cdnow, cdnow_transactions) -> dict:
    purchases, spend = BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)
    scored = score_customers(purchases, spend, cdnow, **TERMS)
    return {
        "validation": validate(cdnow_transactions, "1997-09-30"),
        "purchases": purchases,
        "spend": spend,
        "scored": scored,
        "tiers": value_tiers(purchases, spend, scored, **TERMS),
        "total": total_value(purchases, spend, cdnow, **TERMS),
        "new": new_customer_value(purchases, spend, **TERMS),
    }


@pytest.fixture(scope="module")
def figures(chapter, cdnow, cdnow_transactions) -> dict[str, go.Figure]:
    purchases, spend, scored = (chapter[name] for name in ("purchases", "spend", "scored"))
    dates = cdnow_transactions.set_index("customer_id")["date"].loc[[example_customer(scored)]]
    changes = new_customer_sensitivity(purchases, spend, **TERMS)
    by_horizon = new_customer_by_horizon(purchases, spend, **TERMS)
    return {
        "histories": charts.history_map(cdnow),
        "alive": charts.alive_map(purchases, cdnow),
        "one": charts.life_of_one(alive_path(purchases, dates, "1997-09-30")),
        "tracking": charts.tracking(chapter["validation"]),
        "groups": charts.holdout_by_frequency(chapter["validation"]),
        "tiers": charts.value_by_tier(chapter["tiers"], "USD"),
        "concentration": charts.value_concentration(scored["value"]),
        "changes": charts.what_moves_value(changes, "USD"),
        "new": charts.acquisition_limit(by_horizon, 52, "USD"),
    }


def test_every_figure_has_a_title_with_a_number_or_a_name_and_named_axes(figures):
    for name, figure in figures.items():
        assert len(figure.layout.title.text) > 20, name
        assert figure.layout.height >= 200, name
        assert figure.layout.yaxis.title.text or figure.layout.xaxis.title.text, name
        assert "nan" not in figure.to_json().lower(), name


def test_the_history_map_counts_every_customer_once(figures, cdnow):
    counts = np.array(figures["histories"].data[0].text, dtype=object).ravel()
    assert sum(int(text.replace(",", "")) for text in counts) == len(cdnow)
    assert figures["histories"].layout.title.text.startswith("60 % of 2,357 customers")


def test_titles_state_what_the_data_say(figures, chapter):
    shares = chapter["tiers"]["share"]
    assert f"{shares.iloc[0]:.0%}".replace("%", " %") in figures["tiers"].layout.title.text
    assert "4.1 % below" in figures["tracking"].layout.title.text
    assert f"${chapter['new'].value:.2f}" in figures["new"].layout.title.text


def test_all_findings_have_names_of_their_own_and_numbers(chapter):
    found = conclusions.findings(**chapter, horizon=52, currency="USD")
    names = [finding.name for finding in found]
    assert len(set(names)) == len(names) == 9
    for finding in found:
        assert any(letter.isdigit() for letter in finding.statement), finding
        assert "nan" not in finding.statement


def test_the_bias_of_the_holdout_is_told_and_has_a_consequence(chapter):
    finding = conclusions.holdout_finding(chapter["validation"])
    assert "expected 1,653 purchases in the 39 weeks after it; 1,882 came (−12.1 %)" in (
        finding.statement
    )
    assert "too low" in finding.consequence


def test_who_bought_once_is_not_called_loyal(chapter):
    finding = conclusions.unknown_finding(chapter["scored"])
    assert finding.statement.startswith("1,411 customers (60 %)")
    assert "not known" in finding.consequence


def test_the_finding_on_spend_follows_its_interval():
    class Spend:
        correlation_ = Estimate(0.3, 0.2, 0.4, 0.9, 100, "Fisher's z")

    assert "understated." in conclusions.spend_finding(Spend()).consequence
    Spend.correlation_ = Estimate(-0.3, -0.4, -0.2, 0.9, 100, "Fisher's z")
    assert "overstated." in conclusions.spend_finding(Spend()).consequence
    Spend.correlation_ = Estimate(0.0, -0.1, 0.1, 0.9, 100, "Fisher's z")
    assert conclusions.spend_finding(Spend()).certainty == "open"
    Spend.correlation_ = None
    assert "doesn't vary" in conclusions.spend_finding(Spend()).statement


def test_a_model_without_a_maximum_is_not_called_usable():
    model = BetaGeo()
    model.params_ = pd.Series({"r": 1.0, "alpha": 2.0, "a": 1e-9, "b": 1.0})
    model.converged_ = False
    assert conclusions.fit_finding(model).certainty == "open"


def test_two_amounts_in_dollars_are_not_a_formula(chapter):
    told = say(conclusions.acquisition_finding(chapter["new"], 52, "USD"))
    assert str(told).count("$") >= 4
    assert told._repr_html_().count("<span>$</span>") == str(told).count("$")


@pytest.mark.filterwarnings("error")
def test_at_a_margin_of_nothing_there_is_no_value_to_share(chapter, cdnow):
    terms = TERMS | {"margin": 0.0}
    scored = score_customers(chapter["purchases"], chapter["spend"], cdnow, **terms)
    tiers = value_tiers(chapter["purchases"], chapter["spend"], scored, **terms)
    assert tiers["share"].eq(0).all()
    told = conclusions.concentration_finding(tiers)
    assert "none to share out" in told.statement
    assert np.isfinite(charts.value_concentration(scored["value"]).data[0].y).all()
