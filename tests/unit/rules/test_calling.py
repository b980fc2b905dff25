"""When an official may call, how often one may guess, which way comes next, and the phrase both hear."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import Allowance, call_habits, phrase_words
from models.rules.calling import (
    SHANGHAI,
    Fault,
    Span,
    fault,
    fault_of_announcement,
    is_on,
    is_quiet_in,
    next_window,
)
from models.rules.disturbance import Quiet
from models.rules.guessing import again_at, longest
from models.rules.phrases import choose
from models.rules.reach import Contact, Next, Way, next_way

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
HABITS = call_habits()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def span(hour: int, minute: int = 0, *, length: timedelta = HOUR, days: int = 1) -> Span:
    begins = NOW.replace(hour=hour, minute=minute) + timedelta(days=days)
    return Span(begins, begins + length)


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (span(8), None),
        (span(19), None),
        (Span(NOW - HOUR, NOW + MINUTE), None),
        (span(9, days=0, length=HOUR), Fault.PAST),
        (Span(NOW + HOUR, NOW + HOUR), Fault.PAST),
        (Span(NOW + HABITS.ahead + MINUTE, NOW + HABITS.ahead + HOUR), Fault.TOO_FAR),
        (span(9, length=HABITS.longest), None),
        (span(9, length=HABITS.longest + MINUTE), Fault.TOO_LONG),
    ],
)
def test_window_for_a_call_is_soon_short_and_ahead(window: Span, found: Fault | None) -> None:
    assert fault(window, HABITS, NOW) is found
    assert fault_of_announcement(window, HABITS, NOW) is found


@pytest.mark.parametrize("window", [span(7, 59), span(19, 1), span(23, 30), span(3)])
def test_official_rings_nobody_up_at_night_but_may_be_asked_to(window: Span) -> None:
    assert fault_of_announcement(window, HABITS, NOW) is Fault.OUT_OF_HOURS
    assert fault(window, HABITS, NOW) is None


NIGHT = Quiet.read("18:00-10:00")
NOON = Quiet.read("12:00-14:00")


@pytest.mark.parametrize(
    ("window", "quiet", "is_quiet"),
    [
        (span(11), NOON, False),
        (span(11, 30), NOON, True),
        (span(13, 59, length=MINUTE), NOON, True),
        (span(14), NOON, False),
        (span(11, length=4 * HOUR), NOON, True),
        (span(9), NIGHT, True),
        (span(17), NIGHT, False),
        (span(17, 1), NIGHT, True),
        (span(9), Quiet.read("none"), False),
    ],
)
def test_window_is_quiet_if_any_minute_of_it_is(window: Span, quiet: Quiet, *, is_quiet: bool) -> None:
    assert is_quiet_in(window, quiet) is is_quiet


def test_next_window_is_as_long_and_suits_both() -> None:
    assert next_window(span(12, 20), NOON, HABITS, NOW) == span(14)
    assert next_window(span(18, 5), NIGHT, HABITS, NOW) == span(10, days=2)
    assert next_window(span(12), Quiet.read("07:00-06:00"), HABITS, NOW) is None


def test_call_is_on_from_a_little_before_until_the_end() -> None:
    window = Span(NOW, NOW + HOUR)
    early = NOW - HABITS.early
    assert [is_on(window, HABITS, at) for at in (early - MINUTE, early, NOW, NOW + HOUR - MINUTE)] == [
        False, True, True, True,
    ]  # fmt: skip
    assert not is_on(window, HABITS, NOW + HOUR)


LIMITS = (Allowance(5, 10 * MINUTE), Allowance(20, timedelta(days=1)))
AGO = st.timedeltas(timedelta(0), timedelta(days=2))


def test_sixth_question_in_ten_minutes_waits_for_the_first_to_age() -> None:
    asked = [NOW - timedelta(minutes=minutes) for minutes in (9, 8, 3, 2)]
    assert again_at(asked, 1, LIMITS, NOW) is None
    assert again_at(asked, 2, LIMITS, NOW) == NOW + MINUTE
    assert again_at([*asked, NOW], 1, LIMITS, NOW) == NOW + MINUTE
    assert again_at([*asked, NOW], 2, LIMITS, NOW) == NOW + 2 * MINUTE
    assert again_at([NOW - 10 * MINUTE] * 5, 5, LIMITS, NOW) is None


def test_day_has_a_limit_of_its_own() -> None:
    asked = [NOW - timedelta(hours=hour) for hour in range(1, 21)]
    assert again_at(asked, 1, LIMITS, NOW) == NOW - timedelta(hours=20) + timedelta(days=1)
    assert longest(LIMITS) == timedelta(days=1)
    assert (longest(()), again_at(asked, 3, (), NOW)) == (timedelta(0), None)


@given(st.lists(AGO, max_size=40), st.integers(1, 30))
def test_who_waits_as_told_may_ask_and_no_earlier(ago: list[timedelta], wanted: int) -> None:
    asked = [NOW - span for span in ago]
    wait = again_at(asked, wanted, LIMITS, NOW)
    for limit in LIMITS:
        recent = [at for at in asked if at > NOW - limit.within]
        if len(recent) + min(wanted, limit.most) > limit.most:
            assert wait is not None
    if wait is not None:
        assert wait > NOW
        assert again_at(asked, wanted, LIMITS, wait) is None
        assert again_at(asked, wanted, LIMITS, wait - timedelta(microseconds=1)) is not None


AUTHOR, DEAF = Contact(1, hears=True), Contact(1, hears=False)
COLLEAGUE, OTHER = Contact(2, hears=True), Contact(3, hears=False)
CHAT, TO_COLLEAGUE, VISIT = Next(Way.CHAT, 1), Next(Way.COLLEAGUE, 2), Next(Way.VISIT)


@pytest.mark.parametrize(
    ("contacts", "tried", "step"),
    [
        ([AUTHOR, COLLEAGUE], [], CHAT),
        ([AUTHOR, COLLEAGUE], [CHAT], TO_COLLEAGUE),
        ([DEAF, COLLEAGUE], [], TO_COLLEAGUE),
        ([AUTHOR, OTHER], [CHAT], VISIT),
        ([DEAF], [], VISIT),
        ([DEAF], [VISIT], Next(Way.WAIT)),
        ([AUTHOR, COLLEAGUE], [CHAT, TO_COLLEAGUE], VISIT),
        ([AUTHOR, COLLEAGUE], [CHAT, TO_COLLEAGUE, VISIT], Next(Way.WAIT)),
    ],
)
def test_next_way_is_the_first_not_tried(contacts: list[Contact], tried: list[Next], step: Next) -> None:
    assert next_way(contacts, tried) == step


@pytest.mark.parametrize(
    ("tried", "step"),
    [
        ([], CHAT),
        ([CHAT], Next(Way.SOON, 1)),
        ([CHAT, TO_COLLEAGUE], Next(Way.SOON, 2)),
        ([CHAT, TO_COLLEAGUE, VISIT], Next(Way.WAIT)),
    ],
)
def test_way_needs_its_time(tried: list[Next], step: Next) -> None:
    assert next_way([AUTHOR, COLLEAGUE], tried, is_soon=True) == step


def test_who_was_asked_and_has_left_is_not_waited_for() -> None:
    assert next_way([COLLEAGUE], [CHAT], is_soon=True) == Next(Way.CHAT, 2)
    assert next_way([], [CHAT], is_soon=True) == next_way([], []) == VISIT


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_every_way_is_taken_once_and_the_last_is_a_visit(hears: list[bool]) -> None:
    contacts = [Contact(place, hears=each) for place, each in enumerate(hears)]
    tried: list[Next] = []
    while (step := next_way(contacts, tried)).way is not Way.WAIT:
        assert step not in tried
        tried.append(step)
    assert tried[-1] == VISIT
    assert {step.person_id for step in tried[:-1]} == {each.person_id for each in contacts if each.hears}


@given(st.integers())
def test_phrase_is_two_different_words_of_the_list(seed: int) -> None:
    words = choose(phrase_words(), Random(seed)).split()
    assert len(set(words)) == 2
    assert set(words) <= set(phrase_words())


def test_phrases_are_spread_over_the_whole_list() -> None:
    chance = Random(7)
    said = {word for _ in range(3000) for word in choose(phrase_words(), chance).split()}
    assert len(said) == len(phrase_words()) >= 300


def test_utc_and_local_moments_are_the_same_to_the_rules() -> None:
    window = Span(span(8).begins.astimezone(UTC), span(8).ends.astimezone(UTC))
    assert fault_of_announcement(window, HABITS, NOW.astimezone(UTC)) is None
