"""Hours and budgets are kept where messages are claimed, whoever claims, whatever dies; and nothing is lost."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.actions import bells, courtesies, deliveries, people, tickets
from models.actions.conversation import Words
from models.actions.deliveries import LEASE, Claimed
from models.actions.outbox import Notice, tell
from models.actions.people import join, meet
from models.actions.settlements import Fate, Settlement
from models.queries import disturbance
from models.queries.tickets import actor_of
from models.rules.disturbance import GRANTED, LOCAL, Courtesy, Quiet
from models.rules.retry import Failure
from models.rules.windows import Channel, Trigger
from models.session import Database
from models.tables import Delivery, Event, Outbox, Person, Ticket
from tests.roster import LEADER, OWNER, PARTNER, STRANGER, Roster
from tests.unit.models.mail import BARE, LATER, NOTICES, alone, claimed, ids_of, outbox, settled, states
from tests.unit.models.stage import NOW, a_person, a_ticket, cause_of, known, open_window, staffed

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL)
NIGHT = NOON.replace(hour=23)
MORNING = datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL)
HOUR = timedelta(hours=1)


@pytest.fixture
def roster(database: Database) -> Roster:
    """One enterprise with two contacts, whose windows are open, and a case that its owner brought yesterday."""
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        for openid in (OWNER, PARTNER, LEADER):
            open_window(session, loaded.people[openid], left=5, until=LATER)
    with database.transaction() as session:
        for row in session.scalars(select(Outbox)):
            session.delete(row)
    return loaded


def case(session: Session) -> Ticket:
    return session.scalars(select(Ticket)).one()


def facts(database: Database, *keys: str, openid: str = OWNER, notice: Notice = Notice.REPLIED) -> None:
    """Queue messages about the case, each because of another event."""
    with database.transaction() as session:
        ticket, who = case(session), a_person(session, openid)
        for key in keys:
            event_id = _event(session, ticket)
            tell(
                session,
                [who],
                notice,
                {"number": "1010"},
                ticket_id=ticket.id,
                event_id=event_id,
                now=NOW,
                key=key,
            )


def _event(session: Session, ticket: Ticket) -> int:
    seq = session.scalar(select(func.max(Event.seq)).where(Event.ticket_id == ticket.id)) or 0
    row = Event(
        ticket_id=ticket.id, seq=seq + 1, at=NOW, verb="reply", actor_role="owner", from_status="open",
        to_status="open", data={}, previous="", digest="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def sent(database: Database, *, at: datetime, **more: Any) -> list[int]:
    """Claim and send until nothing more is due; return the ids in the order in which they went."""
    order: list[int] = []
    while taken := claimed(database, at=at, **more):
        order += ids_of(taken)
        settled(database, *(Settlement(each, Fate.SENT) for each in taken), at=at)
    return order


def rung(database: Database, firm: int, *, at: datetime = NOON) -> int:
    with database.reading() as session:
        return disturbance.rung_for(session, [firm], now=at).get(firm, 0)


def firm(roster: Roster) -> int:
    return roster.enterprises["yunshanli"]


def writes(database: Database, openid: str, at: datetime, *, about: Ticket | None = None) -> None:
    """Let somebody write, perhaps on their case."""
    with database.transaction() as session:
        who = known(session, openid)
        if about is not None:
            tickets.follow_up(session, about, actor_of(who), Words("text", "还有一件"), now=at)
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=at
        )


def strike(database: Database, at: datetime) -> int:
    with database.transaction() as session:
        return bells.strike(session, at, limit=50)


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
        event_id = _event(session, ticket)
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


@pytest.mark.parametrize("minutes", [30, 31])
def test_answer_on_the_case_is_never_held_back(database: Database, roster: Roster, minutes: int) -> None:
    with database.transaction() as session:
        ticket = case(session)
    writes(database, OWNER, NIGHT, about=ticket)
    at = NIGHT + timedelta(minutes=minutes)
    facts(database, "a")
    with database.transaction() as session:
        row = session.scalars(select(Outbox).where(Outbox.dedupe_key.startswith("a:"))).one()
        row.created_at = row.due_at = at
    went = {OWNER for one in claimed(database, at=at) if one.openid == OWNER}
    assert went == ({OWNER} if minutes == 30 else set())
    assert rung(database, firm(roster)) == 0


def test_answer_to_a_colleague_is_one_too(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        ticket = case(session)
    writes(database, PARTNER, NIGHT, about=ticket)
    facts(database, "a")
    assert OWNER in {one.openid for one in claimed(database, at=NIGHT)}


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
            ticket_id=ticket.id, event_id=_event(session, ticket), now=NOW, key="b",
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
    assert claimed(database, at=NOON) == []
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
            told = {"ticket_id": ticket.id, "event_id": _event(session, ticket)}
            tell(session, [who], Notice.REPLIED, {"number": "1010"}, **told, now=NOW, key=f"{n}")
    sent(database, at=NOON)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"] * 2


def test_templates_ring_one_by_one(database: Database, roster: Roster) -> None:
    with database.transaction() as session:
        session.get_one(Person, roster.people[OWNER]).window_left = 0
    facts(database, *"abcd")
    sent(database, at=NOON, channels=NOTICES, how_many=len)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"]


# --- what if it happens twice, what if we die here ------------------------------------------------


def test_contacts_of_one_enterprise_share_its_budget(database: Database, roster: Roster) -> None:
    facts(database, *"ab", openid=OWNER)
    facts(database, *"cd", openid=PARTNER)
    sent(database, at=NOON)
    assert sorted(states(database).values()) == ["held", "sent", "sent", "sent"]


def test_claim_that_died_has_paid_and_the_next_one_does_not_pay_again(
    database: Database, roster: Roster
) -> None:
    facts(database, *"abcd")
    [dead] = claimed(database, at=NOON)
    assert rung(database, firm(roster)) == 1

    [again] = claimed(database, at=NOON + LEASE)
    assert ids_of([again]) == ids_of([dead])
    assert rung(database, firm(roster)) == 1
    settled(database, Settlement(again, Fate.SENT), at=NOON + LEASE)
    sent(database, at=NOON + LEASE)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"]
    assert outbox(database)["a"].rang_at == NOON


def test_claim_that_died_before_the_night_waits_for_the_morning(database: Database, roster: Roster) -> None:
    facts(database, "a")
    evening = NIGHT.replace(hour=20, minute=59)
    claimed(database, at=evening)
    assert claimed(database, at=evening + LEASE) == []
    row = outbox(database)["a"]
    assert (row.state, row.lease_until, row.due_at) == (Delivery.HELD, None, MORNING)
    assert strike(database, MORNING) == 1
    assert len(claimed(database, at=MORNING)) == 1
    assert rung(database, firm(roster), at=MORNING) == 0


FAILURES = [
    ({"fate": Fate.AGAIN, "again_at": NOON, "failure": Failure.MISSED}, 0),
    ({"fate": Fate.AGAIN, "again_at": NOON, "failure": Failure.DOUBTFUL}, 1),
    ({"fate": Fate.AGAIN, "again_at": NOON}, 1),
    ({"fate": Fate.WINDOW_CLOSED, "code": 45015}, 0),
    ({"fate": Fate.PARKED, "code": 40007, "was_counted": False}, 0),
    ({"fate": Fate.DEAD, "was_counted": False}, 0),
    ({"fate": Fate.SENT}, 1),
]


@pytest.mark.parametrize(("ending", "spent"), FAILURES)
def test_what_certainly_did_not_ring_is_given_back(
    database: Database, roster: Roster, ending: dict[str, Any], spent: int
) -> None:
    facts(database, "a")
    [one] = claimed(database, at=NOON)
    settled(database, Settlement(one, **ending), at=NOON)
    assert rung(database, firm(roster)) == spent


def test_what_may_have_rung_before_stays_paid_when_it_fails_later(database: Database, roster: Roster) -> None:
    facts(database, "a")
    [one] = claimed(database, at=NOON)
    doubt = Settlement(one, Fate.AGAIN, again_at=NOON + HOUR, failure=Failure.DOUBTFUL)
    settled(database, doubt, at=NOON)
    [again] = claimed(database, at=NOON + HOUR)
    missed = Settlement(again, Fate.AGAIN, again_at=NOON + HOUR, failure=Failure.MISSED)
    settled(database, missed, at=NOON + HOUR)
    assert outbox(database)["a"].rang_at == NOON


def test_second_worker_leaves_an_enterprise_to_the_first(postgresql_url: str) -> None:
    """While the first has not committed, nobody else can know what it spends."""
    database = Database(postgresql_url)
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        for openid in (OWNER, PARTNER):
            open_window(session, loaded.people[openid], left=5, until=LATER)
    with database.transaction() as session:
        for row in session.scalars(select(Outbox)):
            session.delete(row)
        courtesies.ask_for_budget(session, firm(loaded), 1, person_id=loaded.people[OWNER], now=NOW)
    facts(database, "a", openid=OWNER)
    facts(database, "b", openid=PARTNER)
    with database.transaction() as first:
        mine = _claim(first, limit=1)
        with database.transaction() as second:
            assert _claim(second, limit=9) == []
    assert ids_of(mine) == [outbox(database)["a"].id]
    assert states(database) == {"a": "sending", "b": "pending"}
    assert claimed(database, at=NOON) == []
    assert states(database) == {"a": "sending", "b": "held"}
    database.dispose()


def _claim(session: Session, *, limit: int) -> list[Claimed]:
    return deliveries.claim(session, "w", channels=BARE, how_many=alone, limit=limit, now=NOON)


def test_many_workers_never_use_the_last_of_a_budget_twice(database: Database, roster: Roster) -> None:
    colleagues = [f"o-colleague-{n}" for n in range(12)]
    with database.transaction() as session:
        for openid in colleagues:
            who = meet(session, openid, now=NOW).person_id
            join(session, who, firm(roster), name=None, role=None, now=NOW)
            open_window(session, who, left=5, until=LATER)
    for openid in colleagues:
        facts(database, f"{openid}x", openid=openid)
    workers, errors = 4, list[Exception]()
    start = threading.Barrier(workers)

    def work() -> None:
        start.wait()
        try:
            for _ in range(20):
                taken = claimed(database, at=NOON, limit=2)
                settled(database, *(Settlement(one, Fate.SENT) for one in taken), at=NOON)
        except Exception as error:  # noqa: BLE001 -- a thread's failure is the test's
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent(database, at=NOON)

    assert errors == []
    assert rung(database, firm(roster)) == GRANTED.budget
    assert sorted(states(database).values()) == ["held"] * 9 + ["sent"] * 3


def test_what_is_held_wakes_once_and_whole_persons_at_a_time(database: Database, roster: Roster) -> None:
    facts(database, *"abc", openid=OWNER)
    facts(database, *"de", openid=PARTNER)
    claimed(database, at=NIGHT)
    claimed(database, at=NIGHT)
    counts: list[int] = []
    while woken := _strike(database, MORNING, limit=1):
        counts.append(woken)
        rows = outbox(database).values()
        by_person = {(row.person_id, row.state) for row in rows}
        assert len(by_person) == len({person for person, _ in by_person})
    assert counts == [1, 1]
    assert set(states(database).values()) == {"pending"}


def _strike(database: Database, at: datetime, *, limit: int) -> int:
    with database.transaction() as session:
        return bells.strike(session, at, limit=limit)


def test_waking_passes_over_who_is_in_somebodys_hands(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    facts(database, "a")
    with database.transaction() as session:
        row = session.scalars(select(Outbox).where(Outbox.dedupe_key.startswith("a:"))).one()
        row.state, row.due_at = Delivery.HELD, NOON
    with database.transaction() as theirs:
        theirs.scalars(select(Person).where(Person.id == loaded.people[OWNER]).with_for_update()).one()
        assert strike(database, NOON) == 0
    assert strike(database, NOON) == 1
    database.dispose()


def test_row_that_is_held_shows_in_what_waits_for_the_case(database: Database, roster: Roster) -> None:
    facts(database, *"ab")
    claimed(database, at=NIGHT)
    with database.reading() as session:
        waits: Sequence[disturbance.Waits] = disturbance.waiting(session, case(session).id)
    assert waits == [(2, "quiet", MORNING)]


def test_channel_is_chosen_before_courtesy(database: Database, roster: Roster) -> None:
    """Whoever cannot be reached at all is shown as such at once, not only in the morning."""
    with database.transaction() as session:
        session.get_one(Person, roster.people[OWNER]).window_left = 0
    facts(database, "a")
    assert claimed(database, at=NIGHT) == []
    assert outbox(database)["a"].reason == "window"
    assert Channel.CUSTOM not in {row.channel for row in outbox(database).values()}
