"""From text to days and hours: what can't be read stays missing, nothing is guessed."""

import pandas as pd

from crm_analysis.data.substitution import substitute
from crm_analysis.errors import InputError

__all__ = ["YEARS", "parse_dates", "parse_hours"]

_TIME = (
    r"[T ]\s*(?P<early>上午|下午|오전|오후)?\s*"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?P<second>:[0-9]{2}(?:[.,][0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|GMT|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)?(?: \([^)]*\))?$"
)
_UP_TO_TIME = r"^.*?([T ]\s*(?:上午|下午|오전|오후)?\s*[0-9]{1,2}:.*)$"
_WEEKDAY = r"(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+"
_YEAR_FIRST = (
    r"^(?P<year>[0-9]{4})\s*[-/.年년]\s*(?P<month>[0-9]{1,2})\s*[-/.月월]\s*"
    r"(?P<day>[0-9]{1,2})\s*[.日일]?$"
)
_COMPACT = r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})$"
_YEAR_LAST = r"^(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})[-/.](?P<year>[0-9]{4})$"
_DAY_NAME = (
    r"^(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ .-]*(?P<name>[A-Za-z]{3,9})[ .,-]*(?P<year>[0-9]{4}),?$"
)
_NAME_DAY = (
    r"^(?P<name>[A-Za-z]{3,9})[ .-]*(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ ,-]+(?P<year>[0-9]{4}),?$"
)
_DAY_NAME_SHORT = r"^(?P<day>[0-9]{1,2})[ -](?P<name>[A-Za-z]{3,9})[ -]'?(?P<year>[0-9]{2})$"
_SHORT_YEAR = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}$"
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_OF = {
    name: month
    for month, full in enumerate(_MONTHS, start=1)
    for name in (full, full[:3], full[:4])
}
_HALVES = {"上午": "a", "下午": "p", "오전": "a", "오후": "p"}
# Years outside are slips of the key, and would make the last day of the data absurd.
YEARS = (1900, 2199)
_ORDERS = ("day first", "month first")
# By what is told: the unit since when; 1900 wasn't a leap year, though spreadsheets have it so.
_CLOCKS = {"unix": ("s", "unix"), "unix ms": ("ms", "unix"), "excel": ("D", "1899-12-30")}
# What numbers in the place of dates may be, by their length.
_COUNTED = {
    "excel": r"^[2-6][0-9]{4}(?:[.,][0-9]+)?$",
    "unix": r"^1[0-9]{9}$",
    "unix ms": r"^1[0-9]{12}$",
}
# Of years with two digits: those of one century by every convention.
_THIS_CENTURY, _LAST_CENTURY = range(30), range(70, 100)


