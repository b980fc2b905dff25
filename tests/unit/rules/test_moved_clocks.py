"""Extensions and pauses: how far they move a date, and never back; and dates that were counted by hand."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import ClockName, ClockRule, Unit, calendar_overrides, clock_rules, warning_manners
from models.rules.calendar import Calendar
from models.rules.clocks import Due, Granted, Paused, due, explain
from models.rules.counting import Period, day_of, end_of, end_with_pauses
from models.rules.warnings import moments, next_opening
from tests.unit.rules.golden import GOLDEN
from tests.unit.rules.test_clocks import CALENDAR, MOMENTS, RULES, rule, shanghai

BY_NAME = {one.name: one for one in clock_rules()}
RESULT, ANSWER = BY_NAME[ClockName.RESULT], BY_NAME[ClockName.ANSWER]
DAYS = st.integers(1, 40)
GRANTS = st.lists(st.builds(Granted, DAYS, st.just("督查处长 沈知微"), st.just("等待拨款")), max_size=3)


def paused(first: str, last: str, *, at: str = "10:00") -> Paused:
    return Paused(
        shanghai(f"{first} {at}"),
        date.fromisoformat(first),
        date.fromisoformat(last),
        "督查处长 沈知微",
        "等待司法鉴定",
    )


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Paused]:
    """Return up to three pauses, each from the day it is decided, somewhere around a clock's life."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        at = start + draw(st.timedeltas(timedelta(days=-10), timedelta(days=150)))
        last = day_of(at) + timedelta(days=draw(st.integers(-1, 60)))
        found.append(Paused(at, day_of(at), last, "督查处长 沈知微", "等待鉴定"))
    return found


@pytest.mark.parametrize("what", GOLDEN)
def test_date_is_the_one_counted_by_hand(what: str) -> None:
    name, start, end, is_provisional = GOLDEN[what]
    promise = due(BY_NAME[ClockName(name)], shanghai(start), CALENDAR)
    assert (promise.due_at, promise.is_provisional) == (shanghai(end), is_provisional)


def test_golden_cases_try_every_rule_in_every_year() -> None:
    assert {name for name, *_ in GOLDEN.values()} == set(ClockName)
    assert {end[:4] for _, _, end, _ in GOLDEN.values()} == {"2025", "2026", "2027"}


@pytest.mark.parametrize(
    ("days", "pause", "end"),
    [
        ([], None, "2026-03-05"),
        ([5], None, "2026-03-12"),  # 6 9 10 11 12 March
        ([], ("2026-03-03", "2026-03-09"), "2026-03-12"),  # 2, then 10 11 12
        ([5], ("2026-03-03", "2026-03-09"), "2026-03-19"),  # then 13 16 17 18 19
        ([], ("2026-03-07", "2026-03-08"), "2026-03-05"),  # decided when it had run out
        ([], ("2026-02-28", "2026-02-28"), "2026-03-06"),  # a Saturday that would be worked
        ([], ("2026-02-16", "2026-02-22"), "2026-03-05"),  # nobody works then anyway
        ([5, 10], None, "2026-03-26"),  # 13 16-20 23-26: the cap of 30 days exactly
        ([5, 10, 20], None, "2026-03-26"),  # and never beyond
    ],
)
def test_result_is_moved_by_what_was_decided(
    days: list[int], pause: tuple[str, str] | None, end: str
) -> None:
    promise = due(
        RESULT,
        shanghai("2026-02-06 10:00"),
        CALENDAR,
        extensions=[Granted(each, "", "") for each in days],
        pauses=[paused(*pause)] if pause else [],
    )
    assert promise.due_at == shanghai(f"{end} 17:30")


