"""Surveys with a row a respondent, and the real one on self-service kiosks."""

from pathlib import Path

import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.wording import plain_wording, without_common_words
from crm_analysis.errors import InputError

KIOSK = Path("../shared/data/kiosk_survey.csv")


@pytest.fixture
def survey(tmp_path):
    def write(text, codebook=None, **settings):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        tables = {"survey": path}
        if codebook is not None:
            tables["codebook"] = tmp_path / "book.csv"
            tables["codebook"].write_text(codebook, encoding="utf-8")
        return load(tables, **({"as_of": "2026-10-31"} | settings))

    return write


WIDE = (
    "respondent,customer_id,gender,E01,P01,IMP01,E02,P02,K01F,K01D,NPS,OVERALL_SAT\n"
    "r1,A,f,7,6,5,6,,1,5,9,6\n"
    "r2,,m,6,4,4,6,5,,,10,5\n"
    "r3,B,f,5,x,4,5,5,2,,0,4\n"
    "r1,A,f,7,6,5,6,6,1,5,9,6\n"
)


def test_each_table_gets_its_part(survey):
    company = survey(WIDE)
    columns = ["respondent_id", "item", "customer_id", "expectation", "perception", "importance"]
    expected = pd.DataFrame(
        [
            ("r1", "item 01", "A", 7.0, 6.0, 5.0),
            ("r1", "item 02", "A", 6.0, None, None),
            ("r2", "item 01", None, 6.0, 4.0, 4.0),
            ("r2", "item 02", None, 6.0, 5.0, None),
            ("r3", "item 02", "B", 5.0, 5.0, None),
        ],
        columns=columns,
    )
    pd.testing.assert_frame_equal(company.survey, expected)
    assert company.kano.to_dict("list") == {
        "respondent_id": ["r1"],
        "item": ["feature 01"],
        "functional": [1],
        "dysfunctional": [5],
    }
    assert company.outcomes["recommend"].tolist() == [9, 10, 0]
    assert company.outcomes["gender"].tolist() == ["f", "m", "f"]


def test_rows_are_counted_as_the_tables_have_them(survey):
    company = survey(WIDE)
    # 4 × 2 answers, 3 pairs of which something was answered, 4 respondents.
    assert company.read == {"survey": 8, "kano": 3, "outcomes": 4}
    rejected = company.rejected[["table", "line", "reason"]].to_numpy().tolist()
    assert rejected == [
        ["survey", 4, "unreadable perception"],
        ["survey", 5, "second row of the same respondent_id and item"],
        ["survey", 5, "second row of the same respondent_id and item"],
        ["kano", 4, "no dysfunctional"],
        ["kano", 5, "second row of the same respondent_id and item"],
        ["outcomes", 5, "second row of the same respondent_id"],
    ]


BOOK = (
    "column,item,role,dimension,wording,reverse,scale_low,scale_high,codes\n"
    "who,,respondent_id,,,,,,\n"
    "a,late,perception,reliability,2. They are often late.,yes,1,7,never=1;always=7;no idea=\n"
    "b,late,expectation,reliability,1. They should never be late.,no,1,7,\n"
    "c,overall_satisfaction,outcome,,,,1,5,\n"
    "d,town,attribute,,,,,,\n"
    "e,too_cheap,price,,,,,,\nf,cheap,price,,,,,,\ng,expensive,price,,,,,,\n"
    "h,too_expensive,price,,,,,,\ni,buys_cheap,price,,,,,,\n"
    "j,,date,,,,,,\nk,,wave,,,,,,\n"
)
ROWS = (
    "who,a,b,c,d,e,f,g,h,i,j,k,mail\n"
    "r1,never,7,5,Graz,1,2,3,4,0.5,2026-05-01,spring,x@example.invalid\n"
    "r2,no idea,6,6,Wien,,,,,,2026-05-02,spring,y@example.invalid\n"
    "r3,9,6,4,Linz,1,2,3,4,1.5,2026-05-03,spring,z@example.invalid\n"
)


