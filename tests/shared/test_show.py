"""Tables for people: numbers written for a reader, text from data escaped."""

import pandas as pd

import crm_analysis as crm


def html(frame: pd.DataFrame, **how) -> str:
    return crm.table(frame, caption="Caption", **how).as_raw_html()


def test_each_kind_of_number_is_written_its_own_way():
    frame = pd.DataFrame({"n": [23570], "share": [0.3561], "revenue": [-1234.5], "ratio": [0.756]})
    text = html(frame, percent_columns=["share"], money_columns=["revenue"], currency="USD")
    assert all(part in text for part in ("23,570", "35.6 %", "−$1,234", "0.76"))


def test_what_is_missing_is_a_dash_and_never_nan():
    frame = pd.DataFrame(
        {"x": [1.0, None], "d": [pd.Timestamp("2026-01-31"), pd.NaT], "t": ["a", None]}
    )
    text = html(frame)
    assert "nan" not in text.lower().replace("financial", "")
    assert "NaT" not in text
    assert text.count(">–<") == 3
    assert "2026-01-31" in text


def test_text_from_data_is_escaped():
    frame = pd.DataFrame({"<b>head": ["<script>alert(1)</script>"]})
    text = html(frame)
    assert "<script>" not in text
    assert "<b>head" not in text


def test_the_frame_is_not_changed_and_the_id_is_the_same_each_time():
    frame = pd.DataFrame({"x": [1.0]}, index=pd.Index(["a"], name="segment"))
    before = frame.copy()
    assert html(frame) == html(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_a_named_index_becomes_a_column():
    frame = pd.DataFrame({"x": [1.0]}, index=pd.Index(["Champions"], name="segment"))
    assert "Champions" in html(frame)


def test_an_interval_stands_beside_its_value():
    frame = pd.DataFrame({"share": [0.5], "share_low": [0.4], "share_high": [0.6]})
    text = html(frame, percent_columns=["share"], intervals=["share"])
    assert "50.0 % (40.0 % to 60.0 %)" in text
    assert "share low" not in text


def test_a_caption_cannot_carry_markup():
    assert "<b>" not in crm.table(pd.DataFrame({"x": [1]}), caption="<b>x</b>").as_raw_html()


def test_a_sentence_is_shown_escaped():
    assert crm.say("<script> & more")._repr_html_() == "<p>&lt;script&gt; &amp; more</p>"


def test_what_holds_is_a_yes():
    text = html(pd.DataFrame({"accepted": [True, False]}))
    assert ">yes<" in text and ">no<" in text
    assert "True" not in text


def test_a_table_without_rows_is_a_sentence():
    assert crm.table(pd.DataFrame({"x": []}), caption="Who came") == (
        "There is nothing to list here: who came."
    )