def parse_dates(text: pd.Series, *, what: str, date_format: str | None = None) -> pd.Series:
    """Read days: 2026-10-31, 20261031, 2026年10月31日, 31.10.2026, 10/31/2026, 31 Oct 2026.

    A time of day after the date is left away (see ``parse_hours``); the day is the one that is
    written, whatever the time zone. Whether the day or the month comes first is decided by the
    column as a whole, and only if one of its dates leaves no choice.

    Parameters
    ----------
    text : as in the file; the index is the line.
    what : names the column in messages: "date in orders.csv".
    date_format : "day first" or "month first" where the dates leave it open; a pattern such as
        "%d.%m.%y" that all dates follow (with %z in it, the day is that in UTC); "unix" or
        "unix ms" for seconds or milliseconds since 1970 (UTC); "excel" for the days that
        spreadsheets count (46326 is 31 October 2026).

    Returns
    -------
    datetime64[us], missing where the text is no date.

    Raises
    ------
    InputError : all dates can be read day first and month first, or some ask for the one and
        some for the other; years have two digits and no pattern says which; most are numbers
        that count from some day; no such format.

    Examples
    --------
    >>> text = pd.Series(["31/10/2026", "03/04/2026 17:45", "soon"])
    >>> parse_dates(text, what="date").dt.strftime("%d %b %Y").tolist()
    ['31 Oct 2026', '03 Apr 2026', nan]
    """
    if date_format is not None and date_format not in _ORDERS:
        return _moments(text, date_format).dt.normalize().rename(text.name)
    days = substitute(substitute(text.str.strip(), _TIME, ""), _WEEKDAY, "")
    codes, distinct = pd.factorize(days.str.strip())
    distinct = pd.Series(distinct, dtype="str")
    dates = _as_days(distinct.str.extract(_YEAR_FIRST))
    dates = dates.fillna(_as_days(distinct.str.extract(_COMPACT)))
    for pattern in (_DAY_NAME, _NAME_DAY):
        dates = dates.fillna(_as_days(_with_month(distinct.str.extract(pattern))))
    short = _with_century(_with_month(distinct.str.extract(_DAY_NAME_SHORT)))
    dates = dates.fillna(_as_days(short))
    dates = dates.fillna(_year_last(distinct, codes, text, what, date_format))
    _refuse_short_years(distinct, dates, what)
    _refuse_counted(distinct, dates, what)
    return pd.Series(dates.array.take(codes, allow_fill=True), index=text.index, name=text.name)


def parse_hours(text: pd.Series, *, date_format: str | None = None) -> pd.Series:
    """Read the hour of the day, 0 to 23, by the clock that is written.

    Returns
    -------
    Int64, missing where no time is written; all missing where every time is midnight, which is
    how days without a time are often written.

    Examples
    --------
    >>> parse_hours(pd.Series(["2026-10-31 17:45", "10/31/2026 12:05 AM", "soon"])).tolist()
    [17, 0, <NA>]
    """
    if date_format is not None and date_format not in _ORDERS:
        moments = _moments(text, date_format)
        has_time = bool((moments != moments.dt.normalize())[moments.notna()].any())
        hours = moments.dt.hour.astype("Int64")
        return (hours if has_time else hours.mask(hours == 0)).rename(text.name)
    # Without their days, few times are distinct.
    codes, distinct = pd.factorize(substitute(text.str.strip(), _UP_TO_TIME, r"\1"))
    parts = pd.Series(distinct, dtype="str").str.extract(_TIME)
    hours = pd.to_numeric(parts["hour"]).astype("Int64")
    half = parts["half"].str.lower().str[0].fillna(parts["early"].map(_HALVES))
    hours = hours.mask(half == "p", hours % 12 + 12).mask(half == "a", hours % 12)
    seconds = parts["second"].fillna("").str.strip(":0.,")
    has_time = ((hours > 0) | ~parts["minute"].isin(["00"]) | (seconds != "")).any()
    hours = hours.where(hours <= 23) if has_time else hours.mask(hours == 0)
    return pd.Series(hours.array.take(codes, allow_fill=True), index=text.index, name=text.name)


def _moments(text: pd.Series, date_format: str) -> pd.Series:
    """Read moments by a pattern, or as time since 1970."""
    if date_format in _CLOCKS:
        numbers = pd.to_numeric(text.str.strip().str.replace(",", "."), errors="coerce")
        unit, start = _CLOCKS[date_format]
        moments = pd.to_datetime(numbers, unit=unit, origin=start, errors="coerce")
    elif "%" in date_format:
        try:
            moments = pd.to_datetime(
                text.str.strip(), format=date_format, errors="coerce", utc=True
            )
        except (ValueError, TypeError) as error:
            raise InputError(f"date_format {date_format!r} is no pattern: {error}") from error
        moments = moments.dt.tz_localize(None)
    else:
        raise InputError(
            f"date_format must be one of {', '.join(map(repr, (*_ORDERS, *_CLOCKS)))} or a pattern "
            f"such as '%d.%m.%y', got {date_format!r}"
        )
    return moments.where(moments.dt.year.between(*YEARS)).astype("datetime64[us]")


