"""How numbers are written for a reader: money, shares, counts."""

from math import isfinite

__all__ = ["count", "counted", "money", "percent", "signed"]

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "KRW": "₩"}


def money(value: float, currency: str = "", decimals: int | None = None) -> str:
    """Write an amount with its currency; cents only where they matter (below 100).

    Examples
    --------
    >>> money(1234567.8, "USD"), money(-12.5, "EUR"), money(80, "SEK", decimals=0)
    ('$1,234,568', '−€12.50', '80 SEK')
    """
    if decimals is None:
        decimals = 2 if abs(value) < 100 else 0
    sign = "−" if round(value, decimals) < 0 else ""
    amount = f"{abs(value):,.{decimals}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {currency}".rstrip()


def percent(share: float, decimals: int = 0) -> str:
    """Write a share (0..1) as a percentage.

    Examples
    --------
    >>> percent(0.356, 1), percent(-0.02)
    ('35.6 %', '−2 %')
    """
    text = f"{share:.{decimals}%}".replace("-", "−")
    return text.replace("%", " %")


def count(value: float) -> str:
    """Write a count with thousands separators.

    Examples
    --------
    >>> count(23570)
    '23,570'
    """
    return f"{value:,.0f}".replace("-", "−") if isfinite(value) else "–"


def counted(n: float, noun: str) -> str:
    """Write a count with its noun, in the plural unless it's one.

    Examples
    --------
    >>> counted(1, "customer"), counted(2500, "customer")
    ('1 customer', '2,500 customers')
    """
    return f"{count(n)} {noun}" if n == 1 else f"{count(n)} {noun}s"


def signed(value: float, decimals: int = 2) -> str:
    """Write a difference with its sign, a real minus included.

    Examples
    --------
    >>> signed(-0.5), signed(1.25, 1)
    ('−0.50', '+1.2')
    """
    return f"{value:+,.{decimals}f}".replace("-", "−")
