"""The shapes of what the catalogues hold: frozen values, nothing that reads or decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

OTHER: Final = "other"
"""The type of a request that fits none of the six; it is owned and answered like the rest."""


class RegionKind(StrEnum):
    """What a region is. A zone is run like a city but has no code of its own in GB/T 2260."""

    PROVINCE = "province"
    CITY = "city"
    ZONE = "zone"
    COUNTY = "county"


class ClockName(StrEnum):
    """What a clock waits for."""

    ACCEPT = "accept"
    FIRST_CONTACT = "first_contact"
    PROGRESS = "progress"
    RESULT = "result"
    FORWARD = "forward"
    ANSWER = "answer"
    TOTAL = "total"
    CO_HANDLE = "co_handle"
    APPEAL = "appeal"
    CONFIRMATION = "confirmation"


class Unit(StrEnum):
    """Which days a clock counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class StartEvent(StrEnum):
    """What starts a clock: the request, its acceptance, complete papers, help, an appeal, the result."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    MATERIALS = "materials"
    CALLED_IN = "called_in"
    APPEALED = "appealed"
    RESOLVED = "resolved"


class Stage(StrEnum):
    """How far an enterprise has grown."""

    STARTUP = "startup"
    GROWING = "growing"
    MATURE = "mature"


@dataclass(frozen=True, slots=True)
class RequestType:
    """One of the six types, or `other`.

    `example` is a phrase of the kind a business owner would write; `aliases` are the words that
    also name the type when somebody corrects it.
    """

    code: str
    name: str
    description: str
    example: str
    aliases: tuple[str, ...]

    @property
    def is_choice(self) -> bool:
        """Tell whether the type is offered for tapping; `other` never is."""
        return self.code != OTHER


@dataclass(frozen=True, slots=True)
class NumberFormats:
    """How numbers are written: what may stand before one, and the ledger number's pattern.

    `ledger` has the places `{type}`, `{year}` and `{n}`.
    """

    prefixes: tuple[str, ...]
    ledger: str


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city, zone or county.

    `parent` is the code above it, None for the province. `aliases` are texts that mean this region
    and no other when they occur in a sentence; none where the name alone is ambiguous. `tile` is its column
    and row on the schematic map, counted from the north-west.
    """

    code: str
    name: str
    short: str
    kind: RegionKind
    parent: str | None
    aliases: tuple[str, ...]
    tile: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClockRule:
    """A promise with a length, in force from one day to another (both included).

    Each row of the catalogue is one rule and equal to no other, so rules are cheap keys of what is worked
    out from them.

    `applies_to` is None for all types. `cap` is the most days the clock may have in all once
    `approver` has extended it, at most `extensions` times; without a cap it cannot be extended. What is
    not `pausable` runs on while a supervisor pauses the others. `closes_at` is the time of day
    (Asia/Shanghai) at which the last day ends. `template` explains the rule in one sentence with the
    places `{started}`, `{length}`, `{due}` and `{source}`.
    """

    name: ClockName
    applies_to: frozenset[str] | None
    unit: Unit
    length: int
    start: StartEvent
    cap: int | None
    approver: str | None
    source: str
    effective_from: date
    effective_to: date | None
    closes_at: time
    template: str
    extensions: int = 0
    pausable: bool = True


@dataclass(frozen=True, slots=True)
class ClockWording:
    """How a clock's dates are written.

    `day` and `day_with_year` have the places `{year}`, `{month}` and `{day}`; `closing` says the end
    of the last day for each unit, `units` what its days are called; `extended` and `paused` say what moved
    the date; `provisional` is added while a calendar is not official.
    """

    day: str
    day_with_year: str
    closing: dict[Unit, str]
    units: dict[Unit, str]
    extended: str
    paused: str
    provisional: str


@dataclass(frozen=True, slots=True)
class WarningManners:
    """When officials may be warned, and how soon it must be certain that the warning arrived.

    Warnings go out between `opens` and `closes` of a working day (Asia/Shanghai); one that is not
    delivered `proof` later goes one level up.
    """

    opens: time
    closes: time
    proof: timedelta


@dataclass(frozen=True, slots=True)
class PauseLimits:
    """How many days one pause of a case's clocks may last, and how many pauses a case may have."""

    longest: int
    most: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everything the catalogue says about clocks."""

    rules: tuple[ClockRule, ...]
    wording: ClockWording
    warnings: WarningManners
    pauses: PauseLimits


@dataclass(frozen=True, slots=True)
class Duty:
    """Which department answers for a type, in force from one day to another (both included)."""

    type_code: str
    department: str
    source: str
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class DutyCatalogue:
    """Who answers for what (the catalogue of duties), and the office that answers for the rest."""

    office: str
    duties: tuple[Duty, ...]

    def department(self, type_code: str, on: date) -> str:
        """Return who answers for a type on a day: the newest duty in force, else the office."""
        in_force = [
            duty
            for duty in self.duties
            if duty.type_code == type_code
            and duty.effective_from <= on
            and (duty.effective_to is None or on <= duty.effective_to)
        ]
        return max(in_force, key=lambda duty: duty.effective_from).department if in_force else self.office


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """What one official notice says about working days.

    `year` is set when the notice arranges a whole year: then the days it does not name are settled
    too (weekdays are worked, weekends are not). Without it only the days it names are settled.
    """

    title: str
    number: str
    issued: date
    year: int | None
    rest: frozenset[date]
    work: frozenset[date]


@dataclass(frozen=True, slots=True)
class DayPart:
    """A part of the day: what an hour said with it may mean, and the window when nothing else is said."""

    first_hour: int
    last_hour: int
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many within so long."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class CallHabits:
    """When officials may call, how long a window is, what parts of the day mean, how often one may guess.

    `early` is how much before its window a call still counts as the announced one; `ahead` how far off an
    announcement may be; `patience` how long whoever was asked after a call in vain has before somebody else
    is asked; `answer` how long we wait to hear when to call; `unasked` how many announcements an
    enterprise gets on one day without asking. `parts` is by the word people say. All `guesses` hold at once.
    """

    opens: time
    closes: time
    usual: timedelta
    longest: timedelta
    early: timedelta
    ahead: timedelta
    patience: timedelta
    answer: timedelta
    unasked: int
    parts: Mapping[str, DayPart]
    guesses: tuple[Allowance, ...]
