from itertools import product

import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.segmentation import (
    EIGHT,
    GRIDS,
    SEGMENTS,
    name_segments,
    rfm_scores,
    segment_grid,
)

EVERY = pd.DataFrame(product(range(1, 6), repeat=3), columns=["r", "f", "m"])


# One letter per segment, in the order of SEGMENTS; a line per r from 1 to 5, f or fm from 1 to 5.
LETTERS = dict(zip(SEGMENTS, "CLPNTAZRUHX", strict=True))
MAPS = {
    "rf": ["XXRRU", "HHRRU", "ZZALL", "TPPLL", "NPPCC"],
    "rfm": ["XXRUU", "HHRRR", "ZZALL", "TPLCC", "NPLCC"],
}


@pytest.mark.parametrize("grid", ["rf", "rfm"])
def test_grid_as_a_map(grid):
    lines = segment_grid(grid).map(LETTERS).groupby("r").agg("".join)
    assert lines.tolist() == MAPS[grid]


@pytest.mark.parametrize("grid", ["rf", "rfm"])
def test_every_score_has_one_of_the_eleven_names(grid):
    named = name_segments(EVERY, grid=grid)
    assert named.notna().all()
    assert set(named) == set(SEGMENTS)


@pytest.mark.parametrize("grid", ["rf", "rfm"])
def test_the_table_of_a_grid_covers_each_cell_once(grid):
    # Counted from the table itself, without the code that reads it.
    def spread(text):
        return range(int(text[0]), int(text[-1]) + 1)

    table = GRIDS[grid]
    axis = table.columns[2]
    rows = table.to_dict("records")
    cells = [cell for row in rows for cell in product(spread(row["r"]), spread(row[axis]))]
    assert sorted(cells) == list(product(range(1, 6), repeat=2))


def test_grid_rfm_stays_within_the_ranges_that_the_r_package_documents():
    # R package rfm, vignette "RFM - Transaction Level Data", table of segments: R, and F = M.
    documented = {
        "Champions": ((4, 5), (4, 5)),
        "Loyal Customers": ((2, 5), (3, 5)),
        "Potential Loyalist": ((3, 5), (1, 3)),
        "New Customers": ((4, 5), (1, 1)),
        "Promising": ((3, 4), (1, 1)),
        "Need Attention": ((2, 3), (2, 3)),
        "About To Sleep": ((2, 3), (1, 2)),
        "At Risk": ((1, 2), (2, 5)),
        "Can't Lose Them": ((1, 1), (4, 5)),
        "Hibernating": ((1, 2), (1, 2)),
        "Lost": ((1, 2), (1, 2)),
    }
    for (r, fm), segment in segment_grid("rfm").items():
        (r_low, r_high), (low, high) = documented[segment]
        assert r_low <= r <= r_high and low <= fm <= high, (segment, r, fm)


def test_champions_of_grid_rfm_have_four_or_more_in_everything():
    best = (EVERY >= 4).all(axis=1)
    assert ((name_segments(EVERY, grid="rfm") == "Champions") == best).all()


def test_champions_are_those_that_the_r_package_finds(published):
    # R package rfm on rfm_data_orders, seen on 2006-12-31.
    segments = name_segments(rfm_scores(published, method="rfm"), grid="rfm")
    champions = published[segments == "Champions"]
    found = (len(champions), champions["orders"].sum(), champions["revenue"].sum())
    assert found == (158, 1_234, 120_178)


def test_names_come_by_customer_and_leave_the_scores_alone():
    ids = pd.Index(["Bo", "Ann"], name="customer_id")
    scores = pd.DataFrame({"r": [5, 1], "f": [5, 1]}, index=ids)
    before = scores.copy()
    named = name_segments(scores)
    assert named.to_dict() == {"Bo": "Champions", "Ann": "Lost"}
    assert named.name == "segment" and named.index.name == "customer_id"
    pd.testing.assert_frame_equal(scores, before)


