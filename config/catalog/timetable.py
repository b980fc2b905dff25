"""The clocks and the calendar: what is promised by when, and which days are worked."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

from config.catalog.checks import known_types, pattern, span, time_of_day
from config.catalog.loading import load_types
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import CalendarNotice, ClockName, ClockRule, ClockWording, StartEvent, Unit

_ALL: Final = "all"
_LONGEST: Final = 366
"""Days; a clock longer than a year is a slip of the pen."""


def load_clocks(folder: Path = HERE) -> tuple[tuple[ClockRule, ...], ClockWording]:
    """Return every clock rule, past and future ones too, and how their dates are written.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("clocks.yaml", folder)
    whole.only("wording", "units", "rules")
    units = whole.entry("units")
    units.only(*Unit)
    closes_at = {unit: time_of_day(units.entry(unit), "closes_at") for unit in Unit}
    known = set(load_types(folder))
    rules = tuple(_rule(entry, known, closes_at) for entry in whole.entries("rules"))
    return rules, _wording(whole.entry("wording"))


def load_notices(folder: Path = HERE) -> tuple[CalendarNotice, ...]:
    """Return the official notices about working days, in the order in which they overrule each other.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("calendar.yaml", folder)
    whole.only("notices")
    return tuple(_notice(entry) for entry in whole.entries("notices"))


def _rule(entry: Entry, known: set[str], closes_at: Mapping[Unit, time]) -> ClockRule:
    entry.only(
        "name", "applies_to", "length", "unit", "start", "cap", "approver", "source",
        "effective_from", "effective_to", "template",
    )  # fmt: skip
    first, last = span(entry)
    unit = entry.choice("unit", Unit)
    length = entry.whole("length", least=1)
    if length > _LONGEST:
        raise entry.fault(f"length must be at most {_LONGEST} days, not {length}")
    if entry.has("cap") != entry.has("approver"):
        raise entry.fault("cap and approver belong together")
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
    )


def _wording(entry: Entry) -> ClockWording:
    entry.only("day", "day_with_year", "closing", "provisional")
    closing = entry.entry("closing")
    closing.only(*Unit)
    return ClockWording(
        day=pattern(entry, "day", {"month", "day"}),
        day_with_year=pattern(entry, "day_with_year", {"year", "month", "day"}),
        closing={unit: closing.text(unit) for unit in Unit},
        provisional=entry.text("provisional"),
    )


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
