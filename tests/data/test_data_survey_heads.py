"""Surveys as form tools export them: several header rows, a time stamp, no codebook."""

import pytest

from crm_analysis.data import load
from crm_analysis.errors import InputError

QUALTRICS = """\
StartDate,IPAddress,RecordedDate,ResponseId,E01,P01,NPS
Start Date,IP Address,Recorded Date,Response ID,Milk should be cold,"Milk is
cold",Would you recommend us?
"{""ImportId"":""startDate""}","{""ImportId"":""ipAddress""}","{""ImportId"":""recordedDate""}",\
"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}",\
"{""ImportId"":""QID3""}"
2026-10-30 10:00:00,1.1.1.1,2026-10-30 10:05:01,R_1,7,6,9
2026-10-31 11:00:00,1.1.1.2,2026-10-31 11:05:01,R_2,6,6,8
"""
SURVEYMONKEY = """\
Respondent ID,Collector ID,Start Date,Email Address,How satisfied are you?,How much do you agree?,,
,,,,Response,Milk is cold,Vans are on time,Staff is kind
118,400,10/30/2026 10:00:00 AM,a@x.com,Satisfied,Agree,Disagree,Agree
119,400,10/31/2026 10:00:00 AM,,Very satisfied,Agree,Agree,Agree
"""
SAID = "Disagree=2; Agree=4"
CODEBOOK = f"""\
column,item,role,codes
Respondent ID,,respondent_id,
Start Date,,date,
How satisfied are you?,overall_satisfaction,outcome,Satisfied=4; Very satisfied=5
How much do you agree? [Milk is cold],cold,perception,{SAID}
How much do you agree? [Vans are on time],on time,perception,{SAID}
"""


@pytest.fixture
def survey(tmp_path):
    def write(text, codebook=None, **told):
        files = {"survey": tmp_path / "answers.csv"}
        files["survey"].write_text(text, encoding="utf-8")
        if codebook is not None:
            files["codebook"] = tmp_path / "codebook.csv"
            files["codebook"].write_text(codebook, encoding="utf-8")
        return load(files, **told)

    return write


def test_the_three_header_rows_of_qualtrics(survey):
    company = survey(QUALTRICS)
    assert f"{company.as_of:%Y-%m-%d}" == "2026-10-31"
    assert company.read["survey"] == len(company.survey) == 2
    assert company.survey["item"].unique().tolist() == ["Milk is cold"]
    assert company.survey["perception"].tolist() == [6.0, 6.0]
    assert company.outcomes["respondent_id"].tolist() == ["R_1", "R_2"]
    assert "2 further header rows" in company.notes[0]
    assert "1.1.1" not in str(company.outcomes.to_dict())


def test_the_two_header_rows_of_surveymonkey(survey):
    company = survey(SURVEYMONKEY, CODEBOOK)
    assert company.survey["item"].tolist() == ["Milk is cold", "Vans are on time"] * 2
    assert company.survey["perception"].tolist() == [4.0, 2.0, 4.0, 4.0]
    assert company.outcomes["overall_satisfaction"].tolist() == [4.0, 5.0]
    assert company.read == {"survey": 4, "outcomes": 2}


@pytest.mark.parametrize("stamp", ["2026/10/31 10:00:00 AM GMT+1", "10/31/2026 10:00:00"])
def test_the_time_stamp_of_google_forms_is_the_day(survey, stamp):
    company = survey(f"Timestamp,E01,P01\n{stamp},7,6\n{stamp},7,5\n")
    assert f"{company.as_of:%Y-%m-%d}" == "2026-10-31"


def test_wenjuanxing_says_who_and_when(survey):
    company = survey("序号,提交答卷时间,来自IP,E01,P01\n7,2026/10/31 10:00:00,1.1.1.1(北京),5,4\n")
    assert company.survey["respondent_id"].tolist() == ["7"]
    assert f"{company.as_of:%Y-%m-%d}" == "2026-10-31"
    assert "1.1.1.1" not in str(company.survey.to_dict())


def test_columns_that_say_no_item_ask_for_a_codebook(survey):
    with pytest.raises(InputError, match=r"say in a codebook which column .* has: Timestamp, Ex"):
        survey("Timestamp,Experience [Milk]\n2026-10-31,7\n")
