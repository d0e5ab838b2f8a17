"""From text to numbers: which sign stands before the decimals is decided by the column."""

import pandas as pd
from pandas.api.extensions import take

from crm_analysis.data.substitution import substitute
from crm_analysis.errors import InputError

__all__ = ["CURRENCIES", "LARGEST", "parse_numbers"]

# A pattern; longer ones first: US$ before $.
CURRENCIES = (
    "人民币|US$|HK$|NT$|CA$|R$|A$|C$|S$|$|€|£|¥|￥|₩|₹|₽|₺|₫|฿|₴|₪|元|圆|円|원|"
    "EUR|USD|GBP|CHF|JPY|CNY|RMB|KRW|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|AUD|CAD|NZD|HKD|SGD|TWD|"
    "BRL|MXN|ZAR|TRY|RUB|THB|IDR|MYR|PHP|VND|AED|SAR|ILS|Fr.|kr.|kr|zł|Kč|Ft|Rs.|Rs"
).replace("$", r"\$").replace(".", r"\.")  # fmt: skip
# Blanks that keep a number and its currency on one line among them, which \s of RE2 isn't.
_BLANK = "[\\s\u00a0\u2009\u202f]*"
_BEFORE = rf"(?i)^([+-]?){_BLANK}(?:{CURRENCIES}){_BLANK}"
_AFTER = rf"(?i){_BLANK}(?:{CURRENCIES})$"
_BRACKETS = (r"^\(", r"^\((.*)\)$", r"-\1")
# Switzerland's and Germany's 12.- and 12,— have no cents, and aren't below zero.
_NO_CENTS = (r"[.,][-–—]+$", r"([0-9][.,])[-–—]+$", r"\1")
_MINUS_BEHIND = (r"[0-9].*-$", rf"^([0-9].*[0-9.,]){_BLANK}-$|^([0-9]){_BLANK}-$", r"-\1\2")
# What shows it, what it is, what stays: brackets, currencies, a minus behind, ten thousands and
# hundred millions, in this order.
_DRESSES = (
    _BRACKETS,
    (r"^[^0-9]*[^0-9.,+-]", _BEFORE, r"\1"),
    _BRACKETS,
    _NO_CENTS,
    _MINUS_BEHIND,
    (r"[^0-9.,]$", _AFTER, ""),
    _NO_CENTS,
    _MINUS_BEHIND,
    (r"万$", rf"{_BLANK}万$", "e4"),
    (r"亿$", rf"{_BLANK}亿$", "e8"),
)
# Digits and signs as Chinese and Japanese keyboards write them, as wide as their characters.
_WIDE = str.maketrans("０１２３４５６７８９．，－＋（）", "0123456789.,-+()")
# Where these are paid in, a comma never stands before decimals.
_COMMA_GROUPS = r"(?i)[¥￥₩元圆円원万亿]|JPY|CNY|RMB|KRW"
# Blanks and apostrophes as Switzerland, France and Sweden write them, between groups of three.
_SPACES = "[ '’\u00a0\u2009\u202f]"
_SPACED = rf"^[+-]?[0-9]{{1,3}}({_SPACES}[0-9]{{3}})+([.,][0-9]*)?$"

_WHOLE_GROUPS = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{2,3})*,[0-9]{3}"  # also 12,34,567 as India writes it
_GROUPED = {
    ".": _WHOLE_GROUPS + r"(\.[0-9]*)?(e[48])?$",
    ",": r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]*)?$",
}
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
# One sign before exactly three digits: decimals or thousands.
_EITHER = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
# Beyond it, cents can't be told apart any more and sums may overflow.
LARGEST = 1e13
# Of the values that leave no choice; fewer are slips, and stay unread.
_SLIPS = 0.01
_OTHER = {".": ",", ",": "."}


