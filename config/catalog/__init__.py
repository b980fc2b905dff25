"""The catalogues: what a province or city may change without code, read once and checked.

Every file is YAML with sources and dates beside this module. The shapes stand in `shapes`, the reading in
`reading`, `loading`, `timetable`, `places` and `roster`; rules that decide anything live in `models.rules`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from config.catalog.calling import load_call_habits, load_phrase_words
from config.catalog.casework import Asks, DeclineReason, FirstReceiver, load_declines, load_units
from config.catalog.columns import Column, Columns, load_columns
from config.catalog.festivals import Festival, Festivals, load_festivals
from config.catalog.ledgers import LedgerColumn, LedgerForm, load_ledger_form
from config.catalog.loading import load_duties, load_number_formats, load_types
from config.catalog.manners import Manners, load_manners
from config.catalog.payments import (
    DebtorKind,
    Ground,
    OverdueInterest,
    PaymentLaw,
    PaymentTerm,
    load_payment_law,
)
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
    Allowance,
    CalendarNotice,
    CallHabits,
    ClockName,
    ClockRule,
    ClockWording,
    DayPart,
    Duty,
    DutyCatalogue,
    NumberFormats,
    PauseLimits,
    Region,
    RegionKind,
    RequestType,
    Stage,
    StartEvent,
    Timetable,
    Unit,
    WarningManners,
)
from config.catalog.timetable import load_clocks, load_notices

__all__ = [
    "OTHER",
    "Allowance",
    "Asks",
    "CalendarNotice",
    "CallHabits",
    "CatalogError",
    "ClockName",
    "ClockRule",
    "ClockWording",
    "Column",
    "Columns",
    "DayPart",
    "DebtorKind",
    "DeclineReason",
    "DemoContact",
    "DemoEnterprise",
    "DemoOfficial",
    "DemoRoster",
    "Duty",
    "DutyCatalogue",
    "Festival",
    "FirstReceiver",
    "Ground",
    "LedgerColumn",
    "LedgerForm",
    "Manners",
    "NumberFormats",
    "OfficialKind",
    "OverdueInterest",
    "PauseLimits",
    "PaymentLaw",
    "PaymentTerm",
    "Region",
    "RegionKind",
    "RequestType",
    "Stage",
    "StartEvent",
    "Timetable",
    "Unit",
    "WarningManners",
    "calendar_overrides",
    "call_habits",
    "clock_rules",
    "clock_wording",
    "decline_reasons",
    "demo_roster",
    "duty_department",
    "festival_before",
    "first_receiver",
    "import_columns",
    "ledger_form",
    "manners",
    "number_formats",
    "office_department",
    "pause_limits",
    "payment_law",
    "phrase_words",
    "region_in",
    "region_named",
    "regions",
    "types",
    "unit_aliases",
    "warning_manners",
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


def region_named(text: str) -> str | None:
    """Return the code of the county that `text` names, else of the zone or city; None if it names none."""
    return _gazetteer().nearest_in(text)


def clock_rules() -> tuple[ClockRule, ...]:
    """Return every clock rule; `models.rules.clocks` picks those in force at a moment."""
    return _timetable().rules


def clock_wording() -> ClockWording:
    """Return how the dates of clocks are written."""
    return _timetable().wording


def warning_manners() -> WarningManners:
    """Return when officials may be warned, and how soon a warning must have arrived."""
    return _timetable().warnings


def pause_limits() -> PauseLimits:
    """Return how long and how often the clocks of one case may be paused."""
    return _timetable().pauses


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
def decline_reasons() -> Mapping[str, DeclineReason]:
    """Return why a request may be declined, by code, in the order in which the reasons are offered."""
    return load_declines()[0]


@cache
def first_receiver() -> FirstReceiver:
    """Return the rule that whoever takes a request keeps it."""
    return load_declines()[1]


@cache
def unit_aliases() -> Mapping[str, tuple[str, ...]]:
    """Return what else people call a department, by the department as the roster spells it."""
    return load_units()


@cache
def payment_law() -> PaymentLaw:
    """Return by when who must pay a small or medium enterprise, and what a delay costs."""
    return load_payment_law()


def festival_before(text: str, today: date) -> date | None:
    """Return the next day of the festival before which `text` says at its end, None if there is none."""
    return _festivals().before(text, today)


@cache
def calendar_overrides() -> tuple[CalendarNotice, ...]:
    """Return the official notices about working days; later ones win over earlier ones."""
    return (*load_notices(), *_own_notices)


_own_notices: Final[list[CalendarNotice]] = []


def use_notices(file: Path | None) -> None:
    """Have the notices of an operator's own file come after those that are shipped; without one, only those.

    For composition roots. Clocks that run are computed anew by their timer.

    Raises:
        CatalogError: the file cannot be meant; the notices so far stay.
    """
    _own_notices[:] = () if file is None else load_notices(file.parent, file.name)
    calendar_overrides.cache_clear()


@cache
def call_habits() -> CallHabits:
    """Return when officials may call, how long windows are, and how often one may guess."""
    return load_call_habits()


@cache
def phrase_words() -> tuple[str, ...]:
    """Return the words of which phrases are made; no two sound alike."""
    return load_phrase_words()


@cache
def import_columns() -> Columns:
    """Return the columns of the lists that are imported, and the words in their cells."""
    return load_columns()


@cache
def manners() -> Manners:
    """Return for how long words are held, and what becomes of ratings."""
    return load_manners()


@cache
def ledger_form() -> LedgerForm:
    """Return how ledgers look on paper."""
    return load_ledger_form()


@cache
def demo_roster() -> DemoRoster:
    """Return the demo's invented people and firms."""
    return load_roster()


@cache
def _timetable() -> Timetable:
    """Return what `load_clocks` reads."""
    return load_clocks()


@cache
def _duties() -> DutyCatalogue:
    """Return what `load_duties` reads."""
    return load_duties()


@cache
def _festivals() -> Festivals:
    return Festivals(load_festivals())


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(regions())
