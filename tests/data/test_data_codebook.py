"""The codebook: what a person may write into it, and what is said when it can't be understood."""

import pytest

from crm_analysis.data.codebook import read_codebook, roles_of, translate
from crm_analysis.errors import InputError


@pytest.fixture
def book(tmp_path):
    def write(text):
        path = tmp_path / "codebook.csv"
        path.write_text(text, encoding="utf-8")
        return read_codebook(path)

    return write


def test_a_codebook_may_say_as_little_as_a_wording(book):
    read = book("column,question_ko\nE01,1-1. 빠르다\n")
    assert read["wording"].tolist() == ["1-1. 빠르다"]
    assert read[["role", "item", "codes"]].to_numpy().tolist() == [["", "", ""]]
    assert read["reverse"].tolist() == [False]
    assert read["scale_low"].isna().all()


def test_all_that_it_may_say(book):
    read = book(
        "column,item,role,dimension,wording,reverse,scale_low,scale_high,codes\n"
        "q1,late,perception,reliability,Often late,yes,1,7,never=1; always=7\n"
    )
    row = read.iloc[0].to_dict()
    assert (row["reverse"], row["scale_low"], row["scale_high"]) == (True, 1.0, 7.0)
    assert (row["dimension"], row["codes"]) == ("reliability", "never=1; always=7")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("frage,text\nE01,x\n", "isn't a codebook"),
        ("column,role\nE01,percepton\n", "role in line 2.*did you mean 'perception'"),
        ("column\nE01\nE01\n", "names the column 'E01' again in line 3"),
        ("column,scale_low\nE01,one\n", "scale_low in line 2 of codebook.csv can't be read: 'one'"),
        ("column,reverse\nE01,perhaps\n", "reverse in line 2"),
        ("column,role\nE01\n", "line 2 of codebook.csv has 1 field"),
    ],
)
def test_what_cannot_be_understood_is_named_with_its_line(book, text, words):
    with pytest.raises(InputError, match=words) as error:
        book(text)
    assert "\n" not in str(error.value)


def roles(headers, book=None):
    frame = roles_of(headers, book, file="survey.csv")
    return dict(zip(frame["column"], frame["role"], strict=True))


def test_columns_are_recognised_by_the_usual_names():
    headers = ["E01", "P_1", "imp2", "SAT01", "K01F", "K1_D", "OVERALL_SAT", "too_cheap", "date",
               "Email", "Eggs"]  # fmt: skip
    assert roles(headers) == {
        "E01": "expectation", "P_1": "perception", "imp2": "importance", "SAT01": "satisfaction",
        "K01F": "functional", "K1_D": "dysfunctional", "OVERALL_SAT": "outcome",
        "too_cheap": "price", "date": "date", "Eggs": "attribute",
    }  # fmt: skip


def test_a_codebook_with_roles_always_wins(book):
    told = book("column,item,role\nE01,speed,perception\nP01,,ignore\n")
    assert roles(["E01", "P01", "K01F"], told) == {"E01": "perception"}


def test_items_are_needed_where_columns_are_answers(book):
    with pytest.raises(InputError, match="which item 'E01' is about"):
        roles(["E01"], book("column,role\nE01,perception\n"))
    with pytest.raises(InputError, match=r"two columns of survey\.csv are the perception of 'a'"):
        roles(["x", "y"], book("column,item,role\nx,a,perception\ny,a,perception\n"))
    with pytest.raises(InputError, match=r"gives a role to 'z', which survey\.csv lacks"):
        roles(["x"], book("column,item,role\nz,a,perception\n"))
    with pytest.raises(InputError, match=r"unknown outcome in the codebook.*'recommend'"):
        roles(["x"], book("column,item,role\nx,recomend,outcome\n"))


def test_codes_may_leave_an_answer_empty():
    import pandas as pd

    answers = pd.Series(["Agree", "don't know", "7", ""])
    assert translate(answers, "agree=6; don't know=").tolist() == ["6", "", "7", ""]
