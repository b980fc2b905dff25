"""The timer loop: one leader, everything that is due, in pieces; it survives what breaks and leaves in order."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.led_loop import HELD
from bot.simulator import Clock
from bot.timers import AT_ONCE, LEASE, TimerLoop
from models.actions.timers import TIMERS, Strike
from models.session import Database
from models.tables import Lease
from tests.faults.outage import gone
from tests.unit.models.stage import NOW, a_person


class Pile:
    """So many things that are due; each strike does a few."""

    def __init__(self, size: int, *, breaks: bool = False) -> None:
        self.size, self.breaks = size, breaks
        self.limits: list[int] = []
        self.struck = threading.Event()

    def __call__(self, session: Session, now: datetime, *, limit: int) -> int:
        """Do some of them; leave a trace in the database."""
        self.limits.append(limit)
        a_person(session, f"o-{id(self)}-{len(self.limits)}-{now.isoformat()}"[:64])
        self.struck.set()
        if self.breaks:
            raise ZeroDivisionError
        done = min(self.size, limit)
        self.size -= done
        return done


@pytest.fixture
def clock() -> Clock:
    return Clock(frozen_at=NOW)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()


def loop_of(database: Database, clock: Clock, **timers: Strike) -> TimerLoop:
    return TimerLoop(database, clock, lambda: None, timers=timers)


def counted(name: str, timer: str) -> float:
    return REGISTRY.get_sample_value(name, {"timer": timer}) or 0.0


def holder(database: Database) -> Any:
    with database.reading() as session:
        return session.execute(select(Lease.holder, Lease.until).where(Lease.name == LEASE)).one_or_none()


def test_everything_that_is_due_is_done_in_pieces(database: Database, clock: Clock) -> None:
    pile, small = Pile(2 * AT_ONCE + 1), Pile(1)
    before = counted("liaison_timers_total", "pile")
    assert asyncio.run(loop_of(database, clock, pile=pile, small=small).once()) == 2 * AT_ONCE + 2
    assert (pile.limits, small.limits) == ([AT_ONCE] * 4, [AT_ONCE] * 2)
    assert counted("liaison_timers_total", "pile") - before == 2 * AT_ONCE + 1


def test_delivery_is_told_when_something_was_done_and_only_then(database: Database, clock: Clock) -> None:
    rung: list[str] = []
    pile = Pile(1)
    loop = TimerLoop(database, clock, lambda: rung.append("x"), timers={"pile": pile})

    async def twice() -> None:
        await loop.once()
        await loop.once()

    asyncio.run(twice())
    assert rung == ["x"]


def test_timer_that_breaks_stops_no_other_and_undoes_only_its_own(database: Database, clock: Clock) -> None:
    broken, sound = Pile(1, breaks=True), Pile(1)
    failures = counted("liaison_timer_failures_total", "broken")
    with pytest.raises(ZeroDivisionError):
        asyncio.run(loop_of(database, clock, broken=broken, sound=sound).once())
    assert (sound.size, counted("liaison_timer_failures_total", "broken") - failures) == (0, 1)


def test_only_the_leader_strikes_and_another_takes_over_when_it_is_silent(
    database: Database, clock: Clock
) -> None:
    first, second = Pile(99), Pile(99)
    loops = loop_of(database, clock, pile=first), loop_of(database, clock, pile=second)
    assert [asyncio.run(loop.once()) for loop in loops] == [99, 0]
    clock.advance(HELD - timedelta(seconds=1))
    assert asyncio.run(loops[1].once()) == 0
    clock.advance(timedelta(seconds=2))
    assert asyncio.run(loops[1].once()) == 99
    first.size = 1
    assert asyncio.run(loops[0].once()) == 0  # it held the lease once, but no longer


def test_lease_is_renewed_in_time_and_not_at_every_look(database: Database, clock: Clock) -> None:
    loop = loop_of(database, clock, pile=Pile(0))
    ends = []
    for seconds in (0, 30, 11, 0):
        clock.advance(timedelta(seconds=seconds))
        asyncio.run(loop.once())
        ends.append(holder(database).until - NOW)
    assert ends == [HELD, HELD, HELD + timedelta(seconds=41), HELD + timedelta(seconds=41)]


def test_loop_that_is_stopped_gives_up_its_lease(database: Database, clock: Clock) -> None:
    pile = Pile(1)
    loop = loop_of(database, clock, pile=pile)

    async def run() -> None:
        running = asyncio.create_task(loop.run())
        await asyncio.to_thread(pile.struck.wait, 10)
        loop.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(run())
    assert holder(database).until <= NOW
    assert asyncio.run(loop_of(database, clock, pile=Pile(5)).once()) == 5


def test_stopped_loop_begins_nothing_more(database: Database, clock: Clock) -> None:
    pile = Pile(99)
    loop = loop_of(database, clock, pile=pile)
    loop.stop()
    asyncio.run(loop.run())
    assert (pile.limits, holder(database)) == ([], None)


def test_lease_of_another_is_left_alone_on_leaving(database: Database, clock: Clock) -> None:
    slow, quick = loop_of(database, clock, pile=Pile(0)), loop_of(database, clock, pile=Pile(0))

    async def story() -> None:
        await slow.once()
        clock.advance(HELD + timedelta(seconds=1))
        await quick.once()
        slow.stop()
        await slow.run()

    asyncio.run(story())
    assert holder(database).until == NOW + 2 * HELD + timedelta(seconds=1)


def test_lost_database_is_waited_for(database_url: str, clock: Clock) -> None:
    database, pile = Database(database_url), Pile(0)
    loop = loop_of(database, clock, pile=pile)

    async def struck() -> None:
        pile.struck.clear()
        assert await asyncio.to_thread(pile.struck.wait, 20)

    async def story() -> None:
        running = asyncio.create_task(loop.run())
        await struck()
        with gone(database_url):
            database.dispose()
            with pytest.raises(Exception):  # noqa: B017, PT011 -- which one is the driver's affair
                await loop.once()
            assert not running.done()
        database.dispose()
        await struck()
        loop.stop()
        await asyncio.wait_for(running, 20)

    asyncio.run(story())
    database.dispose()


def test_timers_have_names_for_their_metrics() -> None:
    assert list(TIMERS) == [
        "reckoning",
        "pauses",
        "delegations",
        "warnings",
        "escalations",
        "calls",
        "waiting",
        "gathered",
        "mornings",
        "patterns",
        "patches",
        "patch_news",
        "held",
        "lapses",
        "tallies",
        "stretches",
        "anchors",
    ]
