"""A case is written off without the enterprise's word only after two different days of calls in vain."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.write_off import DAYS_TRIED, days_tried

DONE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- zone beside


def tried(*calls: datetime, heard: datetime = DONE - timedelta(days=1)) -> tuple[date, ...]:
    return days_tried(calls, resolved_at=DONE, last_heard=heard)


def test_two_calls_on_one_day_are_one_day() -> None:
    assert tried(DONE + timedelta(hours=1), DONE + timedelta(hours=2)) == (date(2026, 11, 24),)


def test_days_are_those_of_shanghai() -> None:
    evening, night = (datetime(2026, 11, 24, hour, 30, tzinfo=UTC) for hour in (15, 16))
    assert tried(evening, night) == (date(2026, 11, 24), date(2026, 11, 25))
    assert len(tried(evening, night)) == DAYS_TRIED


def test_calls_before_the_result_or_before_the_last_word_prove_nothing() -> None:
    call = DONE + timedelta(days=1)
    assert tried(DONE - timedelta(days=2), DONE) == ()
    assert tried(call, heard=call) == ()
    assert tried(call, call + timedelta(days=1), heard=call) == (date(2026, 11, 26),)


@given(st.lists(MOMENTS), MOMENTS, MOMENTS)
def test_only_later_calls_count_and_each_day_once(
    calls: list[datetime], resolved_at: datetime, heard: datetime
) -> None:
    days = days_tried(calls, resolved_at=resolved_at, last_heard=heard)
    later = [call for call in calls if call > resolved_at and call > heard]
    assert list(days) == sorted(set(days))
    assert len(days) <= len(later)
    assert bool(days) == bool(later)
