"""A push is admitted once, however long its key and however concurrent its repeat."""

import threading

from bot.wechat import reader, xml
from bot.wechat.messages import Envelope
from models.actions import inbox
from models.session import Database
from models.tables import Outcome
from tests.unit.models.stage import NOW


def admit(database: Database, key: str) -> inbox.Admission:
    with database.transaction() as session:
        found = inbox.admit(session, key, kind="text", sealed="S", sent_at=1, now=NOW)
        if found.inbox_id is not None:
            inbox.settle(
                session, found.inbox_id, person_id=None, outcome=Outcome.ANSWER, ticket_id=None, reply=["答"]
            )
        return found


def longest_event() -> Envelope:
    """Return a tap on a menu link with the longest address and ids that the platform documents."""
    body = (
        "<xml><ToUserName>gh_x</ToUserName><FromUserName>" + "o" * 28 + "</FromUserName>"
        "<CreateTime>1714112445</CreateTime><MsgType>event</MsgType><Event>VIEW</Event>"
        "<EventKey>https://example.com/" + "p" * 1000 + "</EventKey><MenuId>" + "9" * 20 + "</MenuId></xml>"
    ).encode()
    return reader.read(xml.parse(body), body=body, sealed="S", key_index=0)


def test_longest_key_fits(database: Database) -> None:
    key = longest_event().dedupe_key
    assert admit(database, key).inbox_id is not None
    assert admit(database, key).saved_reply == ["答"]


def test_concurrent_repeats_get_the_first_ones_answer(database: Database) -> None:
    start, found = threading.Barrier(3), []

    def push() -> None:
        start.wait(timeout=10)
        found.append(admit(database, "m:1"))

    threads = [threading.Thread(target=push) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    admitted = [each for each in found if each.inbox_id is not None]
    assert len(admitted) == 1
    assert [each.saved_reply for each in found if each.inbox_id is None] == [["答"], ["答"]]


def test_push_taken_back_may_come_again(database: Database) -> None:
    class Failed(Exception):
        pass

    try:
        with database.transaction() as session:
            inbox.admit(session, "m:1", kind="text", sealed="S", sent_at=1, now=NOW)
            raise Failed
    except Failed:
        pass
    assert admit(database, "m:1").inbox_id is not None
