"""How many customer-service messages an account may send to a person, and until when.

The table is the platform's own since 2023-06-12. Whether windows that overlap add up is not documented, so
the strict reading holds here: one message counts against every open window.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.simulator.errors import ApiError


class Trigger(StrEnum):
    """What a person did that opens a window."""

    MESSAGE = "message"
    MENU = "menu"
    FOLLOW = "follow"
    SCAN = "scan"


ALLOWANCES: Final[dict[Trigger, tuple[int, timedelta]]] = {
    Trigger.MESSAGE: (5, timedelta(hours=48)),
    Trigger.MENU: (3, timedelta(minutes=1)),
    Trigger.FOLLOW: (3, timedelta(minutes=1)),
    Trigger.SCAN: (3, timedelta(minutes=1)),
}


@dataclass(slots=True)
class Window:
    """One open allowance."""

    remaining: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WindowState:
    """What is left at one moment: `remaining` messages until `expires_at`, or nothing."""

    is_open: bool
    remaining: int
    expires_at: datetime | None


class Windows:
    """The windows of one person."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: dict[Trigger, Window] = {}

    def open(self, trigger: Trigger, now: datetime) -> None:
        """Open the window of `trigger`, or begin it anew: it never adds to itself."""
        allowance, length = ALLOWANCES[trigger]
        self._open[trigger] = Window(allowance, now + length)

    def close(self) -> None:
        """Close all of them, as leaving the account does."""
        self._open.clear()

    def spend(self, now: datetime) -> None:
        """Count one message.

        Raises:
            ApiError: 45015 when no window is open, 45047 when all open ones are used up.
        """
        open_now = [window for window in self._open.values() if window.expires_at > now]
        if not open_now:
            raise ApiError(45015)
        if not any(window.remaining for window in open_now):
            raise ApiError(45047)
        for window in open_now:
            window.remaining = max(0, window.remaining - 1)

    def state(self, now: datetime) -> WindowState:
        """Return the best window open at `now`."""
        open_now = [window for window in self._open.values() if window.expires_at > now]
        if not open_now:
            return WindowState(is_open=False, remaining=0, expires_at=None)
        best = max(open_now, key=lambda window: (window.remaining, window.expires_at))
        return WindowState(is_open=best.remaining > 0, remaining=best.remaining, expires_at=best.expires_at)
