"""Long words as several messages, and a long conversation as pages: by bytes, and nothing is left out.

Pure. Sizes are those of the text as a phone gets it: a `<` that somebody typed is shown as `＜`.
"""

from collections.abc import Sequence
from typing import Final

ROOM: Final = 1200
"""Bytes of what somebody said that fit into a chat message beside our own words."""

_ENDS: Final = ("\n", "。！？；!?;")
"""After what a text is best parted, the best first."""
_LONGEST_CHARACTER: Final = 4


def size(text: str) -> int:
    """Return the bytes that `text` takes in a chat message."""
    return len(text.replace("<", "＜").encode(errors="replace"))


def split(text: str, room: int = ROOM) -> list[str]:
    """Return `text` in parts of at most `room` bytes, at least one; together they are the text.

    Parts end after a line, else after a sentence, else between characters.

    Raises:
        ValueError: `room` cannot hold one character.
    """
    if room < _LONGEST_CHARACTER:
        raise ValueError("the room cannot hold one character")
    parts: list[str] = []
    while size(text) > room:
        end = _end(text, room)
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text] if text or not parts else parts


def pages(lines: Sequence[str], room: int = ROOM) -> list[str]:
    """Return what was said, oldest first, as pages of at most `room` bytes: the newest page first.

    Within a page the oldest line stands first. A line that needs more than one page has pages to itself,
    in the order in which they are read.
    """
    found: list[str] = []
    page: list[str] = []
    for line in reversed(lines):
        if page and size("\n".join([line, *page])) > room:
            found.append("\n".join(page))
            page = []
        if size(line) > room:
            found += split(line, room)
        else:
            page.insert(0, line)
    return [*found, "\n".join(page)] if page or not found else found


def _end(text: str, room: int) -> int:
    """Return after how many characters to part `text`, which is longer than `room`."""
    most = used = 0
    while (used := used + size(text[most])) <= room:
        most += 1
    for marks in _ENDS:
        found = max(text.rfind(mark, 0, most) for mark in marks) + 1
        if found > most // 2:
            return found
    return most
