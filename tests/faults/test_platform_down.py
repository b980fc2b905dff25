"""The platform is down, slow or out of its mind: bounded attempts, nothing lost, true states, and it recovers."""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from sqlalchemy import func, select

from bot.delivery import media as delivered_media
from bot.delivery import sender
from bot.delivery.loop import IN_FLIGHT, DeliveryLoop
from bot.delivery.media import Fetcher, Uploads
from bot.delivery.pause import IN_A_ROW
from bot.delivery.sender import CUT_OFF, ONCE_MORE, PATIENT, Sender
from bot.service import channels_of
from bot.simulator.media import silence
from bot.wechat.client import Client
from models.actions import deliveries, media
from models.actions.outbox import Notice
from models.tables import Attempt, Delivery, Media
from tests.contracts.wechat.test_error_codes import paused
from tests.faults.gate import Gate
from tests.faults.posting import (
    SEND,
    attempts,
    calls,
    post,
    post_each,
    reader,
    row,
    tried_before,
    until_due,
    until_tried,
    wait_for,
)
from tests.faults.test_platform_refuses import left
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import PNG
from tests.roster import LEADER, OWNER
from tests.serving import Loop
from tests.world import World

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


def answer(body: bytes) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n" % len(body) + body


@contextmanager
def gated(database_url: str) -> Iterator[tuple[World, Gate]]:
    """A world whose product reaches the platform's API only through a gate; everybody has said something."""
    gate = Gate(Loop())
    gate.open()
    with World.running(database_url, wechat_api_base=gate.url) as world:
        gate.target = world.simulator.server.port
        world.phone(LEADER).say("待办")
        world.phone(OWNER).say("你好")
        yield world, gate
        gate.shut()
    gate.loop.close()


