"""Sentences and figures of complaints, prices and waves: they say what the data hold."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import MissingTable
from crm_analysis.satisfaction import (
    charts,
    complaint_steps,
    demand,
    event_effect,
    perceived_value,
    price_sensitivity,
    price_verdict,
    repurchase_after_complaint,
    satisfaction_by_group,
    time_to_resolve,
    waves,
)
from crm_analysis.satisfaction import findings as told

DAY = pd.Timestamp("2026-01-01")


def complaints(content, discontent):
    """Customers whose complaint ended well buy again as told, the others likewise."""
    rows, bought = [], []
    for kind, (n, again) in {True: content, False: discontent}.items():
        for k in range(n):
            name = f"{kind}{k}"
            rows.append((name, DAY, "complaint", DAY + pd.Timedelta(days=k % 9 + 1), kind))
            bought += [(name, DAY + pd.Timedelta(days=20))] if k < again else []
    columns = ["customer_id", "date", "kind", "resolved_on", "satisfied"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(
        bought, columns=["customer_id", "date"]
    )


def test_complaints_that_end_well_or_badly_in_words():
    interactions, bought = complaints((60, 54), (60, 12))
    handled = repurchase_after_complaint(interactions, bought, pd.Timestamp("2026-12-31"))
    finding = told.handling_finding(handled)
    assert finding.certainty == "likely" and "90 % bought again" in finding.statement
    assert "90 %" in charts.again_bars(handled).layout.title.text
    alike = repurchase_after_complaint(*complaints((9, 5), (9, 4)), pd.Timestamp("2026-12-31"))
    assert told.handling_finding(alike).certainty == "open"


def test_the_curve_of_settling_never_falls_and_names_its_middle():
    interactions, _ = complaints((90, 0), (90, 0))
    settled = time_to_resolve(interactions, pd.Timestamp("2026-12-31"))
    figure = charts.settling_curve(settled)
    assert (np.diff(figure.data[-1].y) >= 0).all()
    assert "within 5 days" in figure.layout.title.text


def test_hidden_complaints_in_words():
    felt = pd.Series({f"c{k}": 2.0 for k in range(40)} | {f"d{k}": 6.0 for k in range(60)})
    some = pd.DataFrame({"customer_id": ["c0", "c1", "c2", "c3"], "kind": "complaint"})
    steps = complaint_steps(felt, some, dissatisfied_below=4)
    finding = told.complaints_finding(steps)
    assert "Of 40 dissatisfied customers" in finding.statement and "90 %" in finding.statement
    assert finding.certainty == "likely"
    none = told.complaints_finding(complaint_steps(felt + 4, some, dissatisfied_below=4))
    assert none.certainty == "counted" and "None of 100" in none.statement


def prices(n=300, seed=1):
    generator = np.random.default_rng(seed)
    steps = generator.gamma(4, 1.0, (n, 4)) + 0.01
    names = ["too_cheap", "cheap", "expensive", "too_expensive"]
    chances = {"buys_cheap": generator.uniform(0.5, 1, n), "buys_expensive": 0.3}
    return pd.DataFrame(steps.cumsum(axis=1), columns=names).assign(**chances)


def test_prices_in_words_and_figures():
    stated = prices()
    meter, found = price_sensitivity(stated, draws=100), demand(stated, draws=100)
    assert f"{meter.n:,} respondents" in told.price_finding(meter, "EUR").statement
    assert "€" in told.demand_finding(found, "EUR").statement
    figure = charts.revenue_curve(found, "EUR")
    assert figure.data[-1].y.max() == pytest.approx(found.curve["revenue"].max())
    with pytest.raises(MissingTable, match="buys_cheap"):
        demand(stated.drop(columns="buys_cheap"))


@pytest.mark.parametrize(("price", "words"), [(5.0, "There is room"), (16.0, "at its limit")])
def test_worth_in_words(price, words):
    stated = prices()
    worth, verdicts = perceived_value(stated, price), price_verdict(stated, price)
    finding = told.worth_finding(worth, verdicts, price, "EUR")
    assert finding.certainty == "likely" and words in finding.consequence


def scores(means, n=200, seed=2):
    generator = np.random.default_rng(seed)
    wave = np.repeat([f"w{k:02}" for k in range(len(means))], n)
    value = np.repeat(means, n) + generator.normal(size=len(wave))
    return pd.DataFrame({"respondent_id": range(len(wave)), "wave": wave, "score": value})


def test_waves_in_words():
    fell = waves(scores([5.0, 5.0, 4.0]), "score")
    finding = told.wave_finding(fell)
    assert finding.certainty == "likely" and "3 waves" in finding.statement
    assert "−1" in charts.wave_lines(fell, "score, points").layout.title.text
    still = waves(scores([5.0, 5.0]), "score")
    assert told.wave_finding(still).certainty == "open"
    assert "No sure change of score" in charts.wave_lines(still, "score, points").layout.title.text
    assert told.wave_finding(waves(scores([5.0]), "score")).certainty == "counted"


def test_an_event_that_wears_off_in_words():
    means = [5.0, 5.05, 4.95, 5.0, 5.02, 3.8, 4.0, 4.2, 4.4, 4.6]
    effect = event_effect(pd.Series(means, index=[f"w{k}" for k in range(10)]), "w5")
    finding = told.event_finding(effect, "w5")
    assert finding.certainty == "likely" and "wears off" in finding.consequence
    assert "−1." in finding.statement


def test_groups_are_named_only_where_they_are_surely_apart():
    felt = pd.Series(np.r_[np.full(30, 6.0), np.full(30, 3.0)] + np.tile([0.1, -0.1], 30))
    group = pd.Series(["rich"] * 30 + ["poor"] * 30)
    figure = charts.satisfaction_bars(satisfaction_by_group(felt, group))
    assert "rich are surely more content than poor" in figure.layout.title.text
    mixed = satisfaction_by_group(felt, group.sample(frac=1, random_state=1).set_axis(group.index))
    assert "No group" in charts.satisfaction_bars(mixed).layout.title.text
