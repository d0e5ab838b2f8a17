"""Encodings from before UTF-8, told apart by the language that comes out.

Bytes say nothing of their encoding, and most texts can be read in several without an error. What
comes out is a language in one of them only: its letters, and among these the common ones.
"""

import re

from crm_analysis.data.reading.languages import (
    ALPHABETS,
    CHARACTERS,
    COMMON_LETTERS,
    OWN_SCRIPT,
    SPOKEN_IN,
)
from crm_analysis.errors import InputError

__all__ = ["decode_legacy"]

# Bytes; enough to know a language by.
_SAMPLE = 200_000
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_KANA = re.compile("[\u3041-\u30ff]")
_KANA_SHARE = 0.2
# Of the characters beyond ASCII of East Asian texts, so many aren't next to a Latin letter.
_APART = 0.7
_BESIDE_LATIN = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
# From this share of common characters on, a language is spoken, not met by chance; so many times
# as common as those of another they must be, for there to be no doubt.
_SPOKEN, _CLEARLY = 0.15, 2
# Two-byte codes of punctuation and of the commonest few thousand characters, or of the syllables;
# and how many of a text's are, at least.
_USUAL = {
    "gb18030": (re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"), 0.6),
    "big5": (re.compile(rb"[\xa1-\xc6].", re.DOTALL), 0.9),
    "cp949": (re.compile(rb"[\xa1-\xa3\xb0-\xc8][\xa1-\xfe]"), 0.9),
}
# Of the letters of a text in a script of its own.
_OWN = 0.6
# By so much of the letters an encoding must be better than one before it.
_BETTER = 0.02
# What stands within words, but for quotes, dashes and the like.
_PLAIN = "‘’“”„‚«»‹›–—…·•®™©°€£§\\s"
_WITHIN_WORDS = re.compile(
    f"(?<=[^\\W\\d_])[^\\x00-\\x7f{_PLAIN}]|[^\\x00-\\x7f{_PLAIN}](?=[^\\W\\d_])"
)


def decode_legacy(data: bytes, name: str) -> tuple[str, str]:
    """Decode a text that isn't Unicode by the language that it's in.

    Japanese by its syllables, Chinese and Korean by their commonest characters, Central European,
    Turkish, Cyrillic and Greek texts by their letters; otherwise Windows-1252, or Latin-1 where
    that has no character for a byte.

    Parameters
    ----------
    data : the whole file.
    name : name of the file, for messages.

    Returns
    -------
    The text, and the encoding.

    Raises
    ------
    InputError : two languages are as likely; both are named with the setting that decides.

    Examples
    --------
    >>> decode_legacy("客户编号,金额".encode("gb18030"), "orders.csv")
    ('客户编号,金额', 'gb18030')
    >>> decode_legacy("고객번호,주문일자,금액".encode("cp949"), "orders.csv")
    ('고객번호,주문일자,금액', 'cp949')
    """
    cut = data.rfind(b"\n", 0, _SAMPLE) + 1 if len(data) > _SAMPLE else len(data)
    sample = b"\n".join(line for line in data[:cut].splitlines() if not line.isascii())
    for encoding in (_japanese(sample) or _east_asian(sample, name) or _european(sample), "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:  # a byte further below isn't of it
            continue
    return data.decode("latin-1"), "latin-1"


def _read(sample: bytes, encoding: str) -> str:
    """Return the text; nothing where it can't be in the encoding."""
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _foreign(text: str) -> str:
    """Return the characters beyond ASCII, if they stand by themselves."""
    found = _FOREIGN.findall(text)
    beside = len(_BESIDE_LATIN.findall(text))
    return "".join(found) if beside <= (1 - _APART) * len(found) else ""


def _share(text: str, letters: str) -> float:
    return sum(map(set(letters).__contains__, text)) / len(text) if text else 0.0


def _japanese(sample: bytes) -> str | None:
    for encoding in ("euc_jp", "cp932"):
        foreign = _foreign(_read(sample, encoding))
        if foreign and len(_KANA.findall(foreign)) >= _KANA_SHARE * len(foreign):
            return encoding
    return None


def _east_asian(sample: bytes, name: str) -> str | None:
    """Return the encoding whose common characters come out, if any do."""
    read = {code: _foreign(_read(sample, code)) for code in CHARACTERS}
    likely = {c: _share(text, CHARACTERS[c]) for c, text in read.items() if _is_usual(text, c)}
    if not likely:
        return None
    first, *others = sorted(likely, key=likely.get, reverse=True)
    if likely[first] < _SPOKEN and _european_fit(sample)[1] > _OWN:
        return None
    close = [code for code in others if likely[first] < _CLEARLY * likely[code]]
    if close:
        told = " or ".join(f"{SPOKEN_IN[c]} ({read[c][:8]})" for c in (first, close[0]))
        raise InputError(
            f"{name} isn't UTF-8, and may be {told}: save it as UTF-8, or say which it is in a "
            f'company file (encoding "{first}" or "{close[0]}")'
        )
    return first


def _is_usual(text: str, encoding: str) -> bool:
    """Tell whether the codes of a text are those that its language mostly uses."""
    usual, at_least = _USUAL[encoding]
    letters = [letter.encode(encoding) for letter in text]
    return sum(bool(usual.fullmatch(code)) for code in letters) >= at_least * len(letters) > 0


def _european(sample: bytes) -> str:
    return _european_fit(sample)[0]


def _european_fit(sample: bytes) -> tuple[str, float]:
    """Return the encoding in which the letters are those of one language, and how well they are.

    How well is 0 but for scripts of their own.
    """
    fits = {code: _own_script(sample, code) for code in OWN_SCRIPT}
    own = max(fits, key=fits.get)
    if fits[own] > _OWN:
        return own, fits[own]
    found, best = "cp1252", -_BETTER
    for encoding, alphabets in ALPHABETS.items():
        letters = "".join(_WITHIN_WORDS.findall(_read(sample, encoding).lower()))
        fit = max(_share(letters, alphabet) for alphabet in alphabets)
        if fit > best + _BETTER:
            found, best = encoding, fit
    return found, 0.0


def _own_script(sample: bytes, encoding: str) -> float:
    """Rate a text in a script of its own: its common letters, most of them small, in words."""
    text = _foreign(_read(sample, encoding))
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return 0.0
    small = sum(map(str.islower, letters)) / len(letters)
    common = _share("".join(letters).lower(), OWN_SCRIPT[encoding][:COMMON_LETTERS])
    return len(letters) / len(text) * (1 + small) / 2 * common
