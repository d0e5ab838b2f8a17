import pandas as pd
import pytest

from crm_analysis.data.parsing import parse_dates, parse_flags, parse_numbers
from crm_analysis.errors import InputError


def dates(*text):
    return parse_dates(pd.Series(text, dtype="str"), what="date in orders.csv")


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31", "20261031", "2026/10/31", "2026.10.31", "2026年10月31日", "31.10.2026",
        "10/31/2026", "31-10-2026", "2026-10-31T23:59:59Z", "2026-10-31 23:59", " 2026-10-31 ",
        "10/31/2026 11:59 PM", "2026-10-31 00:00:00.000", "2026-10-31T08:00:00+02:00",
    ],
)  # fmt: skip
def test_one_day_written_in_many_ways(text):
    assert dates(text).tolist() == [pd.Timestamp("2026-10-31")]


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "2026-13-01", "31/31/2026", "0001-01-01", "9999-12-31", "2026-10",
     "2026-10-31 banana", "1700000000", "31/10/26", "NaT"],
)  # fmt: skip
def test_what_is_no_day_is_missing(text):
    assert dates(text).isna().all()


def test_one_clear_date_decides_for_the_column():
    day_first = dates("03/04/2026", "31/10/2026")
    assert day_first.tolist() == [pd.Timestamp("2026-04-03"), pd.Timestamp("2026-10-31")]
    month_first = dates("03/04/2026", "10/31/2026", "03/04/2026")
    assert month_first.tolist() == [
        pd.Timestamp("2026-03-04"),
        pd.Timestamp("2026-10-31"),
        pd.Timestamp("2026-03-04"),
    ]


def test_dates_that_read_the_same_both_ways_need_no_decision():
    assert dates("03/03/2026").tolist() == [pd.Timestamp("2026-03-03")]


def test_two_readings_all_through_are_refused_with_both():
    with pytest.raises(InputError, match="3 April 2026 or 4 March 2026") as error:
        dates("03/03/2026", "03/04/2026")
    assert "date in orders.csv" in str(error.value)


def test_mixed_orders_are_refused_with_a_line_of_each():
    text = pd.Series(["31/10/2026", "10/31/2026"], index=[2, 3])
    with pytest.raises(InputError, match=r"'31/10/2026' in line 2 .* '10/31/2026' in line 3"):
        parse_dates(text, what="date")


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.50", 12.5), (" 7 ", 7), ("-3", -3), ("−3", -3), ("+3", 3), ("1e3", 1000), (".5", 0.5),
     ("1,234.50", 1234.5), ("1,234,567", 1234567), ("$12", 12), ("12 €", 12), ("¥1,200", 1200)],
)  # fmt: skip
def test_numbers(text, number):
    assert parse_numbers(pd.Series([text])).tolist() == [number]


@pytest.mark.parametrize(
    "text", ["", "twelve", "12,50", "1,23,456", "inf", "nan", "1e400", "0x10", "1.2.3", "$", "1e14"]
)
def test_what_is_no_number_is_missing(text):
    assert parse_numbers(pd.Series([text], dtype="str")).isna().all()


def test_flags():
    text = pd.Series(["Yes", "TRUE", "1", "no", "false", "0", "是", "perhaps", ""])
    assert parse_flags(text).tolist() == [True] * 3 + [False] * 3 + [True, pd.NA, pd.NA]
