"""When somebody may be rung: answers always, the rest within hours and budget, and nothing for ever."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actions.outbox import Notice
from models.rules.disturbance import (
    EXEMPT,
    GRANTED,
    JUST,
    LOCAL,
    MORNING,
    MOST,
    SLACK,
    Cost,
    Courtesy,
    Hold,
    Message,
    Park,
    Quiet,
    Ring,
    Why,
    day_begins,
    is_answer,
    is_awaited,
    judge,
    next_day,
)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.integers(0, 24 * 60 - 1)
HOURS = st.builds(Quiet, MINUTES, MINUTES)
COURTESIES = st.builds(Courtesy, HOURS, st.integers(0, MOST))
SPANS = st.timedeltas(timedelta(), timedelta(days=3))
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=LOCAL)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=LOCAL)
NEVER = Quiet(0, 0)


@st.composite
def messages(draw: st.DrawFn, now: datetime, **fixed: Any) -> Message:
    """A message written at some time before `now`, to somebody who wrote at some time, or never."""
    ago = st.none() | SPANS.map(lambda span: now - span)
    fields = {
        "kind": draw(st.sampled_from(sorted(Notice))),
        "written_at": now - draw(SPANS),
        "asked_at": draw(ago),
        "came_at": draw(ago),
        "is_paid": draw(st.booleans()),
        "needed_by": draw(st.none() | SPANS.map(lambda span: now + span)),
    }
    return Message(**(fields | fixed))


@st.composite
def situations(draw: st.DrawFn, **fixed: Any) -> tuple[Message, Courtesy, int, datetime]:
    now = draw(MOMENTS)
    return draw(messages(now, **fixed)), draw(COURTESIES), draw(st.integers(-3, MOST)), now


@given(situations())
def test_whoever_just_wrote_is_answered_at_any_hour_and_beyond_any_budget(
    case: tuple[Message, Courtesy, int, datetime],
) -> None:
    message, courtesy, left, now = case
    verdict = judge(message, courtesy, left=left, now=now)
    if is_answer(message, now):
        assert verdict == Ring(Cost.NOTHING)


@given(situations(asked_at=None, came_at=None))
def test_nothing_else_rings_in_quiet_hours_but_a_call_that_comes_sooner(
    case: tuple[Message, Courtesy, int, datetime],
) -> None:
    message, courtesy, left, now = case
    verdict = judge(message, courtesy, left=left, now=now)
    if courtesy.quiet.holds(now) and isinstance(verdict, Ring):
        assert message.kind in EXEMPT
        assert message.needed_by is not None
        assert now <= message.needed_by <= courtesy.quiet.end(now)


@given(situations(asked_at=None, came_at=None, is_paid=False))
def test_nothing_rings_over_budget_but_what_is_exempt(case: tuple[Message, Courtesy, int, datetime]) -> None:
    message, courtesy, left, now = case
    verdict = judge(message, courtesy, left=left, now=now)
    if left <= 0 and isinstance(verdict, Ring):
        assert message.kind in EXEMPT
        assert verdict.cost is Cost.EXEMPT


@given(situations())
def test_what_is_held_is_held_until_later_within_two_days_and_not_for_quiet_hours(
    case: tuple[Message, Courtesy, int, datetime],
) -> None:
    message, courtesy, left, now = case
    verdict = judge(message, courtesy, left=left, now=now)
    if isinstance(verdict, Hold):
        assert now < verdict.until <= now + timedelta(days=2, hours=8)
        assert not courtesy.quiet.holds(verdict.until)


@given(situations(asked_at=None, came_at=None))
def test_what_is_held_rings_at_the_latest_with_the_next_days_budget(
    case: tuple[Message, Courtesy, int, datetime],
) -> None:
    """By then a day has begun anew; held twice, first by the hours and then by the budget, at most."""
    message, courtesy, left, now = case
    for _ in range(3):
        verdict = judge(message, courtesy, left=left, now=now)
        if not isinstance(verdict, Hold):
            break
        if day_begins(verdict.until) > day_begins(now):
            left = courtesy.budget
        now = verdict.until
    assert not isinstance(verdict, Hold)
    assert isinstance(verdict, Park) == (courtesy.budget == 0 and not _is_free(message) and left <= 0)


def _is_free(message: Message) -> bool:
    return message.is_paid or message.kind in EXEMPT


@given(situations())
def test_only_an_enterprise_that_asked_for_nothing_waits_for_good(
    case: tuple[Message, Courtesy, int, datetime],
) -> None:
    message, courtesy, left, now = case
    if isinstance(judge(message, courtesy, left=left, now=now), Park):
        assert courtesy.budget == 0


@given(HOURS, MOMENTS)
def test_quiet_hours_end_when_they_end(quiet: Quiet, now: datetime) -> None:
    end = quiet.end(now)
    assert now < end <= now + timedelta(days=1)
    assert not quiet.holds(end)
    if quiet.holds(now):
        assert quiet.holds(end - timedelta(minutes=1))
    assert Quiet.read(str(quiet)) == (NEVER if quiet.is_never else quiet)


@given(HOURS, MOMENTS)
def test_next_day_is_the_next_in_shanghai_and_begins_after_breakfast(quiet: Quiet, now: datetime) -> None:
    at = next_day(quiet, now)
    assert day_begins(at) > day_begins(now)
    assert not quiet.holds(at)
    assert at.astimezone(LOCAL).time() >= MORNING or at - day_begins(now) >= timedelta(days=2)


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(20, False), (21, True), (0, True), (7, True), (8, False), (12, False)]
)
def test_hours_over_midnight_are_one_span(hour: int, *, is_quiet: bool) -> None:
    at = datetime.combine(NOON.date(), time(hour), LOCAL)
    assert GRANTED.quiet.holds(at) is is_quiet
    assert GRANTED.quiet.holds(at.astimezone(UTC)) is is_quiet


@pytest.mark.parametrize(
    "text", ["", "21:00", "21:00-", "25:00-08:00", "21:60-08:00", "24:01-08:00", "never"]
)
def test_what_names_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quiet hours|a day has"):
        Quiet.read(text)


@pytest.mark.parametrize("begins", [-1, 1440])
def test_hours_lie_within_a_day(begins: int) -> None:
    with pytest.raises(ValueError, match="no hours of a day"):
        Quiet(begins, 0)


@pytest.mark.parametrize("budget", [-1, MOST + 1])
def test_budget_has_bounds(budget: int) -> None:
    with pytest.raises(ValueError, match="a budget of"):
        Courtesy(budget=budget)


def test_just_written_is_half_an_hour_and_about_the_case() -> None:
    asked = Message("accepted", NOON, asked_at=NOON - JUST)
    assert is_answer(asked, NOON)
    assert not is_answer(asked, NOON + timedelta(seconds=1))


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["replied", "progressed", "resolved", "declined", "media"])
def test_first_word_of_officials_answers_what_was_written_today(kind: str) -> None:
    asked = NOON - timedelta(hours=3)
    late, midnight = NOON.replace(hour=23, minute=59), (NOON + timedelta(days=1)).replace(hour=0)
    assert is_awaited(Message(kind, late, asked_at=asked), late)
    assert is_awaited(Message(kind, late, asked_at=asked, answered_at=asked - MINUTE), late)
    assert not is_awaited(Message(kind, midnight, asked_at=asked), midnight)
    assert not is_awaited(Message(kind, late, asked_at=asked, answered_at=asked + MINUTE), late)
    assert not is_awaited(Message(kind, late, asked_at=asked, others_at=asked + MINUTE), late)
    assert not is_awaited(Message(kind, late, others_at=asked), late)


@pytest.mark.parametrize("kind", ["replied", "progressed", "resolved", "declined", "media"])
def test_first_word_of_officials_is_free_of_the_budget_and_wakes_nobody(kind: str) -> None:
    first = Message(kind, NOON, asked_at=NOON - timedelta(hours=3))
    morning = datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL)
    for budget in (0, 3):
        courtesy = Courtesy(GRANTED.quiet, budget)
        assert judge(first, courtesy, left=0, now=NOON) == Ring(Cost.NOTHING)
        assert judge(first, courtesy, left=budget, now=NIGHT) == Hold(morning, Why.QUIET)
    just = Message(kind, NIGHT, asked_at=NIGHT - JUST)
    assert judge(just, Courtesy(GRANTED.quiet, 0), left=0, now=NIGHT) == Ring(Cost.NOTHING)


def test_whoever_comes_gets_what_was_written_before_and_not_what_comes_later() -> None:
    came = NOON - timedelta(minutes=10)
    for written, is_theirs in (
        (came - timedelta(days=1), True),
        (came, True),
        (came + SLACK, True),
        (came + SLACK + timedelta(seconds=1), False),
    ):
        assert is_answer(Message("replied", written, came_at=came), NOON) is is_theirs
    assert not is_answer(Message("replied", came - JUST, came_at=NOON - JUST - SLACK), NOON)


def test_exempt_are_the_messages_that_make_calls_safe_and_each_says_why() -> None:
    assert set(EXEMPT) == {Notice.CALL_ANNOUNCED, Notice.CALL_CANCELLED}
    assert all(EXEMPT.values())


@pytest.mark.parametrize("kind", sorted(EXEMPT))
def test_card_of_a_call_waits_for_the_morning_unless_the_call_comes_sooner(kind: str) -> None:
    late, early = (Message(kind, NIGHT, needed_by=NIGHT + timedelta(hours=h)) for h in (11, 3))
    morning = datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL)
    assert judge(late, GRANTED, left=0, now=NIGHT) == Hold(morning, Why.QUIET)
    assert judge(early, GRANTED, left=0, now=NIGHT) == Ring(Cost.EXEMPT)
    assert judge(late, GRANTED, left=0, now=NOON) == Ring(Cost.EXEMPT)


def test_over_budget_waits_for_eight_in_the_morning_or_the_end_of_quiet_hours() -> None:
    message = Message("progressed", NOON)
    for quiet, until in ((NEVER, 8), (Quiet(21 * 60, 8 * 60), 8), (Quiet(22 * 60, 10 * 60), 10)):
        held = judge(message, Courtesy(quiet, 3), left=0, now=NOON)
        assert held == Hold(datetime(2026, 11, 25, until, 0, tzinfo=LOCAL), Why.BUDGET)
    assert judge(message, Courtesy(NEVER, 0), left=0, now=NOON) == Park(Why.ASKED)
    assert judge(message, GRANTED, left=1, now=NOON) == Ring(Cost.UNIT)
