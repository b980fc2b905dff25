"""The clocks and the calendar: what is promised by when, and which days are worked."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

from config.catalog.checks import known_types, pattern, span, time_of_day
from config.catalog.loading import load_types
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import (
    CalendarNotice,
    ClockName,
    ClockRule,
    ClockWording,
    PauseLimits,
    StartEvent,
    Timetable,
    Unit,
    WarningManners,
)

_ALL: Final = "all"
_LONGEST: Final = 366
"""Days; a clock longer than a year is a slip of the pen."""

_MOST_CHANGES: Final = 3
"""One sentence must be able to name every extension and every pause, and fit a chat message with them."""


def load_clocks(folder: Path = HERE) -> Timetable:
    """Return every clock rule, past and future ones too, and what holds for all of them.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("clocks.yaml", folder)
    whole.only("wording", "units", "warnings", "pauses", "rules")
    units = whole.entry("units")
    units.only(*Unit)
    closes_at = {unit: time_of_day(units.entry(unit), "closes_at") for unit in Unit}
    known = set(load_types(folder))
    rules = tuple(_rule(entry, known, closes_at) for entry in whole.entries("rules"))
    return Timetable(
        rules,
        _wording(whole.entry("wording")),
        _warnings(whole.entry("warnings")),
        _pauses(whole.entry("pauses")),
    )


def load_notices(folder: Path = HERE, file: str = "calendar.yaml") -> tuple[CalendarNotice, ...]:
    """Return the official notices about working days, in the order in which they overrule each other.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read(file, folder)
    whole.only("notices")
    return tuple(_notice(entry) for entry in whole.entries("notices"))


def _rule(entry: Entry, known: set[str], closes_at: Mapping[Unit, time]) -> ClockRule:
    entry.only(
        "name", "applies_to", "length", "unit", "start", "cap", "approver", "extensions", "pausable",
        "source", "effective_from", "effective_to", "template",
    )  # fmt: skip
    first, last = span(entry)
    unit = entry.choice("unit", Unit)
    length = entry.whole("length", least=1)
    if length > _LONGEST:
        raise entry.fault(f"length must be at most {_LONGEST} days, not {length}")
    if len({entry.has(key) for key in ("cap", "approver", "extensions")}) > 1:
        raise entry.fault("cap, approver and extensions belong together")
    return ClockRule(
        name=entry.choice("name", ClockName),
        applies_to=_applies_to(entry, known),
        unit=unit,
        length=length,
        start=entry.choice("start", StartEvent),
        cap=entry.whole("cap", least=length) if entry.has("cap") else None,
        approver=entry.text("approver") if entry.has("approver") else None,
        source=entry.text("source"),
        effective_from=first,
        effective_to=last,
        closes_at=closes_at[unit],
        template=pattern(entry, "template", {"started", "length", "due", "source"}),
        extensions=_few(entry, "extensions") if entry.has("extensions") else 0,
        pausable=_yes_or_no(entry, "pausable", default=True),
    )


def _wording(entry: Entry) -> ClockWording:
    entry.only("day", "day_with_year", "closing", "units", "extended", "paused", "provisional")
    closing, units = entry.entry("closing"), entry.entry("units")
    closing.only(*Unit)
    units.only(*Unit)
    return ClockWording(
        day=pattern(entry, "day", {"month", "day"}),
        day_with_year=pattern(entry, "day_with_year", {"year", "month", "day"}),
        closing={unit: closing.text(unit) for unit in Unit},
        units={unit: units.text(unit) for unit in Unit},
        extended=pattern(entry, "extended", {"approver", "days", "unit", "reason"}),
        paused=pattern(entry, "paused", {"approver", "first", "last", "reason"}),
        provisional=entry.text("provisional"),
    )


def _warnings(entry: Entry) -> WarningManners:
    entry.only("opens", "closes", "proof_hours")
    opens, closes = time_of_day(entry, "opens"), time_of_day(entry, "closes")
    if opens >= closes:
        raise entry.fault(f"closes {closes} is not after opens {opens}")
    return WarningManners(opens, closes, timedelta(hours=entry.whole("proof_hours", least=1)))


def _pauses(entry: Entry) -> PauseLimits:
    entry.only("longest", "most")
    longest = entry.whole("longest", least=1)
    if longest > _LONGEST:
        raise entry.fault(f"longest must be at most {_LONGEST} days, not {longest}")
    return PauseLimits(longest, _few(entry, "most"))


def _few(entry: Entry, key: str) -> int:
    number = entry.whole(key, least=1)
    if number > _MOST_CHANGES:
        raise entry.fault(f"{key} must be at most {_MOST_CHANGES}, not {number}")
    return number


def _yes_or_no(entry: Entry, key: str, *, default: bool) -> bool:
    value = entry.data.get(key, default)
    if not isinstance(value, bool):
        raise entry.fault(f"{key} must be true or false, not {value!r}")
    return value


def _notice(entry: Entry) -> CalendarNotice:
    entry.only("number", "title", "issued", "year", "rest", "work")
    year = entry.whole("year", least=2000) if entry.has("year") else None
    rest = frozenset(day for holiday in entry.entries("rest") for day in _days(holiday))
    work = frozenset(entry.days("work"))
    if rest & work:
        raise entry.fault(f"{min(rest & work)} is both rest and work")
    strays = {day for day in rest | work if year is not None and day.year != year}
    if strays:
        raise entry.fault(f"{min(strays)} is not in {year}")
    return CalendarNotice(entry.text("title"), entry.text("number"), entry.day("issued"), year, rest, work)


def _days(holiday: Entry) -> Iterator[date]:
    holiday.only("name", "first", "last")
    first, last = holiday.day("first"), holiday.day("last")
    if not timedelta() <= last - first < timedelta(days=_LONGEST):
        raise holiday.fault(f"{first} to {last} is no span of days")
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _applies_to(entry: Entry, known: set[str]) -> frozenset[str] | None:
    if entry.data.get("applies_to") == _ALL:
        return None
    named = entry.texts("applies_to")
    if not named:
        raise entry.fault("applies_to must be all or a list of types")
    return known_types(entry, named, known)