def test_statutory_answer_is_extended_in_calendar_days_up_to_ninety_and_never_paused() -> None:
    start = shanghai("2026-03-02 10:00")
    for days, end in ((15, "2026-04-16"), (60, "2026-06-01"), (200, "2026-06-01")):  # 31 May is a Sunday
        promise = due(ANSWER, start, CALENDAR, extensions=[Granted(days, "", "")])
        assert promise.due_at == shanghai(f"{end} 23:59:59")
    stopped = due(ANSWER, start, CALENDAR, pauses=[paused("2026-03-10", "2026-04-30")])
    assert (stopped.due_at, stopped.pauses) == (shanghai("2026-04-01 23:59:59"), ())


def test_calendar_days_that_are_paused_are_not_counted_and_no_clock_ends_on_one() -> None:
    statutory = rule(unit=Unit.CALENDAR_DAYS, length=10, closes_at=time(23, 59, 59))
    start = shanghai("2026-03-02 10:00")
    ends = {
        ("2026-03-05", "2026-03-08"): "2026-03-16",  # the 12th and four days
        ("2026-03-12", "2026-03-13"): "2026-03-16",  # the 14th is a Saturday
        ("2026-02-20", "2026-02-27"): "2026-03-12",  # over before it began
    }
    for (first, last), end in ends.items():
        promise = due(statutory, start, CALENDAR, pauses=[paused(first, last)])
        assert promise.due_at == shanghai(f"{end} 23:59:59"), first


def test_clock_without_a_cap_is_not_extended() -> None:
    start = shanghai("2026-03-02 10:00")
    promise = due(rule(), start, CALENDAR, extensions=[Granted(5, "", "")])
    assert promise == due(promise.rule, start, CALENDAR)


def test_pause_on_the_last_day_moves_it_and_one_after_closing_does_not() -> None:
    start = shanghai("2026-03-02 10:00")  # due on the 3rd at 17:30
    before, after = (paused("2026-03-03", "2026-03-04", at=at) for at in ("17:29", "17:31"))
    assert due(rule(), start, CALENDAR, pauses=[before]).due_at == shanghai("2026-03-05 17:30")
    assert due(rule(), start, CALENDAR, pauses=[after]).due_at == shanghai("2026-03-03 17:30")


def test_moved_date_explains_itself_in_one_sentence() -> None:
    promise = due(
        RESULT,
        shanghai("2026-02-06 10:00"),
        CALENDAR,
        extensions=[Granted(5, "督查处长 沈知微", "财政拨款需两级会签")],
        pauses=[paused("2026-03-03", "2026-03-09")],
    )
    assert explain(promise) == (
        "自2月6日提交起15个工作日内给出办理结果，经督查处长 沈知微同意延期5个工作日（财政拨款需两级会签），"
        "经督查处长 沈知微决定3月3日至3月9日暂停计时（等待司法鉴定），3月19日17:30前（依据：本方案默认时限）"
    )


def test_moved_date_across_new_year_names_the_years_everywhere() -> None:
    promise = due(RESULT, shanghai("2026-12-18 10:00"), CALENDAR, pauses=[paused("2026-12-30", "2027-01-05")])
    assert explain(promise) == (
        "自2026年12月18日提交起15个工作日内给出办理结果，"
        "经督查处长 沈知微决定2026年12月30日至2027年1月5日暂停计时（等待司法鉴定），2027年1月15日17:30前"
        "（依据：本方案默认时限）（放假安排尚未公布，日期为暂定）"
    )


def test_sentence_cuts_what_is_too_long_and_stays_one_line() -> None:
    promise = due(
        RESULT, shanghai("2026-02-06 10:00"), CALENDAR, extensions=[Granted(5, "长" * 99, "一行\n" * 99)]
    )
    assert "\n" not in explain(promise)
    assert len(explain(promise)) < 130


@given(st.sampled_from(Unit), st.integers(1, 60), MOMENTS)
def test_counting_day_by_day_agrees_with_counting_at_once(unit: Unit, length: int, at: datetime) -> None:
    period = Period(unit, length, time(17, 30))
    assert end_with_pauses(period, day_of(at), CALENDAR, []) == end_of(period, day_of(at), CALENDAR)


