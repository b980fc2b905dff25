"""Monitors wait for events: they hear of them at once, and hold nothing while they wait."""

import asyncio
import threading
from typing import Any

import httpx

from models.session import Database
from tests.contracts.api.desk import DALIAN, SHENYANG, V1, Desk, request, settle_in
from tests.faults.processes import until

OWNER = f"o-owner-{SHENYANG}"
MANY = 100
"""More than a process has threads for requests, and far more than it has connections."""


def end_of(desk: Desk) -> str:
    """Follow the feed to its end."""
    desk.events(1)
    return str(desk.get("/events").json()["next"])


def submit(desk: Desk, openid: str = OWNER) -> None:
    with desk.database.transaction() as session:
        request(session, openid, desk)


def test_who_waits_hears_of_an_event_when_it_happens(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    after, key = end_of(desk), desk.key()

    async def story() -> httpx.Response:
        asked = asyncio.create_task(
            desk._send(("GET", "/events", {"params": {"after": after, "wait": 30}}), key)
        )
        await all_wait(desk, 1)
        assert not asked.done()
        await asyncio.to_thread(submit, desk)
        return await asked

    answer = desk.loop.run(story())
    assert [event["verb"] for event in answer.json()["items"]] == ["submit"]
    assert desk.get("/events", after=answer.json()["next"]).json()["items"] == []


async def all_wait(desk: Desk, count: int) -> None:
    """Return once so many requests wait."""
    await asyncio.to_thread(until, lambda: held(desk) == count)


def held(desk: Desk) -> int:
    """How many requests wait."""
    return len(api_state(desk).watch._waiting)


def api_state(desk: Desk) -> Any:
    front = desk.web._transport.app  # type: ignore[attr-defined]  # the application behind the client
    mount = next(route for route in front._app.routes if getattr(route, "path", "") == V1)
    return mount.app.state


def test_who_waits_holds_neither_thread_nor_connection(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    after, key = end_of(desk), desk.key()

    async def story() -> list[int]:
        call = ("GET", "/events", {"params": {"after": after, "wait": 30}})
        waiting = [asyncio.create_task(desk._send(call, key)) for _ in range(MANY)]
        await all_wait(desk, MANY)
        others = await asyncio.gather(*(desk._send(("GET", "/officials", {}), key) for _ in range(10)))
        assert {a.status_code for a in others} == {200}
        assert (held(desk), pooled(desk.database)) == (MANY, 0)
        await asyncio.to_thread(submit, desk)
        return [len(a.json()["items"]) for a in await asyncio.gather(*waiting)]

    assert desk.loop.run(story()) == [1] * MANY


def pooled(database: Database) -> int:
    """How many connections are in somebody's hand, once the one look that may be under way has ended."""
    pause = threading.Event()
    for _ in range(1000):
        if (out := database._readers.pool.checkedout()) == 0:  # type: ignore[attr-defined]
            return 0
        pause.wait(0.005)
    return int(out)


def test_waiting_ends_with_nothing_when_nothing_happens(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    after = end_of(desk)
    answer = desk.get("/events", after=after, wait=1)
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": after})
    assert held(desk) == 0


def test_events_of_other_regions_wake_nobody_and_are_not_read_twice(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    settle_in(desk, DALIAN)
    desk.events(2)
    key = desk.key("viewer", SHENYANG)
    after = desk.get("/events", key).json()["next"]
    submit(desk, f"o-owner-{DALIAN}")
    desk.events(3)
    answer = desk.get("/events", key, after=after, wait=1).json()
    assert answer["items"] == []
    assert answer["next"] == desk.get("/events").json()["next"]


def test_waiting_for_ever_is_refused(small_desk: Desk) -> None:
    assert [small_desk.get("/events", wait=n).status_code for n in (31, -1)] == [422, 422]
