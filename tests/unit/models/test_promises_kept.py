"""`liaison verify` names every promise of an owner's that was moved, kept or taken away without an event."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models.actions import (
    co_handling,
    declines,
    extensions,
    held,
    merging,
    office,
    pauses,
    ratings,
    retyping,
    tickets,
)
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries import marks, recounting
from models.queries.contradictions import contradictions
from models.queries.mergeable import CannotMerge
from models.queries.tickets import Actor
from models.rules.clocks import OF_OTHERS
from models.rules.counting import day_of
from models.rules.lifecycle import NotAllowed, NotPossible, Role
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
from models.session import Database, savepoint, sync_url
from models.tables import Clock, Event, Ticket
from tests.roster import supervisor
from tests.unit.models.stage import NOW, a_ticket, staffed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = Words("text", "说明")
HOLD = 9 * DAY
GROUNDS = Grounds("civil", "属于合同争议", "人民法院")
OURS = Clock.subject_id.is_(None), Clock.name.not_in(sorted(OF_OTHERS))


class People:
    """Who does what to one case."""

    def __init__(self, row: Ticket, boss: int, unit: int) -> None:
        self.desk = Actor(Role.OWNER, None, row.owner_id, row.owner_id)
        self.firm = Actor(Role.ENTERPRISE, row.person_id)
        self.boss = Actor(Role.SUPERVISOR, None, boss, signed="石一诺")
        self.unit = unit


Act = Callable[[Session, Ticket, People, datetime], object]


def _apart(session: Session, row: Ticket, by: People, now: datetime) -> None:
    merging.separate(session, row, merging.main_case(session, row), by.desk, now=now)


def _under_the_first(session: Session, row: Ticket, by: People, now: datetime) -> None:
    main = session.scalars(select(Ticket).order_by(Ticket.id).limit(1)).one()
    merging.merge(session, row, main, by.desk, now=now)


def _earliest_words(session: Session, row: Ticket, by: People, now: datetime) -> None:
    seqs = [
        each.seq
        for each in held.waiting(session, select(Ticket.id).where(Ticket.id == row.id), by.desk, now=now)
    ]
    held.retract(session, row, by.desk, seq=min(seqs, default=0), now=now)


ACTS: dict[str, Act] = {
    "accept": lambda s, t, by, now: office.accept(s, t, by.desk, now=now),
    "reply": lambda s, t, by, now: office.reply(s, t, by.desk, SAID, now=now, hold=HOLD),
    "progress": lambda s, t, by, now: office.progress(s, t, by.desk, SAID, now=now, hold=HOLD),
    "retract": lambda s, t, by, now: held.retract(s, t, by.desk, now=now),
    "retract the earliest": _earliest_words,
    "call in": lambda s, t, by, now: co_handling.call_in(s, t, by.desk, by.unit, "核实", now=now),
    "resolve": lambda s, t, by, now: office.resolve(s, t, by.desk, SAID, despite="不等了", now=now),
    "reopen": lambda s, t, by, now: office.reopen(s, t, by.desk, SAID, now=now),
    "dispute": lambda s, t, by, now: tickets.dispute(s, t, by.firm, SAID, now=now),
    "confirm": lambda s, t, by, now: tickets.confirm(s, t, by.firm, now=now),
    "withdraw": lambda s, t, by, now: tickets.withdraw(s, t, by.firm, now=now),
    "rate": lambda s, t, by, now: ratings.rate(s, t, by.firm, result=Rating.SATISFIED, now=now),
    "decline": lambda s, t, by, now: declines.decline(s, t, by.desk, GROUNDS, now=now),
    "undecline": lambda s, t, by, now: declines.take_back(s, t, by.desk, SAID, now=now),
    "appeal": lambda s, t, by, now: declines.appeal(s, t, by.firm, SAID, now=now),
    "overturn": lambda s, t, by, now: declines.overturn(s, t, by.boss, "重办", now=now),
    "extend": lambda s, t, by, now: extensions.ask_extension(s, t, by.desk, 3, "等待拨款", now=now),
    "grant": lambda s, t, by, now: extensions.grant(s, t, by.boss, now=now),
    "pause": lambda s, t, by, now: pauses.pause(s, t, by.boss, day_of(now) + 2 * DAY, "等待鉴定", now=now),
    "resume": lambda s, t, by, now: pauses.resume(s, t, by.boss, now=now),
    "retype": lambda s, t, by, now: retyping.retype(s, t, by.desk, "ip", now=now),
    "retype again": lambda s, t, by, now: retyping.retype(s, t, by.firm, "arrears", now=now),
    "merge": _under_the_first,
    "separate": _apart,
}
Course = tuple[str, ...]
COURSES: tuple[Course, ...] = (
    ("accept", "progress", "progress", "resolve", "reopen", "progress", "resolve", "confirm", "dispute", "resolve"),
    ("accept", "reply", "progress", "retract the earliest", "retract", "resolve", "dispute", "decline", "undecline"),
    ("reply", "decline", "appeal", "overturn", "progress", "resolve", "confirm"),
    ("accept", "extend", "grant", "pause", "progress", "resume", "resolve", "confirm"),
    ("retype", "pause", "retype again", "resume", "merge", "separate", "reply", "retract", "accept", "withdraw"),
    ("accept", "progress", "progress", "retract", "retract", "progress", "resolve", "confirm"),
    ("reply", "pause", "resume", "merge", "separate", "accept", "progress", "merge"),
    ("merge", "separate", "accept"),
    ("accept", "reply", "resolve", "reopen", "retract the earliest", "decline", "undecline", "retract"),
    ("accept", "progress", "retract", "call in", "resolve", "dispute", "pause", "progress", "retract the earliest"),
    ("accept", "call in", "progress", "retract", "resolve", "retract the earliest", "dispute", "withdraw"),
)  # fmt: skip
REFUSED = (
    *(NotPossible, NotAllowed, CannotMerge, held.AlreadyOut, declines.AppealedAlready, declines.NoAppeal),
    *(extensions.NoExtension, extensions.NothingAsked, pauses.NoPause, pauses.NothingPaused),
    *(co_handling.AskedAlready, co_handling.OwnDesk, ratings.RatingSettled),
)
MANY = 60
GAPS = (timedelta(seconds=1), HOUR, HOUR, 2 * HOUR, 3 * HOUR, DAY, 6 * DAY, 40 * DAY)


def flaws(session: Session) -> list[str]:
    return [*map(str, contradictions(session)), *marks.contradictions(session)]


def live(
    session: Session, ids: list[int], acts: list[tuple[int, str, timedelta]], boss: int, unit: int
) -> int:
    """Do what can be done, one after another, and return how much it was."""
    now, done = NOW, 0
    for which, act, gap in acts:
        now += gap
        row = session.get_one(Ticket, ids[which])
        try:
            with savepoint(session):
                ACTS[act](session, row, People(row, boss, unit), now)
        except REFUSED:
            session.expire_all()
        else:
            done += 1
            session.flush()
    return done


STEP = st.tuples(st.integers(0, 1), st.sampled_from(sorted(ACTS)), st.sampled_from(GAPS))
COURSE = st.builds(
    lambda which, course, gaps: [(which, act, gap) for act, gap in zip(course, gaps, strict=False)],
    st.integers(0, 1),
    st.sampled_from(COURSES),
    st.lists(st.sampled_from(GAPS), min_size=10, max_size=10),
)
LIVES = st.lists(st.one_of(COURSE, st.lists(STEP, max_size=4)), max_size=5).map(
    lambda parts: [*chain(*parts)]
)


@contextmanager
def rolled_back(session: Session) -> Iterator[None]:
    kept = session.begin_nested()
    try:
        yield
    finally:
        kept.rollback()
        session.expire_all()


def test_whatever_happens_each_promise_is_what_the_events_say_and_none_other(
    sqlite_url: str, tmp_path: Path
) -> None:
    template, copies = Path(sync_url(sqlite_url).database or ""), count()
    first = Database(sqlite_url)
    unit = staffed(first).officials["office"]
    with first.transaction() as session:
        boss = supervisor(session, None, now=NOW)
        ids = [a_ticket(session).id for _ in range(2)]
    with first.engine.connect() as connection:
        connection.rollback()
    first.dispose()
    seen = {"acts": 0, "kept": 0}

    @settings(max_examples=MANY, deadline=None)
    @given(acts=LIVES, place=st.integers(0, 20))
    def lives(acts: list[tuple[int, str, timedelta]], place: int) -> None:
        path = tmp_path / f"{next(copies)}.db"
        shutil.copyfile(template, path)
        database = Database(f"sqlite:///{path}")
        try:
            with database.transaction() as session:
                seen["acts"] += live(session, ids, acts, boss, unit)
                assert flaws(session) == []
                rows = session.scalars(select(Clock).where(*OURS).order_by(Clock.id)).all()
                seen["kept"] += sum(row.met_at is not None for row in rows)
                row = rows[place % len(rows)]
                named = f"ticket {number_of(row.ticket_id)}: clock {row.name} is "
                for forge in FORGERIES.values():
                    with rolled_back(session):
                        session.execute(forge(row), execution_options={"synchronize_session": False})
                        (found,) = flaws(session)
                        assert found.startswith(named)
                assert flaws(session) == []
        finally:
            database.dispose()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)

    lives()
    assert seen["acts"] > MANY
    assert seen["kept"] > MANY


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("gap", [HOUR, DAY])
def test_a_course_of_things_leaves_what_its_events_say(
    sqlite_url: str, course: Course, gap: timedelta
) -> None:
    """Those of the story that follow one another; some are refused, as it takes too long or comes too soon."""
    database = Database(sqlite_url)
    unit = staffed(database).officials["office"]
    with database.transaction() as session:
        boss = supervisor(session, None, now=NOW)
        ids = [a_ticket(session).id for _ in range(2)]
        done = [live(session, ids, [(1, act, (n + 1) * gap)], boss, unit) for n, act in enumerate(course)]
        assert sum(done) > len(course) / 3
        assert flaws(session) == []
    database.dispose()


def _another(row: Clock, **values: Any) -> Any:
    kept = {column.name: getattr(row, column.name) for column in Clock.__table__.c if column.name != "id"}
    return insert(Clock).values(**kept | values)


FORGERIES: dict[str, Callable[[Clock], Any]] = {
    "kept earlier": lambda row: _of(row).values(met_at=row.due_at - 300 * DAY),
    "kept later": lambda row: _of(row).values(met_at=row.due_at + 300 * DAY),
    "not kept, or kept": lambda row: _of(row).values(met_at=None if row.met_at else NOW + 77 * DAY),
    "due later": lambda row: _of(row).values(due_at=row.due_at + DAY),
    "due earlier": lambda row: _of(row).values(due_at=row.due_at - DAY),
    "taken away": lambda row: delete(Clock).where(Clock.id == row.id),
    "added": lambda row: _another(row),
    "added, of another day": lambda row: _another(row, due_at=row.due_at + DAY),
    "somebody else's": lambda row: _of(row).values(name="confirmation"),
}


def _of(row: Clock) -> Any:
    return update(Clock).where(Clock.id == row.id)


def a_life(database: Database) -> int:
    """A case reported on twice, resolved when its result was overdue, and closed; return its id."""
    staffed(database)
    with database.transaction() as session:
        row = a_ticket(session)
        by = People(row, 0, 0)
        office.accept(session, row, by.desk, now=NOW + HOUR)
        for days in (2, 4):
            office.progress(session, row, by.desk, SAID, now=NOW + days * DAY)
        office.resolve(session, row, by.desk, SAID, now=NOW + 40 * DAY)
        tickets.confirm(session, row, by.firm, now=NOW + 41 * DAY)
        return row.id


@pytest.mark.parametrize(
    ("name", "place"), [("first_contact", 0), ("result", 0), ("progress", 0), ("progress", 2)]
)
def test_a_kept_promise_that_was_changed_without_an_event_is_named(
    database: Database, name: str, place: int
) -> None:
    number = number_of(a_life(database))
    with database.transaction() as session:
        assert flaws(session) == []
        kept = session.scalars(select(Clock).where(Clock.name == name).order_by(Clock.id)).all()
        assert all(row.met_at for row in kept)
        says = f"{kept[place].due_at}, kept {kept[place].met_at}"
        for forgery, forge in FORGERIES.items():
            told = "empty" if forgery.startswith("added") else says
            with rolled_back(session):
                session.execute(forge(kept[place]), execution_options={"synchronize_session": False})
                (found,) = flaws(session)
                assert found.startswith(f"ticket {number}: clock {name} is ")
                assert found.endswith(f"its events say {told}")
        assert flaws(session) == []


def test_an_overdue_result_made_timely_with_its_sums_is_named(database: Database) -> None:
    """The counts agree with the row that was moved; the events do not."""
    number = number_of(a_life(database))
    with database.transaction() as session:
        row = session.scalars(select(Clock).where(Clock.name == "result")).one()
        was, row.met_at = row.met_at, row.due_at - HOUR
    with database.reading() as session:
        assert recounting.differences(session, NOW + 42 * DAY) == []
        due = row.due_at
        assert flaws(session) == [
            f"ticket {number}: clock result is {due}, kept {due - HOUR}, its events say {due}, kept {was}"
        ]


def test_dates_that_older_events_do_not_tell_are_not_compared(database: Database) -> None:
    a_life(database)
    with database.transaction() as session:
        submitted = session.scalars(select(Event).order_by(Event.seq).limit(1)).one()
        submitted.data = {name: value for name, value in submitted.data.items() if name != "due"}
        session.execute(update(Clock).values(met_at=NOW))
    with database.reading() as session:
        assert flaws(session) == []


def lived(database: Database, *acts: str) -> Ticket:
    """Return a case on which all this was done, an hour after each other."""
    unit = staffed(database).officials["office"]
    with database.transaction() as session:
        row = a_ticket(session)
        assert live(session, [row.id], [(0, act, HOUR) for act in acts], 0, unit) == len(acts)
        assert flaws(session) == []
        return row


def test_reports_that_were_all_taken_back_have_forwarded_nothing(database: Database) -> None:
    """Also where the later one went first: it is no report that the case was passed on."""
    row = lived(database, "accept", "progress", "progress", "retract", "retract")
    with database.reading() as session:
        forward = select(Clock.met_at).where(Clock.ticket_id == row.id, Clock.name == "forward")
        assert session.scalars(forward).one() is None


def test_a_result_that_was_taken_back_was_said_all_the_same(database: Database) -> None:
    """What was held back before it is taken back, too: the first that the enterprise heard was the result."""
    row = lived(database, "accept", "reply", "resolve", "reopen", "retract the earliest")
    assert row.first_contact_at == NOW + 3 * HOUR
