"""Random people, decisions and nights: whatever happens, stored dates are what the one function computes.

And every warning happens once, in office hours, with a message or a row that says nobody could be told.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from models.actions import extensions, office, pauses, reckoning, retyping, tickets
from models.actions.conversation import Words
from models.actions.extensions import NothingAsked
from models.actions.pauses import NoPause, NothingPaused
from models.actions.striking import is_open
from models.actions.tickets import Guess
from models.actions.timers import TIMERS
from models.queries import recounting
from models.queries.contradictions import contradictions
from models.queries.deadlines import changes
from models.queries.tickets import NoSuchTicket, actor_on, by_id
from models.rules.clocks import explain
from models.rules.counting import day_of
from models.rules.extensions import NoExtension
from models.rules.lifecycle import FINISHED, NotAllowed, NotPossible
from models.rules.numbers import number_of
from models.session import Database, savepoint, sync_url
from models.tables import Clock, Delivery, Escalation, Event, Outbox, Person, Ticket
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import SUPERVISOR, Clockwork
from tests.unit.models.stage import NOW, known

PEOPLE = (OWNER, LEADER, AIDE, SUPERVISOR)
DONE = Words("text", "说明")
REFUSED = (NoSuchTicket, NotPossible, NotAllowed, NoExtension, NothingAsked, NoPause, NothingPaused)
ACTS = {
    "accept": lambda s, t, a, n, now: office.accept(s, t, a, now=now),
    "reply": lambda s, t, a, n, now: office.reply(s, t, a, DONE, now=now),
    "progress": lambda s, t, a, n, now: office.progress(s, t, a, DONE, now=now),
    "resolve": lambda s, t, a, n, now: office.resolve(s, t, a, DONE, now=now),
    "confirm": lambda s, t, a, n, now: tickets.confirm(s, t, a, now=now),
    "dispute": lambda s, t, a, n, now: tickets.dispute(s, t, a, DONE, now=now),
    "retype": lambda s, t, a, n, now: retyping.retype(s, t, a, ("arrears", "ip")[n % 2], now=now),
    "extend": lambda s, t, a, n, now: extensions.ask_extension(s, t, a, n, "等待拨款", now=now),
    "grant": lambda s, t, a, n, now: extensions.grant(s, t, a, now=now),
    "deny": lambda s, t, a, n, now: extensions.deny(s, t, a, "不同意", now=now),
    "pause": lambda s, t, a, n, now: pauses.pause(s, t, a, _in_days(now, n), "等待鉴定", now=now),
    "resume": lambda s, t, a, n, now: pauses.resume(s, t, a, now=now),
}


USUAL = [
    (LEADER, "accept"), (LEADER, "extend"), (SUPERVISOR, "grant"), (SUPERVISOR, "pause"), (SUPERVISOR, "resume"),
    (AIDE, "progress"), (LEADER, "resolve"), (OWNER, "dispute"), (OWNER, "confirm"),
]  # fmt: skip
"""What the right person does at the right time."""


def _in_days(now: Any, days: int) -> date:
    return day_of(now) + timedelta(days=days)


class Clocks(RuleBasedStateMachine):
    """Two cases in one office, and time."""

    template: Path
    copies: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.path = self.template.with_name(f"{self.template.stem}-{next(self.copies)}.db")
        shutil.copyfile(self.template, self.path)
        self.database = Database(f"sqlite:///{self.path}")
        self.now = NOW
        self.tickets: list[int] = []

    def teardown(self) -> None:
        """Look whether counts and rows are what events tell by now; then close and forget the copy."""
        with self.database.reading() as session:
            assert [str(each) for each in contradictions(session)] == []
            assert recounting.differences(session, self.now) == []
        self.database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    @initialize()
    def submit(self) -> None:
        """One case about arrears, one about something else."""
        for code in ("arrears", "policy"):
            guess = Guess(code, 0.9, None, is_sure=True)
            with self.database.transaction() as session:
                who = known(session, OWNER)
                done = tickets.submit(session, who, DONE, guess, title="欠款", now=self.now)
                self.tickets.append(done.id)

    @rule(
        which=st.integers(0, 1),
        who=st.sampled_from(PEOPLE),
        act=st.sampled_from(sorted(ACTS)),
        days=st.integers(0, 20),
    )
    def act(self, which: int, who: str, act: str, days: int) -> None:
        """Anybody tries anything."""
        self.attempt(which, who, act, days)

    @rule(
        which=st.integers(0, 1),
        acts=st.lists(st.sampled_from(USUAL), min_size=1, max_size=6),
        days=st.integers(1, 12),
    )
    def work_on(self, which: int, acts: list[tuple[str, str]], days: int) -> None:
        """The right people do the right things, in some order."""
        for who, act in acts:
            self.attempt(which, who, act, days)

    def attempt(self, which: int, who: str, act: str, days: int) -> None:
        """Do it as a handler does, one after the other; a refusal takes back what was done."""
        self.now += timedelta(seconds=1)
        with self.database.transaction() as session:
            party = known(session, who)
            try:
                with savepoint(session):
                    ticket = by_id(session, self.tickets[which], seen_by=party)
                    ACTS[act](session, ticket, actor_on(session, party, ticket), days, self.now)
            except REFUSED:
                return

    @rule(hours=st.sampled_from([1, 3, 9, 24, 24 * 4, 24 * 11]))
    def wait(self, hours: int) -> None:
        """Time passes, and the timers look."""
        self.now += timedelta(hours=hours)
        self.strike()

    @rule()
    def strike(self) -> None:
        """Everything that is due is done, and then nothing is due."""
        for strike in TIMERS.values():
            done, rounds = 1, 0
            while done:
                with self.database.transaction() as session:
                    done = strike(session, self.now, limit=3)
                rounds += 1
                assert rounds < 50
            with self.database.transaction() as session:
                assert strike(session, self.now, limit=3) == 0

    @rule(state=st.sampled_from([Delivery.SENT, Delivery.PARKED, Delivery.DEAD]))
    def deliver(self, state: Delivery) -> None:
        """Whatever is on its way comes to an end."""
        with self.database.transaction() as session:
            session.execute(update(Outbox).where(Outbox.state == Delivery.PENDING).values(state=state))

    @rule(who=st.sampled_from([AIDE, LEADER, SUPERVISOR, OFFICE]), follows=st.booleans())
    def come_and_go(self, who: str, *, follows: bool) -> None:
        """Somebody leaves the account, or comes back."""
        with self.database.transaction() as session:
            session.execute(update(Person).where(Person.openid == who).values(follows=follows))

    @rule(which=st.integers(0, 1))
    def another_calendar(self, which: int) -> None:
        """The dates of a case were computed from a calendar that is no longer the one in force."""
        with self.database.transaction() as session:
            session.execute(
                update(Clock)
                .where(Clock.ticket_id == self.tickets[which], Clock.met_at.is_(None))
                .values(calendar="an older one")
            )

    @invariant()
    def stored_dates_are_what_the_function_computes(self) -> None:
        """Every running clock's date, sentence and next warning follow from its rule and what was decided."""
        with self.database.reading() as session:
            for ticket in session.scalars(select(Ticket)):
                made = changes(session, ticket.id)
                running = Clock.ticket_id == ticket.id, Clock.met_at.is_(None)
                for clock in session.scalars(select(Clock).where(*running)):
                    one = reckoning.promise(clock, ticket.type, made)
                    assert one is not None
                    assert (clock.due_at, clock.explanation) == (one.due_at, explain(one))
                    assert (clock.warn_at is None) == (clock.warned == 100)
                    granted = sum(each.days for each in one.extensions)
                    assert one.rule.length + granted <= (one.rule.cap or one.rule.length)
                    assert len(one.extensions) <= one.rule.extensions

    @invariant()
    def clocks_run_while_somebody_must_act(self) -> None:
        """A finished case has no running clock; one that is worked on or waits for a word has at least one."""
        with self.database.reading() as session:
            running = set(session.scalars(select(Clock.ticket_id).where(Clock.met_at.is_(None))))
            for ticket in session.scalars(select(Ticket)):
                assert (ticket.id in running) != (ticket.status in FINISHED), ticket.status

    @invariant()
    def every_warning_happens_once_in_office_hours_and_is_accounted_for(self) -> None:
        """No date is warned of twice at one level, and each warning has its messages or says that it has none."""
        with self.database.reading() as session:
            warned = session.scalars(select(Event).where(Event.verb == "warn").order_by(Event.id)).all()
            first = [
                (each.ticket_id, each.data["clock"], each.data["level"], each.data["due_at"])
                for each in warned
                if each.data["instead_of"] is None and each.data["told"]
            ]
            assert [one for one, times in Counter(first).items() if times > 1] == []
            rows = session.execute(
                select(Escalation, Outbox).outerjoin(Outbox, Outbox.id == Escalation.outbox_id)
            ).all()
            by_event = Counter(row[0].event_id for row in rows)
            for event in warned:
                assert is_open(event.at)
                assert event.actor_role == "system"
                is_reminder = (event.data["clock"], event.data["level"]) == ("confirmation", 50)
                told = sum(each[2] for each in event.data["told"])
                assert by_event[event.id] == (0 if is_reminder else max(1, told))
            for escalation, message in rows:
                assert (message is None) == (escalation.person_id is None)
                if message is not None:
                    assert (message.person_id, message.event_id) == (
                        escalation.person_id,
                        escalation.event_id,
                    )
                    assert number_of(escalation.ticket_id) == message.payload["number"]


def test_whatever_is_decided_dates_and_warnings_stay_true(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    work = Clockwork(database)
    work.supervisor()
    with database.engine.connect() as connection:
        connection.rollback()
    database.dispose()
    machine = type(
        "Staffed", (Clocks,), {"template": Path(sync_url(sqlite_url).database or ""), "copies": count()}
    )
    run_state_machine_as_test(
        machine, settings=settings(max_examples=30, stateful_step_count=25, deadline=None)
    )
