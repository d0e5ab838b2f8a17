"""From text to dates, numbers and flags: what can't be read stays missing, nothing is guessed."""

import pandas as pd
from pandas.api.extensions import take

from crm_analysis.errors import InputError

__all__ = ["parse_dates", "parse_flags", "parse_numbers"]

_TIME = (
    r"[T ]\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"\s*([AaPp]\.?[Mm]\.?|Z|UTC|[+-][0-9]{2}:?[0-9]{2})?$"
)
_YEAR_FIRST = r"^(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?$"
_COMPACT = r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})$"
_YEAR_LAST = r"^(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})[-/.](?P<year>[0-9]{4})$"
# Years outside are slips of the key, and would make the last day of the data absurd.
_YEARS = (1900, 2199)

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_GROUPED = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_CURRENCY = r"^[$€£¥₩]\s*|\s*[$€£¥₩元]$"
# Beyond it, cents can't be told apart any more and sums may overflow.
_LARGEST = 1e13

_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "1.0", "是"), True),
    **dict.fromkeys(("false", "no", "n", "0", "0.0", "否"), False),
}


def parse_dates(text: pd.Series, *, what: str) -> pd.Series:
    """Read days: 2026-10-31, 20261031, 2026/10/31, 2026年10月31日, 31.10.2026, 10/31/2026.

    A time of day after the date is left away. Whether the day or the month comes first is
    decided by the column as a whole, and only if one of its dates leaves no choice.

    Parameters
    ----------
    text : as in the file; the index is the line.
    what : names the column in messages: "date in orders.csv".

    Returns
    -------
    datetime64[us], missing where the text is no date.

    Raises
    ------
    InputError : all dates can be read day first and month first, or some ask for the one and
        some for the other.

    Examples
    --------
    >>> text = pd.Series(["31/10/2026", "03/04/2026 17:45", "soon"])
    >>> parse_dates(text, what="date").dt.strftime("%d %b %Y").tolist()
    ['31 Oct 2026', '03 Apr 2026', nan]
    """
    codes, distinct = pd.factorize(text.str.strip().str.replace(_TIME, "", regex=True).str.strip())
    distinct = pd.Series(distinct, dtype="str")
    dates = _as_days(distinct.str.extract(_YEAR_FIRST))
    dates = dates.fillna(_as_days(distinct.str.extract(_COMPACT)))
    dates = dates.fillna(_year_last(distinct, codes, text, what))
    return pd.Series(dates.array.take(codes, allow_fill=True), index=text.index, name=text.name)


def _as_days(parts: pd.DataFrame) -> pd.Series:
    numbers = parts.apply(pd.to_numeric)
    plausible = numbers["year"].between(*_YEARS)
    # An impossible day such as 31 February becomes missing.
    days = pd.to_datetime(numbers[["year", "month", "day"]].where(plausible), errors="coerce")
    return days.astype("datetime64[us]")


def _year_last(distinct, codes, text, what):
    """Read 03/04/2026 day first or month first, whichever the column as a whole leaves."""
    parts = distinct.str.extract(_YEAR_LAST)
    day_first = _as_days(parts.rename(columns={"one": "day", "two": "month"}))
    month_first = _as_days(parts.rename(columns={"one": "month", "two": "day"}))
    only_day_first = day_first.notna() & month_first.isna()
    only_month_first = month_first.notna() & day_first.isna()
    if only_day_first.any() and only_month_first.any():
        one, other = _first(only_day_first, codes, text), _first(only_month_first, codes, text)
        raise InputError(
            f"{what} mixes orders: {one} has the day first, {other} the month; "
            f"write dates as YYYY-MM-DD"
        )
    either = day_first.notna() & month_first.notna() & (day_first != month_first)
    if either.any() and not only_day_first.any() and not only_month_first.any():
        code = int(either.to_numpy().argmax())
        readings = " or ".join(
            f"{day.day} {day:%B %Y}" for day in (day_first[code], month_first[code])
        )
        raise InputError(
            f"{what} can be read two ways all through: {distinct[code]} is {readings}; "
            f"write dates as YYYY-MM-DD"
        )
    return month_first if only_month_first.any() else day_first


def _first(chosen, codes, text):
    at = int(chosen.to_numpy()[codes].argmax())
    return f"{text.iloc[at]!r} in line {text.index[at]}"


def parse_numbers(text: pd.Series) -> pd.Series:
    """Read numbers: 12.50, -3, 1e3, 1,234.50, €12.50; with a point for decimals.

    Examples
    --------
    >>> parse_numbers(pd.Series(["1,234.50", "€12.50", "−3", "12,50", "inf"])).tolist()
    [1234.5, 12.5, -3.0, nan, nan]
    """
    # Amounts repeat: each distinct text is read once.
    codes, distinct = pd.factorize(text)
    plain = pd.Series(distinct, dtype="str").str.strip().str.replace("−", "-", regex=False)
    plain = plain.str.replace(_CURRENCY, "", regex=True).str.replace(" ", "", regex=False)
    ungrouped = plain.str.replace(",", "", regex=False)
    plain = ungrouped.where(plain.str.match(_GROUPED), plain)
    numbers = pd.to_numeric(plain.where(plain.str.match(_NUMBER)), errors="coerce")
    numbers = numbers.astype("float64").where(numbers.abs() < _LARGEST)
    taken = take(numbers.to_numpy(), codes, allow_fill=True)
    return pd.Series(taken, index=text.index, name=text.name)


def parse_flags(text: pd.Series) -> pd.Series:
    """Read yes and no, true and false, 1 and 0.

    Examples
    --------
    >>> parse_flags(pd.Series(["yes", "0", "perhaps"])).tolist()
    [True, False, <NA>]
    """
    return text.str.strip().str.casefold().map(_FLAGS).astype("boolean")