def test_own_grid_over_three_scores_of_two_bins():
    rows = [("value", "2", "2", "2"), ("keep", "1", "2", "2"), ("rest", "1-2", "1", "1-2")]
    grid = pd.DataFrame(rows, columns=["segment", "r", "f", "m"])
    with pytest.raises(InputError, match="no segment to r = 1, f = 2, m = 1"):
        segment_grid(grid)
    grid.loc[3] = ["rest", "1-2", "2", "1"]
    scores = pd.DataFrame({"r": [2, 1, 2], "f": [2, 2, 1], "m": [2, 2, 2]})
    assert name_segments(scores, grid=grid).tolist() == ["value", "keep", "rest"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "1-2", "1"), ("b", "1", "2")], "no segment to r = 2, f = 2; add a row"),
        ([("a", "1-2", "1-2"), ("b", "2", "2")], "r = 2, f = 2 to both 'a' and 'b'"),
        ([("a", "2-1", "1-2")], "written \"4-5\" or \"3\", got '2-1' for segment 'a'"),
        ([("a", "<= 2", "1-2")], "got '<= 2' for segment 'a'"),
        ([], "no segment to any score"),
    ],
)
def test_a_grid_with_a_hole_or_an_overlap_names_the_cell(rows, message):
    with pytest.raises(InputError, match=message):
        name_segments(EVERY, grid=pd.DataFrame(rows, columns=["segment", "r", "f"]))


def test_scores_of_another_number_of_bins_are_not_misnamed():
    customers = pd.DataFrame({"recency": 0, "T": [1, 2, 3], "orders": 1, "revenue": 5.0})
    with pytest.raises(InputError, match="scores from 1 to 5, these were made with bins=3"):
        name_segments(rfm_scores(customers, bins=3))


@pytest.mark.parametrize("score", [0, 6, 2.5, float("nan")])
def test_a_score_outside_the_grid_is_named(score):
    scores = pd.DataFrame({"r": [3, score], "f": [3, 3]}, index=["Ann", "Bo"])
    with pytest.raises(ValueError, match=r"r must be a whole number from 1 to 5.*first at 'Bo'"):
        name_segments(scores)


def test_an_unknown_grid_names_those_there_are():
    with pytest.raises(InputError, match=r"unknown grid 'RF'.*Known: rf, rfm"):
        name_segments(EVERY, grid="RF")


def test_a_grid_without_axes():
    with pytest.raises(InputError, match="a column among r, f, m, fm beside segment"):
        segment_grid(pd.DataFrame({"segment": ["all"]}))


def test_the_eight_groups_of_binary_rfm():
    every = pd.DataFrame(product((1, 2), repeat=3), columns=["r", "f", "m"])
    named = name_segments(every, grid="binary")
    assert sorted(named) == sorted(EIGHT)
    important = named.str.startswith("Important")
    assert important.tolist() == (every["m"] == 2).tolist()
    # The customary table: R and F high 价值, R alone 发展, F alone 保持, neither 挽留.
    chinese = named.map(GRIDS["binary"].set_index("segment")["chinese"])
    sides = {(2, 2): "价值", (2, 1): "发展", (1, 2): "保持", (1, 1): "挽留"}
    for row, name in zip(every.itertuples(), chinese, strict=True):
        assert name == ("重要" if row.m == 2 else "一般") + sides[row.r, row.f]


def test_binary_rfm_wants_scores_in_halves():
    customers = pd.DataFrame({"recency": 0, "T": [1, 9], "orders": [3, 1], "revenue": [9.0, 1.0]})
    named = name_segments(rfm_scores(customers, bins=2), grid="binary")
    assert named.tolist() == ["Important Value", "General Win-back"]
    with pytest.raises(InputError, match="scores from 1 to 2, these were made with bins=5"):
        name_segments(rfm_scores(customers), grid="binary")
