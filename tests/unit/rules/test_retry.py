"""Retries: every wait lies within its bounds, and there is an end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.retry import Policy

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
WAITS = st.timedeltas(timedelta(milliseconds=1), timedelta(days=2))
POLICIES = st.builds(
    lambda attempts, waits: Policy(attempts, min(waits), max(waits)),
    st.integers(1, 10_000),
    st.tuples(WAITS, WAITS),
)
JITTERS = st.floats(0, 1)


def test_wait_doubles_up_to_the_longest() -> None:
    policy = Policy(attempts=6, first_wait=timedelta(seconds=10), longest_wait=timedelta(seconds=60))
    waits = [policy.next_attempt(made, NOW, jitter=1) for made in range(1, 7)]
    assert waits == [
        *(NOW + timedelta(seconds=seconds) for seconds in (10, 20, 40, 60, 60)),
        None,
    ]


def test_jitter_takes_away_up_to_half_of_the_wait() -> None:
    policy = Policy(attempts=3, first_wait=timedelta(seconds=10), longest_wait=timedelta(seconds=60))
    assert policy.next_attempt(1, NOW, jitter=0) == NOW + timedelta(seconds=5)
    assert policy.next_attempt(1, NOW, jitter=0.5) == NOW + timedelta(seconds=7.5)


@given(POLICIES, st.integers(1, 20_000), JITTERS)
def test_wait_lies_within_its_bounds_and_attempts_end(policy: Policy, made: int, jitter: float) -> None:
    at = policy.next_attempt(made, NOW, jitter)
    if made >= policy.attempts:
        assert at is None
    else:
        assert at is not None
        assert policy.first_wait * 0.5 <= at - NOW <= policy.longest_wait


@given(POLICIES, st.integers(1, 20_000))
def test_wait_never_shrinks(policy: Policy, made: int) -> None:
    assert policy.first_wait <= policy.wait_after(made) <= policy.wait_after(made + 1) <= policy.longest_wait


@given(WAITS, st.integers(1, 20))
def test_wait_is_the_doubled_first_wait_while_that_is_allowed(first: timedelta, made: int) -> None:
    longest = timedelta(days=30)
    assert Policy(100, first, longest).wait_after(made) == min(first * 2 ** (made - 1), longest)


@pytest.mark.parametrize(("made", "jitter"), [(0, 0.5), (-1, 0.5), (1, -0.1), (1, 1.1), (1, float("nan"))])
def test_senseless_questions_are_refused(made: int, jitter: float) -> None:
    policy = Policy(3, timedelta(seconds=1), timedelta(seconds=2))
    with pytest.raises(ValueError, match="no attempt follows"):
        policy.next_attempt(made, NOW, jitter)


@pytest.mark.parametrize(("attempts", "first", "longest"), [(0, 1, 2), (3, 0, 2), (3, -1, 2), (3, 2, 1)])
def test_senseless_policies_are_refused(attempts: int, first: int, longest: int) -> None:
    with pytest.raises(ValueError, match="no policy"):
        Policy(attempts, timedelta(seconds=first), timedelta(seconds=longest))
