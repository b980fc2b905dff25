"""The fold of events: what a ticket was, at any moment, from old events and new."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.rules.lifecycle import Status, Verb
from models.rules.replay import TOLD_BY, replay

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SUBMITTED = {"type": "arrears", "owner_id": 1, "enterprise_id": 7, "region": "210100"}


@dataclass(frozen=True)
class Happened:
    """One event, so many hours after the first."""

    seq: int
    hours: int
    verb: str
    to_status: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return START + timedelta(hours=self.hours)


def day(n: int) -> str:
    return (START + timedelta(days=n)).isoformat()


LIFE = (
    Happened(1, 0, "submit", "open", SUBMITTED | {"due": {"accept": day(1), "result": day(15)}}),
    Happened(2, 1, "accept", "accepted", {"ledger": [2026, 12], "due": {"progress": day(5)}}),
    Happened(3, 2, "call_in", "accepted", {"co_handling": 4, "unit_id": 9, "task": "查"}),
    Happened(4, 3, "progress", "accepted", {"due": {"progress": day(6)}}),
    Happened(5, 4, "retract", "accepted", {"of": 4, "what": "progress"}),
    Happened(6, 5, "grant", "accepted", {"moved": [["result", day(15), day(20)]]}),
    Happened(7, 6, "resolve", "resolved"),
    Happened(8, 7, "rate", "resolved", {"result": "fairly"}),
    Happened(9, 8, "confirm", "closed"),
    Happened(10, 9, "rebound", "accepted", {"due": {"result": day(40), "progress": day(45)}}),
    Happened(11, 10, "reassign", "accepted", {"owner_id": 9}),
)


def test_moments_of_a_life() -> None:
    assert replay(LIFE, START - timedelta(seconds=1)) is None
    told = {hours: replay(LIFE, START + timedelta(hours=hours)) for hours in range(11)}
    states = {hours: state for hours, state in told.items() if state is not None}
    assert [states[hours].status for hours in (0, 1, 6, 8, 9)] == [
        *(Status.OPEN, Status.ACCEPTED, Status.RESOLVED, Status.CLOSED, Status.ACCEPTED)
    ]
    assert [states[hours].due("result") for hours in (0, 5, 9)] == [
        START + timedelta(days=days) for days in (15, 20, 40)
    ]
    assert [states[hours].due("progress") for hours in (1, 3, 4)] == [
        START + timedelta(days=days) for days in (5, 6, 5)
    ]
    assert states[3].first_contact_at == START + timedelta(hours=3)
    assert states[4].first_contact_at is None, "what was taken back was never said"
    assert states[6].first_contact_at == START + timedelta(hours=6)
    assert [states[hours].rated_result for hours in (6, 7, 8, 9)] == [None, "fairly", "fairly", None]
    assert [states[hours].helpers[4].state for hours in (2, 7, 8, 9)] == ["asked", "asked", "ended", "ended"]
    assert [(states[hours].owner_id, states[hours].hops, states[hours].rebounds) for hours in (8, 10)] == [
        (1, 0, 0),
        (9, 1, 1),
    ]
    assert states[1].ledger == (2026, 12)
    assert set(states[8].running()) == set()
    assert set(states[9].running()) == {"result", "progress"}


@given(hours=st.integers(-1, 12))
def test_what_came_later_changes_nothing_of_what_was(hours: int) -> None:
    at = START + timedelta(hours=hours)
    assert replay(LIFE, at) == replay([fact for fact in LIFE if fact.at <= at])


def test_events_that_tell_nothing_may_be_left_out() -> None:
    idle = [Happened(20, 11, verb, "accepted") for verb in sorted(set(Verb) - set(TOLD_BY))]
    assert replay([*LIFE, *idle]) == replay(LIFE)
    assert {"warn", "urge", "extend", "deny", "appeal"} <= {fact.verb for fact in idle}


def test_old_events_tell_what_they_hold() -> None:
    old = (
        Happened(1, 0, "submit", "open", {"type": "arrears", "owner_id": 1}),
        Happened(2, 1, "accept", "accepted"),
        Happened(3, 2, "refuse", "accepted", {"co_handling": 4, "reason": "不归我们管"}),
        Happened(4, 3, "pause", "accepted", {"moved": [["result", day(15), day(18)], ["appeal", "", ""]]}),
    )
    before, after = replay(old[:3]), replay(old)
    assert before is not None
    assert (before.due("result"), before.ledger, before.enterprise_id, before.helpers) == (None,) * 3 + ({},)
    assert after is not None
    assert after.due("result") == START + timedelta(days=18)
    assert set(after.dues) == {"result"}
