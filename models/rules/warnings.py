"""When a running clock warns, and who is told: the ladder that ends with nobody only if nobody is there.

Pure. A warning falls at 50, 80 and 100 % of a clock's time, never inside a pause, and goes out when offices
are open. Whoever cannot be told is replaced by the next rung up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from config.catalog import ClockName, WarningManners
from models.rules.calendar import Calendar
from models.rules.clocks import warnings
from models.rules.counting import SHANGHAI, Paused, day_of
from models.rules.regions import upwards

LEVELS: Final = (50, 80, 100)
"""Per cent of a clock's time; at the last one it has run out."""


_COMING: Final = {warned: place for place, warned in enumerate((0, *LEVELS))}
"""Where among the three the warning stands that follows the last one given."""

_A_DAY: Final = timedelta(days=1)


class Rung(StrEnum):
    """Who may be told that a clock runs, from the desk upwards."""

    AIDE = "aide"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of one ladder; `region` says whose supervisors are meant."""

    rung: Rung
    region: str | None = None


FIRST_RUNG: Final[Mapping[int, Rung]] = {50: Rung.AIDE, 80: Rung.LEADER, 100: Rung.SUPERVISOR}
"""Who is told first at which level (MISSION.md, 5)."""


@cache
def ladder(region: str) -> tuple[Step, ...]:
    """Return the rungs for a matter in `region`: desk, supervisors (nearest first), provincial office."""
    return (
        Step(Rung.AIDE),
        Step(Rung.LEADER),
        *(Step(Rung.SUPERVISOR, each) for each in upwards(region)),
        Step(Rung.OFFICE),
    )


def rungs_from(level: int, region: str) -> tuple[Step, ...]:
    """Return the rungs that a warning of `level` climbs until somebody can be told."""
    steps = ladder(region)
    return steps[next(n for n, step in enumerate(steps) if step.rung is FIRST_RUNG[level]) :]


def climbs(clock: str, level: int, region: str) -> tuple[tuple[Step, ...], ...]:
    """Return the ladders of a warning: each is climbed until somebody can be told.

    An appeal is the supervisors' own: once it is late, who stands above them hears of it too. Half of the
    time for the enterprise's word brings a reminder to the enterprise, and nobody else is told.
    """
    if clock == ClockName.APPEAL:
        deciding = rungs_from(LEVELS[-1], region)
        return (deciding, deciding[1:]) if level == LEVELS[-1] else (deciding,)
    if clock == ClockName.CONFIRMATION and level == LEVELS[0]:
        return ()
    return (rungs_from(level, region),)


def rungs_above(step: Step, region: str) -> tuple[Step, ...]:
    """Return the rungs above `step`; none above the last, and the whole upper ladder if it is not in it."""
    steps = ladder(region)
    return steps[steps.index(step) + 1 :] if step in steps else rungs_from(LEVELS[-1], region)


def moments(started_at: datetime, due_at: datetime, pauses: Sequence[Paused] = ()) -> tuple[datetime, ...]:
    """Return the moments of the three warnings; one that falls into a pause waits for its end."""
    found = warnings(started_at, due_at)
    if not pauses:
        return found
    stops = sorted(pauses, key=lambda pause: pause.first)
    return tuple(_out_of(stops, moment) for moment in found)


def next_opening(at: datetime, calendar: Calendar, manners: WarningManners) -> datetime:
    """Return `at` if offices are open then, else the moment they open next, in UTC."""
    local = at.astimezone(SHANGHAI)
    day, hour = local.date(), local.time()
    first, opens = _opening_from(day, calendar, manners)
    if first != day or hour < manners.opens:
        return opens
    return at if hour <= manners.closes else _opening_from(day + _A_DAY, calendar, manners)[1]


@lru_cache(maxsize=1024)
def _opening_from(day: date, calendar: Calendar, manners: WarningManners) -> tuple[date, datetime]:
    """Return the first day from `day` on that is worked, and when offices open then."""
    worked = calendar.add_working_days(day, 0)
    return worked, datetime.combine(worked, manners.opens, SHANGHAI).astimezone(UTC)


def next_warning(
    span: tuple[datetime, datetime],
    warned: int,
    calendar: Calendar,
    manners: WarningManners,
    pauses: Sequence[Paused] = (),
) -> datetime | None:
    """Return when a clock over `span` that has warned up to `warned` warns next; None after 100 %."""
    if warned == LEVELS[-1]:
        return None
    coming = moments(*span, pauses)[_COMING[warned]]
    return next_opening(coming, calendar, manners)


def level_at(
    span: tuple[datetime, datetime],
    now: datetime,
    calendar: Calendar,
    manners: WarningManners,
    pauses: Sequence[Paused] = (),
) -> int:
    """Return the highest level whose warning may have gone out by `now`; 0 before the first."""
    reached = (
        level
        for level, moment in zip(LEVELS, moments(*span, pauses), strict=True)
        if next_opening(moment, calendar, manners) <= now
    )
    return max(reached, default=0)


def _out_of(pauses: Iterable[Paused], moment: datetime) -> datetime:
    for pause in pauses:
        if pause.covers(day_of(moment)):
            moment = datetime.combine(pause.last + _A_DAY, time(), SHANGHAI).astimezone(UTC)
    return moment