def test_a_codebook_says_all_of_it(survey):
    company = survey(ROWS, BOOK, as_of=None)
    assert company.as_of == pd.Timestamp("2026-05-03")
    first = company.survey.iloc[0]
    assert first["item"] == "They are often late"
    assert (first["dimension"], first["wave"]) == ("reliability", "spring")
    # Never late: 1 on a scale that runs the other way; the expectation is turned round with it.
    assert (first["perception"], first["expectation"]) == (7.0, 1.0)
    assert company.survey["perception"].isna().tolist() == [False, True]
    assert company.outcomes["town"].tolist() == ["Graz", "Linz"]
    assert company.prices["buys_cheap"].tolist() == [0.5]
    reasons = company.rejected[["table", "line", "reason"]].to_numpy().tolist()
    assert reasons == [
        ["survey", 4, "perception outside 1 to 7"],
        ["outcomes", 3, "overall_satisfaction outside 1 to 5"],
        ["prices", 4, "buys_cheap outside 0 to 1"],
    ]
    assert company.read == {"survey": 3, "outcomes": 3, "prices": 2}
    assert "not used: mail" in company.notes[0]
    assert "example" not in str(company.tables)


def test_a_long_survey_has_a_codebook_too(survey):
    long = "respondent_id,item,perception\nr1,i1,agree\nr1,i2,2\nr1,i3,4\nr2,i1,8\nr2,i2,disagree\n"
    book = (
        "item,wording,dimension,reverse,scale_low,scale_high,codes\n"
        "i1,Milk is cold,product,no,1,7,agree=6\ni2,Often late,service,yes,1,7,disagree=1\n"
    )
    company = survey(long, book)
    assert company.survey[["item", "dimension", "perception"]].to_numpy().tolist() == [
        ["Milk is cold", "product", 6.0],
        ["Often late", "service", 6.0],
        ["Often late", "service", 7.0],
    ]
    assert company.rejected[["line", "reason"]].to_numpy().tolist() == [
        [4, "item unknown to the codebook"],
        [5, "perception outside 1 to 7"],
    ]


def test_a_recommendation_on_another_scale_is_no_net_promoter_score(survey):
    wide = "id,E01,P01,RECOMMEND\n" + "".join(f"r{at},5,4,{at % 5 + 1}\n" for at in range(10))
    company = survey(wide)
    assert "recommend" not in company.outcomes
    assert company.outcomes["recommendation"].tolist()[:2] == ["1", "2"]
    assert "isn't taken for the Net Promoter Score" in company.notes[0]
    book = "column,item,role,scale_low,scale_high\nE01,1,expectation,,\nP01,1,perception,,\n"
    told = survey(wide, book + "RECOMMEND,recommend,outcome,0,10\n")
    assert told.outcomes["recommend"].tolist()[:2] == [1, 2]


def test_without_numbers_the_line_is_who_answered(survey):
    company = survey("E01,P01\n5,4\n6,5\n")
    assert company.survey["respondent_id"].tolist() == ["line-2", "line-3"]


def test_a_broken_line_is_counted_once(survey):
    company = survey("id,E01,P01,K01F,K01D\nr1,5,4,1,5\nr2,5,4,1\n")
    assert company.read == {"survey": 2, "kano": 1, "outcomes": 1}
    assert company.rejected["reason"].tolist() == ["4 fields where the header has 5"]


def test_twins_are_flagged_and_stay(survey):
    head = [f"{q}{at:02}" for at in range(1, 11) for q in "EP"]
    row = ",".join(str(at % 7 + 1) for at in range(20))
    company = survey(",".join(["id", *head]) + f"\nr1,{row}\nr2,{row}\n")
    assert len(company.survey) == 20
    twins = company.flagged[["line", "reason", "row"]].to_numpy().tolist()
    assert twins == [[3, "the same answers as an earlier respondent; counted", "respondent_id=r2"]]


