"""Hours and budgets are kept where messages are claimed, and what waits is not lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions import courtesies, deliveries
from models.actions.deliveries import Claimed
from models.actions.outbox import Notice, tell
from models.actions.people import meet
from models.actions.settlements import Fate, Settlement
from models.rules.disturbance import Courtesy, Quiet
from models.session import Database
from models.tables import Delivery, Event, Outbox, Person, Ticket
from tests.roster import LEADER, OWNER, PARTNER, STRANGER, Roster
from tests.unit.models.mail import BARE, LATER, NOTICES, alone, claimed, ids_of, outbox, settled, states
from tests.unit.models.peace import (
    HOUR,
    MORNING,
    NIGHT,
    NOON,
    a_firm,
    an_event,
    case,
    facts,
    firm,
    rung,
    sent,
    strike,
    writes,
)
from tests.unit.models.stage import NOW, cause_of, open_window, staffed


@pytest.fixture
def roster(database: Database) -> Roster:
    """One enterprise with two contacts and a case of yesterday."""
    return a_firm(database)


def test_day_has_its_budget_and_the_rest_waits_for_the_next(database: Database, roster: Roster) -> None:
    facts(database, *"abcde")
    sent(database, at=NOON)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"] * 2
    assert rung(database, firm(roster)) == 3
    held = outbox(database)["d"]
    assert (held.reason, held.due_at, held.attempts) == ("budget", MORNING, 0)

    assert strike(database, MORNING - timedelta(seconds=1)) == 0
    assert strike(database, MORNING) == 1
    sent(database, at=MORNING)
    assert set(states(database).values()) == {"sent"}
    assert rung(database, firm(roster), at=MORNING) == 2


def test_several_facts_in_one_message_are_one(database: Database, roster: Roster) -> None:
    facts(database, *"abcde")
    [one] = claimed(database, at=NOON, how_many=len)
    assert len(one.items) == 5
    assert rung(database, firm(roster)) == 1


def test_one_fact_in_many_messages_is_one(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        words = {"number": "1010", "text": "第一句话讲的是款项怎么结。" * 300}
        ticket = case(session)
        event_id = an_event(session, ticket)
        tell(
            session,
            [roster.people[OWNER]],
            Notice.REPLIED,
            words,
            ticket_id=ticket.id,
            event_id=event_id,
            now=NOW,
        )
    assert len(sent(database, at=NOON)) > 3
    assert rung(database, firm(roster)) == 1


def test_at_night_nothing_rings_and_in_the_morning_one_message_tells_all(
    database: Database, roster: Roster
) -> None:
    facts(database, *"abcd")
    assert claimed(database, at=NIGHT, how_many=len) == []
    assert {(row.state, row.reason, row.due_at) for row in outbox(database).values()} == {
        ("held", "quiet", MORNING)
    }
    assert strike(database, MORNING) == 1
    [one] = claimed(database, at=MORNING, how_many=len)
    assert len(one.items) == 4
    assert rung(database, firm(roster), at=MORNING) == 1


def test_officials_are_rung_at_any_hour_and_as_often_as_need_be(database: Database, roster: Roster) -> None:
    facts(database, *"abcde", openid=LEADER, notice=Notice.URGED)
    assert len(sent(database, at=NIGHT)) == 5
    assert rung(database, firm(roster)) == 0


@pytest.mark.parametrize("minutes", [0, 30, 31, 59, 61])
def test_answer_on_the_case_is_not_held_back_while_its_reader_is_still_there(
    database: Database, roster: Roster, minutes: int
) -> None:
    with database.transaction() as session:
        ticket = case(session)
    writes(database, OWNER, NIGHT, about=ticket)
    at = NIGHT + timedelta(minutes=minutes)
    facts(database, "a")
    with database.transaction() as session:
        row = session.scalars(select(Outbox).where(Outbox.dedupe_key.startswith("a:"))).one()
        row.created_at = row.due_at = at
    went = {OWNER for one in claimed(database, at=at) if one.openid == OWNER}
    assert went == ({OWNER} if minutes <= 30 else set())
    assert rung(database, firm(roster)) == 0


def test_answer_to_a_colleague_wakes_nobody_else(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        ticket = case(session)
    writes(database, PARTNER, NIGHT, about=ticket)
    facts(database, "a")
    assert OWNER not in {one.openid for one in claimed(database, at=NIGHT)}


def test_case_that_others_brought_on_a_visit_was_not_written_by_anybody(
    database: Database, roster: Roster
) -> None:
    with database.transaction() as session:
        for event in session.scalars(select(Event)):
            event.at = NIGHT
    facts(database, "a")
    assert claimed(database, at=NIGHT) == []


def test_whoever_writes_gets_what_was_held_back(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        courtesies.ask_for_budget(session, firm(roster), 1, person_id=roster.people[OWNER], now=NOW)
    facts(database, *"abc")
    sent(database, at=NOON)
    assert list(states(database).values()) == ["sent", "held", "held"]

    writes(database, OWNER, NIGHT)
    order = sent(database, at=NIGHT, how_many=len)
    assert order == [row.id for row in outbox(database).values()][1:]
    assert set(states(database).values()) == {"sent"}
    assert rung(database, firm(roster)) == 1


def test_message_that_rings_anyway_takes_the_others_along(database: Database, roster: Roster) -> None:
    facts(database, "a")
    with database.transaction() as session:
        ticket = case(session)
        begins = (NIGHT + HOUR).isoformat()
        tell(
            session, [roster.people[OWNER]], Notice.CALL_ANNOUNCED, {"begins": begins},
            ticket_id=ticket.id, event_id=an_event(session, ticket), now=NOW, key="b",
        )  # fmt: skip
    [one] = claimed(database, at=NIGHT, how_many=len)
    assert [each.kind for each in one.items] == ["replied", "call_announced"]
    assert [row.rang_at is not None for row in outbox(database).values()] == [False, True]
    assert rung(database, firm(roster)) == 0


def test_enterprise_that_wants_nothing_unasked_is_left_alone_and_the_owner_knows(
    database: Database, roster: Roster
) -> None:
    with database.transaction() as session:
        courtesies.ask_for_budget(session, firm(roster), 0, person_id=roster.people[OWNER], now=NOW)
    facts(database, "a")
    assert {one.openid for one in claimed(database, at=NOON)} == {LEADER}
    row = outbox(database)["a"]
    assert (row.state, row.reason) == (Delivery.PARKED, "asked")
    told = [each for each in outbox(database).values() if each.kind == Notice.UNREACHABLE]
    assert {each.payload["why"] for each in told} == {"asked"}

    writes(database, OWNER, NOON)
    assert row.id in ids_of(claimed(database, at=NOON))


def test_enterprise_has_its_own_hours(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        courtesies.ask_for_quiet(
            session, firm(roster), Quiet.read("11:00-13:00"), person_id=roster.people[OWNER], now=NOW
        )
    facts(database, "a")
    assert claimed(database, at=NOON) == []
    assert outbox(database)["a"].due_at == NOON + HOUR
    assert strike(database, NIGHT) == 1
    assert len(claimed(database, at=NIGHT)) == 1


def test_installation_grants_what_it_has_settled(database: Database, roster: Roster) -> None:
    facts(database, *"ab")
    granted = Courtesy(Quiet(0, 0), 1)

    def claim() -> list[Claimed]:
        with database.transaction() as session:
            return deliveries.claim(
                session, "w", channels=BARE, how_many=alone, limit=9, now=NIGHT, granted=granted
            )

    settled(database, *(Settlement(one, Fate.SENT) for one in claim()), at=NIGHT)
    assert claim() == []
    assert list(states(database).values()) == ["sent", "held"]


def test_stranger_has_a_budget_of_their_own(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        who = meet(session, STRANGER, now=NOW).person_id
        open_window(session, who, left=5, until=LATER)
        cause = cause_of(session, who)
        for n in range(5):
            ticket = session.get_one(Ticket, cause["ticket_id"])
            told = {"ticket_id": ticket.id, "event_id": an_event(session, ticket)}
            tell(session, [who], Notice.REPLIED, {"number": "1010"}, **told, now=NOW, key=f"{n}")
    sent(database, at=NOON)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"] * 2


def test_templates_ring_one_by_one(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        session.get_one(Person, roster.people[OWNER]).window_left = 0
    facts(database, *"abcd")
    sent(database, at=NOON, channels=NOTICES, how_many=len)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"]


def test_what_is_held_hides_nothing_that_may_go(database: Database, roster: Roster) -> None:
    facts(database, "a")
    facts(database, "b", openid=PARTNER)
    facts(database, "c", openid=LEADER, notice=Notice.URGED)
    assert ids_of(claimed(database, at=NIGHT, limit=1)) == [outbox(database)["c"].id]
    assert states(database) == {"a": "held", "b": "held", "c": "sending"}
