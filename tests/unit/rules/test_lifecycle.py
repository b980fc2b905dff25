"""Only the listed steps succeed, whoever asks and in whatever order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import say
from models.rules.lifecycle import (
    BIRTH,
    FINISHED,
    REBOUND_WITHIN,
    STEPS,
    NotAllowed,
    NotPossible,
    Role,
    Status,
    Verb,
    advance,
    is_rebound_in_time,
    markdown,
)
from tests.unit.rules.life import LIFE

SUBMITTED_BY = frozenset({Role.ENTERPRISE})
"""Who brings a ticket into the world; that step has no status to start from, so `STEPS` lacks it."""

EVERYTHING = [(status, verb, role) for status in Status for verb in Verb for role in Role]
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- zone beside


def outcome(status: Status, verb: Verb, role: Role) -> Status | type[Exception]:
    try:
        return advance(status, verb, role)
    except (NotPossible, NotAllowed) as refused:
        return type(refused)


def expected(status: Status, verb: Verb, role: Role) -> Status | type[Exception]:
    way = LIFE.get((status, verb))
    if way is None:
        return NotPossible
    return way.target if role in way.roles else NotAllowed


def test_exactly_the_listed_steps_succeed() -> None:
    assert [outcome(*each) for each in EVERYTHING] == [expected(*each) for each in EVERYTHING]


def test_refusals_name_what_was_refused() -> None:
    with pytest.raises(NotPossible) as impossible:
        advance(Status.CLOSED, Verb.ACCEPT, Role.OWNER)
    assert (impossible.value.status, impossible.value.verb) == (Status.CLOSED, Verb.ACCEPT)
    with pytest.raises(NotAllowed) as forbidden:
        advance(Status.OPEN, Verb.ACCEPT, Role.ENTERPRISE)
    assert (forbidden.value.role, forbidden.value.verb) == (Role.ENTERPRISE, Verb.ACCEPT)


def walks() -> st.SearchStrategy[list[tuple[Verb, Role]]]:
    return st.lists(st.tuples(st.sampled_from(Verb), st.sampled_from(Role)), max_size=30)


def visited(walk: list[tuple[Verb, Role]]) -> Iterator[tuple[Status, Verb, Role, Status]]:
    status = BIRTH
    for verb, role in walk:
        after = outcome(status, verb, role)
        if isinstance(after, Status):
            yield status, verb, role, after
            status = after


@given(walks())
def test_only_enterprise_or_supervisor_writes_off_and_only_after_a_result(
    walk: list[tuple[Verb, Role]],
) -> None:
    before: list[Status] = []
    for status, verb, role, after in visited(walk):
        before.append(status)
        if after is Status.CLOSED:
            if status is not Status.CLOSED:
                assert (status, verb, role) in {
                    (Status.RESOLVED, Verb.CONFIRM, Role.ENTERPRISE),
                    (Status.RESOLVED, Verb.WRITE_OFF, Role.SUPERVISOR),
                }
            assert {Status.OPEN, Status.ACCEPTED, Status.RESOLVED} <= set(before)


def test_finished_tickets_move_only_by_rebound_separation_a_supervisor_or_who_declined() -> None:
    moves = {
        (status, verb, step.target)
        for (status, verb), step in STEPS.items()
        if status in FINISHED and step.target is not status
    }
    assert moves == {
        (Status.CLOSED, Verb.REBOUND, Status.ACCEPTED),
        (Status.DECLINED, Verb.OVERTURN, Status.ACCEPTED),
        (Status.DECLINED, Verb.REOPEN, Status.ACCEPTED),
        (Status.MERGED, Verb.SEPARATE, Status.OPEN),
        (Status.MERGED, Verb.REVIVE, Status.ACCEPTED),
    }


def test_owners_desk_cannot_take_the_last_word() -> None:
    closing = {verb for (status, verb), step in STEPS.items() if Status.CLOSED in {step.target} - {status}}
    assert closing == {Verb.CONFIRM, Verb.WRITE_OFF}
    assert {role for (_, verb), step in STEPS.items() if verb in closing for role in step.roles} == {
        Role.ENTERPRISE,
        Role.SUPERVISOR,
    }


def test_owner_cannot_pass_a_ticket_on() -> None:
    passing = [step.roles for (_, verb), step in STEPS.items() if verb in {Verb.REASSIGN, Verb.HAND_OVER}]
    assert frozenset.union(*passing) == {Role.SUPERVISOR, Role.SYSTEM}


def test_every_status_is_reached() -> None:
    assert {BIRTH} | {step.target for step in STEPS.values()} == set(Status)


def test_every_verb_leads_somewhere() -> None:
    assert {verb for _, verb in STEPS} | {Verb.SUBMIT} == set(Verb)


def test_every_role_may_do_something() -> None:
    assert frozenset.union(SUBMITTED_BY, *(step.roles for step in STEPS.values())) == set(Role)


def test_owner_and_aide_may_do_the_same() -> None:
    assert [
        step for step in STEPS.values() if (Role.OWNER in step.roles) is not (Role.AIDE in step.roles)
    ] == []


def test_every_status_verb_and_role_has_words() -> None:
    assert (set(say.STATUS), set(say.VERB), set(say.ROLE)) == (set(Status), set(Verb), set(Role))
    assert [word for word in (*say.STATUS.values(), *say.VERB.values(), *say.ROLE.values()) if not word] == []


def test_page_lists_each_step_once() -> None:
    lines = markdown().splitlines()
    for (status, verb), step in STEPS.items():
        row = f"| `{status}` | `{verb}` | `{step.target}` | {', '.join(sorted(step.roles))} |"
        assert lines.count(row) == 1, row
    assert sum(line.startswith("| `") for line in lines) == len(STEPS)


def test_page_draws_each_move_once() -> None:
    drawn = [line.strip() for line in markdown().splitlines() if "-->" in line]
    moves = [
        f"{status} --> {step.target}: {verb}"
        for (status, verb), step in STEPS.items()
        if status is not step.target
    ]
    assert drawn == [f"[*] --> {BIRTH}: {Verb.SUBMIT}", *moves]


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_rebound_is_possible_for_thirty_days_to_the_second(closed_at: datetime, later: timedelta) -> None:
    shanghai = timezone(timedelta(hours=8))
    assert is_rebound_in_time(closed_at, (closed_at + later).astimezone(shanghai)) == (
        later <= REBOUND_WITHIN
    )


def test_rebound_ends_after_the_last_moment_of_thirty_days() -> None:
    closed_at = datetime(2026, 11, 24, tzinfo=UTC)
    assert is_rebound_in_time(closed_at, closed_at + timedelta(days=30)) is True
    assert is_rebound_in_time(closed_at, closed_at + timedelta(days=30, microseconds=1)) is False
