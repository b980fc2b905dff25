"""Several at once on one case: whoever comes second finds what the first one did."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.actions import co_handling, declines, helping, supervision, warnings
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.actions.outbox import Notice
from models.queries.tickets import Actor, NoSuchTicket, actor_on, by_id
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import CoHandling, Event, Outbox, Ticket
from tests.roster import LEADER, OFFICE, OWNER
from tests.unit.models.stage import NOW, a_ticket, known, staffed

LATE = NOW + timedelta(days=30)
Work = Callable[[Session], object]


@dataclass(frozen=True)
class Scene:
    """A ticket, and what people do to it."""

    database: Database
    ticket: int
    office: int

    def on(self, session: Session, openid: str) -> tuple[Ticket, Actor]:
        """Return the ticket, locked, and in which capacity somebody acts on it."""
        who = known(session, openid)
        ticket = by_id(session, self.ticket, seen_by=who)
        return ticket, actor_on(session, who, ticket)

    def at_once(self, *works: Work) -> list[str]:
        """Do everything in transactions that begin at the same moment; return what was refused."""
        refused: list[str] = []
        start = threading.Barrier(len(works))

        def run(work: Work) -> None:
            start.wait()
            try:
                with self.database.transaction() as session:
                    work(session)
            except Exception as error:  # noqa: BLE001 -- whatever it was is looked at
                refused.append(type(error).__name__)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return refused

    def count(self, verb: str) -> int:
        """Return how often something happened."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Event).where(Event.verb == verb)) or 0

    def told(self, notice: Notice) -> int:
        """Return how many people were told of something."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.kind == notice)) or 0


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    roster = staffed(database)
    with database.transaction() as session:
        ticket = a_ticket(session).id
    yield Scene(database, ticket, roster.officials["office"])


@pytest.fixture
def asked(scene: Scene) -> Scene:
    with scene.database.transaction() as session:
        co_handling.call_in(session, *scene.on(session, LEADER), scene.office, "核实", now=NOW)
    return scene


@pytest.fixture
def appealed(scene: Scene) -> Scene:
    with scene.database.transaction() as session:
        grounds = Grounds("civil", "属于合同争议", "人民法院")
        declines.decline(session, *scene.on(session, LEADER), grounds, now=NOW)
    with scene.database.transaction() as session:
        declines.appeal(session, *scene.on(session, OWNER), Words("text", "不同意"), now=NOW)
    return scene


def supervisor(session: Session, scene: Scene) -> tuple[Ticket, Actor]:
    ticket = session.get_one(Ticket, scene.ticket, with_for_update=True, populate_existing=True)
    return ticket, Actor(Role.SUPERVISOR, None, signed="督查专员 石一诺")


def test_late_answer_is_told_once_however_many_look(asked: Scene) -> None:
    refused = asked.at_once(*[lambda s: warnings.strike(s, LATE, limit=10)] * 4)
    assert refused == []
    assert asked.told(Notice.HELP_LATE) == 3


def test_late_verdict_is_told_once_however_many_look(appealed: Scene) -> None:
    assert appealed.at_once(*[lambda s: warnings.strike(s, LATE, limit=10)] * 4) == []
    assert (appealed.count("warn"), appealed.told(Notice.APPEAL_LATE)) == (1, 1)


def test_two_supervisors_decide_once(appealed: Scene) -> None:
    refused = appealed.at_once(
        lambda s: declines.uphold(s, *supervisor(s, appealed), "维持", now=NOW),
        lambda s: declines.overturn(s, *supervisor(s, appealed), "重办", now=NOW),
    )
    assert refused in (["NoAppeal"], ["NotPossible"])
    assert appealed.count("uphold") + appealed.count("overturn") == 1


def test_one_appeal_for_two_colleagues(scene: Scene) -> None:
    with scene.database.transaction() as session:
        grounds = Grounds("civil", "属于合同争议", "人民法院")
        declines.decline(session, *scene.on(session, LEADER), grounds, now=NOW)
    refused = scene.at_once(
        *[lambda s: declines.appeal(s, *scene.on(s, OWNER), Words("text", "不同意"), now=NOW)] * 2
    )
    assert (refused, scene.count("appeal")) == (["AppealedAlready"], 1)


def test_unit_asked_twice_at_once_is_asked_once(scene: Scene) -> None:
    refused = scene.at_once(
        *[lambda s: co_handling.call_in(s, *scene.on(s, LEADER), scene.office, "核实", now=NOW)] * 2
    )
    assert (refused, scene.count("call_in")) == (["AskedAlready"], 1)


def test_unit_answers_or_is_let_go_and_never_both_ways(asked: Scene) -> None:
    def answer(session: Session) -> None:
        helping.contribute(session, *asked.on(session, OFFICE), Words("text", "已查"), now=NOW)

    def let_go(session: Session) -> None:
        co_handling.let_go(session, *asked.on(session, LEADER), asked.office, now=NOW)

    refused = asked.at_once(answer, let_go)
    with asked.database.reading() as session:
        row = session.scalars(select(CoHandling)).one()
        assert row.state == "ended"
        assert (row.answered_at is None) == (refused == [NoSuchTicket.__name__])
    assert asked.count("contribute") == (0 if refused else 1)


def test_two_reassignments_at_once_leave_one_owner_and_count_each_hop(scene: Scene) -> None:
    with scene.database.transaction() as session:
        before = session.get_one(Ticket, scene.ticket).owner_id
    refused = scene.at_once(
        *[lambda s: supervision.reassign(s, *supervisor(s, scene), scene.office, "调离", now=NOW)] * 2
    )
    with scene.database.reading() as session:
        row = session.get_one(Ticket, scene.ticket)
        assert (row.owner_id, row.hops, before != row.owner_id) == (scene.office, 1, True)
    assert (refused, scene.count("reassign")) == (["OwnedAlready"], 1)
