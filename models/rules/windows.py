"""What the platform lets us send to one person, and which channel that leaves.

Source: 客服消息 allowances in force since 2023-06-12 (WeChat official document, custom messages).
"""

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


MOST: Final = 5
"""No window ever holds more messages than this."""

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


def channel_for(window: Window | None, now: datetime, *, consents: int, has_template: bool) -> Channel | None:
    """Return the channel to use now, or None if the message must wait until the person writes.

    `consents` counts the subscription notices the person still allows (-1: without limit).
    """
    if window is not None and window.is_open(now):
        return Channel.CUSTOM
    if consents != 0:
        return Channel.SUBSCRIPTION
    if has_template:
        return Channel.TEMPLATE
    return None
