import copy
import json

from crm_analysis.charts import blank
from crm_analysis.reporting.figures import caption, figure_height, figure_json, plotly_script


def as_data(figure):
    return json.loads(figure.to_json())


def test_the_title_becomes_the_caption_and_the_plot_loses_its_room():
    data = as_data(blank("Ann & <Bo> pay most", height=420))
    before = copy.deepcopy(data)
    drawn = json.loads(figure_json(data))
    assert caption(data) == "Ann & <Bo> pay most"
    assert "title" not in drawn["layout"]
    assert drawn["layout"]["margin"]["t"] == 16
    assert drawn["layout"]["height"] == figure_height(data) == 420 - (56 - 16)
    assert data == before


def test_heads_of_small_multiples_keep_their_room():
    figure = blank("Two panels").add_annotation(text="left", xref="paper", yref="paper", y=1.0)
    assert json.loads(figure_json(as_data(figure)))["layout"]["margin"]["t"] == 36


def test_a_figure_without_a_title_has_no_caption():
    data = {"data": [], "layout": {"height": 300}}
    assert caption(data) == ""
    assert figure_height(data) == 300


def test_text_cannot_end_the_script_that_holds_it():
    figure = blank("x").add_bar(y=["</script><script>alert(1)</script>\u2028&"], x=[1])
    text = figure_json(as_data(figure))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["data"][0]["y"] == ["</script><script>alert(1)</script>\u2028&"]


def test_plotly_can_stand_inside_a_page():
    assert "</script" not in plotly_script().lower()
