import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.segmentation import (
    RFMCuts,
    life_cycle_grid,
    name_segments,
    rfm_cuts,
    rfm_scores,
    segment_profile,
)
from crm_analysis.segmentation.charts import (
    life_cycle_map,
    recency_frequency,
    score_map,
    segment_bars,
)


def cell(figure, row, column):
    trace = figure.data[0]
    return trace.text[list(trace.y).index(row)][list(trace.x).index(column)]


def test_score_map_holds_every_customer_once(published):
    figure = score_map(rfm_scores(published), published)
    counted = [
        int(text.split("<br>")[0].replace(",", "")) for text in np.ravel(figure.data[0].text)
    ]
    assert sum(counted) == len(published)
    assert figure.data[0].z.sum() == pytest.approx(100)


def test_score_map_says_what_the_best_cell_brought(published):
    scores = rfm_scores(published)
    best = (scores["r"] == 5) & (scores["f"] == 5)
    share = published["revenue"][best].sum() / published["revenue"].sum()
    figure = score_map(scores, published)
    assert figure.layout.title.text.startswith(f"{best.sum()} customers with the best R and F")
    assert cell(figure, "5", "5") == f"{best.sum()}<br>{share:.0%}".replace("%", " %")


def test_segment_bars_show_both_shares(published):
    profile = segment_profile(published, name_segments(rfm_scores(published)))
    customers, revenue = segment_bars(profile).data
    assert list(customers.x) == pytest.approx(list(100 * profile["share_of_customers"]))
    assert list(revenue.x) == pytest.approx(list(100 * profile["share_of_revenue"]))


def test_text_from_data_is_escaped(published):
    profile = segment_profile(published, pd.Series("<b>x</b>", index=published.index, name="s"))
    figure = segment_bars(profile)
    assert figure.data[0].y[0] == "&lt;b&gt;x&lt;/b&gt;" and "<b>" not in figure.layout.title.text


def test_life_cycle_map_has_sixteen_cells_even_where_nobody_is():
    customers = pd.DataFrame(
        {"recency": 0, "T": [10, 999], "orders": [1, 9], "revenue": [5.0, 15.0]}
    )
    profile = segment_profile(customers, life_cycle_grid(customers, (30, 90, 365)))
    figure = life_cycle_map(profile)
    assert np.shape(figure.data[0].z) == (4, 4)
    assert cell(figure, "active", "new") == "50 %<br>25 %"
    assert cell(figure, "lost", "fan") == "50 %<br>75 %"
    assert cell(figure, "silent", "regular") == "0 %<br>0 %"


def test_no_revenue_leaves_no_nan_in_a_figure(published):
    nothing = published.assign(revenue=0.0)
    scores = rfm_scores(nothing)
    figures = [
        score_map(scores, nothing),
        segment_bars(segment_profile(nothing, name_segments(scores))),
        life_cycle_map(segment_profile(nothing, life_cycle_grid(nothing, (30, 90, 365)))),
    ]
    assert not any("nan" in figure.to_json().lower() for figure in figures)


def test_recency_frequency_draws_no_more_points_than_a_page_bears():
    many = pd.DataFrame({"recency": 0, "T": np.arange(5_000), "orders": 1, "revenue": 1.0})
    figure = recency_frequency(many, rfm_cuts(many))
    assert len(figure.data[0].x) == 1_500


def test_recency_frequency_lays_a_line_per_distinct_cut():
    few = pd.DataFrame({"recency": 0, "T": [1, 5], "orders": [1, 3], "revenue": 1.0})
    cuts = RFMCuts(recency=(3, 9), frequency=(1, 1), monetary=(1, 1))
    lines = recency_frequency(few, cuts).layout.shapes
    assert [line.x0 for line in lines[:2]] == [3.5, 9.5] and lines[2].y0 == 1.5 and len(lines) == 3
    with pytest.raises(InsufficientData, match="at least 1 customer"):
        recency_frequency(few.iloc[:0], cuts)
