"""What the platform lets us send to one person, and which channel that leaves.

Source: 客服消息 allowances in force since 2023-06-12 (WeChat official document, custom messages).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Trigger(StrEnum):
    """What a person did to open a window."""

    MESSAGE = "message"
    CLICK = "click"
    FOLLOW = "follow"
    SCAN = "scan"


class Channel(StrEnum):
    """The ways a message can reach a person."""

    CUSTOM = "custom"
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Window:
    """So many customer-service messages until then."""

    expires_at: datetime
    left: int

    def is_open(self, now: datetime) -> bool:
        """Whether one more message is allowed at `now`."""
        return self.left > 0 and now < self.expires_at

    def takes(self, now: datetime, *, can_wait: bool) -> bool:
        """Whether a message may be sent at `now`: the last one is kept for what cannot wait.

        Not in a window that soon ends: what is kept there is lost.
        """
        is_kept = self.left == 1 and self.expires_at - now > SOON
        return self.is_open(now) and not (can_wait and is_kept)


MOST: Final = 5
"""No window ever holds more messages than this."""

SOON: Final = timedelta(hours=1)

_ALLOWANCE: Final = {
    Trigger.MESSAGE: (MOST, timedelta(hours=48)),
    Trigger.CLICK: (3, timedelta(minutes=1)),
    Trigger.FOLLOW: (3, timedelta(minutes=1)),
    Trigger.SCAN: (3, timedelta(minutes=1)),
}


def opened(trigger: Trigger, now: datetime, current: Window | None) -> Window:
    """Return the window after `trigger`.

    A message resets the allowance; a short window never shortens a longer one that is still open
    (whether they add up is not documented, so the better of both is kept, never the sum).
    """
    left, span = _ALLOWANCE[trigger]
    fresh = Window(now + span, left)
    if trigger is Trigger.MESSAGE or current is None or not current.is_open(now):
        return fresh
    return current if current.expires_at >= fresh.expires_at else fresh


def channel_for(
    window: Window | None, now: datetime, *, can_wait: bool, consents: int, has_template: bool
) -> Channel | None:
    """Return the channel to use now, or None if the message must wait until the person writes.

    `consents` counts the subscription notices the person still allows (-1: without limit).
    """
    if window is not None and window.takes(now, can_wait=can_wait):
        return Channel.CUSTOM
    if consents != 0:
        return Channel.SUBSCRIPTION
    if has_template:
        return Channel.TEMPLATE
    return None


def together(sizes: Iterable[int | None], *, room: int, between: int) -> int:
    """Return how many messages, from the first one on, travel as one of at most `room` bytes.

    `between` is the size of what parts them. One whose size is None travels alone, as does one too long.
    """
    count = used = 0
    for size in sizes:
        used += (between if count else 0) + (room if size is None else size)
        if count and used > room:
            break
        count += 1
    return count
