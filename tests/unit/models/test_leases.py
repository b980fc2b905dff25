"""Only one holder at a time, and one token for all."""

import asyncio
import threading
from datetime import timedelta

from bot.delivery.token_store import DatabaseTokenStore
from bot.wechat.tokens import Token
from models.actions import leases
from models.session import Database
from tests.unit.models.stage import NOW

SOON = NOW + timedelta(seconds=30)
LATER = NOW + timedelta(hours=2)


def take(database: Database, holder: str, *, late: timedelta = timedelta(0), name: str = "x") -> bool:
    with database.transaction() as session:
        return leases.acquire(session, name, holder, now=NOW + late, until=SOON + late)


def test_lease_is_anothers_only_after_it_lapsed(database: Database) -> None:
    assert take(database, "a") is True
    assert take(database, "b") is False
    assert take(database, "b", late=timedelta(seconds=29, microseconds=999_999)) is False
    assert take(database, "b", late=timedelta(seconds=30)) is True
    assert take(database, "a", late=timedelta(seconds=31)) is False


def test_holder_renews_its_own_lease(database: Database) -> None:
    assert take(database, "a") is True
    assert take(database, "a", late=timedelta(seconds=20)) is True
    assert take(database, "b", late=timedelta(seconds=40)) is False


def test_leases_of_different_names_do_not_meet(database: Database) -> None:
    assert [take(database, "a", name="x"), take(database, "b", name="y")] == [True, True]


def test_released_lease_is_free(database: Database) -> None:
    take(database, "a")
    with database.transaction() as session:
        leases.release(session, "x")
    assert take(database, "b") is True


def test_one_of_many_racing_holders_wins(database: Database) -> None:
    for round_ in range(5):
        start = threading.Barrier(4)
        won: list[str] = []

        def race(holder: str, name: str, start: threading.Barrier, won: list[str]) -> None:
            start.wait(timeout=10)
            if take(database, holder, name=name):
                won.append(holder)

        runners = [
            threading.Thread(target=race, args=(f"h{n}", f"race{round_}", start, won)) for n in range(4)
        ]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join(timeout=30)
        assert len(won) == 1


def test_token_is_shared_between_processes(database: Database) -> None:
    ours, theirs = DatabaseTokenStore(database, "wx1"), DatabaseTokenStore(database, "wx1")
    elsewhere = DatabaseTokenStore(database, "wx2")
    token = Token("T1", LATER)

    async def story() -> None:
        assert await ours.read() is None
        assert await ours.acquire("a", now=NOW, until=SOON) is True
        assert await theirs.acquire("b", now=NOW, until=SOON) is False
        assert await elsewhere.acquire("b", now=NOW, until=SOON) is True
        await ours.save(token, "a")
        assert await theirs.read() == token
        assert await elsewhere.read() is None
        assert await theirs.acquire("b", now=NOW, until=SOON) is True
        await theirs.save(Token("T2", LATER), "b")
        assert await ours.read() == Token("T2", LATER)

    asyncio.run(story())


def test_token_that_comes_late_ends_no_lease_but_its_own(database: Database) -> None:
    ours, theirs = DatabaseTokenStore(database, "wx1"), DatabaseTokenStore(database, "wx1")

    async def story() -> None:
        assert await ours.acquire("a", now=NOW, until=SOON) is True
        assert await theirs.acquire("b", now=SOON, until=LATER) is True
        await ours.save(Token("T1", LATER), "a")
        assert await ours.acquire("c", now=SOON, until=LATER) is False
        assert await theirs.read() == Token("T1", LATER)

    asyncio.run(story())


def test_lease_without_a_token_is_given_up_by_its_holder_alone(database: Database) -> None:
    ours, theirs = DatabaseTokenStore(database, "wx1"), DatabaseTokenStore(database, "wx1")

    async def story() -> None:
        assert await ours.acquire("a", now=NOW, until=SOON) is True
        await theirs.give_up("b")
        assert await theirs.acquire("b", now=NOW, until=SOON) is False
        await ours.give_up("a")
        assert await theirs.acquire("b", now=NOW, until=SOON) is True

    asyncio.run(story())


def test_long_tokens_are_kept_whole(database: Database) -> None:
    store = DatabaseTokenStore(database, "wx1")
    token = Token("T" * 2000, LATER)

    async def story() -> None:
        await store.save(token, "a")
        assert await store.read() == token

    asyncio.run(story())
