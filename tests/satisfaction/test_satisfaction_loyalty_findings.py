"""Sentences and the figure of loyalty: they say what the data hold, and change with them."""

import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.estimates import Estimate
from crm_analysis.satisfaction import charts, count_cells, survey_day
from crm_analysis.satisfaction.findings import at_risk_finding, buying_finding, cells_finding

CELLS = count_cells(
    pd.Series(["loyal", "latent", "spurious", "none", "none"]), pd.Series([50.0, 10, 30, 5, 5])
)


def _after(ratio, low, high):
    row = {"rate_ratio": ratio, "low": low, "high": high, "p_value": 0.5, "n": 90}
    return pd.DataFrame([row | {"rate_ratio": 1.5}, row], ["satisfaction alone", "past held equal"])


def test_cells_in_words():
    statement = cells_finding(CELLS).statement
    assert "Of 5 customers" in statement and "20 % are loyal" in statement
    assert "hold 50 % of their revenue" in statement and "(30 % of the revenue)" in statement


@pytest.mark.parametrize(
    ("ratio", "low", "high", "certainty", "words"),
    [
        (1.10, 1.02, 1.19, "likely", "10.0 % more purchases"),
        (1.05, 0.97, 1.14, "open", "5.0 % more purchases"),
        (0.90, 0.82, 0.99, "likely", "10.0 % fewer purchases"),
    ],
)
def test_later_buying_in_words(ratio, low, high, certainty, words):
    finding = buying_finding(_after(ratio, low, high))
    assert finding.certainty == certainty and words in finding.statement
    assert finding.consequence.startswith("Satisfaction has") == (low > 1)


def test_value_at_risk_in_words():
    at_risk = Estimate(2000, 1500, 2600, 0.9, 300, "bootstrap")
    statement = at_risk_finding(at_risk, 10_000, 4, "EUR").statement
    assert "below 4 stand for €2,000 (€1,500 to €2,600) of the €10,000" in statement
    assert "(20 %)" in statement


def test_areas_of_the_mosaic_are_the_shares():
    figure = charts.loyalty_mosaic(CELLS)
    areas = {bar.name: bar.width[0] * bar.y[0] for bar in figure.data}
    assert areas == pytest.approx(CELLS["share"].to_dict())
    assert "20 % of those who answered are loyal" in figure.layout.title.text


def test_the_day_of_the_survey():
    assert survey_day("2026-03-01") == pd.Timestamp("2026-03-01")
    assert survey_day("") is None
    with pytest.raises(InputError, match="YYYY-MM-DD, got 'March'"):
        survey_day("March")
