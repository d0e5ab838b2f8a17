"""Wordings of questions as names of items: without their number and what all of them share."""

import re
from collections.abc import Sequence

__all__ = ["plain_wording", "without_common_words"]

# "1-1. ", "12) ", "Q3. "; not the 24 of "24 hours a day".
_NUMBER = re.compile(r"^\s*[Qq]?\.?\s*\d+(\s*[-.]\s*\d+)*\s*[.)]\s*")
# "(기대 설문)", "(expectation)": which of the questions on the item it is.
_QUESTION = re.compile(
    r"\s*[(（][^()（）]*(설문|기대|인지|survey|expect|percept|importan|satisf)[^()（）]*[)）]\s*$",
    re.I,
)
_ENDS = " \t,.;:?!。，？"
# Fewer questions may share words by chance.
_SHARED_BY = 3


def plain_wording(text: str) -> str:
    """Strip a wording of its number and of the note that says which question it is.

    Examples
    --------
    >>> plain_wording("1-2. Deliveries come on time. (perception)")
    'Deliveries come on time'
    """
    return " ".join(_QUESTION.sub("", _NUMBER.sub("", text)).split()).strip(_ENDS)


def without_common_words(wordings: Sequence[str]) -> list[str]:
    """Strip wordings of the words with which all of them begin or end.

    Examples
    --------
    >>> without_common_words(["If milk is cold, how do you feel?", "If the van is blue, how do you "
    ...     "feel?", "If bills are right, how do you feel?"])
    ['milk is cold', 'the van is blue', 'bills are right']
    """
    words = [wording.split() for wording in wordings]
    if len(words) < _SHARED_BY:
        return list(wordings)
    shortest = min(len(each) for each in words)
    start = _shared(words, shortest - 1)
    end = _shared([each[::-1] for each in words], shortest - 1 - start)
    return [" ".join(each[start : len(each) - end]).strip(_ENDS) for each in words]


def _shared(words: Sequence[Sequence[str]], most: int) -> int:
    """Count the words with which all begin."""
    count = 0
    while count < most and len({each[count] for each in words}) == 1:
        count += 1
    return count
