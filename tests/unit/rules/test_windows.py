"""What the platform lets us send, as its page on customer-service messages says since 2023-06-12."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.windows import Channel, Trigger, Window, channel_for, opened, together

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda span: NOW + span)
WINDOWS = st.builds(Window, MOMENTS, st.integers(0, 5))
SHORT = (Trigger.CLICK, Trigger.FOLLOW, Trigger.SCAN)


@pytest.mark.parametrize("trigger", SHORT)
def test_short_trigger_opens_three_messages_for_a_minute(trigger: Trigger) -> None:
    assert opened(trigger, NOW, None) == Window(NOW + timedelta(minutes=1), 3)


@given(st.none() | WINDOWS)
def test_message_resets_to_five_for_two_days_and_never_adds(current: Window | None) -> None:
    assert opened(Trigger.MESSAGE, NOW, current) == Window(NOW + timedelta(hours=48), 5)


@given(WINDOWS, st.sampled_from(SHORT))
@example(Window(NOW + timedelta(hours=1), 0), Trigger.CLICK)
@example(Window(NOW, 5), Trigger.CLICK)
@example(Window(NOW + timedelta(seconds=30), 5), Trigger.CLICK)
def test_short_trigger_gives_one_of_the_two_windows_and_never_their_sum(
    current: Window, trigger: Trigger
) -> None:
    fresh = Window(NOW + timedelta(minutes=1), 3)
    after = opened(trigger, NOW, current)
    assert after in {current, fresh}
    assert after.is_open(NOW)
    assert after.expires_at >= fresh.expires_at


@given(WINDOWS, st.sampled_from(SHORT))
def test_short_trigger_never_shortens_an_open_window(current: Window, trigger: Trigger) -> None:
    after = opened(trigger, NOW, current)
    if current.is_open(NOW):
        assert after.expires_at >= current.expires_at


@given(st.lists(st.tuples(st.sampled_from(Trigger), st.timedeltas(timedelta(0), timedelta(hours=60)))))
def test_allowance_stays_within_the_platforms_most(story: list[tuple[Trigger, timedelta]]) -> None:
    window, now = None, NOW
    for trigger, wait in story:
        now += wait
        window = opened(trigger, now, window)
        assert 1 <= window.left <= 5
        assert now < window.expires_at <= now + timedelta(hours=48)


def test_window_closes_at_its_end_and_with_its_last_message() -> None:
    window = Window(NOW, 1)
    assert window.is_open(NOW - timedelta(microseconds=1)) is True
    assert window.is_open(NOW) is False
    assert Window(NOW + timedelta(hours=1), 0).is_open(NOW) is False


@pytest.mark.parametrize(
    ("left", "minutes", "taken"),
    [
        (2, 120, True),
        (1, 120, False),
        (1, 61, False),
        (1, 60, True),
        (1, 1, True),
        (0, 60, False),
        (1, 0, False),
    ],
)
def test_last_message_of_a_window_is_kept_for_what_cannot_wait(
    left: int, minutes: int, *, taken: bool
) -> None:
    window = Window(NOW + timedelta(minutes=minutes), left)
    assert window.takes(NOW, can_wait=True) is taken
    assert window.takes(NOW, can_wait=False) is window.is_open(NOW)


def first_way(window: Window | None, consents: int, *, can_wait: bool, has_template: bool) -> Channel | None:
    ways = {
        Channel.CUSTOM: window is not None and window.takes(NOW, can_wait=can_wait),
        Channel.SUBSCRIPTION: consents != 0,
        Channel.TEMPLATE: has_template,
    }
    return next((way for way, is_open in ways.items() if is_open), None)


@given(st.none() | WINDOWS, st.integers(-1, 3), st.booleans(), st.booleans())
def test_channel_is_the_first_that_is_open(
    window: Window | None,
    consents: int,
    can_wait: bool,  # noqa: FBT001 -- drawn
    has_template: bool,  # noqa: FBT001 -- drawn
) -> None:
    found = channel_for(window, NOW, can_wait=can_wait, consents=consents, has_template=has_template)
    assert found == first_way(window, consents, can_wait=can_wait, has_template=has_template)


def test_no_way_means_waiting() -> None:
    assert channel_for(None, NOW, can_wait=False, consents=0, has_template=False) is None


SIZES = st.lists(st.none() | st.integers(1, 60), min_size=1, max_size=12)


@given(SIZES, st.integers(1, 100), st.integers(1, 5))
def test_as_many_travel_together_as_fit_and_at_least_one(
    sizes: list[int | None], room: int, between: int
) -> None:
    count = together(sizes, room=room, between=between)

    def fits(length: int) -> bool:
        first = sizes[:length]
        whole = sum(size or 0 for size in first) + between * (length - 1)
        return length == 1 or (None not in first and whole <= room)

    assert count == max(length for length in range(1, len(sizes) + 1) if fits(length))