@given(MOMENTS, st.data())
def test_no_clock_ends_on_a_paused_day_nor_counts_one(at: datetime, data: st.DataObject) -> None:
    short = rule(length=data.draw(st.integers(1, 20)))
    stops = data.draw(pauses(at))
    promise = due(short, at, CALENDAR, pauses=stops)
    last = day_of(promise.due_at)
    counted = [
        day
        for n in range(1, (last - day_of(at)).days + 1)
        if CALENDAR.is_working_day(day := day_of(at) + timedelta(days=n))
        and not any(stop.covers(day) for stop in promise.pauses)
    ]
    assert (len(counted), counted[-1]) == (short.length, last)


@given(MOMENTS, st.sampled_from(RULES), GRANTS, st.data())
def test_extensions_and_pauses_only_move_forward(
    at: datetime, one: ClockRule, grants: list[Granted], data: st.DataObject
) -> None:
    stops = data.draw(pauses(at))
    whole = due(one, at, CALENDAR, extensions=grants, pauses=stops)
    for n, m in product(range(len(grants) + 1), range(len(stops) + 1)):
        part = due(one, at, CALENDAR, extensions=grants[:n], pauses=stops[:m])
        assert part.due_at <= whole.due_at
        for before, after in zip(_moments(part), _moments(whole), strict=True):
            assert before <= after


def _moments(promise: Due) -> list[datetime]:
    found = moments(promise.started_at, promise.due_at, promise.pauses)
    return [*found, *(next_opening(each, CALENDAR, warning_manners()) for each in found)]


@given(MOMENTS, st.sampled_from(RULES), GRANTS, st.data())
def test_warnings_are_ordered_within_the_clock_outside_pauses_and_in_office_hours(
    at: datetime, one: ClockRule, grants: list[Granted], data: st.DataObject
) -> None:
    promise = due(one, at, CALENDAR, extensions=grants, pauses=data.draw(pauses(at)))
    half, most, whole = moments(promise.started_at, promise.due_at, promise.pauses)
    assert promise.started_at < half <= most <= whole == promise.due_at
    for moment in (half, most):
        assert not any(stop.covers(day_of(moment)) for stop in promise.pauses)
    told = [next_opening(moment, CALENDAR, warning_manners()) for moment in (half, most, whole)]
    assert told == sorted(told)
    for moment, when in zip((half, most, whole), told, strict=True):
        local = when.astimezone(shanghai("2026-01-01 00:00").tzinfo)
        assert moment <= when
        assert CALENDAR.is_working_day(local.date())
        assert time(8, 30) <= local.time() <= time(17, 30)
        assert next_opening(when, CALENDAR, warning_manners()) == when


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24 08:29:59", "2026-11-24 08:30"),
        ("2026-11-24 08:30", "2026-11-24 08:30"),
        ("2026-11-24 17:30", "2026-11-24 17:30"),  # the moment offices close is still theirs
        ("2026-11-24 17:30:01", "2026-11-25 08:30"),
        ("2026-11-27 20:00", "2026-11-30 08:30"),  # a Friday evening
        ("2026-02-14 03:00", "2026-02-14 08:30"),  # a Saturday that is worked
        ("2026-02-14 18:00", "2026-02-24 08:30"),  # and the Spring Festival after it
    ],
)
def test_offices_open_on_the_morning_of_the_next_working_day(at: str, opens: str) -> None:
    assert next_opening(shanghai(at), CALENDAR, warning_manners()) == shanghai(opens)


def test_digest_tells_calendars_apart_and_knows_the_same_one_again() -> None:
    notices = calendar_overrides()
    assert Calendar(notices).digest == CALENDAR.digest == Calendar(list(notices)).digest
    others = [Calendar(), Calendar(notices[:1]), Calendar(notices[::-1])]
    assert len({CALENDAR.digest, *(other.digest for other in others)}) == 4
    assert len(CALENDAR.digest) == 16


def test_moments_keep_utc() -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert next_opening(at + timedelta(hours=20), CALENDAR, warning_manners()).tzinfo is UTC
