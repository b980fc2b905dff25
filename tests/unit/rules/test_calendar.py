"""Working days: what the official notices, the libraries and the counting say."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import CalendarNotice, calendar_overrides
from models.rules.calendar import MOST_DAYS, Calendar

OFFICIAL = Calendar(calendar_overrides())
BARE = Calendar()
DAYS = st.dates(date(2005, 1, 1), date(2040, 12, 31))
LENGTHS = st.integers(0, 400)


def notice(
    *, year: int | None = None, rest: tuple[date, ...] = (), work: tuple[date, ...] = ()
) -> CalendarNotice:
    return CalendarNotice("a notice", "1", date(2026, 11, 1), year, frozenset(rest), frozenset(work))


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 1, 26), True),  # Sunday before the Spring Festival
        (date(2025, 1, 27), True),
        (date(2025, 1, 28), False),
        (date(2025, 2, 4), False),
        (date(2025, 2, 8), True),
        (date(2025, 9, 28), True),  # Sunday before the National Day
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),  # Saturday before the Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
    ],
)
def test_calendar_knows_holidays_and_make_up_weekends(day: date, *, worked: bool) -> None:
    assert OFFICIAL.is_working_day(day) is worked


@pytest.mark.parametrize("calendar", [OFFICIAL, BARE], ids=["notices", "library"])
def test_calendar_agrees_with_the_published_one(calendar: Calendar) -> None:
    days = span(date(2025, 1, 1), date(2026, 12, 31))
    assert [day for day in days if calendar.is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_library_speaks_for_years_without_a_notice() -> None:
    assert OFFICIAL.is_working_day(date(2024, 2, 4)) is True  # a make-up Sunday
    assert OFFICIAL.is_working_day(date(2024, 2, 12)) is False
    assert OFFICIAL.is_provisional(date(2024, 2, 4)) is False


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2025, 1, 24), 1, date(2025, 1, 26)),
        (date(2025, 1, 24), 2, date(2025, 1, 27)),
        (date(2025, 1, 24), 3, date(2025, 2, 5)),
        (date(2025, 1, 24), 6, date(2025, 2, 8)),
        (date(2025, 9, 26), 1, date(2025, 9, 28)),
        (date(2025, 9, 26), 4, date(2025, 10, 9)),
        (date(2025, 9, 26), 6, date(2025, 10, 11)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 13), 6, date(2026, 2, 28)),
        (date(2026, 2, 13), 7, date(2026, 3, 2)),
        (date(2026, 2, 18), 1, date(2026, 2, 24)),
        (date(2026, 11, 24), 15, date(2026, 12, 15)),
        (date(2026, 12, 30), 1, date(2026, 12, 31)),
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # 1 January 2027 is a Friday
        (date(2027, 2, 4), 1, date(2027, 2, 11)),  # Spring Festival, not announced yet
    ],
)
def test_working_days_are_counted_across_holidays(start: date, days: int, last: date) -> None:
    assert OFFICIAL.add_working_days(start, days) == last


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 2, 15), date(2026, 2, 24)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_zero_days_are_the_first_working_day_from_the_start(start: date, first: date) -> None:
    assert OFFICIAL.add_working_days(start, 0) == first


def test_unannounced_year_is_provisional() -> None:
    assert OFFICIAL.is_provisional(date(2026, 12, 31)) is False
    assert OFFICIAL.is_provisional(date(2027, 1, 1)) is True
    assert OFFICIAL.is_provisional_between(date(2026, 12, 1), date(2026, 12, 31)) is False
    assert OFFICIAL.is_provisional_between(date(2026, 12, 1), date(2027, 1, 1)) is True


def test_notice_for_a_year_settles_all_its_days() -> None:
    calendar = Calendar([notice(year=2027, rest=(date(2027, 1, 1),), work=(date(2027, 1, 2),))])
    assert [calendar.is_working_day(day) for day in span(date(2027, 1, 1), date(2027, 1, 4))] == [
        False, True, False, True,
    ]  # fmt: skip
    assert calendar.is_working_day(date(2027, 2, 8)) is True  # a statutory holiday, but the notice decides
    assert calendar.is_provisional(date(2027, 6, 1)) is False


def test_notice_without_a_year_settles_only_the_days_it_names() -> None:
    snow, before = date(2026, 11, 25), date(2026, 11, 22)
    calendar = Calendar([*calendar_overrides(), notice(rest=(snow,), work=(before,))])
    assert (calendar.is_working_day(snow), calendar.is_working_day(before)) == (False, True)
    assert calendar.add_working_days(date(2026, 11, 24), 1) == date(2026, 11, 26)
    assert calendar.is_working_day(date(2026, 2, 14)) is True

    named, next_day = date(2027, 3, 1), date(2027, 3, 2)
    calendar = Calendar([notice(rest=(named,))])
    assert (calendar.is_provisional(named), calendar.is_provisional(next_day)) == (False, True)


def test_later_notice_wins_over_earlier_one() -> None:
    day = date(2026, 11, 25)
    assert Calendar([notice(rest=(day,)), notice(work=(day,))]).is_working_day(day) is True
    assert Calendar([notice(work=(day,)), notice(rest=(day,))]).is_working_day(day) is False


@given(DAYS, LENGTHS)
def test_counted_day_is_worked_and_has_so_many_worked_days_before_it(start: date, days: int) -> None:
    last = OFFICIAL.add_working_days(start, days)
    assert OFFICIAL.is_working_day(last)
    if days:
        after = span(start + timedelta(days=1), last)
        assert sum(OFFICIAL.is_working_day(day) for day in after) == days


@given(DAYS, LENGTHS, st.integers(0, 40), st.integers(0, 40))
def test_counting_is_monotone(start: date, days: int, later: int, more: int) -> None:
    first = OFFICIAL.add_working_days(start, days)
    assert first <= OFFICIAL.add_working_days(start + timedelta(days=later), days)
    assert first <= OFFICIAL.add_working_days(start, days + more)


@given(DAYS, st.integers(1, 200), st.integers(1, 200))
def test_counting_goes_on_where_it_stopped(start: date, some: int, more: int) -> None:
    halfway = OFFICIAL.add_working_days(start, some)
    assert OFFICIAL.add_working_days(start, some + more) == OFFICIAL.add_working_days(halfway, more)


def test_year_without_any_working_day_is_passed_over() -> None:
    calendar = Calendar([notice(year=2026, rest=tuple(span(date(2026, 1, 1), date(2026, 12, 31))))])
    assert calendar.add_working_days(date(2025, 12, 31), 1) == date(2027, 1, 4)


def test_counting_ends_with_the_calendar() -> None:
    with pytest.raises(OverflowError):
        OFFICIAL.add_working_days(date(9999, 12, 30), 5)


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1])
def test_senseless_lengths_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="working days must be from 0"):
        OFFICIAL.add_working_days(date(2026, 1, 5), days)
