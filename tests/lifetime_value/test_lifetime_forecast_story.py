"""What the chapter shows of the choice: corrected values, the formula, sentences, figures."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.errors import InsufficientData
from crm_analysis.estimates import Estimate
from crm_analysis.lifetime_value import (
    BetaDiscrete,
    GammaGamma,
    ParetoNBD,
    choose_model,
    compare_textbook,
    corrected_scores,
    corrected_total,
    score_customers,
    total_value,
    validate_choice,
    value_by_frequency,
    value_tiers,
)
from crm_analysis.lifetime_value import findings as conclusions
from crm_analysis.lifetime_value import forecast_charts as charts
from crm_analysis.lifetime_value import forecast_findings as findings

CUT, TERMS = "1997-09-30", (39, 0.1, 0.3)


@pytest.fixture(scope="module")
def customers(cdnow_transactions):
    return summarize(cdnow_transactions, as_of=CUT, unit="W")


@pytest.fixture(scope="module")
def forecaster(cdnow_transactions):
    return choose_model(cdnow_transactions, CUT, horizon=39)


@pytest.fixture(scope="module")
def validation(cdnow_transactions):
    return validate_choice(cdnow_transactions, CUT)


@pytest.fixture(scope="module")
def models(customers, forecaster):
    return forecaster.recipe.model().fit(customers), GammaGamma().fit(customers)


@pytest.fixture(scope="module")
def plain(models, customers):
    return score_customers(*models, customers, *TERMS)


@pytest.fixture(scope="module")
def scored(plain, forecaster):
    return corrected_scores(plain, forecaster, 39)


def test_values_move_with_the_forecast(plain, scored, forecaster, customers):
    ours = forecaster.predict_purchases(customers, 39)["purchases"]
    pd.testing.assert_series_equal(scored["purchases"].reindex(customers.index), ours)
    per_purchase = scored["value"] / scored["purchases"]
    before = (plain["value"] / plain["purchases"]).reindex(scored.index)
    np.testing.assert_allclose(per_purchase, before)
    assert (scored["value_low"] <= scored["value"]).all()
    assert (scored["value"] <= scored["value_high"]).all()
    assert (scored["at_stake"] >= 0).all()
    assert scored["value"].is_monotonic_decreasing


def test_parts_add_up_to_the_corrected_total(models, scored, customers):
    total = corrected_total(total_value(*models, customers, *TERMS), scored)
    assert total.value == pytest.approx(scored["value"].sum())
    assert total.low < total.value < total.high
    for parts in (
        value_by_frequency(*models, scored, *TERMS),
        value_tiers(*models, scored, *TERMS),
    ):
        assert parts["value"].sum() == pytest.approx(total.value)
        assert parts["customers"].sum() == len(scored)
        assert (parts["low"] <= parts["value"]).all()
        assert (parts["value"] <= parts["high"]).all()


def test_the_choice_is_made_before_the_cut_alone(validation, forecaster, customers):
    ours = forecaster.predict_purchases(customers, 39)["purchases"]
    pd.testing.assert_series_equal(validation.predictions["chosen"], ours, check_names=False)
    assert validation.metrics.index[:4].tolist() == ["chosen", "BG/NBD", "MBG/NBD", "Pareto/NBD"]


def test_the_plain_formula_is_tested_against_what_came(validation):
    table = compare_textbook(validation)
    known = validation.split.customers
    spent = (known["frequency"] * known["monetary_value"]).sum()
    assert table.loc["formula", "expected"] == pytest.approx(spent)
    assert (table["came"] == known["holdout_revenue"].sum()).all()
    assert table.loc["forecast", "top_10_share"] > table.loc["formula", "top_10_share"]
    told = findings.textbook_finding(table, "USD").statement
    assert ("too high" in told) == (table.loc["formula", "off"] > 0)


def test_the_sentences_say_what_the_tables_hold(forecaster, validation):
    assert findings.choice_finding(forecaster).statement == forecaster.reason
    kind = findings.kind_finding(forecaster).statement
    assert all(
        (trait in kind) for trait in forecaster.kind.table.index if forecaster.kind.has(trait)
    )
    assert "seasonal" in kind  # 39 weeks can't tell
    lost = findings.loses_finding(validation).statement
    assert "nobody buys" not in lost or "mean absolute error" in lost
    assert findings.widening_finding(forecaster).name == "intervals"


def test_pareto_is_told_by_its_own_story(customers):
    told = conclusions.fit_finding(ParetoNBD().fit(customers)).statement
    assert "half of the customers stay for" in told


def test_channels_pay_or_not():
    rows = [("fair", 10.0), ("fair", 14.0), ("web", 30.0), ("tv", 90.0), (None, 5.0)]
    profiles = pd.DataFrame(rows, columns=["acquisition_channel", "acquisition_cost"])
    new = Estimate(30.0, 25.0, 35.0, 0.9, n=100, method="by hand")
    table = findings.channel_costs(profiles, new)
    assert table["pays"].to_dict() == {"fair": "yes", "web": "open", "tv": "no"}
    assert table["left"].to_dict() == {"fair": 18.0, "web": 0.0, "tv": -60.0}


def test_figures_state_what_they_show(forecaster, validation, models, scored, customers):
    title = charts.candidates(forecaster).layout.title.text
    assert forecaster.evidence["deviance"].idxmin() in title
    weekly = charts.weekly_tracking(validation)
    assert "of the 39 weeks that the model hasn't seen" in weekly.layout.title.text
    figure = charts.expected_map(models[0], customers, 39)
    right_after = (
        models[0]
        .predict_purchases(
            pd.DataFrame(
                {"frequency": [13], "recency": customers["T"].max(), "T": customers["T"].max()}
            ),
            39,
        )["purchases"]
        .iloc[0]
    )
    assert f"{right_after:,.1f} more are expected" in figure.layout.title.text
    by_frequency = value_by_frequency(*models, scored, *TERMS)
    assert "of the value, being" in charts.value_by_class(by_frequency, "USD").layout.title.text


def test_a_model_that_was_asked_for_was_compared_with_nothing(cdnow_transactions):
    asked = choose_model(cdnow_transactions, CUT, model="mbg_nbd")
    assert asked.evidence is None
    with pytest.raises(InsufficientData, match="a comparison of models"):
        charts.candidates(asked)


def test_contracts_survive_as_the_model_says():
    ages = pd.DataFrame(
        {"periods": [1, 2, 3, 6, 6] * 40, "ended": [True, True, True, False, False] * 40}
    )
    model = BetaDiscrete().fit(ages)
    figure = charts.contract_survival(model, months=12)
    assert f"{model.survival(12)['survival'].iloc[-1]:.0%}".replace("%", " %") in (
        figure.layout.title.text.replace("\N{NO-BREAK SPACE}", " ")
    )
