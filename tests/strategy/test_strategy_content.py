"""Dissatisfaction by group, with Wilson's interval."""

import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.strategy.content import dissatisfaction_by_group


def groups(satisfied: int, dissatisfied: int, unknown: int) -> pd.DataFrame:
    answers = ["satisfied"] * satisfied + ["dissatisfied"] * dissatisfied + ["unknown"] * unknown
    return pd.DataFrame({"worth": "high", "life": "active", "satisfaction": answers})


def by_group(table: pd.DataFrame, **how) -> pd.DataFrame:
    return dissatisfaction_by_group(table, pd.Series(2.0, index=table.index), **how)


def test_wilsons_published_interval():
    # 80 of 100 at 95 %: .711 to .867 (Wilson 1927, as tabulated by Brown, Cai, DasGupta 2001).
    row = by_group(groups(20, 80, 900), confidence=0.95).loc["core"]
    assert row["dissatisfied"] == pytest.approx(0.8)
    assert row["low"] == pytest.approx(0.711, abs=5e-4)
    assert row["high"] == pytest.approx(0.867, abs=5e-4)
    assert row["expected"] == pytest.approx(800)
    # 1,000 customers of 2.0 each, .8 of them dissatisfied.
    assert row["value_at_risk"] == pytest.approx(1_600)
    assert row["value_at_risk_low"] == pytest.approx(2_000 * row["low"])


def test_who_is_dissatisfied_counts_in_the_group_of_worth_and_life():
    assert by_group(groups(0, 30, 0)).index.tolist() == ["core"]


def test_few_answers_make_no_number():
    with pytest.raises(
        InsufficientData, match="at least 30 answers in a group; there are at most 5"
    ):
        by_group(groups(3, 2, 100))
