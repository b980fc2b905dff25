"""Random people announce, answer, miss and forget calls; what makes a call believable always holds."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalog import call_habits, phrase_words
from models.actions import (
    answers,
    calls,
    declines,
    handover,
    office,
    phones,
    reaching,
    supervision,
    tickets,
    unasked_calls,
)
from models.actions.conversation import Words
from models.actions.outbox import Notice
from models.queries.tickets import Actor, NoSuchTicket, actor_on, by_id
from models.queries.trust import calls_to
from models.rules.calling import SHANGHAI, Span
from models.rules.lifecycle import FINISHED, NotAllowed, NotPossible, Role, Status
from models.rules.phones import PhoneKey, only_number
from models.rules.phrases import choose
from models.session import Database, savepoint, sync_url
from models.tables import Call, CallState, Event, Official, Outbox, Ticket
from tests.roster import AIDE, LEADER, OWNER, PARTNER, Roster
from tests.unit.actions.story import GROUNDS
from tests.unit.models.stage import NOW, a_ticket, known, staffed

OPEN = {CallState.ASKED, CallState.ANNOUNCED, CallState.AGREED}
REFUSALS = (
    NoSuchTicket,
    NotPossible,
    NotAllowed,
    declines.GroundsMissing,
    unasked_calls.AnnouncedEnough,
    calls.NotAtThatTime,
    calls.NoOpenCall,
    answers.NoWindowYet,
)
HOURS = st.integers(0, 60)


def ready(database: Database) -> Roster:
    """Return the roster of a database in which leader and aide have numbers and one ticket is open."""
    roster = staffed(database)
    with database.transaction() as session:
        for who, number in (("leader", "13840003059"), ("aide", "024-86892345")):
            found = only_number(number)
            assert found is not None
            phones.register(session, roster.officials[who], found, key=PhoneKey(b"k" * 32), now=NOW)
        a_ticket(session)
    return roster


class Desk(RuleBasedStateMachine):
    """One case between a leader's desk and an enterprise."""

    template: Path
    roster: Roster
    copies: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.path = self.template.with_name(f"{self.template.stem}-{next(self.copies)}.db")
        shutil.copyfile(self.template, self.path)
        self.database = Database(f"sqlite:///{self.path}")
        self.now = NOW
        self.chance = Random(3)

    def teardown(self) -> None:
        """Close and forget the copy."""
        self.database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def attempt(self, openid: str, act: Any) -> None:
        """Let somebody do something; a refusal changes nothing."""
        with self.database.transaction() as session:
            who = known(session, openid)
            before = self.facts(session)
            try:
                with savepoint(session):
                    ticket = by_id(session, 1, seen_by=who)
                    act(session, ticket, actor_on(session, who, ticket))
            except REFUSALS:
                assert self.facts(session) == before

    def facts(self, session: Session) -> list[Any]:
        rows = session.execute(
            select(Call.id, Call.state, Call.begins_at, Call.phrase).order_by(Call.id)
        ).all()
        events = session.scalars(select(Event.id)).all()
        return [*map(tuple, rows), len(events), len(session.scalars(select(Outbox.id)).all())]

    def window(self, hours: int, length: int) -> Span:
        begins = self.now + timedelta(hours=hours)
        return Span(begins, begins + timedelta(minutes=length))

    @rule(
        openid=st.sampled_from([LEADER, AIDE]), hours=HOURS, length=st.integers(1, 400), leaders=st.booleans()
    )
    def announce(self, openid: str, hours: int, length: int, *, leaders: bool) -> None:
        """The desk announces a call."""
        who = "leader" if leaders or openid == LEADER else "aide"

        def act(session: Session, ticket: Ticket, actor: Actor) -> None:
            calls.announce(
                session, ticket, actor, caller_id=self.roster.officials[who],
                window=self.window(hours, length), phrase=choose(phrase_words(), self.chance), now=self.now,
            )  # fmt: skip

        self.attempt(openid, act)

    @rule(openid=st.sampled_from([OWNER, PARTNER]))
    def agree(self, openid: str) -> None:
        """The enterprise agrees."""
        self.attempt(
            openid, lambda session, ticket, actor: answers.agree(session, ticket, actor, now=self.now)
        )

    @rule(openid=st.sampled_from([OWNER, PARTNER]), hours=HOURS, length=st.integers(1, 400))
    def move(self, openid: str, hours: int, length: int) -> None:
        """The enterprise names another time."""

        def act(session: Session, ticket: Ticket, actor: Actor) -> None:
            phrase = choose(phrase_words(), self.chance)
            answers.move(
                session,
                ticket,
                actor,
                self.window(hours, length),
                Words("text", "改"),
                phrase=phrase,
                now=self.now,
            )

        self.attempt(openid, act)

    @rule(openid=st.sampled_from([OWNER, PARTNER]))
    def decline(self, openid: str) -> None:
        """The enterprise wants no call."""
        self.attempt(
            openid,
            lambda session, ticket, actor: answers.decline(
                session, ticket, actor, Words("text", ""), now=self.now
            ),
        )

    @rule(openid=st.sampled_from([LEADER, AIDE]))
    def cancel(self, openid: str) -> None:
        """The desk takes it back."""
        self.attempt(
            openid, lambda session, ticket, actor: calls.cancel(session, ticket, actor, now=self.now)
        )

    @rule(openid=st.sampled_from([LEADER, AIDE]))
    def fail(self, openid: str) -> None:
        """Nobody answers the telephone."""
        self.attempt(
            openid, lambda session, ticket, actor: reaching.failed(session, ticket, actor, "", now=self.now)
        )

    @rule(
        ending=st.sampled_from([tickets.withdraw, tickets.confirm]), openid=st.sampled_from([OWNER, PARTNER])
    )
    def end(self, ending: Any, openid: str) -> None:
        """The enterprise ends the case once in a while."""
        if self.chance.random() < 0.2:
            self.attempt(openid, lambda session, ticket, actor: ending(session, ticket, actor, now=self.now))

    @rule()
    def resolve(self) -> None:
        """The desk says it is done; it may still call."""

        def act(session: Session, ticket: Ticket, actor: Actor) -> None:
            if ticket.status == Status.OPEN:
                office.accept(session, ticket, actor, now=self.now)
            office.resolve(session, ticket, actor, Words("text", "款已付清"), now=self.now)

        self.attempt(LEADER, act)

    @rule()
    def refuse(self) -> None:
        """The desk refuses the case once in a while."""
        if self.chance.random() < 0.2:
            self.attempt(
                LEADER,
                lambda session, ticket, actor: declines.decline(
                    session, ticket, actor, GROUNDS, now=self.now
                ),
            )

    @rule(whom=st.sampled_from(["leader", "office"]))
    def reassign(self, whom: str) -> None:
        """A supervisor gives the case to another desk, or back."""
        with self.database.transaction() as session:
            ticket, above = session.get_one(Ticket, 1), Actor(Role.SUPERVISOR, None, signed="督查专员 严立信")
            with suppress(NotPossible, supervision.OwnedAlready):
                supervision.reassign(
                    session, ticket, above, self.roster.officials[whom], "分工调整", now=self.now
                )

    @rule(whom=st.sampled_from(["leader", "office"]))
    def hand_over(self, whom: str) -> None:
        """The owner leaves the post."""
        with self.database.transaction() as session:
            owner_id, to_id = session.get_one(Ticket, 1).owner_id, self.roster.officials[whom]
            if owner_id != to_id:
                day = self.now.astimezone(SHANGHAI).date()
                handover.hand_over(
                    session, from_id=owner_id, to_id=to_id, reason="调动", on=day, key_id=None, now=self.now
                )

    @rule()
    def reply(self) -> None:
        """The desk writes, which is nothing to a call."""
        self.attempt(
            LEADER,
            lambda session, ticket, actor: office.reply(
                session, ticket, actor, Words("text", "好"), now=self.now
            ),
        )

    @rule(hours=st.integers(1, 200), is_struck=st.booleans())
    def pass_time(self, hours: int, *, is_struck: bool) -> None:
        """Time goes by; the timer may or may not have run."""
        self.now += timedelta(hours=hours)
        if is_struck:
            with self.database.transaction() as session:
                calls.strike(session, self.now)
            with self.database.transaction() as session:
                assert calls.strike(session, self.now) == 0
                assert (
                    session.scalars(
                        select(Call.id).where(Call.closed_at.is_(None), Call.lapses_at <= self.now)
                    ).all()
                    == []
                )

    @invariant()
    def one_call_is_open_at_most_and_only_until_its_time(self) -> None:
        """A phrase is good for one window of one call."""
        with self.database.reading() as session:
            rows = session.scalars(select(Call).order_by(Call.id)).all()
            still = [row for row in rows if row.closed_at is None]
            assert len(still) <= 1
            assert all((row.closed_at is None) == (row.state in OPEN) for row in rows)
            assert [call.id for call in calls_to(session, known(session, OWNER), self.now)] == [
                row.id for row in still if row.lapses_at > self.now
            ]
            for row in rows:
                assert row.begins_at is None or row.lapses_at == row.ends_at
                assert (
                    row.ends_at is None
                    or row.begins_at is None
                    or row.ends_at - row.begins_at <= call_habits().longest
                )

    @invariant()
    def an_open_call_belongs_to_a_live_case_and_to_its_owners_desk(self) -> None:
        """Nobody may ring who no longer has the case, and nobody about a case that is over."""
        with self.database.reading() as session:
            found = session.execute(
                select(Ticket.status, Ticket.owner_id, Official.id, Official.leader_id)
                .join(Call, Call.ticket_id == Ticket.id)
                .join(Official, Official.id == Call.caller_id)
                .where(Call.closed_at.is_(None))
            ).all()
            for status, owner_id, caller_id, leader_id in found:
                assert status not in FINISHED
                assert owner_id == (leader_id or caller_id)

    @invariant()
    def no_card_of_a_closed_call_is_on_its_way(self) -> None:
        """Whoever writes again gets no card that has lapsed."""
        with self.database.reading() as session:
            is_open = session.scalars(select(Call.id).where(Call.closed_at.is_(None))).all()
            waiting = session.scalars(
                select(Outbox.id).where(
                    Outbox.kind == Notice.CALL_ANNOUNCED, Outbox.state.in_(["pending", "held", "parked"])
                )
            ).all()
            assert len(waiting) <= len(is_open)

    @invariant()
    def both_sides_were_told_one_phrase(self) -> None:
        """What the enterprise read last about an open call is what its desk read, and what we keep."""
        with self.database.reading() as session:
            call = session.scalars(select(Call).where(Call.closed_at.is_(None))).one_or_none()
            if call is None or call.phrase is None:
                return
            told = session.scalars(select(Outbox).where(Outbox.event_id == call.event_id)).all()
            assert told != []
            assert {row.payload["phrase"] for row in told if "phrase" in row.payload} == {call.phrase}
            begins = datetime.fromisoformat(told[0].payload["begins"])
            assert begins == call.begins_at

    @invariant()
    def phrases_are_in_no_event_and_every_call_has_its_event(self) -> None:
        """The ledger is evidence for everybody who may read it; a phrase is for two."""
        with self.database.reading() as session:
            events = {row.id: row for row in session.scalars(select(Event))}
            for call in session.scalars(select(Call)):
                assert events[call.event_id].verb in {
                    "announce_call",
                    "answer_call",
                    "cancel_call",
                    "call_failed",
                    *("withdraw", "confirm", "decline", "reassign", "hand_over"),
                }
                assert call.phrase is None or call.phrase not in str([row.data for row in events.values()])


