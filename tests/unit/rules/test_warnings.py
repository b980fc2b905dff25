"""When a clock warns, and up which ladder."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import calendar_overrides, regions, warning_manners
from models.rules.calendar import Calendar
from models.rules.clocks import Paused
from models.rules.warnings import (
    FIRST_RUNG,
    LEVELS,
    Rung,
    Step,
    ladder,
    level_at,
    moments,
    next_warning,
    rungs_above,
    rungs_from,
)
from tests.unit.rules.test_clocks import shanghai

CALENDAR, MANNERS = Calendar(calendar_overrides()), warning_manners()
SPAN = (shanghai("2026-11-24 10:00"), shanghai("2026-12-15 17:30"))
"""A result: half of it is gone on Saturday 5 December, four fifths on Friday the 11th, at night."""


def test_warnings_wait_for_offices_to_open() -> None:
    assert [next_warning(SPAN, warned, CALENDAR, MANNERS) for warned in (0, 50, 80, 100)] == [
        shanghai("2026-12-07 08:30"),
        shanghai("2026-12-11 11:12"),
        shanghai("2026-12-15 17:30"),
        None,
    ]


def test_level_is_the_last_one_whose_warning_may_have_gone_out() -> None:
    at = {
        "2026-11-24 10:00": 0,
        "2026-12-05 14:00": 0,  # half is gone, but it is Saturday
        "2026-12-07 08:29": 0,
        "2026-12-07 08:30": 50,
        "2026-12-11 11:12": 80,
        "2026-12-15 17:29": 80,
        "2026-12-15 17:30": 100,
        "2027-03-01 10:00": 100,
    }
    assert {when: level_at(SPAN, shanghai(when), CALENDAR, MANNERS) for when in at} == at


def test_warning_that_falls_into_a_pause_waits_for_its_end() -> None:
    pause = Paused(shanghai("2026-12-03 10:00"), date(2026, 12, 3), date(2026, 12, 8), "", "")
    half, most, whole = moments(*SPAN, [pause])
    assert (half, most, whole) == (shanghai("2026-12-09 00:00"), shanghai("2026-12-11 11:12"), SPAN[1])
    assert next_warning(SPAN, 0, CALENDAR, MANNERS, [pause]) == shanghai("2026-12-09 08:30")


def test_pauses_that_follow_one_another_are_passed_together() -> None:
    pauses = [
        Paused(shanghai("2026-12-07 10:00"), date(2026, 12, 7), date(2026, 12, 9), "", ""),
        Paused(shanghai("2026-12-03 10:00"), date(2026, 12, 3), date(2026, 12, 6), "", ""),
    ]
    assert moments(*SPAN, pauses)[0] == shanghai("2026-12-10 00:00")


@given(st.timedeltas(timedelta(0), timedelta(days=40)), st.sampled_from([0, *LEVELS]))
def test_level_and_next_warning_agree(later: timedelta, warned: int) -> None:
    now: datetime = SPAN[0] + later
    level = level_at(SPAN, now, CALENDAR, MANNERS)
    coming = next_warning(SPAN, max(level, warned), CALENDAR, MANNERS)
    assert coming is None or coming > now
    assert (coming is None) == (max(level, warned) == 100)


def test_ladder_leads_from_the_desk_over_every_region_to_the_office() -> None:
    assert ladder("210181") == (
        Step(Rung.AIDE),
        Step(Rung.LEADER),
        Step(Rung.SUPERVISOR, "210181"),
        Step(Rung.SUPERVISOR, "210100"),
        Step(Rung.SUPERVISOR, "210000"),
        Step(Rung.OFFICE),
    )
    assert ladder("210000") == (
        Step(Rung.AIDE), Step(Rung.LEADER), Step(Rung.SUPERVISOR, "210000"), Step(Rung.OFFICE),
    )  # fmt: skip


@pytest.mark.parametrize("region", list(regions()))
def test_every_level_ends_at_the_office_in_every_region(region: str) -> None:
    for level in LEVELS:
        steps = rungs_from(level, region)
        assert (steps[0].rung, steps[-1].rung) == (FIRST_RUNG[level], Rung.OFFICE)
    assert rungs_above(Step(Rung.OFFICE), region) == ()
    assert rungs_above(Step(Rung.AIDE), region) == ladder(region)[1:]


def test_rung_of_another_ladder_has_all_supervisors_above_it() -> None:
    """A case may have been told of in one region and since have come to another."""
    assert rungs_above(Step(Rung.SUPERVISOR, "210200"), "210100") == rungs_from(100, "210100")
