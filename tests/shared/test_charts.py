"""The theme and the shapes that chapters share."""

import pandas as pd

from crm_analysis import charts


def test_labels_wrap_scripts_without_spaces():
    lines = charts.label("키오스크의 화면이 이해하기 쉽다고 생각하십니까", width=10).split("<br>")
    assert len(lines) > 2
    assert all(len(line) <= 10 for line in lines)


def test_a_label_cannot_carry_markup():
    assert "<script" not in charts.label("<script>alert(1)</script>", width=40)


def test_a_title_cannot_carry_markup():
    assert charts.blank("<b>x</b>").layout.title.text == "&lt;b&gt;x&lt;/b&gt;"


def test_bars_carry_their_intervals():
    index = ["a", "b"]
    values, low, high = (pd.Series(x, index=index) for x in ([2.0, 5.0], [1.0, 4.5], [4.0, 5.5]))
    errors = charts.bars(values, "Title", x="unit", low=low, high=high).data[0].error_x
    assert list(errors.array) == [2.0, 0.5]
    assert list(errors.arrayminus) == [1.0, 0.5]


def test_the_first_row_is_on_top():
    assert (
        charts.bars(pd.Series([1.0], index=["a"]), "t", x="u").layout.yaxis.autorange == "reversed"
    )
    matrix = pd.DataFrame([[1.0]], index=["r"], columns=["c"])
    assert charts.heat_map(matrix, "t", x="", y="", unit="u").layout.yaxis.autorange == "reversed"


def test_the_colours_can_be_told_apart():
    assert len(set(charts.COLOURS)) == len(charts.COLOURS) == 8


def test_no_line_begins_with_what_closes_a_clause():
    assert (
        charts.label("当我遇到问题时，公司会解决。", width=14) == "当我遇到问题时，<br>公司会解决。"
    )
    assert charts.label("送到门口，", width=8) == "送到门口，"
