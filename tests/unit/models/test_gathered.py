"""Gathered words: settled once by whoever strikes, by two workers or after a death, and never on the way of a request."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from handlers import desk
from handlers.turn import Incoming, Kind
from models.actions import gathered, moves, office, tickets
from models.actions.conversation import Words
from models.queries.conversation import said
from models.queries.gathered import gathered as gathering
from models.queries.tickets import actor_of, actor_on
from models.rules.lifecycle import Status
from models.session import Database
from models.tables import Event, Message, Outbox, Ticket
from tests.means import MEANS
from tests.roster import LEADER, OWNER, PARTNER
from tests.unit.models.stage import NOW, SURE, a_ticket, known, staffed

LATER = NOW + timedelta(seconds=61)


@pytest.fixture
def office_(database: Database) -> Iterator[Database]:
    """A staffed database with one ticket on which two people's words are gathered."""
    staffed(database)
    with database.transaction() as session:
        ticket = a_ticket(session)
        for openid, text in ((OWNER, "一"), (OWNER, "二"), (PARTNER, "三")):
            gathered.gather(session, ticket, actor_of(known(session, openid)), Words("text", text), now=NOW)
    return database


def counts(database: Database) -> tuple[int, int, int]:
    """Return how many words are gathered, how many follow-ups there are, and how much news of them."""
    with database.reading() as session:
        waiting = select(func.count()).select_from(Message).where(Message.gathered_until.is_not(None))
        steps = select(func.count()).select_from(Event).where(Event.verb == "follow_up")
        news = select(func.count(func.distinct(Outbox.event_id))).where(Outbox.kind == "followed_up")
        return tuple(session.scalar(each) or 0 for each in (waiting, steps, news))  # type: ignore[return-value]


def test_nothing_is_struck_before_its_time_and_nothing_twice(office_: Database) -> None:
    for moment, struck in ((NOW, 0), (NOW + timedelta(seconds=59), 0), (LATER, 1), (LATER, 0)):
        with office_.transaction() as session:
            assert gathered.strike(session, moment) == struck
    assert counts(office_) == (0, 2, 2)


def test_strike_that_dies_leaves_everything_to_the_next(office_: Database) -> None:
    with pytest.raises(ZeroDivisionError), office_.transaction() as session:
        gathered.strike(session, LATER)
        raise ZeroDivisionError
    assert counts(office_) == (3, 0, 0)

    with office_.transaction() as session:
        assert gathered.strike(session, LATER) == 1
    assert counts(office_) == (0, 2, 2)


def test_two_workers_settle_once(office_: Database) -> None:
    ready, found = Barrier(2), []

    def work() -> None:
        ready.wait()
        with office_.transaction() as session:
            found.append(gathered.strike(session, LATER))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts(office_) == (0, 2, 2)


def test_officials_do_not_read_what_may_belong_elsewhere(office_: Database) -> None:
    with office_.transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert [each.message.text for each in said(session, ticket, now=NOW)] == ["欠我们工程款"]
        gathered.strike(session, LATER)
        assert [each.message.text for each in said(session, ticket, now=NOW)][1:] == ["一", "二", "三"]


def test_each_command_of_the_enterprise_settles_first(office_: Database) -> None:
    with office_.transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        tickets.withdraw(session, ticket, actor_of(known(session, OWNER)), now=NOW)
        verbs = list(session.scalars(select(Event.verb).order_by(Event.seq)))
    assert verbs == ["submit", "follow_up", "follow_up", "withdraw"]


def test_words_of_a_case_that_takes_no_more_steps_are_told_all_the_same(office_: Database) -> None:
    with office_.transaction() as session:
        session.scalars(select(Ticket)).one().status = Status.DECLINED
        gathered.strike(session, LATER)
    waiting, steps, _ = counts(office_)
    with office_.reading() as session:
        told = session.scalars(select(Outbox.dedupe_key).where(Outbox.kind == "followed_up")).all()
    assert (waiting, steps) == (0, 0)
    assert len(told) == len(set(told)) == 4
    assert all(key.startswith("gathered:") for key in told)


def test_only_ones_own_words_are_moved(office_: Database) -> None:
    with office_.transaction() as session:
        ticket, partner = session.scalars(select(Ticket)).one(), known(session, PARTNER)
        run = gathering(session, ticket.id, partner.person_id)
        done = moves.move(session, partner, ticket, run, SURE, title="三", now=NOW)
        assert [each.text for each in gathering(session, ticket.id)] == ["一", "二"]
        said = session.scalars(select(Message.text).where(Message.ticket_id == done.id)).all()
    assert list(said) == ["三"]


def test_official_may_finish_while_words_are_gathered(office_: Database) -> None:
    with office_.transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        leader = actor_on(session, known(session, LEADER), ticket)
        office.accept(session, ticket, leader, now=NOW)
        office.resolve(session, ticket, leader, Words("text", "付清"), now=NOW)
        gathered.strike(session, LATER)
    assert counts(office_) == (0, 2, 2)


REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
STATEMENTS = 18
"""What an ordinary new request of a bound contact costs on SQLite, BEGIN and savepoint included."""


def statements(database: Database, key: str, text: str, at: datetime) -> int:
    """Return how many statements a message costs."""
    seen: list[str] = []
    with database.transaction() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(seen.append)
        desk.take(session, Incoming(key, OWNER, Kind.TEXT, "text", text, sealed="S", sent_at=1), at, MEANS)
    driver.set_trace_callback(None)
    return len(seen)


def test_ordinary_request_takes_no_more_statements_than_before(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    staffed(database)
    first = statements(database, "m:1", REQUEST, NOW)
    beside_a_case = statements(database, "m:2", "网上有人卖假冒我们商标的产品", NOW + timedelta(hours=1))
    database.dispose()
    assert first <= STATEMENTS
    assert beside_a_case <= STATEMENTS + 1
