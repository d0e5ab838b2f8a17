"""The playbook: for each segment what to say, how often, through what, how deep an offer."""

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pandas as pd

from crm_analysis.errors import InputError, unknown_name

__all__ = ["read_playbook"]

_PARTS = ("segments", "life_cycle", "binary")
_TEXTS = ("say", "how_often", "through", "stop")
_FIELDS = ("say", "how_often", "through", "deepest_offer", "stop")


def read_playbook(
    path: str | Path | None = None, segments: Iterable[str] = (), part: str = "segments"
) -> pd.DataFrame:
    """Read what is to be done for each segment.

    Parameters
    ----------
    path : a TOML file with a table ``[segments."Name"]`` per segment, each with say, how_often,
        through, deepest_offer (share of the price, 0 to 1) and stop; by default the one that
        comes with the package.
    segments : names that must have a play, e.g. those of a grid of your own.
    part : "segments" (the eleven names), "life_cycle" (the sixteen cells, "lost, fan") or
        "binary" (the eight groups of RFM in halves); the tables of the file are called so. A
        part that a file of your own doesn't hold is taken from the one of the package.

    Returns
    -------
    Frame by segment with say, how_often, through, deepest_offer, stop.

    Raises
    ------
    InputError : there is no such part; the file is missing or isn't TOML; a segment has no play,
        lacks a field, has one that isn't known, or an offer outside 0 to 1.

    Examples
    --------
    >>> read_playbook().loc["Champions", "how_often"]
    'every two weeks'
    >>> float(read_playbook(part="life_cycle").loc["active, fan", "deepest_offer"])
    0.0
    """
    if part not in _PARTS:
        raise unknown_name("part of the playbook", part, _PARTS)
    own = files(__package__) / "playbook.toml"
    parts = _parse(own) | (_parse(Path(path)) if path is not None else {})
    plays = parts[part]
    for segment in segments:
        if segment not in plays:
            raise unknown_name("segment of the playbook", segment, plays)
    for segment, play in plays.items():
        _check_play(segment, play)
    table = pd.DataFrame.from_dict(plays, orient="index", columns=list(_FIELDS))
    return table.rename_axis("segment")


def _parse(source) -> dict:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the playbook {source} can't be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the playbook {source} isn't valid TOML: {error}") from error


def _check_play(segment: str, play: dict) -> None:
    missing = [name for name in _FIELDS if name not in play]
    if missing:
        raise InputError(f"the play for {segment!r} lacks {', '.join(missing)}")
    for name in play:
        if name not in _FIELDS:
            raise unknown_name(f"field in the play for {segment!r},", name, _FIELDS)
    for name in _TEXTS:
        if not isinstance(play[name], str) or not play[name].strip():
            raise InputError(f"{name} of {segment!r} must be a text, got {play[name]!r}")
    offer = play["deepest_offer"]
    if isinstance(offer, bool) or not isinstance(offer, (int, float)) or not 0 <= offer <= 1:
        raise InputError(
            f"deepest_offer of {segment!r} must be a share from 0 to 1 (0.1 is 10 %), got {offer!r}"
        )
