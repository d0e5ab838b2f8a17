"""NPS, top box and the four cells of loyalty."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.satisfaction import loyalty_cells, nps, top_box


def test_nps_with_the_adjusted_interval():
    # 50 promoters, 30 passives, 20 detractors of 100 (interval after Rocks 2016).
    estimate = nps([9] * 25 + [10] * 25 + [7] * 15 + [8] * 15 + [0] * 10 + [6] * 10)
    assert estimate.value == pytest.approx(30)
    assert (estimate.low, estimate.high) == pytest.approx((14.1, 44.2), abs=0.06)
    assert (estimate.low + estimate.high) / 2 == pytest.approx(29.1, abs=0.05)


@pytest.mark.parametrize(("score", "value"), [(10, 100), (8, 0), (0, -100)])
def test_everybody_alike_still_leaves_doubt(score, value):
    estimate = nps([score] * 10)
    assert estimate.value == value
    assert -100 <= estimate.low < estimate.high <= 100


def test_nps_covers_as_often_as_promised():
    generator = np.random.default_rng(4)
    draws = generator.choice([10, 8, 2], p=[0.6, 0.3, 0.1], size=(2000, 30))
    covered = np.mean([not nps(row, 0.9).excludes(50) for row in draws])
    assert covered == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("bad", [11, -1, 7.5])
def test_scores_off_the_scale_are_refused(bad):
    with pytest.raises(ValueError, match=f"whole number from 0 to 10.*with {bad}"):
        nps([9, bad])


def test_missing_scores_are_left_out_and_none_is_not_enough():
    assert nps([9, None, 3]).n == 2
    with pytest.raises(InsufficientData):
        nps([None])
    with pytest.raises(ValueError, match=r"a number.*with often"):
        nps([9, "often"])


def test_top_box_is_wilsons():
    # 80 of 100: .711 to .867.
    estimate = top_box([5] * 40 + [4] * 40 + [3] * 20)
    assert estimate.value == 0.8
    assert (estimate.low, estimate.high) == pytest.approx((0.711, 0.867), abs=5e-4)


def test_top_box_of_a_scale_whose_top_nobody_chose():
    scores = [5, 5, 4, 3]
    assert top_box(scores).value == 0.75
    assert top_box(scores, maximum=7).value == 0
    assert top_box(scores, maximum=7).low == 0
    assert top_box(scores, boxes=1).value == 0.5
    with pytest.raises(ValueError, match="at most 4"):
        top_box(scores, maximum=4)


def test_four_cells():
    index = ["ann", "bo", "cy", "di", "ed"]
    attitude = pd.Series([6, 6, 2, 2, None], index=index)
    patronage = pd.Series([9, 1, 9, 1, 9], index=index)
    cells = loyalty_cells(attitude, patronage)
    assert cells.tolist()[:4] == ["loyal", "latent", "spurious", "none"]
    assert pd.isna(cells["ed"])
    assert loyalty_cells(attitude, patronage, attitude_cut=1)["cy"] == "loyal"


def test_cells_go_by_customer_not_by_place():
    attitude = pd.Series([7, 6, 2, 1], index=list("abcd"))
    patronage = pd.Series([9, 1, 8, 0], index=list("abcd"))
    cells = loyalty_cells(attitude, patronage.sort_values())
    assert cells.to_dict() == {"a": "loyal", "b": "latent", "c": "spurious", "d": "none"}
    assert loyalty_cells([7, 6, 2, 1], [9, 1, 8, 0]).tolist() == cells.tolist()


def test_cells_need_the_same_people():
    with pytest.raises(InputError, match="same index"):
        loyalty_cells(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2]))
    with pytest.raises(ValueError, match="attitude must be a number: 1 of 2 rows"):
        loyalty_cells(pd.Series(["warm", 2]), pd.Series([1, 2]))
    with pytest.raises(InsufficientData):
        loyalty_cells(pd.Series([1, None]), pd.Series([None, 2]))
