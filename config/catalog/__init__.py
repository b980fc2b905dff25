"""The catalogues: what a province or city may change without code, read once and checked.

Every file is YAML with sources and dates beside this module. The shapes stand in `shapes`, the reading in
`reading`, `loading`, `timetable`, `places` and `roster`; rules that decide anything live in `models.rules`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from config.catalog.loading import load_duties, load_number_formats, load_types
from config.catalog.manners import Manners, load_manners
from config.catalog.places import Gazetteer, load_regions
from config.catalog.reading import CatalogError
from config.catalog.roster import (
    DemoContact,
    DemoEnterprise,
    DemoOfficial,
    DemoRoster,
    OfficialKind,
    load_roster,
)
from config.catalog.shapes import (
    OTHER,
    CalendarNotice,
    ClockName,
    ClockRule,
    ClockWording,
    Duty,
    DutyCatalogue,
    NumberFormats,
    Region,
    RegionKind,
    RequestType,
    Stage,
    StartEvent,
    Unit,
)
from config.catalog.timetable import load_clocks, load_notices

__all__ = [
    "OTHER",
    "CalendarNotice",
    "CatalogError",
    "ClockName",
    "ClockRule",
    "ClockWording",
    "DemoContact",
    "DemoEnterprise",
    "DemoOfficial",
    "DemoRoster",
    "Duty",
    "DutyCatalogue",
    "Manners",
    "NumberFormats",
    "OfficialKind",
    "Region",
    "RegionKind",
    "RequestType",
    "Stage",
    "StartEvent",
    "Unit",
    "calendar_overrides",
    "clock_rules",
    "clock_wording",
    "demo_roster",
    "duty_department",
    "manners",
    "number_formats",
    "office_department",
    "region_in",
    "regions",
    "types",
]


@cache
def types() -> Mapping[str, RequestType]:
    """Return the six types and `other` by code, in the order in which they are offered."""
    return load_types()


@cache
def number_formats() -> NumberFormats:
    """Return how ticket and ledger numbers are written."""
    return load_number_formats()


@cache
def regions() -> Mapping[str, Region]:
    """Return every region by its code, counties included."""
    return load_regions()


def region_in(text: str) -> str | None:
    """Return the code of the city or zone that `text` names, also through one of its counties."""
    return _gazetteer().city_in(text)


@cache
def clock_rules() -> tuple[ClockRule, ...]:
    """Return every clock rule; `models.rules.clocks` picks those in force at a moment."""
    return load_clocks()[0]


@cache
def clock_wording() -> ClockWording:
    """Return how the dates of clocks are written."""
    return load_clocks()[1]


@lru_cache(maxsize=512)
def duty_department(type_code: str, on: date) -> str:
    """Return the department that answers for a type on a day, the office where no duty is in force.

    Raises:
        KeyError: there is no such type.
    """
    if type_code not in types():
        raise KeyError(type_code)
    return _duties().department(type_code, on)


def office_department() -> str:
    """Return the department that takes what nobody else answers for."""
    return _duties().office


@cache
def calendar_overrides() -> tuple[CalendarNotice, ...]:
    """Return the official notices about working days; later ones win over earlier ones."""
    return load_notices()


@cache
def manners() -> Manners:
    """Return for how long words are held, and what becomes of ratings."""
    return load_manners()


@cache
def demo_roster() -> DemoRoster:
    """Return the demo's invented people and firms."""
    return load_roster()


@cache
def _duties() -> DutyCatalogue:
    """Return what `load_duties` reads."""
    return load_duties()


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(regions())