def test_platform_that_refuses_connections_is_tried_for_hours_with_growing_waits(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        gate.shut()
        news = post(world)
        for n in range(1, 13):
            waiting = until_tried(world, news, n)
            assert (waiting.state, waiting.misses, waiting.doubts) == (Delivery.PENDING, n, 0)
            whole = PATIENT.wait_after(n)
            assert whole / 2 <= until_due(world, news) <= whole <= timedelta(minutes=15)
        until_tried(world, news, 13)
        altogether = sum((PATIENT.wait_after(n) for n in range(1, PATIENT.attempts)), timedelta())
        assert altogether / 2 >= timedelta(hours=11)
        tried_before(world, news, misses=PATIENT.attempts - 1)
        until_due(world, news)

        assert wait_for(world, news, Delivery.PARKED).misses == PATIENT.attempts
        assert attempts(world, news) == [("again", None)] * 13 + [("parked", None)]
        assert left(world) == 5

        world.phone(LEADER).say("待办")
        assert until_tried(world, news, 15).state == Delivery.PENDING  # its patience is whole again
        assert row(world, news).misses == 1
        gate.open()
        until_due(world, news)
        assert "1010" in world.phone(LEADER).news()["text"]
        wait_for(world, news, Delivery.SENT)


def test_first_doubt_after_a_day_of_certain_failures_is_the_first_of_two(world: World) -> None:
    leader = world.phone(LEADER)
    world.platform.faults.add("reset", "/cgi-bin/message", times=ONCE_MORE.attempts)
    leader.say("待办")
    news = post(world)
    until_tried(world, news, 1)
    tried_before(world, news, misses=PATIENT.attempts - 1)
    assert (row(world, news).state, row(world, news).doubts) == (Delivery.PENDING, 1)
    until_due(world, news)

    parked = wait_for(world, news, Delivery.PARKED)
    assert parked.doubts == ONCE_MORE.attempts == 2
    leader.say("待办")
    wait_for(world, news, Delivery.SENT)


def test_first_certain_failure_after_a_doubt_kills_nothing(world: World) -> None:
    world.phone(LEADER).say("待办")
    world.platform.faults.add("http_502", "/cgi-bin/message", times=2)
    news = post(world)
    until_tried(world, news, 1)
    tried_before(world, news, doubts=ONCE_MORE.attempts - 1)
    until_due(world, news)
    assert until_tried(world, news, 2).state == Delivery.PENDING
    until_due(world, news)
    wait_for(world, news, Delivery.SENT)


def test_delivery_resumes_in_order_once_the_platform_is_back(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        leader = world.phone(LEADER)
        gate.shut()
        news = [post(world, LEADER, "第0句")]
        until_tried(world, news[0], 1)
        news += [post(world, LEADER, f"第{n}句") for n in (1, 2)]
        for n in range(1, 5):
            until_tried(world, news[0], n)
            until_due(world, news[0])
        until_tried(world, news[0], 5)
        assert [row(world, each).state for each in news] == [Delivery.PENDING] * 3
        assert [attempts(world, each) for each in news[1:]] == [[], []]

        gate.open()
        until_due(world, news[0])
        assert re.findall("第.句", leader.news()["text"]) == ["第0句"]
        assert re.findall("第.句", leader.news()["text"]) == ["第1句", "第2句"]
        assert [wait_for(world, each, Delivery.SENT).attempts for each in news] == [6, 1, 1]


def test_gateway_that_took_nothing_is_asked_again_and_the_window_is_whole(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    world.platform.faults.add("http_502", "/cgi-bin/message", times=2)
    news = post(world)
    for n in (1, 2):
        assert until_tried(world, news, n).state == Delivery.PENDING
        until_due(world, news)

    wait_for(world, news, Delivery.SENT)
    assert attempts(world, news) == [("again", None)] * 2 + [("sent", None)]
    [text] = leader.silence()
    assert "可能重复" not in text
    assert left(world) == leader.window()["remaining"] == 4


def test_message_that_was_certainly_taken_is_sent_once_and_its_answer_noted(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    world.platform.faults.add("truncated", "/cgi-bin/message", times=None)
    news = post(world)

    assert wait_for(world, news, Delivery.SENT).reason == CUT_OFF
    world.advance(days=1)
    assert len(leader.silence()) == 1
    assert attempts(world, news) == [("sent", None)]
    assert calls(world, SEND) == [0]
    assert left(world) == 4


def test_what_may_have_arrived_is_repeated_once_and_says_so(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    world.platform.faults.add("reset", "/cgi-bin/message", times=None)
    news = post(world)
    assert until_tried(world, news, 1).state == Delivery.PENDING
    until_due(world, news)

    assert wait_for(world, news, Delivery.PARKED).reason == "doubtful"
    world.advance(days=1)
    assert ["可能重复" in text for text in leader.silence()] == [False, True]
    assert calls(world, SEND) == [0] * 2
    world.platform.faults.clear()
    leader.say("在吗")
    wait_for(world, news, Delivery.SENT)
    assert attempts(world, news) == [("again", None), ("parked", None), ("sent", None)]
    assert "可能重复" in leader.news()["text"]


def test_owner_is_told_once_that_it_is_not_certain_whether_something_arrived(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say("新诉求 给管委会干的道路工程尾款一直不给结"))
    leader.silence()
    world.platform.faults.add("reset", SEND, times=2)
    leader.say(f"受理 {number}")
    [news] = [each.id for each in world.outbox() if each.kind == Notice.ACCEPTED]
    until_tried(world, news, 1)
    until_due(world, news)
    wait_for(world, news, Delivery.PARKED)

    [told] = leader.silence()
    assert f"{number} 有一条消息不确定是否送达" in told
    assert "收不到" not in told
    assert len(owner.silence()) == 2
    assert "不确定是否送达" in leader.say(f"详情 {number}")


def tried(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Attempt)) or 0


def test_page_in_the_place_of_the_platform_puts_few_messages_in_doubt(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        people = [reader(world, f"o-{n:03}") for n in range(120)]
        wait_for(world, post(world, OWNER, "first"), Delivery.SENT)  # the token is known now
        gate.change(babble=GARBAGE["a login page"])
        news = post_each(world, people)
        world.until(lambda: paused(world))
        for wait in (5, 10, 20, 40, 80):
            before = tried(world)
            world.advance(seconds=wait)
            world.until(lambda before=before: tried(world) > before and paused(world))
        gate.change(babble=None)
        world.advance(seconds=160)
        world.until(lambda: sum(row(world, each).state == Delivery.SENT for each in news) >= 115)
        doubts = [row(world, each).doubts for each in news]
        assert doubts.count(0) >= 120 - IN_FLIGHT - IN_A_ROW
        assert doubts.count(2) <= 5


GARBAGE = {
    "no HTTP": b"\x16\x03\x01\x02\x00garbage\r\n\r\n",
    "nothing": b"",
    "half an answer": OK + b"Content-Length: 4000\r\n\r\n{",
    "endless chunks": OK + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    "not gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "a login page": answer("<html>登录</html>".encode()),
    "not UTF-8": answer(b'{"errcode": \xff\xfe}'),
    "a list": answer(b"[0]"),
    "null": answer(b"null"),
    "code in words": answer(b'{"errcode": "fine"}'),
    "code without end": answer(b'{"errcode": 1e999}'),
    "code too large": answer(b'{"errcode": 123456789012345678901234567890}'),
    "deep nesting": answer(b"[" * 100_000),
    "busy, with NUL": answer(b'{"errcode": -1, "errmsg": "busy \\u0000"}'),
    "busy, with a surrogate": answer(b'{"errcode": -1, "errmsg": "busy \\ud800"}'),
    "busy, at length": answer(b'{"errcode": -1, "errmsg": "' + b"x" * 200_000 + b'"}'),
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
}


def test_garbage_is_no_success_and_no_death(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        first = post(world, OWNER, "first")
        wait_for(world, first, Delivery.SENT)  # the token is known now: what follows answers the message
        for n, (name, garbage) in enumerate(GARBAGE.items()):
            gate.change(babble=garbage)
            news, other = post(world, LEADER, f"news {n}"), post(world, OWNER, f"other {n}")
            for each in (news, other):
                assert until_tried(world, each, 1).state == Delivery.PENDING, name
                assert attempts(world, each)[0][0] == "again", name

            gate.change(babble=None)
            world.advance(minutes=2)
            assert f"news {n}" in world.phone(LEADER).news()["text"]
            assert f"other {n}" in world.phone(OWNER).silence()[-1]
            assert [row(world, each).state for each in (news, other)] == [Delivery.SENT] * 2, name
            for person in (LEADER, OWNER):
                world.phone(person).say("帮助")


NO_PICTURE = GARBAGE | {
    "half a picture": OK + b"Content-Length: 4000\r\n\r\n" + PNG,
    "a picture cut off": answer(PNG[: len(PNG) // 2]),
    "a recording": answer(silence(1)),
}


def test_garbage_destroys_no_picture(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        post(world, LEADER, "first")
        world.phone(LEADER).news()  # the token is known now
        world.stop_worker()
        kept = world.platform.media.add("image", PNG, world.clock()).media_id
        with world.database.transaction() as session:
            medium = media.keep(session, kept, kind="image", now=world.clock())

        async def fetch() -> None:
            async with httpx.AsyncClient(trust_env=False) as http:
                client = Client(http, world.service.client._tokens, api_base=gate.url)
                assert await Fetcher(world.database, client, world.clock).fetch_due() == 1

        for name, garbage in NO_PICTURE.items():
            gate.change(babble=garbage)
            asyncio.run(fetch())
            with world.database.transaction() as session:
                row = session.get_one(Media, medium)
                assert (row.sha256, row.fetch_attempts) == (None, 1), name
                assert row.fetch_due_at is not None
                assert row.fetch_due_at - world.clock() < media.LEASE / 2, name
                row.fetch_due_at, row.fetch_attempts = world.clock(), 0

        gate.change(babble=None)
        asyncio.run(fetch())
        with world.database.reading() as session:
            assert session.get_one(Media, medium).sha256 == hashlib.sha256(PNG).hexdigest()


def test_dripping_platform_is_hung_up_on_and_served_later(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        first = post(world, LEADER, "first")
        wait_for(world, first, Delivery.SENT)  # the token is known now
        world.stop_worker()
        gate.change(drips=True)
        news, before = post(world), gate.visits

        async def work() -> None:
            async with httpx.AsyncClient(trust_env=False) as http:
                client = Client(http, world.service.client._tokens, api_base=gate.url)
                uploads = Uploads(world.database, client, world.clock)
                sender = Sender(client, uploads, world.clock, deadline=timedelta(seconds=0.5))
                fetcher = Fetcher(world.database, client, world.clock)
                loop = DeliveryLoop(world.database, sender, fetcher, channels_of(world.settings), world.clock)
                running = asyncio.create_task(loop.run())
                tried = await asyncio.to_thread(until_tried, world, news, 1)
                assert (tried.state, tried.doubts) == (Delivery.PENDING, 1)
                assert gate.visits == before + 1
                await asyncio.to_thread(gate.change)
                await asyncio.to_thread(until_due, world, news)
                loop.nudge()
                await asyncio.to_thread(wait_for, world, news, Delivery.SENT)
                loop.stop()
                await running

        asyncio.run(work())
        assert attempts(world, news) == [("again", None), ("sent", None)]
        assert left(world) == 2  # whether the slow one arrived nobody knows: it counts


def test_dripping_download_is_hung_up_on_and_tried_later(database_url: str) -> None:
    with gated(database_url) as (world, gate):
        post(world, LEADER, "first")
        world.phone(LEADER).news()  # the token is known now
        world.stop_worker()
        gate.change(drips=True)
        with world.database.transaction() as session:
            medium = media.keep(session, "M", kind="image", now=world.clock())

        async def fetch() -> None:
            async with httpx.AsyncClient(trust_env=False) as http:
                client = Client(http, world.service.client._tokens, api_base=gate.url)
                fetcher = Fetcher(world.database, client, world.clock, deadline=timedelta(seconds=0.5))
                assert await fetcher.fetch_due() == 1

        asyncio.run(fetch())
        with world.database.reading() as session:
            due = session.get_one(Media, medium).fetch_due_at
        assert due is not None
        assert due - world.clock() < media.LEASE / 2  # by its own patience, not because a lease lapsed


def test_every_deadline_ends_before_its_lease() -> None:
    assert sender.DEADLINE < deliveries.LEASE
    assert delivered_media.DEADLINE < media.LEASE


def test_slow_platform_is_hung_up_on_and_served_later(world: World) -> None:
    world.phone(LEADER).say("待办")
    first = post(world, LEADER, "first")
    wait_for(world, first, Delivery.SENT)
    world.stop_worker()
    world.platform.faults.add("latency", "/cgi-bin/message", times=1, seconds=1.0)
    news = post(world)

    async def work() -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            hasty = Client(
                http,
                world.service.client._tokens,
                api_base=world.settings.wechat_api_base,
                timeout=httpx.Timeout(0.3),
            )
            sender = Sender(hasty, Uploads(world.database, hasty, world.clock), world.clock)
            fetcher = Fetcher(world.database, hasty, world.clock)
            loop = DeliveryLoop(world.database, sender, fetcher, channels_of(world.settings), world.clock)
            running = asyncio.create_task(loop.run())
            await asyncio.to_thread(until_tried, world, news, 1)
            await asyncio.to_thread(until_due, world, news)
            loop.nudge()
            await asyncio.to_thread(wait_for, world, news, Delivery.SENT)
            loop.stop()
            await running

    asyncio.run(work())
    assert attempts(world, news) == [("again", None), ("sent", None)]
    assert row(world, news).attempts == 2
    assert left(world) == 2  # whether the slow one arrived nobody knows: it counts
