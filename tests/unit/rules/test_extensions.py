"""How much more time a case may have, and which of its dates that moves."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalog import ClockName, clock_rules
from models.rules.clocks import Due, Granted, Paused, due, first_clocks, materials_clocks
from models.rules.extensions import Move, NoExtension, Why, moves, room
from tests.unit.rules.test_clocks import CALENDAR, MOMENTS, RULES, shanghai

START = shanghai("2026-11-24 10:00")
SOON = shanghai("2026-11-25 10:00")
BY_NAME = {one.name: one for one in clock_rules()}


def running(type_code: str, *grants: tuple[str, int], start: datetime = START) -> list[Due]:
    """Return the clocks of a case with the extensions it had: which clock, how many days."""
    return [
        due(
            one.rule,
            start,
            CALENDAR,
            extensions=[Granted(days, "", "") for name, days in grants if name == one.name],
        )
        for start_of in (first_clocks, materials_clocks)
        for one in start_of(type_code, start, RULES, CALENDAR)
    ]


def moved(
    clocks: list[Due], days: int, *, now: datetime = SOON, pauses: tuple[Paused, ...] = ()
) -> dict[str, str]:
    found = moves(clocks, days, CALENDAR, pauses=pauses, now=now)
    return {move.before.name: move.after.due_at.strftime("%m-%d") for move in found}


def refused(clocks: list[Due], days: int, *, now: datetime = SOON) -> tuple[Why, int]:
    with pytest.raises(NoExtension) as raised:
        moves(clocks, days, CALENDAR, pauses=(), now=now)
    return raised.value.why, raised.value.most


def test_result_is_extended_in_working_days() -> None:
    assert moved(running("policy"), 5) == {"result": "12-22"}


def test_statutory_answer_is_extended_only_where_it_would_come_first() -> None:
    clocks = running("arrears")  # the result is due on 15, the answer on 24 December
    assert moved(clocks, 7) == {"result": "12-24"}
    assert moved(clocks, 8) == {"result": "12-25", "answer": "01-04"}


def test_answer_that_comes_first_is_extended_first() -> None:
    clocks = running("arrears", ("result", 8))
    assert moved(clocks, 3) == {"answer": "12-28", "result": "12-30"}


def test_pauses_are_kept_when_a_date_is_extended() -> None:
    pause = Paused(SOON, date(2026, 11, 25), date(2026, 11, 27), "", "")
    clocks = [due(BY_NAME[ClockName.RESULT], START, CALENDAR, pauses=[pause])]
    assert moved(clocks, 5, now=shanghai("2026-11-26 10:00"), pauses=(pause,)) == {"result": "12-25"}


def test_cap_is_kept_and_the_most_is_said() -> None:
    assert refused(running("policy"), 16) == (Why.TOO_LONG, 15)
    assert refused(running("policy", ("result", 10)), 6) == (Why.TOO_LONG, 5)
    # The answer comes first, on 24 December; beyond the 31st it would pass the result, which has 2 days left.
    assert refused(running("arrears", ("result", 13)), 20) == (Why.TOO_LONG, 7)
    assert moved(running("policy"), 15) == {"result": "01-06"}


def test_two_extensions_are_enough() -> None:
    assert refused(running("policy", ("result", 2), ("result", 2)), 1) == (Why.TOO_OFTEN, 0)


def test_full_cap_leaves_nothing_to_ask_for() -> None:
    assert refused(running("policy", ("result", 15)), 1) == (Why.TOO_OFTEN, 0)


def test_clocks_without_a_cap_cannot_be_extended() -> None:
    clocks = [one for one in running("policy") if one.name != "result"]
    assert refused(clocks, 1) == (Why.NOTHING_RUNS, 0)
    assert refused([], 1) == (Why.NOTHING_RUNS, 0)


def test_more_time_must_be_asked_for_in_time() -> None:
    [result] = [one for one in running("policy") if one.name == "result"]
    assert refused([result], 1, now=result.due_at) == (Why.TOO_LATE, 0)
    assert moved([result], 1, now=result.due_at - timedelta(seconds=1)) == {"result": "12-16"}


def test_statutory_answer_may_be_extended_after_the_result_ran_out() -> None:
    after = shanghai("2026-12-16 10:00")
    assert moved(running("arrears"), 10, now=after) == {"answer": "01-04"}


@given(
    MOMENTS,
    st.sampled_from(["policy", "arrears"]),
    st.integers(1, 100),
    st.lists(st.integers(1, 40), max_size=2),
)
def test_extension_only_moves_forward_and_never_beyond_a_cap(
    at: datetime, type_code: str, days: int, had: list[int]
) -> None:
    grants = [(name, each) for each in had for name in ("result", "answer")]
    clocks = running(type_code, *grants, start=at)
    try:
        found = moves(clocks, days, CALENDAR, pauses=(), now=at)
    except NoExtension as refused:
        assert 0 <= refused.most < days
        if refused.most:
            assert moves(clocks, refused.most, CALENDAR, pauses=(), now=at)
        return
    first = min((one for one in clocks if one.rule.cap), key=lambda one: one.due_at)
    assert found[0].before == first
    for move in found:
        assert _in_bounds(move, days)
    untouched = [one for one in clocks if one.rule.cap and one.name not in {m.before.name for m in found}]
    assert all(one.due_at >= found[0].after.due_at for one in untouched)


def _in_bounds(move: Move, days: int) -> bool:
    after = due(move.before.rule, move.before.started_at, CALENDAR, extensions=move.after.extensions)
    return (
        move.after.due_at == after.due_at > move.before.due_at - timedelta(seconds=1)
        and room(move.before) >= days
        and room(move.after) == room(move.before) - days
        and len(move.after.extensions) <= move.before.rule.extensions
    )
