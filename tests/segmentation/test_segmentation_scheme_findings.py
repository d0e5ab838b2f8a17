import dataclasses

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.findings import Finding
from crm_analysis.segmentation import (
    Comparison,
    CustomerClusters,
    NotShown,
    abc_analysis,
    attempt,
    collected,
    customer_pyramid,
    gap_limits,
    joined,
    migration,
    pyramid_profile,
)
from crm_analysis.segmentation import scheme_findings as conclusions
from crm_analysis.segmentation.charts import comparison_bars
from crm_analysis.segmentation.findings import findings

LINES = pd.DataFrame(
    [
        (who, f"{2020 + year}-06-01", 10.0 + who)
        for who in range(60)
        for year in range(0, 6, 1 + who % 5)
    ],
    columns=["customer_id", "date", "amount"],
).assign(date=lambda lines: pd.to_datetime(lines["date"]))


def compared(tied, behind_low):
    table = pd.DataFrame(
        {
            "groups": [16, 4],
            "top_fifth": [0.7, 0.6],
            "top_fifth_low": [0.6, 0.5],
            "top_fifth_high": [0.8, 0.7],
            "behind": [0.0, 0.1],
            "behind_low": [0.0, behind_low],
            "behind_high": [0.0, 0.2],
            "explained": 0.3,
            "noise": [0.05, 0.01],
        },
        index=pd.Index(["life_cycle", "pyramid"], name="scheme"),
    )
    days = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-06-30"])
    return Comparison(table, tied[-1], tuple(tied), {}, *days)


def test_what_the_top_brings_by_hand():
    customers = pd.DataFrame({"recency": 0, "T": 1, "orders": 1, "revenue": [910.0, *[10.0] * 9]})
    profile = pyramid_profile(customers, customer_pyramid(customers))
    said = conclusions.pyramid_finding(profile, abc_analysis(customers))
    assert "10.0 % of customers and brought 91 % of revenue" in said.statement
    assert (
        "it takes 10 % of customers" in said.statement and "carry the company" in said.consequence
    )
    even = customers.assign(revenue=range(10, 20))
    profile = pyramid_profile(even, customer_pyramid(even))
    assert (
        "80/20 doesn't hold" in conclusions.pyramid_finding(profile, abc_analysis(even)).consequence
    )


def test_moves_of_the_last_year_stand_beside_those_before():
    moves = migration(LINES, "YE", "pyramid", as_of="2025-12-31")
    said = conclusions.migration_finding(moves).statement
    before = moves.counts - moves.latest
    fell = np.triu(before, 1).sum() / before.to_numpy().sum()
    assert f"(years before: {100 * fell:.1f} % down)" in said
    only = migration(LINES, "YE", "pyramid", as_of="2021-12-31")
    assert "before:" not in conclusions.migration_finding(only).statement


def test_mailing_is_said_with_its_interval_and_its_end():
    moves = migration(LINES, "YE", as_of="2025-12-31")
    value = moves.value(moves.margin_at(0.5), 1.0, 0.1)
    said = conclusions.mailing_finding(value, moves, "EUR")
    assert f"€{value.recent:.2f} (€" in said.statement
    assert f"last purchase was {value.mail_until}" in said.statement
    dear = conclusions.mailing_finding(moves.value(5.0, 500.0, 0.1), moves)
    assert "mailing pays for nobody" in dear.statement


def test_no_clusters_is_a_finding_too():
    rng = np.random.default_rng(0)
    one = pd.DataFrame({"recency": 5, "T": 5 + rng.integers(20, 400, 200)})
    one = one.assign(orders=rng.geometric(0.3, 200), revenue=rng.gamma(3, 30, 200))
    said = conclusions.clusters_finding(CustomerClusters().fit(one))
    assert "no clusters" in said.statement and "not a discovery" in said.consequence


def test_the_recommendation_says_whether_it_is_sure():
    sure = conclusions.comparison_finding(compared(["life_cycle"], 0.05))
    assert sure.certainty == "likely"
    assert "use the life cycle here" in sure.statement
    assert "brought 70 % (60 % to 80 %) of the next 90 days' revenue" in sure.statement
    assert "next comes the pyramid with 60 % (50 % to 70 %)" in sure.statement
    open_ = conclusions.comparison_finding(compared(["life_cycle", "pyramid"], -0.01))
    assert open_.certainty == "open"
    assert "use the pyramid here" in open_.statement
    assert "the life cycle can't be told from it" in open_.statement


def test_no_better_than_drawing_lots_is_said_so():
    unsure = compared(["life_cycle"], 0.05)
    table = unsure.table.assign(top_fifth=[0.31, 0.25], top_fifth_low=[0.04, 0.02])
    said = conclusions.comparison_finding(dataclasses.replace(unsure, table=table))
    assert said.certainty == "open"
    assert "none told surely better than drawing lots" in said.statement
    assert "Use the life cycle until longer records tell" in said.statement
    assert "31 % (4 % to" in said.statement and "Build nothing" in said.consequence


def test_a_single_scheme_has_no_runner_up():
    one = compared(["life_cycle"], 0.05)
    one = dataclasses.replace(one, table=one.table.iloc[:1])
    assert "next comes" not in conclusions.comparison_finding(one).statement


def test_the_bars_mark_the_recommended_scheme_and_show_intervals():
    figure = comparison_bars(compared(["life_cycle"], 0.05))
    assert list(figure.data[0].x) == pytest.approx([70, 60])
    assert list(figure.data[0].error_x.arrayminus) == pytest.approx([10, 10])
    assert figure.data[0].marker.color[0] != figure.data[0].marker.color[1]
    assert list(compared(["life_cycle"], 0.05).summary().index) == ["the life cycle", "the pyramid"]


FEW = pd.DataFrame(
    {
        "recency": [30, 0, 9],
        "T": [40, 50, 60],
        "frequency": [2, 0, 1],
        "orders": [3, 1, 2],
        "revenue": [9.0, 1, 5],
    }
)


def test_what_is_missing_gives_its_reason_on_and_has_no_parts():
    limits = attempt(gap_limits, FEW)
    assert isinstance(limits, NotShown) and "at least 20 who did" in limits
    assert attempt(len, limits) is limits
    assert limits.table.drop(columns="x").head(3) is limits
    assert attempt(limits.anything, 1) is limits
    assert 'class="not-shown"' in limits._repr_html_()
    assert not hasattr(limits, "_repr_mimebundle_")


def test_errors_of_use_are_raised():
    with pytest.raises(ValueError, match="lacks the column"):
        attempt(gap_limits, FEW.drop(columns="recency"))

    def broken():
        raise InsufficientData("x", "0", "1")

    assert attempt(broken) == "Not shown: x needs 1; there are 0."
    with pytest.raises(InputError):
        attempt(CustomerClusters, 99)


def test_the_rest_of_the_chapter_goes_on_without_the_life_cycle():
    missing = attempt(gap_limits, FEW)
    segments = pd.Series(["Champions", "New Customers", "At Risk"], name="segment")
    found = findings(FEW, segments, missing, "EUR")
    names = [finding.name for finding in found]
    assert "names_against_gaps" not in names and "one_order_only" in names
    assert found[1].statement == "33 % of customers have ordered once."
    assert collected(found, missing, found[0]) == [*found, found[0]]
    assert isinstance(collected(found)[0], Finding)
    assert joined(FEW, segments, missing).columns[-1] == "segment"
