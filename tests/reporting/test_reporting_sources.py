import pytest

from crm_analysis.errors import InputError
from crm_analysis.reporting.sources import Wishes, load_all, shown_name

ORDERS = "Kunde,date,amount\nA,2026-01-05,12.50\n"
SURVEY = "respondent_id,Frage,perception\na,Taste,4\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "survey.csv").write_text(SURVEY)
    return tmp_path


def test_columns_are_told_for_each_table(files):
    (company,) = load_all(
        [str(files / "orders.csv")],
        Wishes.typed(
            {"survey": str(files / "survey.csv"), "kano": None},
            columns=["customer_id=Kunde", "survey.item=Frage"],
        ),
    )
    assert company.transactions["customer_id"].tolist() == ["A"]
    assert company.survey["item"].tolist() == ["Taste"]


def test_two_companies_need_two_names():
    with pytest.raises(InputError, match="two sources are called 'cdnow"):
        load_all(["cdnow_sample", "cdnow_sample"])


@pytest.mark.parametrize("text", ["amount", "=Summe", "amount="])
def test_a_column_needs_both_names(text):
    with pytest.raises(InputError, match="ours=theirs"):
        Wishes.typed({}, columns=[text])


def test_pages_name_a_file_without_its_folders(tmp_path):
    assert shown_name(str(tmp_path / "orders.csv")) == "orders.csv"
    assert shown_name("cdnow") == "cdnow"
    assert shown_name("postgres://ann:hush@db.example") == "postgres://ann@db.example"
