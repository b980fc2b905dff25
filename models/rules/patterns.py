"""When alike cases are a pattern, where a new case belongs, and what people's decisions teach. Pure.

A voice is an enterprise; a stranger is one too, but never counts towards a pattern. The same words are one
saying, whoever sends them, and so is whatever one voice says again: whoever floods us is heard once.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

WINDOW: Final = timedelta(days=180)
"""Cases older than this no longer make a pattern; it stays what it is once it is one."""
LEAST: Final = 4
"""Different enterprises that the smallest pattern has."""
CHANCE: Final = 1 / 2000
"""Share of the cases of a type that may look like any given stone without telling of it."""
DEVIATIONS: Final = 2.0
KNOWN: Final = 16
"""Voices of a pattern that a new case is compared with at most."""
ENTERPRISE: Final = "e"
"""What the voice of an enterprise begins with."""
ONE_MATTER: Final = 0.6
"""Likeness from which on two cases of one enterprise are offered to be made one."""
STEP: Final = 0.02
FARTHEST: Final = 0.1
"""How far decisions can move the likeness from which on cases belong together."""
_USUAL: Final = 0.25
_EACH: Final = 0.15
_MOST: Final = 4


class Said(Protocol):
    """A case of a pattern as far as hearing goes: whose it is, and the earlier case that it repeats."""

    @property
    def ticket_id(self) -> int:
        """Which case."""

    @property
    def voice(self) -> str:
        """Whose."""

    @property
    def copy_of(self) -> int | None:
        """The earlier case that says the same."""

    @property
    def is_own(self) -> bool:
        """Whether that one was the same voice's, in whatever words."""


