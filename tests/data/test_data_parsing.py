import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.data.parsing import parse_dates, parse_flags, parse_hours, parse_numbers
from crm_analysis.errors import InputError

OCTOBER_31 = [pd.Timestamp("2026-10-31")]


def dates(*text, **told):
    return parse_dates(pd.Series(text, dtype="str"), what="date in orders.csv", **told)


def numbers(*text, **told):
    return parse_numbers(pd.Series(text, dtype="str"), what="amount in orders.csv", **told)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31", "20261031", "2026/10/31", "2026.10.31", "2026年10月31日", "31.10.2026",
        "10/31/2026", "31-10-2026", "2026-10-31T23:59:59Z", "2026-10-31 23:59", " 2026-10-31 ",
        "10/31/2026 11:59 PM", "2026-10-31 00:00:00.000", "2026-10-31T08:00:00+02:00",
        "2026-10-31 08:15:00 -0500", "31 Oct 2026", "Oct 31, 2026", "October 31 2026",
        "31-OCT-2026", "31st October, 2026", "Oct 31, 2026 5:30 pm", "31 Oct 2026 23:59:59 UTC",
        "31-Oct-26", "31 October 26", "Saturday, October 31, 2026", "2026년 10월 31일",
        "2026. 10. 31.",
        "Sat, 31 Oct 2026 10:00:00 +0000", "2026/10/31 10:00:00 AM GMT+1", "2026/10/31 下午3:00",
        "Sat Oct 31 2026 10:00:00 GMT+0100 (Central European Standard Time)",
    ],
)  # fmt: skip
def test_one_day_written_in_many_ways(text):
    assert dates(text).tolist() == OCTOBER_31


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "2026-13-01", "31/31/2026", "0001-01-01", "9999-12-31", "2026-10",
     "2026-10-31 banana", "NaT", "31 Foo 2026", "31 Oct", "30 Feb 2026", "31-Oct-50", "4596"],
)  # fmt: skip
def test_what_is_no_day_is_missing(text):
    assert dates(text).isna().all()


def test_one_clear_date_decides_for_the_column():
    day_first = dates("03/04/2026", "31/10/2026")
    assert day_first.tolist() == [pd.Timestamp("2026-04-03"), *OCTOBER_31]
    month_first = dates("03/04/2026", "10/31/2026", "03/04/2026")
    assert month_first.tolist() == [
        pd.Timestamp("2026-03-04"),
        *OCTOBER_31,
        pd.Timestamp("2026-03-04"),
    ]


def test_dates_that_read_the_same_both_ways_need_no_decision():
    assert dates("03/03/2026").tolist() == [pd.Timestamp("2026-03-03")]


def test_two_readings_all_through_are_refused_with_both_and_the_setting():
    with pytest.raises(InputError, match="3 April 2026 or 4 March 2026") as error:
        dates("03/03/2026", "03/04/2026")
    assert "date in orders.csv" in str(error.value)
    assert 'date_format "day first" or "month first"' in str(error.value)


def test_the_setting_decides_between_two_readings():
    assert dates("03/04/2026", date_format="day first").tolist() == [pd.Timestamp("2026-04-03")]
    assert dates("03/04/2026", date_format="month first").tolist() == [pd.Timestamp("2026-03-04")]


def test_what_contradicts_the_setting_is_missing():
    read = dates("03/04/2026", "10/31/2026", "2026-10-31", date_format="day first")
    assert read.isna().tolist() == [False, True, False]


def test_mixed_orders_are_refused_with_a_line_of_each():
    text = pd.Series(["31/10/2026", "10/31/2026"], index=[2, 3])
    with pytest.raises(InputError, match=r"'31/10/2026' in line 2 .* '10/31/2026' in line 3"):
        parse_dates(text, what="date")


def test_years_of_two_digits_are_refused_until_a_pattern_reads_them():
    with pytest.raises(InputError, match=r"two digits, such as 31/10/26: .*%d/%m/%y"):
        dates("31/10/26", "30/10/26", "")
    assert dates("31/10/26", date_format="%d/%m/%y").tolist() == OCTOBER_31


def test_a_single_short_year_is_a_slip():
    assert dates("31/10/2026", "30/10/2026", "30/10/26").isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1793404800", "unix"),
        ("1793404800123", "unix ms"),
        ("46326", "excel"),
        ("46326,75", "excel"),
        ("31.10.2026 08:15", "%d.%m.%Y %H:%M"),
        ("2026-10-31T23:30:00+0000", "%Y-%m-%dT%H:%M:%S%z"),
    ],
)
def test_formats_that_must_be_told(text, told):
    assert dates(text, date_format=told).tolist() == OCTOBER_31


