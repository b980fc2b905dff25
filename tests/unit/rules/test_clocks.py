"""Clocks: when they fall due, which rule is in force, what is said about them, how far they have run."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import (
    ClockName,
    ClockRule,
    StartEvent,
    Unit,
    calendar_overrides,
    clock_rules,
    types,
)
from models.rules.calendar import Calendar
from models.rules.clocks import (
    SHANGHAI,
    ClockState,
    Due,
    accepted_clocks,
    due,
    explain,
    first_clocks,
    in_force,
    materials_clocks,
    state,
    warnings,
)

CALENDAR = Calendar(calendar_overrides())
RULES = clock_rules()
EARLIEST = datetime(2025, 6, 2, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=2000)).map(lambda since: EARLIEST + since)
BY_NAME = {rule.name: rule for rule in RULES}


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def rule(**changes: object) -> ClockRule:
    plain = ClockRule(
        name=ClockName.ACCEPT,
        applies_to=None,
        unit=Unit.WORKING_DAYS,
        length=1,
        start=StartEvent.SUBMITTED,
        cap=None,
        approver=None,
        source="a rule",
        effective_from=date(2025, 1, 1),
        effective_to=None,
        closes_at=time(17, 30),
        template="{started} {length} {due} {source}",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the changes are fields of the rule


def on_paper(promises: tuple[Due, ...]) -> list[tuple[str, str]]:
    return [(one.name, one.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")) for one in promises]


def test_a_request_starts_accept_first_contact_and_result() -> None:
    assert on_paper(first_clocks("factors", shanghai("2026-11-24 10:00"), RULES, CALENDAR)) == [
        ("accept", "2026-11-25 17:30:00"),
        ("first_contact", "2026-11-26 17:30:00"),
        ("result", "2026-12-15 17:30:00"),
    ]


def test_acceptance_starts_progress_and_for_arrears_the_statutory_forwarding() -> None:
    at = shanghai("2026-11-24 10:00")
    assert on_paper(accepted_clocks("policy", at, RULES, CALENDAR)) == [("progress", "2026-12-01 17:30:00")]
    assert on_paper(accepted_clocks("arrears", at, RULES, CALENDAR)) == [
        ("progress", "2026-12-01 17:30:00"),
        ("forward", "2026-12-08 17:30:00"),
    ]


def test_materials_start_the_statutory_answer_and_its_cap() -> None:
    at = shanghai("2026-03-02 10:00")
    assert on_paper(materials_clocks("arrears", at, RULES, CALENDAR)) == [
        ("answer", "2026-04-01 23:59:59"),
        ("total", "2026-06-01 23:59:59"),  # the 90th day, 31 May, is a Sunday
    ]
    assert materials_clocks("policy", at, RULES, CALENDAR) == ()


@pytest.mark.parametrize("type_code", list(types()))
def test_every_type_has_the_clocks_of_the_scheme(type_code: str) -> None:
    at = shanghai("2026-11-24 10:00")
    names = [one.name for one in first_clocks(type_code, at, RULES, CALENDAR)]
    assert names == [ClockName.ACCEPT, ClockName.FIRST_CONTACT, ClockName.RESULT]


@pytest.mark.parametrize(
    ("start", "due_at"),
    [
        ("2026-11-24 00:00", "2026-11-25 17:30"),
        ("2026-11-24 23:59", "2026-11-25 17:30"),  # the day of the event is not counted, however late
        ("2026-11-25 00:00", "2026-11-26 17:30"),  # still 24 November in UTC
        ("2026-11-28 12:00", "2026-11-30 17:30"),  # a Saturday
        ("2026-02-13 12:00", "2026-02-14 17:30"),  # a make-up Saturday is worked
        ("2026-02-14 12:00", "2026-02-24 17:30"),  # the Spring Festival
        ("2026-12-31 12:00", "2027-01-04 17:30"),  # New Year
    ],
)
def test_working_days_begin_after_the_day_of_the_event(start: str, due_at: str) -> None:
    assert due(rule(), shanghai(start), CALENDAR).due_at == shanghai(due_at)


@pytest.mark.parametrize(
    ("start", "length", "due_at"),
    [
        ("2026-03-02 09:00", 30, "2026-04-01 23:59:59"),
        ("2026-01-20 09:00", 30, "2026-02-24 23:59:59"),  # day 30 lies in the Spring Festival
        ("2026-10-29 09:00", 30, "2026-11-30 23:59:59"),  # day 30 is a Saturday
        ("2026-01-15 09:00", 30, "2026-02-14 23:59:59"),  # a Saturday that is worked
    ],
)
def test_calendar_days_end_on_a_working_day(start: str, length: int, due_at: str) -> None:
    statutory = rule(unit=Unit.CALENDAR_DAYS, length=length, closes_at=time(23, 59, 59))
    assert due(statutory, shanghai(start), CALENDAR).due_at == shanghai(due_at)


def test_due_dates_are_in_utc_and_keep_their_ground() -> None:
    at = shanghai("2026-11-24 10:00")
    promise = due(BY_NAME[ClockName.FORWARD], at, CALENDAR)
    assert (promise.due_at.tzinfo, promise.started_at.tzinfo) == (UTC, UTC)
    assert promise.started_at == at
    assert promise.rule_source == BY_NAME[ClockName.FORWARD].source


def test_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(rule(), datetime(2026, 11, 24, 10, 0), CALENDAR)  # noqa: DTZ001 -- that is what is refused


@pytest.mark.parametrize(
    ("start", "length", "provisional"),
    [("2026-12-30 09:00", 1, False), ("2026-12-30 09:00", 2, True), ("2026-11-24 09:00", 15, False)],
)
def test_clock_that_counts_unannounced_days_is_provisional(
    start: str, length: int, *, provisional: bool
) -> None:
    assert due(rule(length=length), shanghai(start), CALENDAR).is_provisional is provisional


def test_calendar_days_are_provisional_only_where_their_end_is() -> None:
    """Counting calendar days needs no calendar; only the move of the last day does."""
    statutory = rule(unit=Unit.CALENDAR_DAYS, length=30)
    ends = [due(statutory, shanghai(at), CALENDAR) for at in ("2026-12-01 09:00", "2026-12-02 09:00")]
    assert [(end.due_at, end.is_provisional) for end in ends] == [
        (shanghai("2026-12-31 17:30"), False),
        (shanghai("2027-01-04 17:30"), True),
    ]


@given(MOMENTS, st.sampled_from(RULES))
def test_every_clock_ends_on_a_working_day_after_its_start(at: datetime, one: ClockRule) -> None:
    promise = due(one, at, CALENDAR)
    last = promise.due_at.astimezone(SHANGHAI)
    assert last.date() >= at.astimezone(SHANGHAI).date() + timedelta(days=one.length)
    assert CALENDAR.is_working_day(last.date())
    assert last.time() == one.closes_at


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=40)), st.sampled_from(RULES))
def test_later_start_is_never_due_earlier(at: datetime, later: timedelta, one: ClockRule) -> None:
    assert due(one, at, CALENDAR).due_at <= due(one, at + later, CALENDAR).due_at


def test_statutory_clock_begins_with_the_regulation() -> None:
    """The regulation is in force from 2025-06-01, in Shanghai, not in UTC."""

    def names(at: datetime) -> list[str]:
        return [one.name for one in accepted_clocks("arrears", at, RULES, CALENDAR)]

    assert names(shanghai("2025-05-31 23:59")) == ["progress"]
    assert names(shanghai("2025-06-01 00:00")) == ["progress", "forward"]


def test_rule_in_force_is_picked_by_the_day_of_the_event() -> None:
    old = rule(length=3, effective_to=date(2026, 6, 30))
    new = rule(length=1, effective_from=date(2026, 7, 1))

    def picked(at: str) -> tuple[ClockRule, ...]:
        return in_force(StartEvent.SUBMITTED, "ip", shanghai(at), [new, old])

    assert picked("2024-12-31 23:59") == ()
    assert picked("2025-01-01 00:00") == (old,)
    assert picked("2026-06-30 23:59") == (old,)
    assert picked("2026-07-01 00:00") == (new,)


@pytest.mark.parametrize("turn", [1, -1])
def test_newer_rule_and_the_one_that_names_the_type_go_first(turn: int) -> None:
    old = rule(length=3)
    new = rule(length=2, effective_from=date(2026, 1, 1))
    special = rule(length=1, applies_to=frozenset({"ip"}))
    rules = [old, new, special][::turn]
    at = shanghai("2026-11-24 10:00")
    assert in_force(StartEvent.SUBMITTED, "policy", at, rules) == (new,)
    assert in_force(StartEvent.SUBMITTED, "ip", at, rules) == (special,)


def test_explanation_is_one_sentence_with_date_and_ground() -> None:
    at = shanghai("2026-11-24 10:00")
    promise = due(BY_NAME[ClockName.FIRST_CONTACT], at, CALENDAR)
    assert explain(promise) == "自11月24日提交起2个工作日内首次联系，11月26日17:30前（依据：本方案默认时限）"
    answer = due(BY_NAME[ClockName.ANSWER], at, CALENDAR)
    assert explain(answer) == (
        "自11月24日收到材料起30日内处理并书面答复，12月24日24:00前"
        "（依据：国令第802号《保障中小企业款项支付条例》第二十五条）"
    )


def test_explanation_across_new_year_names_the_years_and_says_it_is_provisional() -> None:
    promise = due(BY_NAME[ClockName.ACCEPT], shanghai("2026-12-31 10:00"), CALENDAR)
    assert explain(promise) == (
        "自2026年12月31日提交起1个工作日内受理，2027年1月4日17:30前"
        "（依据：本方案默认时限）（放假安排尚未公布，日期为暂定）"
    )


START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
DUE = START + timedelta(hours=100)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, ClockState.RUNNING),
        (49.9, ClockState.RUNNING),
        (50, ClockState.WARNED_50),
        (79.9, ClockState.WARNED_50),
        (80, ClockState.WARNED_80),
        (100, ClockState.WARNED_80),
        (100.1, ClockState.OVERDUE),
    ],
)
def test_open_clock_warns_at_half_and_four_fifths_and_is_then_overdue(
    hours: float, expected: ClockState
) -> None:
    assert state(DUE, START, None, START + timedelta(hours=hours)) is expected


@pytest.mark.parametrize(
    ("met", "expected"),
    [(0, ClockState.MET), (100, ClockState.MET), (100.1, ClockState.MET_LATE)],
)
def test_met_clock_stays_met_in_time_or_late(met: float, expected: ClockState) -> None:
    met_at = START + timedelta(hours=met)
    assert state(DUE, START, met_at, START + timedelta(days=90)) is expected


def test_warnings_fall_at_50_80_and_100_percent() -> None:
    assert warnings(START, DUE) == (START + timedelta(hours=50), START + timedelta(hours=80), DUE)
