"""Tables that one chapter hands over and another reads."""

import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.handed_over import read_handed_over, read_values
from crm_analysis.outputs import TABLES_FOLDER, hand_over
from crm_analysis.satisfaction import satisfaction_by_group


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_customers_keep_their_ids_on_the_way(tmp_path, monkeypatch, ending):
    monkeypatch.setenv(TABLES_FOLDER, str(tmp_path))
    ids = pd.Index(["007", "7", "1e3", "NA", "客户"], name="customer_id")
    given = pd.DataFrame({"value": [1.5, 2, 0, -1, 4], "segment": ["new", None, *"abc"]}, index=ids)
    hand_over(given, "customer_value")
    values = read_values(tmp_path / f"customer_value.{ending}")
    assert values.to_dict() == given["value"].to_dict()
    named = read_handed_over(tmp_path / f"customer_value.{ending}", "segment")
    assert named.dropna().to_dict() == given["segment"].dropna().to_dict()


def test_who_has_no_segment_is_in_none(tmp_path):
    path = tmp_path / "customers_scored.csv"
    path.write_text("customer_id,segment\n1,new\n2,new\n3,\n")
    felt = pd.Series({"1": 6.0, "2": 4.0, "3": 1.0})
    by_segment = satisfaction_by_group(felt, read_handed_over(path, "segment"))
    assert by_segment["satisfaction"].to_dict() == {"new": 5.0}


def test_no_file_is_no_table():
    assert read_values("") is None
    assert read_handed_over(None, "segment") is None


def test_a_file_that_cannot_be_used_says_so(tmp_path):
    with pytest.raises(InputError, match="can't be read"):
        read_values(tmp_path / "none.csv")
    path = tmp_path / "values.csv"
    path.write_text("customer_id,value\na,1\na,2\n")
    with pytest.raises(ValueError, match="lacks the column 'segment'"):
        read_handed_over(path, "segment")
    with pytest.raises(ValueError, match="customer_id must be given once: 1 of 2 rows of values"):
        read_values(path)
    path.write_text("customer_id,value\na,1\nb,much\n")
    with pytest.raises(ValueError, match=r"value must be a number: 1 of 2 rows.*much"):
        read_values(path)
