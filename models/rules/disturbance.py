"""Whether somebody may be rung now (无事不扰): at once, not before some moment, or not before they write.

Pure: no session, clock or I/O. Every message carries its cause; this says when it may travel:

1. An answer is never held back: its reader wrote on that case within half an hour (`JUST`), or has come to us
   since it was written.
2. In quiet hours (免打扰) everything else waits for their end. What is due then travels as one message.
3. A day of Shanghai has a budget of messages nobody asked for. A fact is paid for once, however many messages
   it takes, and several facts in one message are one; the first answer to what they wrote that day is free.
   Over budget a message waits for the next day's budget, at eight in the morning or when the quiet hours end,
   whatever is later; or for the enterprise to write, whatever comes first.
4. With a budget of nothing it waits until the enterprise writes, for good.

`EXEMPT` names what no budget holds back, and why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Shanghai")
JUST: Final = timedelta(minutes=30)
"""For so long after their words somebody is still in the conversation."""

SLACK: Final = timedelta(minutes=1)
"""How far our clock and the platform's, which says when they wrote, may be apart."""

MORNING: Final = time(8)
"""Before this nobody is told what was over yesterday's budget."""

MOST: Final = 20
"""No enterprise can ask for more messages a day than this."""

ANSWERS: Final = frozenset({"replied", "progressed", "resolved", "declined", "media"})
"""What officials say to an enterprise in their own words."""

_DAY: Final = 24 * 60
_CLOCK: Final = r"([01]?[0-9]|2[0-4]):([0-5][0-9])"
_HOURS: Final = re.compile(f"{_CLOCK}-{_CLOCK}")
_NONE: Final = "none"

EXEMPT: Final[Mapping[str, str]] = {
    "call_announced": "a call without its card is the very call that gets reported as fraud",
    "call_cancelled": "whoever still expects the call would believe somebody else who rings at that time",
}
"""What is no matter of the budget, and why. In quiet hours it waits too, unless the call comes sooner.

Announcements have a limit of their own a day, so that this is no way round the budget (`unasked` in
config/catalog/calls.yaml).
"""


class Why(StrEnum):
    """Why a message is held back."""

    QUIET = "quiet"
    BUDGET = "budget"
    ASKED = "asked"
    """The enterprise wants to hear nothing unless it writes."""
    QUOTA = "quota"
    """The platform takes no more today by any channel that would do."""
    OFF = "off"
    """The platform does not let this account use any channel that would do."""


RESTING: Final = frozenset({Why.QUOTA, Why.OFF})
"""It is held back by the platform, not by courtesy: their writing changes nothing."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of every day in which nothing rings, in minutes since midnight; none if both are the same."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not (0 <= self.begins < _DAY and 0 <= self.ends < _DAY):
            raise ValueError(f"no hours of a day: {self.begins} to {self.ends}")

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the hours that `text` names, as in `21:00-08:00` or `none`.

        Raises:
            ValueError: it names none.
        """
        if text == _NONE:
            return cls(0, 0)
        found = _HOURS.fullmatch(text)
        if found is None:
            raise ValueError("quiet hours are two times of day as in 21:00-08:00, or none")
        first, second = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
        if max(first, second) > _DAY:
            raise ValueError("a day has 24 hours")
        return cls(first % _DAY, second % _DAY)

    def __str__(self) -> str:
        return _NONE if self.is_never else f"{_clock(self.begins)}-{_clock(self.ends)}"

    @property
    def is_never(self) -> bool:
        """Whether there are none."""
        return self.begins == self.ends

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet at `now`."""
        local = now.astimezone(LOCAL)
        minute = local.hour * 60 + local.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def end(self, now: datetime) -> datetime:
        """Return the next moment after `now` at which quiet hours end."""
        local = now.astimezone(LOCAL)
        end = local.replace(hour=self.ends // 60, minute=self.ends % 60, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class Courtesy:
    """What an enterprise may expect of us: when nothing rings, and how many unasked messages a day may."""

    quiet: Quiet = Quiet(21 * 60, 8 * 60)
    budget: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.budget <= MOST:
            raise ValueError(f"a budget of {self.budget} messages a day")


GRANTED: Final = Courtesy()
"""What every enterprise may expect where neither it nor the installation has settled anything else."""


@dataclass(frozen=True, slots=True)
class Message:
    """What decides when a message may travel.

    `asked_at` is when its reader last wrote on this very case, `others_at` when somebody else of the
    enterprise did, `answered_at` when officials last said something there before this, `came_at` when its
    reader last wrote to us of whatever. `is_paid`: it, or another message of the same fact, has rung before.
    `needed_by` is when its reader must know of it at the latest.
    """

    kind: str
    written_at: datetime
    asked_at: datetime | None = None
    others_at: datetime | None = None
    answered_at: datetime | None = None
    came_at: datetime | None = None
    is_paid: bool = False
    needed_by: datetime | None = None


class Cost(StrEnum):
    """What ringing now takes, the least first."""

    NOTHING = "nothing"
    """They wrote, or it is paid for."""
    EXEMPT = "exempt"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Ring:
    """It may travel now."""

    cost: Cost


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits until then, or until they write."""

    until: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Park:
    """It waits until they write."""

    why: Why


Verdict = Ring | Hold | Park


def judge(message: Message, courtesy: Courtesy, *, left: int, now: datetime) -> Verdict:
    """Return whether a message may travel now; `left` is what its enterprise has left of today's budget."""
    if is_answer(message, now):
        return Ring(Cost.NOTHING)
    if courtesy.quiet.holds(now) and not _cannot_wait(message, courtesy.quiet.end(now), now):
        return Hold(courtesy.quiet.end(now), Why.QUIET)
    if message.is_paid or is_awaited(message, now):
        return Ring(Cost.NOTHING)
    if message.kind in EXEMPT:
        return Ring(Cost.EXEMPT)
    if left > 0:
        return Ring(Cost.UNIT)
    return Hold(next_day(courtesy.quiet, now), Why.BUDGET) if courtesy.budget else Park(Why.ASKED)


def is_answer(message: Message, now: datetime) -> bool:
    """Whether a message answers somebody who just wrote, or reaches them after they came for it."""
    if message.asked_at is not None and now - message.asked_at <= JUST:
        return True
    came = message.came_at
    return came is not None and now - came <= JUST and came >= message.written_at - SLACK


def is_awaited(message: Message, now: datetime) -> bool:
    """Whether it is the first thing officials say after what its reader, and nobody since, wrote today."""
    asked = message.asked_at
    if message.kind not in ANSWERS or asked is None or asked < day_begins(now):
        return False
    return all(at is None or at <= asked for at in (message.answered_at, message.others_at))


def _cannot_wait(message: Message, until: datetime, now: datetime) -> bool:
    return message.kind in EXEMPT and message.needed_by is not None and now <= message.needed_by <= until


def next_day(quiet: Quiet, now: datetime) -> datetime:
    """Return when what is over today's budget may travel: the next morning, once it is no longer quiet."""
    local = now.astimezone(LOCAL) + timedelta(days=1)
    morning = datetime.combine(local.date(), MORNING, LOCAL)
    return quiet.end(morning) if quiet.holds(morning) else morning


def day_begins(now: datetime) -> datetime:
    """Return when the day of Shanghai began that `now` is in."""
    return now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
