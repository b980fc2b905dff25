"""The database is away: nothing is answered that is not stored, the service says so, and recovers by itself."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from models.session import Database
from models.tables import Delivery, Inbox, Ticket
from tests.faults.outage import gone, restored_from_a_copy
from tests.faults.processes import Web, until
from tests.faults.site import Site
from tests.faults.wire import UNUSED, Answer, Message, Wire, wire_to
from tests.roster import LEADER, OWNER
from tests.world import World

HANGS_UP = 5.0
"""Seconds after which the platform no longer listens: what is answered later was not answered."""

REQUEST = "新诉求 给管委会干的道路工程尾款一直不给结"


def status(web: Web, path: str) -> tuple[int, str]:
    response = httpx.get(web.url + path, trust_env=False, timeout=15, verify=UNUSED)
    return response.status_code, response.text


def tickets(site: Site | World) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def stored(site: Site | World, message: Message) -> int:
    with site.database.reading() as session:
        key = Inbox.dedupe_key.contains(f":{message['MsgId']}:")
        return session.scalar(select(func.count()).select_from(Inbox).where(key)) or 0


def assert_lives_without(web: Web, wire: Wire, message: Message) -> None:
    """The database being away: no answer but 503 however often the platform tries, and honest health."""
    for _ in range(3):
        assert wire.deliver(message) == Answer(503, b"", None)
    assert status(web, "/healthz") == (200, '{"status":"ok"}')
    code, said = status(web, "/readyz")
    assert code == 503
    assert "the database does not answer" in said


def assert_takes(site: Site, web: Web, wire: Wire, message: Message) -> None:
    """The database being back: the redelivered message is stored once, and answered alike each time."""
    until(lambda: status(web, "/readyz")[0] == 200)
    before = tickets(site)
    first, again = wire.deliver(message), wire.deliver(message)
    assert first.text is not None
    assert first.text.startswith("收到，编号 ")
    assert again.text == first.text
    assert stored(site, message) == 1
    assert tickets(site) == before + 1
    assert [event["event"] for event in web.events() if "exception" in event] == []


def test_message_is_not_answered_before_the_database_is_back(site: Site, database_url: str) -> None:
    web = site.web("--no-worker")
    wire = site.wire(web)
    assert wire.deliver(wire.text(OWNER, REQUEST)).status == 200
    message = wire.text(OWNER, REQUEST)

    with gone(database_url):
        assert_lives_without(web, wire, message)

    assert_takes(site, web, wire, message)
    assert len(site.inbox()) == 2


def test_unreadable_push_is_no_success_either_before_it_is_stored(site: Site, database_url: str) -> None:
    web = site.web("--no-worker")
    parcel = site.wire(web).parcel_of("<xml><Weather>storm</Weather></xml>")

    with gone(database_url):
        assert site.wire(web).post(parcel) == Answer(503, b"", None)

    until(lambda: status(web, "/readyz")[0] == 200)
    assert site.wire(web).post(parcel) == Answer(200, b"success", None)
    assert [row.kind for row in site.inbox()] == ["unreadable"]


def test_removed_file_restored_from_a_backup(sqlite_site: Site, sqlite_url: str) -> None:
    site = sqlite_site
    web = site.web("--no-worker")
    wire = site.wire(web)
    assert wire.deliver(wire.text(OWNER, REQUEST)).status == 200
    message = wire.text(OWNER, REQUEST)

    with restored_from_a_copy(sqlite_url):
        assert_lives_without(web, wire, message)

    site.database.dispose()
    assert_takes(site, web, wire, message)


def until_more_is_stored(site: Site, count: int) -> None:
    so_far = site.stored()
    until(lambda: site.stored() >= so_far + count)


def test_every_answer_under_load_stands_for_a_stored_message(site: Site, database_url: str) -> None:
    web = site.web("--no-worker")
    wire, pairs, stop = site.wire(web), site.crowd(4), threading.Event()

    refused: list[Message] = []

    def talk(openid: str) -> list[tuple[Message, Answer]]:
        said = []
        while not stop.wait(0.02):
            message = wire.text(openid, REQUEST)
            said.append((message, wire.deliver(message)))
            refused.extend(message for message, answer in said[-1:] if answer.status == 503)
        return said

    with ThreadPoolExecutor(len(pairs)) as threads:
        talks = [threads.submit(talk, pair.contact) for pair in pairs]
        try:
            for _ in range(2):
                until_more_is_stored(site, 8)
                refused.clear()
                with gone(database_url):
                    until(lambda: status(web, "/readyz")[0] == 503)
                    until(lambda: len(refused) >= len(pairs))
                until(lambda: status(web, "/readyz")[0] == 200)
        finally:
            stop.set()
        said = [each for talk in talks for each in talk.result()]

    assert {answer.status for _, answer in said} <= {200, 503}
    assert [answer for _, answer in said if answer.status == 200 and answer.text is None] == []
    assert [message for message, answer in said if answer.status == 200 and stored(site, message) != 1] == []
    for message, answer in said:
        if answer.status == 503:
            assert wire.deliver(message).status == 200
            assert stored(site, message) == 1
    assert len(site.inbox()) == tickets(site)


def test_what_was_sent_meanwhile_is_settled_and_not_repeated(world: World, database_url: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)
    leader.news()
    world.deliver()
    world.platform.faults.add("latency", "/cgi-bin/message", times=1, seconds=0.5)
    owner.say(REQUEST)
    world.until(lambda: Delivery.SENDING in {row.state for row in world.outbox()})

    with gone(database_url):
        leader.news()
        with pytest.raises(SQLAlchemyError):
            world.outbox()

    world.deliver()
    assert {row.state for row in world.outbox()} == {Delivery.SENT, Delivery.PARKED}
    assert leader.silence() == []


def test_locked_database_is_no_success_either(world: World, database_url: str) -> None:
    wire = wire_to(world)
    message = wire.text(OWNER, REQUEST)
    other = Database(database_url)
    lock = "SELECT 1" if other.is_sqlite else "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"
    with other.engine.connect() as connection:  # on SQLite every writer begins with the only write lock
        connection.execute(text(lock))
        began = time.monotonic()
        assert wire.deliver(message) == Answer(503, b"", None)
        assert time.monotonic() - began < HANGS_UP
    other.dispose()

    first = wire.deliver(message)
    assert first.text is not None
    assert wire.deliver(message).text == first.text
    assert stored(world, message) == 1
    assert tickets(world) == 1
