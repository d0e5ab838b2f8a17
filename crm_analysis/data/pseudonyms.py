"""Keyed pseudonyms in the place of customers' and respondents' identifiers.

The same identifier and key give the same pseudonym in every table and every run, so that tables
can still be joined and runs compared. Without the key nobody can compute which pseudonym belongs
to an identifier; with it whoever keeps the records can. It's a pseudonym in the sense of the
General Data Protection Regulation, article 4(5): the data stay personal data.

References
----------
Krawczyk, Bellare, Canetti (1997), HMAC: keyed-hashing for message authentication, RFC 2104.
"""

import hmac
import os
import secrets
import tempfile
from base64 import b32encode
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pandas as pd

from crm_analysis.data.company import Company
from crm_analysis.errors import InputError

__all__ = ["IDS", "SHARED", "Pseudonyms", "key_file", "open_pseudonyms", "with_pseudonyms"]

# The columns that hold identifiers of persons.
IDS = ("customer_id", "respondent_id")
# Letters and digits of 5 bits each: 60 bits, so that among a million two collide once in a
# million companies.
_LENGTH = 12
SHARED = "two customers would share one pseudonym under this key: use another key"


class Pseudonyms:
    """Pseudonyms under one key, with a look that no two identifiers share one.

    Examples
    --------
    >>> pseudonyms = Pseudonyms(b"a key of the company's own")
    >>> names = pseudonyms.of(pd.Series(["C7", "C8", "C7", None], dtype="str"))
    >>> names[0] == names[2], names[0] == names[1], names[3], len(names[0])
    (True, False, nan, 13)
    """

    def __init__(self, key: bytes):
        self._key = key
        self._owners: dict[str, str] = {}

    def fresh(self) -> "Pseudonyms":
        """Return pseudonyms under the same key that remember nobody yet."""
        return Pseudonyms(self._key)

    def of(self, ids: pd.Series) -> pd.Series:
        """Return the pseudonyms of identifiers; missing ones stay missing.

        Raises
        ------
        InputError : two identifiers share a pseudonym.
        """
        codes, distinct = pd.factorize(ids)
        made = pd.Series([self._one(value) for value in distinct], dtype="str")
        return pd.Series(made.array.take(codes, allow_fill=True), index=ids.index, name=ids.name)

    def within(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a table with pseudonyms in the place of its identifiers."""
        return frame.assign(**{name: self.of(frame[name]) for name in IDS if name in frame})

    def _one(self, identifier: str) -> str:
        digest = hmac.new(self._key, identifier.encode(), sha256).digest()
        # A letter in front: no spreadsheet takes it for a number.
        pseudonym = "p" + b32encode(digest).decode()[:_LENGTH].lower()
        if self._owners.setdefault(pseudonym, identifier) != identifier:
            raise InputError(SHARED)
        return pseudonym


def with_pseudonyms(company: Company, pseudonyms: Pseudonyms) -> Company:
    """Return a company that is checked already with pseudonyms; one that has them as it is.

    Rows that stayed outside lose their text, in which identifiers stand among other fields.
    """
    if company.pseudonymised:
        return company
    lines = {n: getattr(company, n) for n in ("unidentified", "returns")}
    frames = company.tables | {name: frame for name, frame in lines.items() if frame is not None}
    kept = {n: getattr(company, n).assign(row="") for n in ("rejected", "set_aside", "flagged")}
    hidden = {name: pseudonyms.within(frame) for name, frame in frames.items()}
    return replace(company, pseudonymised=True, **hidden, **kept)


def open_pseudonyms(wanted: bool | str | bytes) -> Pseudonyms | None:
    """Return the pseudonyms under a key, or under the person's own where it's True.

    Parameters
    ----------
    wanted : False, True, or a key of at least 16 characters.

    Raises
    ------
    InputError : the key is too short, or the key file can't be read or written.
    """
    if wanted is False or wanted is None:
        return None
    key = _own_key() if wanted is True else _as_bytes(wanted)
    if len(key) < 16:
        raise InputError(
            f"a key for pseudonyms needs at least 16 characters, got {len(key)}: a short one can "
            "be found by trying"
        )
    return Pseudonyms(key)


def _as_bytes(key: str | bytes) -> bytes:
    return key.encode() if isinstance(key, str) else bytes(key)


def key_file() -> Path:
    """Return where the person's key lies."""
    from platformdirs import user_config_path

    return user_config_path("crm-analysis") / "pseudonym.key"


def _own_key() -> bytes:
    """Return the person's key, made on first use and readable by nobody else."""
    path = key_file()
    try:
        if not path.exists():
            _write_key(path)
        return path.read_text(encoding="ascii").strip().encode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the key for pseudonyms, {path}, can't be used: {error}") from error


def _write_key(path: Path) -> None:
    """Write a new key beside and link it into place: nobody reads half a key or loses one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent)  # made with 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        Path(beside).unlink()