def _with_month(parts: pd.DataFrame) -> pd.DataFrame:
    months = parts["name"].str.lower().map(_MONTH_OF)
    return parts.assign(month=months.where(parts["day"].notna()))


def _with_century(parts: pd.DataFrame) -> pd.DataFrame:
    """Return years of two digits in the century that is plain; between, it's left open."""
    years = pd.to_numeric(parts["year"])
    full = (years + 2000).where(years.isin(_THIS_CENTURY))
    return parts.assign(year=full.fillna((years + 1900).where(years.isin(_LAST_CENTURY))))


def _as_days(parts: pd.DataFrame) -> pd.Series:
    numbers = parts[["year", "month", "day"]].apply(pd.to_numeric)
    plausible = numbers["year"].between(*YEARS)
    # An impossible day such as 31 February becomes missing.
    days = pd.to_datetime(numbers.where(plausible), errors="coerce")
    return days.astype("datetime64[us]")


def _year_last(distinct, codes, text, what, date_format):
    """Read 03/04/2026 day first or month first, whichever is told or the column leaves."""
    parts = distinct.str.extract(_YEAR_LAST)
    day_first = _as_days(parts.rename(columns={"one": "day", "two": "month"}))
    month_first = _as_days(parts.rename(columns={"one": "month", "two": "day"}))
    if date_format:
        return day_first if date_format == "day first" else month_first
    only_day_first = day_first.notna() & month_first.isna()
    only_month_first = month_first.notna() & day_first.isna()
    if only_day_first.any() and only_month_first.any():
        one, other = _first(only_day_first, codes, text), _first(only_month_first, codes, text)
        raise InputError(
            f"{what} mixes orders: {one} has the day first, {other} the month; say which is meant "
            f'in a company file (date_format "day first" or "month first"), or write dates as '
            "YYYY-MM-DD"
        )
    either = day_first.notna() & month_first.notna() & (day_first != month_first)
    if either.any() and not only_day_first.any() and not only_month_first.any():
        code = int(either.to_numpy().argmax())
        readings = " or ".join(
            f"{day.day} {day:%B %Y}" for day in (day_first[code], month_first[code])
        )
        raise InputError(
            f"{what} can be read two ways all through: {distinct[code]} is {readings}; say which "
            f'in a company file (date_format "day first" or "month first"), or write dates as '
            "YYYY-MM-DD"
        )
    return month_first if only_month_first.any() else day_first


def _refuse_short_years(distinct: pd.Series, dates: pd.Series, what: str) -> None:
    """Refuse a column most of whose dates have years of two digits; single ones stay unread."""
    short = dates.isna() & distinct.str.match(_SHORT_YEAR)
    if short.sum() * 2 > (distinct != "").sum():
        example = distinct[short].iloc[0]
        raise InputError(
            f"{what} has years of two digits, such as {example}: say in which order and "
            f'century in a company file (date_format "%d/%m/%y" or the like), or write dates as '
            "YYYY-MM-DD"
        )


def _refuse_counted(distinct: pd.Series, dates: pd.Series, what: str) -> None:
    """Refuse a column most of whose dates are numbers that count days or seconds."""
    for told, pattern in _COUNTED.items():
        counted = dates.isna() & distinct.str.match(pattern)
        if counted.sum() * 2 > (distinct != "").sum():
            example = distinct[counted].iloc[0]
            moment = _moments(pd.Series([example]), told).iloc[0]
            raise InputError(
                f"{what} holds numbers such as {example}, which is {moment.day} {moment:%B %Y} if "
                f'it counts so: say it in a company file (date_format "{told}"), or write dates as '
                "YYYY-MM-DD"
            )


def _first(chosen, codes, text):
    at = int(chosen.to_numpy()[codes].argmax())
    return f"{text.iloc[at]!r} in line {text.index[at]}"
