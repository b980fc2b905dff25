"""Which desk somebody means who names a unit or a person: exactly, by a short name, or nearly.

Pure: the desks come in as arguments. A unit is looked for in the region of the matter first, then above it,
then inside it; a person everywhere. Where several fit, all are returned: nobody is guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from config import catalog
from models.rules.regions import upwards

SHORTEST: Final = 2
"""Characters of the shortest name."""
CLEAR: Final = 3
"""Characters from which a name is known without a gap behind it, or as a part of a longer one."""
POST_ALONE: Final = 4
"""Characters from which a post means one person; shorter ones, such as a head of something, mean many."""
NEAR: Final = 4
"""How many near names are offered."""
_ALIKE: Final = 55
"""Of 100; less is not even near (rapidfuzz, WRatio)."""
_GAP: Final = re.compile(r"[\s，,、：:；;。.]+")


@dataclass(frozen=True, slots=True)
class Desk:
    """A leader's desk as others call it: by department or by person."""

    id: int
    name: str
    post: str
    department: str
    region: str


@dataclass(frozen=True, slots=True)
class Found:
    """The desks that were meant: one, several that fit alike, or none and those with a near name.

    `word` is the name that was looked for, `rest` what was said after it.
    """

    desks: tuple[Desk, ...]
    word: str
    rest: str
    near: tuple[Desk, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hits:
    desks: list[Desk]
    rest: str
    is_person: bool = False


def look_up(words: str, desks: Sequence[Desk], region: str, *, is_strict: bool = False) -> Found:
    """Return whom `words` begin by naming, for a matter in `region`.

    Strictly, the name must stand apart from what follows.
    """
    said = words.strip()
    hits = _named(said, desks, is_strict=is_strict) or _partly_named(said, desks)
    if hits is None:
        word = _head(said)
        return Found((), word, _after(said, len(word)), _near(word, desks))
    hits = _narrowed(hits)
    found = hits.desks if hits.is_person else _nearest(hits.desks, region)
    return Found(tuple(found), said.removesuffix(hits.rest), hits.rest)


def _named(said: str, desks: Sequence[Desk], *, is_strict: bool) -> _Hits | None:
    """Return the desks of the longest name that `said` begins with, of a person or of a unit."""
    hits, best = _Hits([], said), 0
    for desk in desks:
        for names, is_person in ((_names(desk), True), (_units(desk.department, desk.region), False)):
            length = max((len(name) for name in names if _begins(said, name, is_strict=is_strict)), default=0)
            if length > best:
                hits, best = _Hits([desk], _after(said, length), is_person), length
            elif length == best > 0 and desk not in hits.desks:
                hits.desks.append(desk)
    return hits if hits.desks else None


def _begins(said: str, name: str, *, is_strict: bool) -> bool:
    is_apart = _GAP.match(said, len(name)) is not None or len(said) == len(name)
    return said.startswith(name) and (is_apart or (len(name) >= CLEAR and not is_strict))


def _partly_named(said: str, desks: Sequence[Desk]) -> _Hits | None:
    """Return the desks in whose department's names the first word occurs."""
    head = _head(said)
    if len(head) < CLEAR:
        return None
    hits = [desk for desk in desks if any(head in name for name in _units(desk.department, desk.region))]
    return _Hits(hits, _after(said, len(head))) if hits else None


def _narrowed(hits: _Hits) -> _Hits:
    """Take a second word that tells the hits apart: a name after a unit, a post after a name."""
    head = _head(hits.rest)
    if len(hits.desks) == 1 or len(head) < SHORTEST:
        return hits
    told = [desk for desk in hits.desks if any(name.startswith(head) for name in _every(desk))]
    return _Hits(told, _after(hits.rest, len(head)), hits.is_person) if told else hits


def _nearest(desks: Sequence[Desk], region: str) -> list[Desk]:
    line = upwards(region)
    best = min(_distance(desk, line) for desk in desks)
    return [desk for desk in desks if _distance(desk, line) == best]


def _distance(desk: Desk, line: tuple[str, ...]) -> int:
    return line.index(desk.region) if desk.region in line else len(line)


def _near(word: str, desks: Sequence[Desk]) -> tuple[Desk, ...]:
    choices = {(desk, name): name for desk in desks for name in (desk.name, desk.post, desk.department)}
    alike = process.extract(word, choices, scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=5 * NEAR)
    return tuple(dict.fromkeys(desk for _, _, (desk, _) in alike))[:NEAR]


def _head(words: str) -> str:
    return _GAP.split(words, maxsplit=1)[0]


def _after(words: str, length: int) -> str:
    return _GAP.sub("", words[length:], count=1) if _GAP.match(words, length) else words[length:]


def _every(desk: Desk) -> tuple[str, ...]:
    return (*_names(desk), *_units(desk.department, desk.region))


def _names(desk: Desk) -> tuple[str, ...]:
    """Return what calls one person: the name, with or without post or department before it, or the post."""
    before = (desk.post, desk.department)
    names = (desk.name, *(f"{word}{gap}{desk.name}" for word in before for gap in ("", " ")))
    return (*names, desk.post) if len(desk.post) >= POST_ALONE else names


@lru_cache(maxsize=4096)
def _units(department: str, region: str) -> tuple[str, ...]:
    """Return what calls a department: its names, alone and with the region before them, and without.

    Of a name that holds the region, what stands from there on is a name too: people say no more of it.
    """
    prefixes = tuple(_prefixes(region))
    plain = {department}
    for prefix in prefixes[:-1]:
        plain |= {name[name.rindex(prefix) :] for name in plain if prefix in name}
    plain |= {name.removeprefix(prefix) for name in plain for prefix in prefixes}
    for known, aliases in catalog.unit_aliases().items():
        if known in plain:
            plain |= {*aliases}
    alone = sorted(name for name in plain if len(name) >= SHORTEST)
    return tuple(dict.fromkeys((*alone, *(prefix + name for name in alone for prefix in prefixes))))


def _prefixes(region: str) -> Iterator[str]:
    """Return what stands for a region before a unit's name: its name, its short name, and its kind."""
    where = catalog.regions()[region]
    yield where.name
    yield where.short
    yield where.name[-1]
