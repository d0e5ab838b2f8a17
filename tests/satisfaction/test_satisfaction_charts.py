"""The figures: every item once, labels short, wide scripts wrapped, titles that the data write."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import charts, gap, importance_performance, kano, relative_weights
from crm_analysis.satisfaction.charts import (
    dimension_radar,
    driver_bars,
    gap_dumbbells,
    importance_map,
    kano_map,
    map_key,
    wording,
)
from crm_analysis.satisfaction.maps import _apart


def _survey(items, seed=1, respondents=40):
    generator = np.random.default_rng(seed)
    answers = generator.integers(1, 8, size=(3, respondents * len(items)))
    return pd.DataFrame(
        {
            "respondent_id": np.repeat(np.arange(respondents), len(items)),
            "item": items * respondents,
            "expectation": np.minimum(answers[0] + 2, 7),
            "perception": answers[1],
            "importance": answers[2],
        }
    )


def test_korean_is_wrapped_at_half_the_letters():
    text = "키오스크는 이용 도중 주변 사람들에게 개인정보가 노출되지 않도록 안전하게 보호해준다"
    lines = wording(text, width=24, lines=3).split("<br>")
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert max(map(len, lines)) <= 14
    assert wording("kept cold") == "kept cold"
    assert wording("a < b & c") == "a &lt; b &amp; c"


def test_dumbbells_show_every_row_once_widest_gap_on_top(kiosk):
    gaps = gap(kiosk.survey)
    figure = gap_dumbbells(gaps)
    assert len(figure.layout.yaxis.ticktext) == 24
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # first row on top
    perception = next(trace for trace in figure.data if trace.name == "perception")
    assert perception.x[0] == gaps.loc[gaps["gap"].idxmin(), "perception"]
    assert "20 of 24 items" in figure.layout.title.text
    assert figure.layout.height / 24 > 34


def test_items_that_shorten_alike_keep_their_own_row():
    stem = "the same long beginning of a statement that goes on and on and on until "
    figure = gap_dumbbells(gap(_survey([stem + "one", stem + "two"])))
    first, second = figure.layout.yaxis.ticktext
    assert first == second and len(set(figure.layout.yaxis.tickvals)) == 2


def test_rows_of_one_respondent_have_no_whisker():
    survey = pd.concat([_survey(["a", "b"]), _survey(["lone"], respondents=1)])
    figure = gap_dumbbells(gap(survey))
    perception = next(trace for trace in figure.data if trace.name == "perception")
    assert np.isfinite(perception.error_x.array).all()
    assert "circle-open" in perception.marker.symbol


@pytest.mark.parametrize("seed", range(3))
def test_thirty_numbers_do_not_cover_each_other(seed):
    generator = np.random.default_rng(seed)
    x, y = pd.Series(generator.normal(0.7, 0.1, 30)), pd.Series(generator.normal(0.7, 0.1, 30))
    ends = [0.0, 1.0], [0.0, 1.0]
    dots = np.column_stack([x * 290, y * 390])
    labels = dots + _apart(x, y, ends)
    distance = np.linalg.norm(labels[:, None] - labels[None], axis=2)
    assert distance[~np.eye(30, dtype=bool)].min() > 11  # pixels; a digit is 12 high


def test_numbers_of_equal_dots_part():
    same = pd.Series([0.5, 0.5, 0.5])
    shift = _apart(same, same, ([0.0, 1.0], [0.0, 1.0]))
    assert np.isfinite(shift).all()
    assert len({tuple(row.round(1)) for row in shift}) == 3


def test_maps_number_their_items_as_the_key_does(kiosk):
    quadrants = importance_performance(kiosk.survey, draws=50)
    figure = importance_map(quadrants)
    numbers = [note.text for note in figure.layout.annotations if note.text.isdigit()]
    key = map_key(quadrants, ["quadrant"])
    assert [int(number) for number in numbers] == key.index.tolist() == list(range(1, 25))
    assert key.loc[23, "quadrant"] == "concentrate here"
    assert key.loc[23, "item"] == "키오스크는 정확하고 빠른 터치기능을 제공한다."


def test_kano_map_counts_clear_must_bes(kiosk):
    features = kano(kiosk.kano)
    clear = (features["category"].eq("M") & features["distinct"]).sum()
    figure = kano_map(features)
    assert figure.layout.title.text == f"{clear} of 29 features are clearly must-bes"
    assert set(map_key(features, ["distinct"])["distinct"]) == {"yes", "no"}
    names = {note.text for note in figure.layout.annotations if not note.text.isdigit()}
    assert "<b>must-be</b>" in names


def test_names_from_data_are_escaped():
    figure = gap_dumbbells(gap(_survey(["<script>alert(1)</script>", "b"])))
    assert "<script" not in figure.to_json().replace("\\u003c", "<")
    features = kano(
        pd.DataFrame({"item": "<img src=x>", "functional": [1, 1], "dysfunctional": [3, 5]})
    )
    assert "<img" not in kano_map(features).to_json().replace("\\u003c", "<")


def test_driver_bars_have_their_intervals():
    generator = np.random.default_rng(2)
    predictors = pd.DataFrame(generator.normal(size=(50, 2)), columns=["<b>", "y"])
    weights = relative_weights(predictors, predictors["<b>"] + generator.normal(size=50), draws=50)
    figure = driver_bars(weights, "overall satisfaction")
    bar = figure.data[0]
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;"
    assert np.allclose(bar.x + bar.error_x.array, weights["high"])


def test_the_radar_closes_and_its_band_holds_the_perception(kiosk):
    dimensions = gap(kiosk.survey, "dimension")
    figure = dimension_radar(dimensions)
    band, expected, perceived = figure.data
    assert list(perceived.r) == [*dimensions["perception"], dimensions["perception"].iloc[0]]
    assert expected.theta[0] == expected.theta[-1]
    outer, inner = band.r[: len(dimensions)], band.r[-len(dimensions) :][::-1]
    held = zip(inner, dimensions["perception"], outer, strict=True)
    assert all(low <= mean <= high for low, mean, high in held)
    assert dimensions["gap"].idxmin() in figure.layout.title.text


def test_two_dimensions_make_no_radar(kiosk):
    with pytest.raises(InsufficientData, match="2 dimensions"):
        dimension_radar(gap(kiosk.survey, "dimension").head(2))


def test_ellipses_shrink_with_the_root_of_the_respondents():
    few = importance_performance(_survey(["a", "b", "c"], respondents=50), draws=10)
    many = importance_performance(_survey(["a", "b", "c"], respondents=5000), draws=10)
    ratio = few["performance_error"] / many["performance_error"]
    assert ratio.between(7, 14).all()
    figure = importance_map(many)
    outlines = [trace for trace in figure.data if trace.fill == "toself"]
    assert sum(np.isnan(np.asarray(trace.x, dtype=float)).sum() for trace in outlines) == 3


def test_an_ellipse_leans_where_the_two_answers_go_together():
    generator = np.random.default_rng(5)
    liked = generator.normal(size=500)
    rows = pd.DataFrame({"respondent_id": np.arange(500), "item": "a", "importance": liked})
    rows["perception"] = liked + 0.3 * generator.normal(size=500)
    survey = pd.concat([rows, rows.assign(item="b", perception=-rows["perception"])])
    together = importance_performance(survey, draws=10)["together"]
    assert together["a"] > 0.9 and together["b"] < -0.9


def test_a_row_has_room_for_its_name_in_any_script():
    lines = {
        "kept cold": 1,
        "배달원이 약속한 시간에 꼭 도착하며": 3,
        "每天早上送到门口而且总是很准时": 3,
        "delivered on the day": 2,
    }
    rooms = {name: (charts._row_height(name) - charts._SPACE) // charts._LINE for name in lines}
    assert rooms == lines