def test_a_survey_says_when_it_was_or_asks(survey):
    with pytest.raises(InputError, match=r"last day of the survey .--as-of"):
        survey("E01,P01\n5,4\n", as_of=None)
    assert survey("E01,P01,date\n5,4,2026-05-07\n", as_of=None).as_of == pd.Timestamp("2026-05-07")


def test_what_does_not_go_together_is_said(tmp_path, survey):
    path = tmp_path / "x.csv"
    path.write_text("column\nE01\n")
    with pytest.raises(InputError, match="no file is given for the survey"):
        load({"codebook": path})
    with pytest.raises(InputError, match="there is no file"):
        load({"survey": path, "codebook": tmp_path / "none.csv"})
    survey(WIDE)
    (tmp_path / "kano.csv").write_text("respondent_id,item,functional,dysfunctional\nr1,a,1,5\n")
    with pytest.raises(InputError, match=r"answers\.csv holds answers for kano, and kano\.csv"):
        load(
            {"survey": tmp_path / "answers.csv", "kano": tmp_path / "kano.csv"}, as_of="2026-01-01"
        )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1-1. 키오스크는 빠르다.(기대 설문)", "키오스크는 빠르다"),
        ("1-2.\t빠르다 (인지 설문)", "빠르다"),
        ("Q3) Open 24 hours a day", "Open 24 hours a day"),
        ("24 hours a day", "24 hours a day"),
        ("Fees (food, drinks) are low", "Fees (food, drinks) are low"),
    ],
)
def test_wordings_lose_their_numbers(text, plain):
    assert plain_wording(text) == plain


def test_two_wordings_may_share_words_by_chance():
    assert without_common_words(["the milk", "the van"]) == ["the milk", "the van"]
    assert without_common_words(["a", "a", "a"]) == ["a", "a", "a"]


@pytest.mark.skipif(
    not KIOSK.exists(), reason="the kiosk survey lies beside the project, not in it"
)
def test_the_kiosk_survey_loads_whole():
    book = KIOSK.with_name("kiosk_survey_codebook.csv")
    company = load({"survey": KIOSK, "codebook": book}, as_of="2019-12-31")
    assert company.survey["respondent_id"].nunique() == 211
    assert company.survey["item"].nunique() == 24
    assert company.kano["item"].nunique() == 29
    assert not set(company.kano["item"]) & set(company.survey["item"])
    # Four respondents had never used a kiosk and answered no question.
    assert company.survey["perception"].notna().sum() == 207 * 24
    assert len(company.kano) == 207 * 29
    assert company.read == {"survey": 211 * 24, "kano": 207 * 29, "outcomes": 211}
    assert company.rejected.empty
    answers = company.survey.iloc[0]
    assert answers["item"] == "키오스크는 사용자가 선택한 내용을 의도대로 정확하게 반영한다"
    assert answers[["expectation", "perception", "importance", "satisfaction"]].tolist() == [
        7.0, 6.0, 7.0, 7.0,
    ]  # fmt: skip
    assert (
        company.kano["item"][0]
        == "키오스크에서 사용자가 선택한 내용이 의도대로 정확하게 반영된다면"
    )
    assert {"gender", "age_band", "usage_freq", "motive"} <= set(company.outcomes)
    assert company.outcomes["overall_satisfaction"].max() == 5
    # As published: overall satisfaction goes with perception at .49 and with the gap at .38.
    means = company.survey.groupby("respondent_id")[["expectation", "perception"]].mean()
    overall = company.outcomes.set_index("respondent_id")["overall_satisfaction"]
    assert overall.corr(means["perception"]) == pytest.approx(0.49, abs=0.005)
    assert overall.corr(means["perception"] - means["expectation"]) == pytest.approx(
        0.38, abs=0.005
    )