def parse_numbers(
    text: pd.Series, *, what: str = "a column", decimal: str | None = None
) -> pd.Series:
    """Read numbers: 12.50, 1,234.50, 1.234,50, 1 234,50, 1'234.50, 12,34,567, €12.50, (3), 1.2万.

    Whether point or comma stands before decimals is decided by the column as a whole: by its
    values that leave no choice. In 1,234 alone either could be meant. Brackets and a minus
    behind mean below zero. Percentages aren't read: 12 % of what isn't said.

    Parameters
    ----------
    text : as in the file; the index is the line.
    what : names the column in messages: "amount in orders.csv".
    decimal : "." or "," where the person says it; what doesn't fit is missing.

    Returns
    -------
    float64, missing where the text is no number.

    Raises
    ------
    InputError : all values can be read two ways, or many ask for the one and many for the other.

    Examples
    --------
    >>> parse_numbers(pd.Series(["1,234.50", "€12.50", "(3)", "inf"])).tolist()
    [1234.5, 12.5, -3.0, nan]
    >>> parse_numbers(pd.Series(["1.234,50", "1.234"])).tolist()
    [1234.5, 1234.0]
    """
    if decimal not in (None, ".", ","):
        raise InputError(f'decimal must be "." or ",", got {decimal!r}')
    # Amounts repeat: each distinct text is read once.
    codes, distinct = pd.factorize(text)
    distinct = pd.Series(distinct, dtype="str")
    plain = _plain(distinct)
    decimal = decimal or _decided(plain, distinct, codes, text, what)
    numbers = _as_numbers(plain, decimal)
    taken = take(numbers.to_numpy(), codes, allow_fill=True)
    return pd.Series(taken, index=text.index, name=text.name)


def _plain(distinct: pd.Series) -> pd.Series:
    """Strip currencies, brackets and spaces between groups; what is plain already stays."""
    dressed = ~distinct.str.match(r"^[+-]?[0-9.,]+$")
    if not dressed.any():
        return distinct
    plain = distinct[dressed].str.strip().str.replace("−", "-", regex=False)
    plain = plain.str.translate(_WIDE)
    for found, pattern, by in _DRESSES:
        worn = plain.str.contains(found, regex=True)
        if worn.any():
            plain = plain.where(~worn, substitute(plain[worn], pattern, by))
    spaced = plain.str.match(_SPACED)
    plain = plain.where(~spaced, plain[spaced].str.replace(_SPACES, "", regex=True))
    return plain.reindex(distinct.index).fillna(distinct)


def _as_numbers(plain: pd.Series, decimal: str) -> pd.Series:
    other = _OTHER[decimal]
    ungrouped = plain.str.replace(other, "", regex=False)
    plain = ungrouped.where(plain.str.match(_GROUPED[decimal]), plain)
    if decimal == ",":
        plain = plain.where(~plain.str.contains(".", regex=False), "")
        plain = plain.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(plain.where(plain.str.match(_NUMBER)), errors="coerce")
    return numbers.astype("float64").where(numbers.abs() < LARGEST)


def _decided(plain, distinct, codes, text, what) -> str:
    """Return the decimal sign that the values leave, "." where none has any."""
    signed = plain.str.contains("[.,]", regex=True)
    if not signed.any():
        return "."
    either = plain.str.match(_EITHER)
    clear = {
        sign: signed & ~either & _as_numbers(plain, sign).notna()
        & _as_numbers(plain, _OTHER[sign]).isna()
        for sign in ".,"
    }  # fmt: skip
    clear["."] |= (
        either & plain.str.contains(",") & distinct.str.contains(_COMMA_GROUPS, regex=True)
    )
    rows = {sign: int(found.to_numpy()[codes].sum()) for sign, found in clear.items()}
    if not any(rows.values()):
        return _either_way(plain, either, codes, text, what)
    usual = max(rows, key=rows.get)
    if rows[_OTHER[usual]] > _SLIPS * rows[usual]:
        point, comma = (_first(clear[sign], codes, text) for sign in ".,")
        raise InputError(
            f"{what} mixes decimal signs: {point} has a point, {comma} a comma; "
            f'say which is meant in a company file (decimal "." or ",")'
        )
    return usual


def _either_way(plain, either, codes, text, what) -> str:
    if not either.any():
        return "."
    code = int(either.to_numpy().argmax())
    readings = " or ".join(f"{_as_numbers(plain[[code]], sign).iloc[0]:g}" for sign in ".,")
    raise InputError(
        f"{what} can be read two ways all through: {_first(either, codes, text)} is {readings}; "
        f'say which sign stands before decimals in a company file (decimal "." or ",")'
    )


def _first(chosen: pd.Series, codes, text: pd.Series) -> str:
    at = int(chosen.to_numpy()[codes].argmax())
    return f"{text.iloc[at]!r} in line {text.index[at]}"
