"""From bytes to text: which encoding a file is in, told or found by what is in it."""

import codecs
import unicodedata

from crm_analysis.data.reading.legacy import decode_legacy
from crm_analysis.errors import InputError

__all__ = ["decode"]

# Byte order marks; that of UTF-32 begins like that of UTF-16 and comes first.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HEAD = 65_536
# Categories of Unicode: control characters, halves of others, private and unassigned ones.
_NO_TEXT = {"Cc", "Cs", "Co", "Cn"}
# How files begin that are at times named as text.
_KINDS = {
    b"PK\x03\x04": "a workbook (.xlsx) or .zip",
    b"\xd0\xcf\x11\xe0": "a workbook of old (.xls)",
    b"PAR1": "a .parquet file",
    b"\x1f\x8b": "a .gz file",
}
_SAVE = "save it as CSV with the encoding UTF-8, or say which it is in a company file (encoding)"


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Decode a text file.

    UTF-8 wherever the bytes allow it; otherwise UTF-16 and UTF-32 by their byte order mark,
    UTF-16 without one by where its zero bytes are; then by the language that comes out
    (see ``decode_legacy``).

    Parameters
    ----------
    data : the whole file.
    name : name of the file, for messages.
    encoding : told by the person; wins over everything that is found.

    Returns
    -------
    The text without byte order mark, and the encoding: "utf-8" or the one that was found.

    Raises
    ------
    InputError : the bytes aren't in the encoding that was told, in none as a whole, or as likely
        in one as in another.

    Examples
    --------
    >>> decode("客户编号,金额".encode("gb18030"), "orders.csv")
    ('客户编号,金额', 'gb18030')
    >>> decode("Käufer,Betrag".encode("latin-1"), "orders.csv")
    ('Käufer,Betrag', 'cp1252')
    """
    encoding = encoding or _marked(data) or _utf16_unmarked(data[:_HEAD])
    if encoding:
        return _decode_as(data, name, encoding), _plain_name(encoding)
    if (at := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise InputError(
            f"{name} isn't a text table: it holds binary data (line {line}){_kind_hint(data)}"
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_mixture(data, error.start, name)
    return decode_legacy(data, name)


def _kind_hint(data: bytes) -> str:
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    return f"; it begins like {kind}: if it is one, name it so" if kind else ""


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)


def _plain_name(encoding: str) -> str:
    return "utf-8" if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") else encoding


def _utf16_unmarked(head: bytes) -> str | None:
    """Tell UTF-16 by its zero bytes: of digits, commas and line ends every other byte is one."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(3, len(head) / 20) or min(even, odd) * 4 > max(even, odd):
        return None
    found = "utf-16-le" if odd > even else "utf-16-be"
    # The head may end within a character.
    text = head[: len(head) // 2 * 2].decode(found, errors="ignore")
    odd_ones = {unicodedata.category(letter) for letter in set(text) - set("\r\n\t")} & _NO_TEXT
    return found if "\n" in text.replace("\r", "\n") and not odd_ones else None


def _decode_as(data: bytes, name: str, encoding: str) -> str:
    try:
        codec = codecs.lookup(encoding)
        text = data.decode("utf-8-sig" if codec.name == "utf-8" else encoding)
    except LookupError as error:
        raise InputError(
            f"unknown encoding {encoding!r}: known are utf-8, utf-16, gb18030, cp1252, latin-1, …"
        ) from error
    except UnicodeError as error:
        at = getattr(error, "start", len(data))
        line = data.count(b"\n", 0, at) + 1
        raise InputError(f"{name} isn't whole {encoding} text (line {line}): {_SAVE}") from error
    if "\0" in text:
        raise InputError(f"{name} isn't a text table: it holds binary data")
    return text.removeprefix("\ufeff")


def _refuse_mixture(data: bytes, at: int, name: str) -> None:
    """Refuse a file some of whose lines are UTF-8 while others are something else."""
    foreign = [line for line in data.splitlines() if not line.isascii()]
    whole = sum(_is_utf8(line) for line in foreign)
    if whole * 2 >= len(foreign):
        line = data.count(b"\n", 0, at) + 1
        raise InputError(
            f"{name} mixes encodings: line {line} isn't UTF-8 (byte 0x{data[at]:02x}), while "
            f"{whole:,} other lines are: {_SAVE}"
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
