"""The platform refuses the account, not a message: the worker pauses, asks with one message, and all go in the end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.loop import IN_FLIGHT
from bot.delivery.pause import IN_A_ROW
from bot.service import build
from models.tables import Attempt, Delivery, Outbox
from tests.faults.posting import (
    SEND,
    TOKEN,
    attempts,
    calls,
    in_hand,
    left_of,
    post,
    post_each,
    reader,
    refuse,
    row,
    tries,
    wait_for,
)
from tests.roster import LEADER
from tests.world import World

MANY = IN_FLIGHT + 16
"""More than one claim takes."""

WAITS = (30, 60, 120, 240, 480, 900, 900)
TOKEN_WAITS = (30, 60, 120, 240, 480, 960, 1920, 3600, 3600)
"""While our token is rejected: each question costs a forced refresh, of which there are twenty a day."""


def mended(world: World) -> None:
    """The operator has found out what was wrong."""
    world.platform.faults.clear()
    world.platform.reconfigure(ip_whitelist=None)


REFUSALS: dict[int, Callable[[World], object]] = {
    40001: lambda world: world.platform.faults.add("reject_tokens", times=None),
    40164: lambda world: world.platform.reconfigure(ip_whitelist=frozenset({"203.0.113.9"})),
    40125: lambda world: refuse(world, 40125, TOKEN, times=None),
    89503: lambda world: refuse(world, 89503, TOKEN, times=None),
    12345: lambda world: refuse(world, 12345, TOKEN, times=None),
    48004: lambda world: refuse(world, 48004, times=None),
    50007: lambda world: refuse(world, 50007, times=None),
}


def crowd(world: World, size: int = MANY) -> list[str]:
    return [reader(world, f"o-{n:03}") for n in range(size)]


def moments(world: World) -> Counter[float]:
    """Return how many attempts were made how many seconds after the first."""
    with world.database.reading() as session:
        at = session.scalars(select(Attempt.at).order_by(Attempt.id)).all()
    return Counter((each - at[0]).total_seconds() for each in at)


def metrics(world: World) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in world.web.get("/metrics").text.splitlines() if line[0] != "#"]
    return {name: float(value) for name, _, value in lines if "{" not in name}


def refused(world: World, people: list[str], code: int) -> list[int]:
    """Have the platform refuse us, and a message to everybody wait; return their ids once one claim has failed."""
    REFUSALS[code](world)
    news = post_each(world, people)
    world.until(lambda: tries(world) >= IN_FLIGHT)
    return news


def probed(world: World, wait: float) -> None:
    """Let a pause pass, and see that just one message was tried, no sooner than at its end."""
    before = tries(world)
    world.advance(seconds=wait - 1)
    assert metrics(world)["liaison_delivery_paused"] == 1
    world.advance(seconds=1)
    world.until(lambda: tries(world) > before)
    assert tries(world) == before + 1


def all_arrived(world: World, people: list[str], news: list[int]) -> None:
    world.until(lambda: {row(world, each).state for each in news} == {Delivery.SENT})
    assert calls(world, SEND).count(0) == len(people)
    assert {len(world.phone(openid).silence()) for openid in people} == {1}
    assert {left_of(world, openid)[0] for openid in people} == {4}
    assert [attempts(world, each).count(("sent", None)) for each in news] == [1] * len(news)


@pytest.mark.parametrize("code", REFUSALS)
def test_refused_account_pauses_the_worker_until_one_message_goes(world: World, code: int) -> None:
    people = crowd(world)
    news = refused(world, people, code)
    waiting = [row(world, each) for each in news]
    assert {(each.state, each.misses, each.doubts) for each in waiting} == {(Delivery.PENDING, 0, 0)}
    waits = TOKEN_WAITS if code == 40001 else WAITS
    for wait in waits:
        probed(world, wait)
    ends = [float(sum(waits[:n])) for n in range(1, len(waits) + 1)]
    assert moments(world) == Counter({0.0: IN_FLIGHT} | dict.fromkeys(ends, 1))
    assert {left_of(world, openid)[0] for openid in people} == {5}
    assert metrics(world)["liaison_account_refused"] == (0 if code == 12345 else code)

    mended(world)
    world.advance(seconds=waits[-1])
    all_arrived(world, people, news)
    assert tries(world) == IN_FLIGHT + len(waits) + MANY
    assert metrics(world)["liaison_delivery_paused"] == metrics(world)["liaison_account_refused"] == 0


def test_message_queued_in_a_pause_is_not_tried_at_all(world: World) -> None:
    people = crowd(world, 40)
    REFUSALS[40164](world)
    first = post(world, people[0], "first")
    world.until(lambda: tries(world) == 1)
    news = post_each(world, people)
    for wait in WAITS[:3]:
        probed(world, wait)
    assert attempts(world, first) == [("again", 40164)] * 4
    assert [attempts(world, each) for each in news] == [[]] * 40

    mended(world)
    world.advance(seconds=WAITS[3])
    world.until(lambda: {row(world, each).state for each in [first, *news]} == {Delivery.SENT})
    assert calls(world, SEND).count(0) == 41
    assert len(attempts(world, first)) == 5
    assert {len(attempts(world, each)) for each in news} == {1}


def test_too_many_calls_a_minute_pause_for_a_minute_at_least(world: World) -> None:
    reader(world, "o-1")
    refuse(world, 45011, times=3)
    news = post(world, "o-1")
    world.until(lambda: tries(world) == 1)
    for wait in (60, 60):
        probed(world, wait)
    world.advance(seconds=120)
    wait_for(world, news, Delivery.SENT)
    assert moments(world) == Counter({0.0: 1, 60.0: 1, 120.0: 1, 240.0: 1})


def test_new_token_is_asked_for_once_an_attempt(world: World) -> None:
    reader(world, "o-1")
    REFUSALS[40001](world)
    news = post(world, "o-1")
    world.until(lambda: tries(world) == 1)
    for wait in TOKEN_WAITS:
        probed(world, wait)
    assert attempts(world, news) == [("again", 40001)] * 10
    assert calls(world, SEND) == [40001] * 20
    assert len(calls(world, TOKEN)) <= 1 + 2 * 10  # the first one, and then at most a question and a demand


def test_probe_that_is_refused_for_its_own_sake_ends_the_pause(world: World) -> None:
    people = crowd(world, 3)
    REFUSALS[40164](world)
    news = [post_each(world, people[:1], "first")[0]]
    world.until(lambda: tries(world) == 1)
    news += post_each(world, people[1:])
    mended(world)
    refuse(world, 87014)
    world.advance(seconds=30)
    wait_for(world, news[0], Delivery.DEAD)
    assert [wait_for(world, each, Delivery.SENT).attempts for each in news[1:]] == [1, 1]


def test_probe_that_finds_no_platform_is_repeated_after_the_same_wait(world: World) -> None:
    people = crowd(world, 2)
    REFUSALS[40164](world)
    news = post_each(world, people)
    world.until(lambda: tries(world) == 2)
    mended(world)
    world.platform.faults.add("http_502", SEND, times=1)
    probed(world, 30)
    probed_at = moments(world)
    world.advance(seconds=30)
    world.until(lambda: {row(world, each).state for each in news} == {Delivery.SENT})
    assert probed_at == Counter({0.0: 2, 30.0: 1})
    assert max(moments(world)) == 60.0


def test_platform_that_is_busy_for_everybody_is_asked_with_one_message(world: World) -> None:
    people = crowd(world)
    refuse(world, -1, times=None)
    news = post_each(world, people)
    world.until(lambda: metrics(world)["liaison_delivery_paused"] == 1)
    world.until(lambda: in_hand(world) == 0)
    assert IN_A_ROW <= tries(world) <= IN_FLIGHT + IN_A_ROW
    for wait in (5, 10, 20, 40, 80, 160, 300, 300):
        probed(world, wait)
    assert metrics(world)["liaison_account_refused"] == 0

    mended(world)
    world.advance(seconds=300)
    world.until(lambda: metrics(world)["liaison_delivery_paused"] == 0)
    world.deliver()
    world.advance(minutes=15)  # who was asked with has waits of their own
    all_arrived(world, people, news)


def test_few_who_meet_a_busy_platform_pause_nobody(world: World) -> None:
    people = crowd(world, IN_A_ROW - 1)
    refuse(world, -1, times=len(people))
    news = post_each(world, people)
    world.until(lambda: tries(world) == len(people))
    assert metrics(world)["liaison_delivery_paused"] == 0
    world.advance(seconds=2)
    all_arrived(world, people, news)


@contextmanager
def second_worker(world: World) -> Iterator[Callable[[], None]]:
    """Another worker on the same outbox; yields what tells it to stop and waits until it has."""
    service = build(world.settings, clock=world.clock)

    async def start() -> "asyncio.Task[None]":
        return asyncio.create_task(service.delivery.run())

    async def end() -> None:
        service.delivery.stop()
        await running

    running = world.loop.run(start())
    yield lambda: world.loop.run(end())
    world.loop.run(end())
    world.loop.run(service.http.aclose())
    service.close()


def test_two_workers_pause_each_and_deliver_everything_once(world: World) -> None:
    people = crowd(world, 2 * MANY)
    with second_worker(world):
        REFUSALS[40164](world)
        news = post_each(world, people)
        world.until(lambda: tries(world) >= 2 * IN_FLIGHT)
        assert tries(world) == 2 * IN_FLIGHT
        for n, wait in enumerate(WAITS[:4], 1):
            world.advance(seconds=wait)
            world.until(lambda n=n: tries(world) == 2 * IN_FLIGHT + 2 * n)  # type: ignore[misc]
        mended(world)
        world.advance(seconds=WAITS[4])
        all_arrived(world, people, news)


def held(world: World) -> list[int]:
    with world.database.reading() as session:
        return list(session.scalars(select(Outbox.id).where(Outbox.lease_until.is_not(None))))


def test_worker_told_to_stop_in_a_pause_leaves_and_holds_nothing(world: World) -> None:
    people = crowd(world, 5)
    with second_worker(world) as stop:
        REFUSALS[48004](world)
        news = post_each(world, people)
        world.until(lambda: tries(world) >= 5)
        stop()
        world.until(lambda: not held(world))  # the other one lets go of what it tries; time stands still
        mended(world)
        world.advance(seconds=30)
        world.until(lambda: {row(world, each).state for each in news} == {Delivery.SENT})
        assert calls(world, SEND).count(0) == 5


def test_pause_is_no_business_of_people_who_only_write(world: World) -> None:
    REFUSALS[48004](world)
    news = post(world, LEADER)
    world.phone(LEADER).say("待办")
    world.until(lambda: tries(world) >= 1)
    assert world.phone(LEADER).say("帮助")
    mended(world)
    world.advance(seconds=timedelta(minutes=1).total_seconds())
    wait_for(world, news, Delivery.SENT)
