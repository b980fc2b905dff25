"""Which of several cases a message mentions: by a number, or by the pairs of characters it shares with one.

Simple on purpose, so that it can be explained: a case is mentioned when the message holds at least `ENOUGH`
different pairs of neighbouring characters of that case's first words which no other case has, and that is
true of no other case. Small talk counts for nothing. Whoever is sent astray is offered the way out.
"""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from operator import add
from typing import Final

from models.rules.numbers import ticket_id_of

from . import addressing
from .features import READ_AT_MOST
from .phrases import SMALL_TALK
from .text import normalize

ENOUGH: Final = 3
"""Different pairs: four characters in a row, such as the name of a debtor or a machine."""

_SMALL_TALK: Final = re.compile(SMALL_TALK)
_FIGURES: Final = re.compile(r"\d+")
_WORDS: Final = re.compile(r"\w{2,}")
_DIGITS: Final = re.compile("[0-9０-９]{4}")


def mentioned(text: str, cases: Mapping[int, str]) -> int | None:
    """Return the one of `cases` (id → first words) that `text` mentions, None if none or several."""
    return _by_number(text, cases) or _by_words(text, cases)


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in `text`, small talk and figures taken out."""
    return frozenset(pair for part in _words(text) for pair in map(add, part, part[1:]))


def stretches(text: str, known: str) -> list[str]:
    """Return the stretches of `text`, two characters at least, that also stand in `known`."""
    plain, said = normalize(known), "\0".join(_words(text))
    alike = [False, *(pair in plain for pair in map(add, said, said[1:])), False]
    both = zip(said, pairwise(alike), strict=False)
    return "".join(char if any(beside) else " " for char, beside in both).split()


def _words(text: str) -> list[str]:
    return _WORDS.findall(_SMALL_TALK.sub(" ", _FIGURES.sub(" ", normalize(text[:READ_AT_MOST]))))


def _by_number(text: str, cases: Mapping[int, str]) -> int | None:
    if _DIGITS.search(text) is None:
        return None
    named = {ticket_id_of(number) for number in addressing.mentioned(text)} & set(cases)
    return named.pop() if len(named) == 1 else None


def _by_words(text: str, cases: Mapping[int, str]) -> int | None:
    said = pairs(text)
    if not any(_is_near(said, first) for first in cases.values()):
        return None
    words = {case: pairs(first) for case, first in cases.items()}
    shared = {
        case: len(said & own - frozenset().union(*(other for each, other in words.items() if each != case)))
        for case, own in words.items()
    }
    enough = [case for case, count in shared.items() if count >= ENOUGH]
    return enough[0] if len(enough) == 1 else None


def _is_near(said: Collection[str], first: str) -> bool:
    """Whether a case can share enough pairs at all, which most show at once not to do."""
    plain = normalize(first)
    return sum(pair in plain for pair in said) >= ENOUGH
