"""Random people do random things to tickets on a real database, and what must hold always holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from handlers import say
from models.actions import tickets
from models.actions.conversation import LOCAL, Words
from models.actions.outbox import Notice
from models.actions.people import join
from models.actions.roster import add_enterprise, add_official, pair
from models.actions.tickets import Guess
from models.queries.people import desk
from models.queries.tickets import actor_of, by_id
from models.rules.chain import GENESIS, digest
from models.rules.lifecycle import (
    FINISHED,
    Role,
    Status,
)
from models.rules.numbers import number_of
from models.session import Database, savepoint
from models.tables import Clock, Event, LedgerCounter, Message, Outbox, Ticket
from tests.roster import AIDE, LEADER, OFFICE, Roster
from tests.unit.actions.story import (
    ABSENT,
    ACTS,
    AUTHORS,
    EVERYBODY,
    FIRM,
    MOVES,
    REFUSALS,
    RIVAL,
    ROLES,
    STRANGER,
    TYPES,
    Known,
)
from tests.unit.models.stage import NOW, a_person, known, staffed

OWNERS = {LEADER: "leader", OFFICE: "office", ABSENT: "absent"}


class Town(RuleBasedStateMachine):
    """A fresh database, and the people on its roster."""

    fresh: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.database = Database(self.fresh())
        self.roster = peopled(self.database)
        self.now = NOW
        self.known: dict[int, Known] = {}

    def teardown(self) -> None:
        """Close the database; what was made for the tests is dropped after them."""
        self.database.dispose()

    @rule(openid=st.sampled_from(AUTHORS), code=st.sampled_from(TYPES), is_sure=st.booleans())
    def submit(self, openid: str, code: str, *, is_sure: bool) -> None:
        """Somebody asks for something."""
        guess = Guess(code, 0.9 if is_sure else 0.2, None, is_sure=is_sure)
        with self.database.transaction() as session:
            done = tickets.submit(
                session, known(session, openid), Words("text", "欠款"), guess, title="欠款", now=self.now
            )
        owner = LEADER if openid in FIRM else ABSENT if openid == RIVAL else OFFICE
        assert (done.number, done.type) == (number_of(done.id), code)
        self.known[done.id] = Known(openid, owner, code)

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        openid=st.sampled_from(EVERYBODY),
        act=st.sampled_from(sorted(ACTS)),
        code=st.sampled_from(TYPES),
    )
    def act(self, data: st.DataObject, openid: str, act: str, code: str) -> None:
        """Anybody tries anything with any ticket."""
        self.attempt(data.draw(st.sampled_from(sorted(self.known))), openid, act, code)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), code=st.sampled_from(TYPES))
    def act_within_the_rules(self, data: st.DataObject, code: str) -> None:
        """Somebody does something that is possible now."""
        ticket_id = data.draw(st.sampled_from(sorted(self.known)))
        possible = self.possible(ticket_id, code)
        if possible:
            self.attempt(ticket_id, *data.draw(st.sampled_from(possible)), code)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), steps=st.integers(1, 6), code=st.sampled_from(TYPES))
    def live_on(self, data: st.DataObject, steps: int, code: str) -> None:
        """A ticket goes through several statuses, so that long lives are lived and lived again."""
        ticket_id = data.draw(st.sampled_from(sorted(self.known)))
        for _ in range(steps):
            moves = [each for each in self.possible(ticket_id, code) if each[1] in MOVES]
            if moves:
                self.attempt(ticket_id, *data.draw(st.sampled_from(moves)), code)

    def possible(self, ticket_id: int, code: str) -> list[tuple[str, str]]:
        """Return who may do what to a ticket now."""
        ticket = self.known[ticket_id]
        return [
            (openid, act)
            for openid in EVERYBODY
            for act in sorted(ACTS)
            if ticket.refusal(act, openid, code, self.now) is None
        ]

    @rule(hours=st.sampled_from([1, 30, 24 * 8, 24 * 35]))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    def attempt(self, ticket_id: int, openid: str, act: str, code: str) -> None:
        """Do it as a handler does, and compare with what must happen."""
        ticket = self.known[ticket_id]
        expected = ticket.refusal(act, openid, code, self.now)
        found: type[Exception] | None = None
        with self.database.transaction() as session:
            who = known(session, openid)
            try:
                with savepoint(session):
                    row = by_id(session, ticket_id, seen_by=who)
                    ACTS[act](session, row, actor_of(who), Words("text", "说明"), code, self.now)
            except REFUSALS as refused:
                found = type(refused)
        assert found == expected, (ticket, openid, act)
        if expected is None:
            ticket.moved(act, code, self.now)

    @invariant()
    def tickets_are_what_was_done_to_them(self) -> None:
        """Status, owner, type, rebounds and dates follow from the story alone."""
        with self.database.reading() as session:
            rows = {row.id: row for row in session.scalars(select(Ticket))}
            assert set(rows) == set(self.known)
            for ticket_id, ticket in self.known.items():
                row = rows[ticket_id]
                assert row.owner_id == self.roster.officials[OWNERS[ticket.owner]]
                assert (row.status, row.type, row.rebounds) == (ticket.status, ticket.kind, ticket.rebounds)
                is_closed = ticket.status is Status.CLOSED
                assert (row.confirmed_at is not None, row.closed_at is not None) == (is_closed, is_closed)
                assert (row.resolved_at is not None) == (ticket.status in {Status.RESOLVED, Status.CLOSED})
                assert (row.accepted_at is not None) == (row.ledger_no is not None)

    @invariant()
    def chains_verify(self) -> None:
        """Every chain is whole, unbroken, and ends in the ticket's status."""
        with self.database.reading() as session:
            for ticket_id, ticket in self.known.items():
                chain = session.scalars(
                    select(Event).where(Event.ticket_id == ticket_id).order_by(Event.seq)
                ).all()
                assert [event.seq for event in chain] == list(range(1, ticket.events + 1))
                previous, status = GENESIS, None
                for event in chain:
                    assert (event.previous, event.from_status) == (previous, status)
                    assert event.digest == resealed(event)
                    previous, status = event.digest, event.to_status
                assert status == ticket.status
                assert chain[0].data["owner_id"] in self.roster.officials.values()

    @invariant()
    def ledgers_have_no_gaps(self) -> None:
        """Numbers run from 1 to the counter's last, by type and year."""
        with self.database.reading() as session:
            given: dict[tuple[str, int], list[int]] = {}
            for row in session.scalars(select(Ticket).where(Ticket.ledger_no.is_not(None))):
                assert row.accepted_at is not None
                assert row.ledger_year == row.accepted_at.astimezone(LOCAL).year
                given.setdefault((row.type, row.ledger_year), []).append(row.ledger_no or 0)
            counted = {(row.type, row.year): row.last for row in session.scalars(select(LedgerCounter))}
        assert {key: sorted(numbers) for key, numbers in given.items()} == {
            key: list(range(1, last + 1)) for key, last in counted.items()
        }

    @invariant()
    def clocks_run_while_somebody_must_act(self) -> None:
        """A finished ticket has no running clock; one that is being worked on has at least one."""
        with self.database.reading() as session:
            running = set(session.scalars(select(Clock.ticket_id).where(Clock.met_at.is_(None))))
            for clock in session.scalars(select(Clock).where(Clock.met_at.is_not(None))):
                assert clock.met_at is not None
                assert clock.started_at <= clock.met_at
        for ticket_id, ticket in self.known.items():
            if ticket.status in FINISHED:
                assert ticket_id not in running, ticket
            if ticket.status in {Status.OPEN, Status.ACCEPTED}:
                assert ticket_id in running, ticket

    @invariant()
    def only_those_concerned_are_told_and_why(self) -> None:
        """Every message has its ticket and event as cause, and somebody concerned as recipient."""
        with self.database.reading() as session:
            desks = {
                LEADER: set(desk(session, self.roster.officials["leader"])),
                OFFICE: set(desk(session, self.roster.officials["office"])),
            }
            authors = {openid: known(session, openid).person_id for openid in AUTHORS}
            events = {row.id: row for row in session.scalars(select(Event))}
            for row in session.scalars(select(Outbox)):
                assert row.ticket_id is not None
                assert row.event_id is not None
                assert events[row.event_id].ticket_id == row.ticket_id
                ticket = self.known[row.ticket_id]
                by_author = events[row.event_id].actor_role == Role.ENTERPRISE
                concerned = desks[ticket.at_desk] if by_author else {authors[ticket.author]}
                if row.kind == Notice.COLLEAGUE_ACTED:
                    concerned = {authors[each] for each in FIRM} - {events[row.event_id].actor_id or 0}
                assert row.person_id in concerned, (row.kind, ticket)
                assert number_of(row.ticket_id) in "".join(
                    part if isinstance(part, str) else part[0] for part in say.notice(row.kind, row.payload)
                )

    @invariant()
    def everything_said_is_in_its_conversation(self) -> None:
        """Each message belongs to a ticket that its speaker may see."""
        with self.database.reading() as session:
            people = {known(session, openid).person_id: openid for openid in EVERYBODY}
            for row in session.scalars(select(Message)):
                assert self.known[row.ticket_id].is_seen_by(people[row.person_id or 0])
                assert (row.side == "official") == (people[row.person_id or 0] in ROLES)
                assert row.by_aide == (people[row.person_id or 0] == AIDE)


