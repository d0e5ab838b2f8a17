import pandas as pd
import pytest

from crm_analysis.errors import InputError
from crm_analysis.segmentation import GRADES, LOYALTY, STAGES, import_file

SCORED = pd.DataFrame(
    {
        "orders": [3, 1],
        "revenue": [90.5, -4.0],
        "name": ["Ann Lee", "Bo Ray"],
        "rfm": ["543", "111"],
        "segment": ["Champions", "=1+1"],
        "stage": ["active", "lost"],
        "loyalty": ["regular", "new"],
        "grade": ["VIP", "small"],
    },
    index=pd.Index(["7", "9"], name="customer_id"),
)


def test_the_key_comes_first_and_no_name_goes_out():
    for system, key in (("zoho", "Customer ID"), ("fxiaoke", "客户编号")):
        table = import_file(SCORED, system)
        assert table.columns[0] == key and table[key].tolist() == ["7", "9"]
        assert not table.isin(["Ann Lee"]).any(axis=None)


def test_numbers_stay_numbers_and_formulas_become_text():
    table = import_file(SCORED, "zoho")
    assert table["Customer Segment"].tolist() == ["Champions", "'=1+1"]
    assert table["Total Revenue"].tolist() == [90.5, -4.0]


def test_whole_days_are_whole_numbers():
    # A field for whole numbers refuses "75.0".
    days = SCORED.assign(days_since_last=[75.0, 0.0])
    assert ",90.5,75\n" in import_file(days, "zoho").to_csv()
    weeks = SCORED.assign(days_since_last=[10.5, 0.0])
    assert import_file(weeks, "zoho")["Days Since Last Order"].tolist() == [10.5, 0.0]


def test_every_grade_stage_and_loyalty_has_its_chinese_word():
    for column, names in (("grade", GRADES), ("stage", STAGES), ("loyalty", LOYALTY)):
        scored = pd.DataFrame({"customer_id": range(4), column: names})
        words = import_file(scored, "fxiaoke").iloc[:, 1]
        assert words.is_unique and not words.isin(names).any()
    assert import_file(SCORED, "fxiaoke")["忠诚度"].tolist() == ["老客户", "新客户"]


def test_the_file_comes_back_from_csv(tmp_path):
    table = import_file(SCORED, "fxiaoke")
    table.to_csv(tmp_path / "x.csv", index=False)
    again = pd.read_csv(tmp_path / "x.csv", dtype={"客户编号": "str", "RFM得分": "str"})
    pd.testing.assert_frame_equal(again, table, check_dtype=False)


def test_slips_are_named():
    with pytest.raises(InputError, match="'zohoo': did you mean 'zoho'"):
        import_file(SCORED, "zohoo")
    with pytest.raises(InputError, match="several for '7'"):
        import_file(SCORED.iloc[[0, 0]], "zoho")
    with pytest.raises(InputError, match="nothing to import"):
        import_file(SCORED[["name"]], "zoho")
    with pytest.raises(ValueError, match="lacks the column 'customer_id'"):
        import_file(SCORED.reset_index(drop=True), "zoho")


def test_the_table_stays_as_it_is():
    before = SCORED.copy(deep=True)
    import_file(SCORED, "fxiaoke")
    pd.testing.assert_frame_equal(SCORED, before)
