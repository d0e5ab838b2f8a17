"""Costs beside revenue: cost to serve, contribution, value, grades after costs, movement."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.segmentation import (
    abc_analysis,
    cost_to_serve,
    migration,
    regraded,
    score_cells,
    segment_profile,
    with_costs,
)
from crm_analysis.segmentation.scheme_findings import pyramid_finding, regrading_finding
from crm_analysis.segmentation.segment_charts import segment_cloud, segment_treemap
from crm_analysis.show import Sentence

DAY = pd.Timestamp("2026-03-31")


def costs(who, cost, date=DAY):
    return pd.DataFrame({"customer_id": list(who), "date": date, "cost": cost})


def customers(*revenue, **columns):
    index = pd.Index([f"c{k}" for k in range(len(revenue))], name="customer_id")
    frame = pd.DataFrame({"recency": 0, "T": 5, "orders": 1, "revenue": revenue}, index=index)
    return frame.assign(**columns)


def test_cost_to_serve_adds_up_over_tables():
    late = costs("A", [99.0], DAY + pd.Timedelta(days=1))
    calls, mail = pd.concat([costs("AB", [4.0, 1.0]), late]), costs("AA", [0.5, 0.5])
    found = cost_to_serve(pd.Index(list("ABC")), calls, None, mail, as_of=DAY)
    assert found.to_dict() == {"A": 5, "B": 1, "C": 0}


def test_a_table_with_a_gap_is_left_out_and_none_is_said():
    gap, whole = costs("AB", [4.0, None]), costs("B", [1.0])
    assert cost_to_serve(pd.Index(list("AB")), gap, whole, as_of=DAY).to_dict() == {"A": 0, "B": 1}
    for tables in ((), (None,), (gap,), (gap.drop(columns="cost"),)):
        with pytest.raises(InsufficientData, match="cost to serve"):
            cost_to_serve(pd.Index(["A"]), *tables, as_of=DAY)


def test_what_is_known_is_added_and_the_input_stays():
    base = customers(9.0, 5.0)
    lines = costs(["c0", "c1"], [6.0, 6.0]).assign(amount=[9.0, 5.0])
    before = base.copy()
    found = with_costs(base, lines, costs(["c0"], [1.0]), as_of=DAY, values=pd.Series({"c1": 7.0}))
    assert found["contribution"].to_dict() == {"c0": 2, "c1": -1}
    assert found["value"].to_dict() == {"c0": 0, "c1": 7}
    pd.testing.assert_frame_equal(base, before)
    assert list(with_costs(base, lines.drop(columns="cost"), as_of=DAY)) == list(base)
    segments = pd.Series("all", index=base.index, name="segment")
    profile = segment_profile(found, segments).loc["all"]
    money = ["margin", "cost_to_serve", "contribution", "value"]
    assert profile[money].tolist() == [2, 1, 1, 7]


def test_grades_after_costs():
    # The best by revenue costs all that it brings.
    base = customers(*range(100, 0, -1)).assign(margin=[0.0, *range(99, 0, -1)])
    table = regraded(base)
    assert table.to_numpy().sum() == 100
    assert table.loc["VIP", "small"] == 1
    assert table.loc["major", "VIP"] == 1
    said = regrading_finding(table)
    assert "of the 20 above small 1 are small by margin" in said.statement
    same = regraded(base.assign(contribution=base["revenue"]))
    assert same.columns.name == "by contribution"
    assert np.trace(same.to_numpy()) == 100
    assert "well enough" in regrading_finding(same).consequence
    with pytest.raises(InsufficientData, match="the cost of each line"):
        regraded(customers(1.0))


def test_movement_adds_up():
    days = pd.to_datetime(["2025-01-10"] * 3 + ["2025-05-01"] * 2)
    lines = pd.DataFrame(
        {"customer_id": list("ABCBD"), "date": days, "amount": [90.0, 5, 5, 900, 1]}
    )
    moves = migration(lines, "QE", abc_analysis, as_of="2025-06-30")
    found = moves.movement()
    assert found["before"].sum() == found["after"].sum() == 3
    assert found["after"].tolist() == (
        found["before"] - found["rose"] - found["fell"]
        + found["arrived from below"] + found["arrived from above"]
    ).tolist()  # fmt: skip
    assert found.loc["A", "arrived from below"] == 1
    text = moves.with_intervals()
    assert text.shape == moves.matrix.shape
    cell = text.iloc[0, 0]
    assert cell.startswith(f"{100 * moves.matrix.iloc[0, 0]:.0f} (")


def test_score_cells_hold_everybody():
    scores = pd.DataFrame({"r": [1, 2, 2], "f": [1, 2, 2]}, index=["c0", "c1", "c2"])
    found = score_cells(scores, customers(1.0, 2.0, 5.0))
    assert found["customers"].tolist() == [1, 0, 0, 2]
    assert found["share_of_revenue"].sum() == 1
    assert score_cells(scores, customers(0.0, 0.0, 0.0))["share_of_revenue"].isna().all()


def test_the_cloud_shows_every_segment_and_stays_light():
    n = 20_000
    base = pd.DataFrame(
        {"recency": 0, "T": np.arange(n) % 700, "orders": 1 + np.arange(n) % 9, "revenue": 1.0}
    )
    segments = pd.Series(np.where(np.arange(n) < 40, "few", "many"), name="segment")
    figure = segment_cloud(base, segments)
    drawn = {trace.name: len(trace.x) for trace in figure.data}
    assert drawn["few"] == 15
    assert 900 <= drawn["many"] <= 1_100
    assert len({(t.marker.color, t.marker.symbol) for t in figure.data}) == len(figure.data)
    with pytest.raises(InsufficientData):
        segment_cloud(base.iloc[:0], segments)


def test_eleven_segments_look_different():
    base = customers(*[1.0] * 11)
    names = pd.Series([f"s{k}" for k in range(11)], index=base.index)
    looks = [(t.marker.color, t.marker.symbol) for t in segment_cloud(base, names).data]
    assert len(set(looks)) == 11


def test_areas_are_those_of_the_revenue():
    base = customers(30.0, 10.0, -5.0)
    profile = segment_profile(base, pd.Series(["<b>", "b", "c"], index=base.index, name="segment"))
    figure = segment_treemap(profile, "EUR")
    assert list(figure.data[0]["values"]) == [30, 10]
    assert figure.data[0].labels[0] == "&lt;b&gt;"
    assert "75 %" in figure.data[0].text[0]
    nothing = segment_profile(customers(0.0), pd.Series(["a"], index=["c0"], name="segment"))
    assert isinstance(segment_treemap(nothing), Sentence)


def test_no_revenue_has_no_top():
    base = customers(0.0, -1.0)
    grades = pd.Series("small", index=base.index, name="grade")
    said = pyramid_finding(segment_profile(base, grades), abc_analysis(base))
    assert "isn't above 0" in said.statement