@dataclass(frozen=True, slots=True)
class Near:
    """A case that is like a new one: whose it is, and in which pattern, if any.

    `is_copy` if the new one only says once more what this earlier one said: in its words, or by the same
    voice; `repeats` if this later one does so of the new one, which was here before.
    """

    ticket_id: int
    pattern_id: int | None
    voice: str
    likeness: float
    is_copy: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new case belongs: in a pattern, or together with one case that is in none; or nowhere."""

    pattern_id: int | None
    with_ticket: int | None
    likeness: float
    copy_of: int | None = None
    is_own: bool = False
    """Whether what it repeats was said by the same voice."""

    @property
    def is_nowhere(self) -> bool:
        """Whether the case is in no pattern."""
        return self.pattern_id is None and self.with_ticket is None


def voice_of(enterprise_id: int | None, person_id: int) -> str:
    """Return whose voice a case is."""
    return f"p{person_id}" if enterprise_id is None else f"{ENTERPRISE}{enterprise_id}"


def counts(voice: str) -> bool:
    """Whether a voice counts towards a pattern: an enterprise's does, a stranger's does not."""
    return voice.startswith(ENTERPRISE)


def needed(cases: int, extra: int = 0) -> int:
    """Return how many enterprises make a pattern, where `cases` of its type came within the window.

    At least `LEAST` and what decisions added; and more than chance would bring together among so many.
    """
    chance = cases * CHANCE
    return max(LEAST + extra, math.ceil(chance + DEVIATIONS * math.sqrt(chance)))


def is_doubled(heard: int) -> bool:
    """Whether so many enterprises are twice, four times, eight times ... the fewest that make a pattern."""
    times, rest = divmod(heard, LEAST)
    return rest == 0 and times > 1 and times & (times - 1) == 0


def more_after(dismissed: int, kept: int) -> int:
    """Return how many enterprises more a pattern needs where people dismissed so many and kept so many."""
    rate = (dismissed + 1) / (dismissed + kept + 4)
    return min(_MOST, max(0, round((rate - _USUAL) / _EACH)))


def join_from(fitted: float, splits: int, joins: int) -> float:
    """Return the likeness from which on cases belong together: higher after splits, lower after joins."""
    return fitted + min(FARTHEST, max(-FARTHEST, STEP * (splits - joins)))


def place(voice: str, near: Sequence[Near], voices: Mapping[int, Sequence[str]], *, join: float) -> Place:
    """Return where a new case of `voice` belongs, nowhere if nothing is like it, and what it repeats.

    `voices` names those of each pattern in question. What counts is the mean over voices, not over cases: a
    hundred cases of one enterprise pull no harder than one, and no single bridge joins two stones.
    """
    ranked = sorted(near, key=lambda each: (-each.likeness, each.ticket_id))
    first = next((each for each in ranked if each.is_copy), None)
    copied = (None, False) if first is None else (first.ticket_id, first.voice == voice)
    of = {pattern: [each for each in ranked if each.pattern_id == pattern] for pattern in voices}
    means = [(_mean(voice, some, voices[pattern]), -pattern) for pattern, some in of.items()]
    best, pattern = max(means, default=(0.0, 0))
    if best >= join:
        return Place(-pattern, None, best, *copied)
    alone = next((each for each in ranked if each.pattern_id is None and each.likeness >= join), None)
    if alone is None:
        return Place(None, None, 0.0, *copied)
    return Place(None, alone.ticket_id, alone.likeness, *copied)


def same_matter(voice: str, ticket_id: int, near: Iterable[Near]) -> int | None:
    """Return the earlier case of the same enterprise that may be one matter with a case; None if none may."""
    mine = [each for each in near if each.voice == voice and each.ticket_id < ticket_id]
    best = max(mine, key=lambda each: (each.likeness, -each.ticket_id), default=None)
    may_be = best is not None and counts(voice) and (best.is_copy or best.likeness >= ONE_MATTER)
    return best.ticket_id if best is not None and may_be else None


def in_question(near: Sequence[Near], *, join: float) -> frozenset[int]:
    """Return the patterns that a new case may be like on the mean: those of which one case is."""
    return frozenset(
        each.pattern_id for each in near if each.pattern_id is not None and each.likeness >= join
    )


def assigned(
    groups: Sequence[Sequence[int]], was: Mapping[int, int], decided: Collection[int]
) -> list[int | None]:
    """Return which pattern each group of cases is: the one people decided on, else the one most of it was in.

    `was` names the pattern of each case that is in one. A pattern is at most one group; where two groups were
    in it, the larger part keeps it. None is a new one.
    """
    found: list[int | None] = [None] * len(groups)
    shares: list[tuple[bool, int, int, int]] = []
    for number, group in enumerate(groups):
        for pattern, cases in Counter(was[each] for each in group if each in was).items():
            shares.append((pattern in decided, cases, -number, -pattern))
    taken: set[int] = set()
    for _, _, number, pattern in sorted(shares, reverse=True):
        if found[-number] is None and -pattern not in taken:
            found[-number] = -pattern
            taken.add(-pattern)
    return found


def heard(members: Iterable[Said]) -> int:
    """Return how many enterprises are heard in some cases of a pattern.

    Whoever speaks in words of their own is, however often; of those who only repeat another's words the
    first, unless that one is heard itself, here or in what it says again. It may lie outside, in another time
    or region, or be a stranger's.
    """
    inside = {each.ticket_id: each for each in members if counts(each.voice)}
    speak = {each.voice for each in inside.values() if each.copy_of is None or each.is_own}
    said = {*inside, *(each.copy_of for each in inside.values() if each.is_own)}
    repeated: dict[int, str] = {}
    for ticket_id in sorted(inside):
        each = inside[ticket_id]
        if each.copy_of is not None and not each.is_own and each.copy_of not in said:
            repeated.setdefault(each.copy_of, each.voice)
    return len(speak | set(repeated.values()))


def _mean(own: str, near: Sequence[Near], voices: Sequence[str]) -> float:
    """Return the mean over those who may speak: others than oneself, enterprises if there are."""
    others = [each for each in voices if each != own] or list(voices)
    speaking = {each for each in others if counts(each)} or set(others)
    best: dict[str, float] = {}
    for each in near:
        if each.voice in speaking:
            best[each.voice] = max(best.get(each.voice, 0.0), each.likeness)
    chosen = sorted(best.values(), reverse=True)[:KNOWN]
    return sum(chosen) / min(len(speaking), KNOWN) if speaking else 0.0