@pytest.mark.parametrize(
    ("text", "told"), [("46326", "excel"), ("1793404805", "unix"), ("1793404800123", "unix ms")]
)
def test_numbers_that_count_days_or_seconds_are_refused_with_what_they_would_be(text, told):
    with pytest.raises(InputError, match=rf'{text}, which is 31 October 2026 .*"{told}"'):
        dates(text, "2026-10-31", f"{text[:-1]}0")
    assert dates(text, "2026-10-31", "2026-10-30").isna().tolist() == [True, False, False]


def test_a_short_year_after_the_name_of_a_month_is_of_the_plain_century():
    read = dates("3-Mar-26", "26 Mar 99", "1-Jan-29")
    assert read.dt.strftime("%Y-%m-%d").tolist() == ["2026-03-03", "1999-03-26", "2029-01-01"]


@pytest.mark.parametrize("told", ["dmy", "", "%", "%Q"])
def test_a_format_that_is_none_is_named(told):
    with pytest.raises(InputError, match="date_format"):
        dates("2026-10-31", date_format=told)


def test_hours():
    text = ["2026-10-31 17:45", "10/31/2026 12:05 AM", "10/31/2026 12:05 p.m.", "2026-10-31", "x"]
    hours = parse_hours(pd.Series([*text, "2026-10-31T08:00:00+02:00", "2026-10-31 25:00"]))
    assert hours.tolist() == [17, 0, 12, pd.NA, pd.NA, 8, pd.NA]
    assert parse_hours(pd.Series(["2026/10/31 下午3:00", "2026/10/31 上午12:05"])).tolist() == [
        15,
        0,
    ]


def test_hours_that_are_all_midnight_are_none():
    assert parse_hours(pd.Series(["2026-10-31 00:00:00.000", "2026-10-30 00:00"])).isna().all()
    assert parse_hours(pd.Series(["2026-10-31 00:00", "2026-10-30 00:01"])).tolist() == [0, 0]
    assert parse_hours(pd.Series(["1793435400"]), date_format="unix").tolist() == [8]
    assert parse_hours(pd.Series(["31.10.26"]), date_format="%d.%m.%y").isna().all()


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.50", 12.5), (" 7 ", 7), ("-3", -3), ("−3", -3), ("+3", 3), ("1e3", 1000), (".5", 0.5),
     ("1,234.50", 1234.5), ("1,234,567", 1234567), ("$12", 12), ("12 €", 12), ("¥1,200", 1200),
     ("12,50", 12.5), ("1.234,50", 1234.5), ("1.234.567", 1234567), ("0,125", 0.125),
     ("12,34,567.00", 1234567), ("1,23,456", 123456), ("1'234.50", 1234.5), ("1’234", 1234),
     ("1 234,50", 1234.5), ("1\u202f234,5", 1234.5), ("1\u00a0234.5", 1234.5),
     ("1234.567", 1234.567),
     ("€ 12,50", 12.5), ("12,50 €", 12.5), ("CHF 1'200.50", 1200.5), ("USD12", 12), ("99 kr", 99),
     ("R$ 1.234,50", 1234.5), ("₹1,23,456.50", 123456.5), ("88元", 88), ("-€3.5", -3.5),
     ("€-3.5", -3.5), ("(12.50)", -12.5), ("($1,200.50)", -1200.5), ("12.50-", -12.5),
     ("12,5- €", -12.5), ("12 EUR", 12), ("£0.5", 0.5), ("₩12,000", 12000), ("12.", 12),
     ("12,50\u00a0€", 12.5), ("€\u202f12,50", 12.5), ("1\u202f234,50\u00a0€", 1234.5),
     ("CHF 12.-", 12), ("CHF 1’000.—", 1000), ("12,- €", 12), ("1.234,– €", 1234), ("-12.-", -12),
     ("$(12.50)", -12.5), ("1.2万", 12000), ("1.2 万元", 12000), ("3,000万", 3e7), ("2亿", 2e8),
     ("人民币500元", 500), ("１，２３４．５０", 1234.5), ("（３）", -3)],
)  # fmt: skip
def test_numbers(text, number):
    assert numbers(text).tolist() == [number]


@pytest.mark.parametrize(
    "text",
    ["", "twelve", "inf", "nan", "1e400", "0x10", "1.2.3", "$", "1e14", "12%", "12 %", "1 2",
     "--3", "(-3)", "1,2,3", "12,34", "12 34 567", "1.5 kg", "1,234.5,6", "1'23"],
)  # fmt: skip
def test_what_is_no_number_is_missing(text):
    assert numbers(text, decimal=".").isna().all()