def resealed(event: Event) -> str:
    """Return the digest worked out again from what is stored."""
    fact = {
        "verb": event.verb,
        "actor_role": event.actor_role,
        "actor_id": event.actor_id,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "data": event.data,
    }
    return digest(event.previous, ticket_id=event.ticket_id, seq=event.seq, at=event.at, fact=fact)


def peopled(database: Database) -> Roster:
    """Load the small roster, a stranger, and a rival in the care of a leader who has bound no WeChat."""
    roster = staffed(database)
    with database.transaction() as session:
        absent = add_official(
            session,
            name="无微信",
            post="副市长",
            department="市政府",
            region="210100",
            kind="leader",
            now=NOW,
        )
        rivals = add_enterprise(session, name="对家", credit_code=None, region="210100", stage=None, now=NOW)
        pair(session, enterprise_id=rivals.id, official_id=absent.id, now=NOW)
        join(session, a_person(session, RIVAL), rivals.id, name=None, role=None, now=NOW)
        a_person(session, STRANGER)
    roster.officials["absent"] = absent.id
    return roster


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 40), ("postgresql", 12)])
def test_whatever_people_do_the_tickets_stay_whole(
    fresh_url: dict[str, Callable[[], str]], kind: str, examples: int
) -> None:
    """Fewer lives on PostgreSQL, where each needs a database of its own."""
    machine = type("Peopled", (Town,), {"fresh": staticmethod(fresh_url[kind])})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
