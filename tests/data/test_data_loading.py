import gzip

import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.errors import InputError

GOOD = "CustomerID,InvoiceDate,Total,Country\n007,2026-10-30,12.50,AT\n008,2026-10-31,8,DE\n"


@pytest.fixture
def orders(tmp_path):
    def write(text, name="orders.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_a_file_of_transactions(orders):
    company = load(orders(GOOD))
    assert (company.name, company.title, company.currency) == ("orders", "orders", "")
    assert company.as_of == pd.Timestamp("2026-10-31")
    expected = pd.DataFrame(
        {
            "customer_id": ["007", "008"],
            "date": pd.to_datetime(["2026-10-30", "2026-10-31"]).astype("datetime64[us]"),
            "amount": [12.5, 8.0],
        }
    )
    pd.testing.assert_frame_equal(company.transactions, expected)
    assert company.read == {"transactions": 2}
    assert company.notes == (
        "orders.csv: read customer_id from 'CustomerID', date from 'InvoiceDate', "
        "amount from 'Total'; not used: Country.",
    )


@pytest.mark.parametrize(
    ("text", "name", "encoding"),
    [
        (GOOD, "orders.csv", "utf-8-sig"),
        (GOOD.replace(",", ";"), "orders.csv", "utf-8"),
        (GOOD.replace(",", "\t"), "orders.tsv", "utf-8"),
        (GOOD.replace("\n", "\r\n"), "orders.csv", "utf-8"),
        (GOOD.replace("\n", "\n\n"), "orders.csv", "utf-8"),
    ],
)
def test_the_same_rows_in_other_clothes(orders, text, name, encoding):
    assert load(orders(text, name, encoding)).transactions["amount"].tolist() == [12.5, 8.0]


def test_parquet_gives_what_csv_gives(orders, tmp_path):
    frame = pd.DataFrame(
        {
            "CustomerID": [17850.0, 13047.0],
            "InvoiceDate": pd.to_datetime(["2026-10-30 08:15", "2026-10-31 00:00"]),
            "Total": [12.5, 8.0],
        }
    )
    frame.to_parquet(tmp_path / "orders.parquet")
    company = load(tmp_path / "orders.parquet")
    assert company.transactions["customer_id"].tolist() == ["17850", "13047"]
    assert company.transactions["date"].max() == pd.Timestamp("2026-10-31")


def test_rows_that_cannot_be_used_are_kept_with_line_and_reason(orders):
    text = GOOD + '009,2026-10-31,9,"two\nlines"\n010,2026-10-31\n,2026-10-31,7,AT\n'
    company = load(orders(text))
    assert company.read["transactions"] == 5
    assert company.rejected[["line", "reason"]].to_numpy().tolist() == [
        [6, "2 fields where the header has 4"],
    ]
    assert company.set_aside[["line", "reason"]].to_numpy().tolist() == [[7, "no customer"]]
    assert company.unidentified["amount"].tolist() == [7.0]


def test_the_last_day_is_that_of_any_purchase_even_of_nobody_known(orders):
    company = load(orders("customer_id,date,amount\nA,2026-01-01,1\n,2026-02-03,7\n"))
    assert company.as_of == pd.Timestamp("2026-02-03")
    assert company.unidentified["amount"].tolist() == [7.0]
    assert company.rejected.empty


def test_identifiers_that_were_kept_as_numbers_are_whole(orders):
    text = "customer_id,date,amount\n17850.0,2026-10-30,1\n,2026-10-30,1\n12583.0,2026-10-31,2\n"
    assert load(orders(text)).transactions["customer_id"].tolist() == ["17850", "12583"]
    mixed = text.replace("12583.0", "1.5.0")
    assert load(orders(mixed)).transactions["customer_id"].tolist() == ["17850.0", "1.5.0"]


def test_of_many_columns_that_are_not_used_the_first_are_named(orders):
    more = ",".join(f"x{at}" for at in range(1000))
    company = load(orders(f"customer_id,date,amount,{more}\nA,2026-10-31,1{',1' * 1000}\n"))
    assert company.notes[0].endswith("x18, x19 and 980 others.")


def test_as_of_turns_later_rows_away(orders):
    company = load(orders(GOOD), as_of="2026-10-30")
    assert len(company.transactions) == 1
    assert company.rejected[["line", "reason"]].iloc[0].tolist() == [3, "date after as_of"]


def test_built_in_companies_are_seen_from_any_day():
    company = load("dairy", as_of="2024-10-31")
    assert company.transactions["date"].max() == pd.Timestamp("2024-10-31")
    assert company.profiles["acquired_on"].max() <= pd.Timestamp("2024-10-31")
    for name, table in company.tables.items():
        outside = pd.concat([company.rejected, company.set_aside])
        assert len(table) + (outside["table"] == name).sum() == company.read[name]
    assert load("dairy", as_of="2026-12-31").rejected.empty


def test_a_folder_of_tables(tmp_path):
    (tmp_path / "transactions.csv").write_text(GOOD)
    (tmp_path / "profiles.csv").write_text("customer_id,region,children\n007,north,2\n")
    (tmp_path / "notes.csv").write_text("nothing of ours")
    company = load(tmp_path)
    assert list(company.tables) == ["transactions", "profiles"]
    assert company.profiles["children"].tolist() == ["2"]
    assert company.title == tmp_path.name


def test_tables_by_name(orders):
    survey = orders("respondent_id,item,expectation\nR1,cold milk,6\n", "answers.csv")
    company = load({"transactions": orders(GOOD), "survey": survey})
    assert company.survey["expectation"].tolist() == [6.0]
    assert company.name == "orders"


def test_columns_can_be_told(orders):
    path = orders("who,when,how much\nA,2026-01-01,1\n")
    told = {"customer_id": "who", "date": "when", "amount": "how much"}
    plain = load(path, columns=told)
    by_table = load({"transactions": path}, columns={"transactions": told})
    pd.testing.assert_frame_equal(plain.transactions, by_table.transactions)


def test_a_company_without_transactions(orders):
    path = orders("deal_id,stage,opened_on,amount\nD1,offer,2026-05-01,100\n", "deals.csv")
    assert load({"deals": path}).as_of == pd.Timestamp("2026-05-01")
    survey = orders("respondent_id,item\nR1,cold milk\n", "survey.csv")
    with pytest.raises(InputError, match="--as-of"):
        load({"survey": survey})
    assert load({"survey": survey}, as_of="2026-01-01").transactions is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "orders.csv is empty"),
        ("\n\n", "orders.csv is empty"),
        ("customer_id,date,amount\n", "has a header but no rows"),
        ("customer_id,date,amount\nA,soon,1\nB,later,2\n", "unreadable date in 2 rows.*line 2"),
        ("customer_id,date,amount\nA,03/04/2026,1\n", "3 April 2026 or 4 March 2026"),
        ("customer_id,date\nA,2026-01-01\n", "no column for amount"),
        ("date,date,amount\nA,2026-01-01,1\n", "more than one column 'date'"),
        ("hello", "has a header but no rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_sentence(orders, text, words):
    with pytest.raises(InputError, match=words) as error:
        load(orders(text))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (bytes(range(256)) * 40, "orders.csv", "binary data"),
        (gzip.compress(GOOD.encode(), mtime=0), "orders.csv", "orders.csv"),
        (b"PAR1 and then nothing", "orders.parquet", "isn't a Parquet file"),
        (b"PK\x03\x04", "orders.xlsx", "isn't a workbook"),
        (b"a letter", "orders.docx", "can't read orders.docx"),
    ],
)
def test_foreign_bytes_are_named_in_one_sentence(tmp_path, content, name, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as error:
        load(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named_with_what_is_near(orders):
    path = orders(GOOD)
    with pytest.raises(InputError, match=r"ordes\.csv'; nearby: orders\.csv"):
        load(path.with_name("ordes.csv"))
    with pytest.raises(InputError, match="nor is there the folder"):
        load(path.parent / "nowhere" / "orders.csv")
    with pytest.raises(InputError, match="there is no file"):
        load({"transactions": path.with_name("other.csv")})


def test_an_unknown_company_is_named_with_the_nearest():
    with pytest.raises(InputError, match="unknown company 'cdnwo': did you mean 'cdnow'"):
        load("cdnwo")


def test_an_unknown_table_is_named(orders):
    with pytest.raises(InputError, match="unknown table 'profile': did you mean 'profiles'"):
        load({"profile": orders(GOOD)})
    with pytest.raises(InputError, match="no file is given for it"):
        load(orders(GOOD), columns={"survey": {"item": "Country"}})


def test_a_folder_without_tables_says_what_it_should_hold(tmp_path):
    with pytest.raises(InputError, match=r"such as transactions\.csv"):
        load(tmp_path)
    (tmp_path / "transactions.csv").write_text(GOOD)
    (tmp_path / "transactions.tsv").write_text(GOOD)
    with pytest.raises(InputError, match="for one table"):
        load(tmp_path)


@pytest.mark.parametrize("as_of", ["soon", "2026-13-01", "", float("nan"), []])
def test_an_unreadable_day_is_named(orders, as_of):
    with pytest.raises(InputError, match="as_of must be a date"):
        load(orders(GOOD), as_of=as_of)


def test_a_day_before_all_data_is_named():
    with pytest.raises(InputError, match="1990-01-01 lies before all transactions"):
        load("cdnow_sample", as_of="1990-01-01")


def test_columns_cannot_be_told_for_a_built_in_company():
    with pytest.raises(InputError, match="CDNOW"):
        load("cdnow_sample", columns={"date": "day"})