def test_one_clear_number_decides_for_the_column():
    assert numbers("1,234", "12.50").tolist() == [1234, 12.5]
    assert numbers("1,234", "12,50").tolist() == [1.234, 12.5]
    assert numbers("1.234", "12,50").tolist() == [1234, 12.5]
    assert numbers("1.234", "0.500").tolist() == [1.234, 0.5]


def test_numbers_with_two_readings_all_through_are_refused_with_both_and_the_setting():
    text = pd.Series(["7", "1,234"], index=[2, 3])
    with pytest.raises(InputError, match=r"amount .*'1,234' in line 3 is 1234 or 1\.234.*decimal"):
        parse_numbers(text, what="amount in orders.csv")
    with pytest.raises(InputError, match=r"1\.234 or 1234"):
        numbers("1.234")


def test_the_setting_decides_for_numbers():
    assert numbers("1,234", decimal=".").tolist() == [1234]
    assert numbers("1,234", decimal=",").tolist() == [1.234]
    assert numbers("12.50", decimal=",").isna().all()
    with pytest.raises(InputError, match="decimal must be"):
        numbers("1", decimal=";")


def test_both_signs_before_decimals_are_refused_with_a_line_of_each():
    text = pd.Series(["12.50", "12,50"], index=[2, 3])
    with pytest.raises(InputError, match=r"'12.50' in line 2 has a point, '12,50' in line 3 a"):
        parse_numbers(text, what="amount")


def test_a_slip_among_many_is_not_read():
    read = numbers(*["12.50"] * 200, "12,50")
    assert read.isna().sum() == 1


def written(value: float, decimal: str, group: str) -> str:
    text = f"{value:,.2f}"
    return text.translate({ord(","): group, ord("."): decimal})


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u202f"), (",", "")]),
)
def test_numbers_written_in_any_style_come_back(cents, style):
    values = np.array(cents) / 100
    text = [written(value, *style) for value in values]
    assert numbers(*text).tolist() == values.tolist()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(max_size=12) | st.from_regex(r"[-+(]?[0-9.,' €$]{1,9}[-)]?", fullmatch=True))
)
def test_garbage_is_a_number_or_missing_or_refused(text):
    given_text = pd.Series(text, dtype="str")
    for told in (None, ".", ","):
        try:
            read = parse_numbers(given_text, what="x", decimal=told)
        except InputError as error:
            assert "\n" not in str(error) or any("\n" in value for value in text)
        else:
            assert len(read) == len(text)
            assert all(math.isnan(value) or abs(value) < 1e13 for value in read)


_NEARLY_A_DAY = r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/., ]{1,2}[0-9]{2,4}"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(max_size=20) | st.from_regex(_NEARLY_A_DAY, fullmatch=True), max_size=9),
    st.sampled_from([None, "day first", "month first", "unix", "unix ms", "%d/%m/%y"]),
)  # fmt: skip
def test_garbage_is_a_day_or_missing_or_refused(text, told):
    given_text = pd.Series(text, dtype="str")
    try:
        read = parse_dates(given_text, what="x", date_format=told)
    except InputError:
        return
    hours = parse_hours(given_text, date_format=told)
    assert len(read) == len(hours) == len(text)
    assert read.dropna().dt.year.between(1900, 2199).all()
    assert hours.dropna().between(0, 23).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.datetimes(*map(pd.Timestamp, ("1950-01-13", "2150"))), min_size=1, max_size=9),
    st.sampled_from(["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M",
                     "%Y年%m月%d日", "%B %d, %Y", "%Y%m%d"]),
)  # fmt: skip
def test_days_written_in_any_style_come_back(moments, style):
    # One day that leaves no choice decides for the column.
    moments = [*moments, pd.Timestamp(2026, 10, 31, 17)]
    text = pd.Series([moment.strftime(style) for moment in moments])
    expected = [pd.Timestamp(moment).normalize() for moment in moments]
    assert parse_dates(text, what="x").tolist() == expected
    if "M" in style:
        assert parse_hours(text).tolist() == [moment.hour for moment in moments]


def test_what_is_read_is_left_unchanged():
    text = pd.Series(["1.234,50", "31/10/2026 17:00"], index=[5, 9], name="x")
    before = text.copy()
    for parse in (parse_numbers, parse_hours, lambda t: parse_dates(t, what="x")):
        read = parse(text)
        assert read.index.tolist() == [5, 9]
        assert read.name == "x"
    pd.testing.assert_series_equal(text, before)


def test_flags():
    text = pd.Series(["Yes", "TRUE", "1", "no", "false", "0", "是", "perhaps", ""])
    assert parse_flags(text).tolist() == [True] * 3 + [False] * 3 + [True, pd.NA, pd.NA]
