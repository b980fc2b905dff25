"""Which of a few known enterprises somebody means by a short or mistyped name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

ALIKE: Final = 60.0
"""From this likeness on a name is offered; only a name that is contained is taken without asking."""

_SHORTEST: Final = 2
_FIRST: Final = re.compile(r"\s*(?P<name>[^\s：:，,。]+)[\s：:，,。]*(?P<note>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Called:
    """Which names are meant, by place; sure if there is no need to ask. `note` is what follows the name."""

    places: tuple[int, ...]
    is_sure: bool
    note: str


def called(text: str, names: Sequence[str]) -> Called:
    """Return which of `names` the beginning of a text means: whole, in part, or merely alike."""
    for place, name in enumerate(names):
        if name and text.startswith(name):
            return Called((place,), is_sure=True, note=text[len(name) :].lstrip(" \u3000:：,，。\n"))
    found = _FIRST.fullmatch(text)
    if found is None:
        return Called((), is_sure=False, note="")
    word, note = found["name"], found["note"].strip()
    within = tuple(place for place, name in enumerate(names) if len(word) >= _SHORTEST and word in name)
    if within:
        return Called(within, is_sure=len(within) == 1, note=note)
    scores = [(fuzz.partial_ratio(word, name), place) for place, name in enumerate(names)]
    alike = tuple(place for score, place in sorted(scores, reverse=True) if score >= ALIKE)
    return Called(alike, is_sure=False, note=note)
