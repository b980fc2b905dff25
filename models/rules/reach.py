"""How to reach an enterprise whose telephone nobody answers.

Pure. In this order, each way once until the enterprise is heard again: a message in the chat to whoever
brought the case, then to another contact, then a visit by the local office. Silence never ends in nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """What is done when a call fails."""

    CHAT = "chat"
    COLLEAGUE = "colleague"
    VISIT = "visit"
    WAIT = "wait"
    """All ways have been tried; the visit is under way."""
    SOON = "soon"
    """The way taken last has not had its time yet."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who speaks for the enterprise, and whether messages get through to them."""

    person_id: int
    hears: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The way to take, and to whom where it leads to a contact."""

    way: Way
    person_id: int | None = None


def next_way(contacts: Sequence[Contact], tried: Collection[Next], *, is_soon: bool = False) -> Next:
    """Return the next way; `contacts` begins with whoever brought the case.

    While it `is_soon` after the last one, whoever was asked then still has time to answer, as long as they
    speak for the enterprise.
    """
    asked = list(tried)[-1].person_id if tried else None
    is_there = any(contact.person_id == asked for contact in contacts)
    if is_soon and is_there and all(done.way is not Way.VISIT for done in tried):
        return Next(Way.SOON, asked)
    for place, contact in enumerate(contacts):
        step = Next(Way.COLLEAGUE if place else Way.CHAT, contact.person_id)
        if contact.hears and all(step.person_id != done.person_id for done in tried):
            return step
    is_visited = any(done.way is Way.VISIT for done in tried)
    return Next(Way.WAIT if is_visited else Way.VISIT)