def test_calls_hold_whatever_people_do(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    roster = ready(database)
    database.dispose()
    path = Path(sync_url(sqlite_url).database or "")
    machine = type("Ready", (Desk,), {"template": path, "roster": roster, "copies": count()})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )


def test_two_workers_close_a_call_once_and_ask_once(database: Database) -> None:
    roster = ready(database)
    window = announce_one(database, roster)
    start, closed = Barrier(2), []

    def strike() -> None:
        start.wait(timeout=10)
        with database.transaction() as session:
            closed.append(calls.strike(session, window.ends))

    workers = [Thread(target=strike) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(closed) == [0, 1]
    with database.reading() as session:
        asked = session.scalars(select(Outbox).where(Outbox.kind == Notice.CALL_OVER)).all()
        desk = {roster.people[LEADER], roster.people[AIDE]}
        assert {row.person_id for row in asked} == desk
        assert len(asked) == len(desk)


def test_timer_passes_by_a_ticket_in_somebodys_hands(postgresql_url: str) -> None:
    """It waits for nobody: a desk that acts on the same call at the same moment is not locked out by it."""
    database = Database(postgresql_url)
    roster = ready(database)
    announce_one(database, roster)
    late = NOW + timedelta(hours=9)
    with database.transaction() as session:
        by_id(session, 1, seen_by=known(session, LEADER))
        with database.transaction() as timer:
            assert calls.strike(timer, late) == 0
    with database.transaction() as timer:
        assert calls.strike(timer, late) == 1
    database.dispose()


def test_a_call_ends_with_its_case_and_nobody_asks_how_it_went(database: Database) -> None:
    roster = ready(database)
    window = announce_one(database, roster)
    with database.transaction() as session:
        who = known(session, OWNER)
        tickets.withdraw(
            session, ticket := by_id(session, 1, seen_by=who), actor_on(session, who, ticket), now=NOW
        )
    with database.transaction() as session:
        assert calls.strike(session, window.ends) == 0
        assert session.scalars(select(Outbox).where(Outbox.kind == Notice.CALL_OVER)).all() == []
        assert session.scalars(select(Call.state)).all() == [CallState.CANCELLED]


def announce_one(database: Database, roster: Roster) -> Span:
    """Announce a call of the leader's about the one ticket; return its window."""
    window = Span(NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    with database.transaction() as session:
        who = known(session, LEADER)
        calls.announce(
            session, ticket := by_id(session, 1, seen_by=who), actor_on(session, who, ticket), caller_id=roster.officials["leader"],
            window=window, phrase="青山 白鹭", now=NOW,
        )  # fmt: skip
    return window


def test_timer_takes_the_oldest_first_and_no_more_than_asked(database: Database) -> None:
    roster = ready(database)
    with database.transaction() as session:
        a_ticket(session)
        a_ticket(session)
        for place in (3, 1, 2):
            row = Call(
                ticket_id=place, caller_id=roster.officials["leader"], event_id=1, state=CallState.AGREED,
                begins_at=NOW, ends_at=NOW + timedelta(hours=place), lapses_at=NOW + timedelta(hours=place),
                phrase="青山 白鹭", created_at=NOW,
            )  # fmt: skip
            session.add(row)
            session.flush()
    late = NOW + timedelta(hours=9)
    with database.transaction() as session:
        assert calls.strike(session, NOW + timedelta(minutes=59)) == 0
        assert calls.strike(session, late, limit=2) == 2
        left = session.scalars(select(Call.ticket_id).where(Call.closed_at.is_(None))).all()
        assert left == [3]
