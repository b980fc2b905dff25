"""Whether one message holds several matters, and where one ends and the next begins.

Two ways to find a seam: words that announce another matter, which are believed as they stand; and mere
structure (numbers, lines, sentences), which is believed only where the classifier is sure of both sides and
they are of different types, because most lists describe one matter. Parts are slices of the message.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .classifier import UNKNOWN, default_classifier
from .headline import names_a_matter
from .phrases import ADDED, ANNOUNCED, COUNTED, ENUMERATED, LISTED, RUN_ON
from .regex import Regex

MOST: Final = 3
"""Never more parts than this: what is left belongs to the last."""
READ_AT_MOST: Final = 1000
"""Characters; a longer message is read by a person, who sees best how many matters it holds."""
COUNTED_WITHIN: Final = 24
"""Characters at the beginning in which somebody says how many matters follow."""
LONG_ENOUGH: Final = 6
"""Characters of a part that can be a matter of its own."""
NOTE: Final = 120
"""Characters of a message whose sentences may be matters of their own; a letter's are parts of one story."""
SURE: Final = 0.75
"""How sure of both sides one must be to believe in structure: people speak of much that they do not want."""
WHOLE: Final = 12
"""Characters on either side of a joint in a run-on: fewer hardly describe a matter."""

_ANNOUNCED: Final = Regex(ANNOUNCED)
_COUNTED: Final = re.compile(COUNTED)
_LISTED: Final = re.compile(f"{LISTED}|{ANNOUNCED}")
_ANOTHER: Final = Regex(f"[\\W]*(?:{ANNOUNCED}|{ADDED})")
_RUN_ON: Final = Regex(RUN_ON)
_SEAM: Final = re.compile("[.．、)）①②③④⑤是第其另\\n。；;！!？?]|还有|又一|此外|再就")
"""One of these stands at every seam; most messages hold none and are not searched further."""
_LIST: Final = re.compile(f"{ENUMERATED}|(?<=\\n)(?=[^\\n])")
_SENTENCES: Final = re.compile(
    f"{_LIST.pattern}|(?<=[。；;！!？?])(?=.)|(?<=[，,])(?=另外|此外|还有|再就是)", re.DOTALL
)


def matters(text: str) -> tuple[str, ...]:
    """Return the parts of `text` that are matters of their own, in order; one part where there is but one."""
    if len(text) > READ_AT_MOST or not _SEAM.search(text):
        return (text,)
    is_counted = _COUNTED.search(text, 0, COUNTED_WITHIN) is not None
    seams = {found.start() for found in (_LISTED if is_counted else _ANNOUNCED).finditer(text)}
    if is_counted and seams and not names_a_matter(text[: min(seams)]):
        seams.remove(min(seams))
    seams |= {found.start() for found in _RUN_ON.finditer(text) if _joins_matters(text, found)}
    parts = [part for piece in _cut(text, sorted(seams)) for part in _by_type(piece)]
    parts = _long_enough(parts)
    return (*parts[: MOST - 1], "".join(parts[MOST - 1 :])) if len(parts) > MOST else tuple(parts)


def begins_another(text: str) -> bool:
    """Whether a message begins with words that announce another matter."""
    return _ANOTHER.match(text) is not None


def _joins_matters(text: str, joint: re.Match[str]) -> bool:
    """Whether whole matters stand on both sides, not surely of one type."""
    before, after = text[: joint.start()], text[joint.end() :]
    if min(len(before), len(after)) < WHOLE or not (names_a_matter(before) and names_a_matter(after)):
        return False
    first, second = _sure_type(before), _sure_type(after)
    return first is None or first != second


def _cut(text: str, seams: Sequence[int]) -> list[str]:
    places = [0, *(seam for seam in seams if 0 < seam < len(text)), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


def _by_type(text: str) -> list[str]:
    """Cut where the type changes for sure; what has no sure type stays with what stands before it.

    Most messages have no seam at all: their type is not asked for.
    """
    structure = _SENTENCES if len(text) <= NOTE else _LIST
    pieces = _cut(text, sorted({found.start() for found in structure.finditer(text)}))
    if len(pieces) == 1:
        return pieces
    parts: list[str] = []
    last: str | None = None
    for piece in pieces:
        now = _sure_type(piece)
        if parts and (now is None or last is None or now == last):
            parts[-1] += piece
        else:
            parts.append(piece)
        last = now or last
    return parts


def _sure_type(text: str) -> str | None:
    if len(text.strip()) < LONG_ENOUGH:
        return None
    verdict = default_classifier().classify(text)
    return verdict.type if verdict.confidence >= SURE and verdict.type != UNKNOWN else None


def _long_enough(parts: Sequence[str]) -> list[str]:
    """Join what is too short for a matter to its neighbour."""
    kept: list[str] = []
    for part in parts:
        if kept and (len(part.strip()) < LONG_ENOUGH or len(kept[-1].strip()) < LONG_ENOUGH):
            kept[-1] += part
        else:
            kept.append(part)
    return kept
