"""One refresher at a time, early, honestly bounded; a stale token is replaced, a good one never wasted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.wechat.errors import Action, ApiError, Unreachable
from bot.wechat.tokens import FORCED_A_DAY, WAITS, MemoryTokenStore, Token, Tokens
from tests.unit.wechat.tiny_server import Reply, Request, Server, as_json, serving

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATH = "/cgi-bin/stable_token"


@dataclass
class Time:
    """A clock that moves when told, and by every pause."""

    now: datetime = START
    pauses: list[float] = field(default_factory=list)
    on_pause: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pass_by(seconds)
        self.on_pause()
        await asyncio.sleep(0)


@dataclass
class World:
    """A server, a store, a clock, and as many processes as a test wants."""

    server: Server
    http: httpx.AsyncClient
    store: MemoryTokenStore = field(default_factory=MemoryTokenStore)
    time: Time = field(default_factory=Time)

    def process(self, holder: str = "one") -> Tokens:
        return Tokens(
            self.http,
            self.store,
            api_base=self.server.base + "/",
            app_id="wx1",
            secret="SECRET",
            holder=holder,
            clock=self.time,
            pause=self.time.pause,
        )

    @property
    def fetches(self) -> list[bool]:
        """The force_refresh of every token call so far."""
        return [body["force_refresh"] for body in self.server.bodies(PATH)]


Story = Callable[[World], Awaitable[None]]


class Platform:
    """Hands out T1, renews it when forced or told to, and can fail."""

    def __init__(self, *, expires_in: int = 7200, obstinate: bool = False) -> None:
        self.number = 1
        self.expires_in = expires_in
        self.obstinate = obstinate
        self.failure: Reply | None = None

    def __call__(self, request: Request) -> Reply:
        if self.failure:
            return self.failure
        if b'"force_refresh": true' in request.body and not self.obstinate:
            self.number += 1
        return as_json({"access_token": f"T{self.number}", "expires_in": self.expires_in})


def told(platform: Platform, story: Story) -> None:
    async def run() -> None:
        async with serving(platform) as server, httpx.AsyncClient(trust_env=False) as http:
            await story(World(server, http))

    asyncio.run(run())


def test_token_is_fetched_once_and_kept() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        assert await asyncio.gather(*(tokens.get() for _ in range(10))) == ["T1"] * 10
        assert world.server.bodies(PATH) == [
            {"grant_type": "client_credential", "appid": "wx1", "secret": "SECRET", "force_refresh": False}
        ]
        assert await world.store.read() == Token("T1", START + timedelta(seconds=7200))

    told(Platform(), story)


def test_token_is_refreshed_five_minutes_early() -> None:
    platform = Platform()

    async def story(world: World) -> None:
        tokens = world.process()
        await tokens.get()
        world.time.pass_by(6899)
        platform.number = 2
        assert await tokens.get() == "T1"
        world.time.pass_by(1)
        assert await tokens.get() == "T2"
        assert world.fetches == [False, False]

    told(platform, story)


def test_token_near_its_end_is_not_asked_for_before_every_message() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        assert [await tokens.get() for _ in range(5)] == ["T1"] * 5
        assert len(world.fetches) == 1
        world.time.pass_by(30)
        await tokens.get()
        assert len(world.fetches) == 2

    told(Platform(expires_in=200), story)


def test_processes_share_the_token() -> None:
    async def story(world: World) -> None:
        assert [await world.process(name).get() for name in "abc"] == ["T1"] * 3
        assert len(world.fetches) == 1

    told(Platform(), story)


def test_stale_token_is_replaced_by_what_another_process_saved() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        await tokens.get()
        await world.store.save(Token("T9", START + timedelta(hours=1)), "a")
        assert await tokens.get(stale="T1") == "T9"
        assert len(world.fetches) == 1

    told(Platform(), story)


def test_stale_token_the_platform_insists_on_is_forced_out() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        assert await tokens.get(stale="T1") == "T2"
        assert world.fetches == [False, True]

    told(Platform(), story)


def test_force_is_used_once_in_thirty_seconds() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        for _ in range(3):
            assert await tokens.get(stale="T1") == "T1"
        assert world.fetches == [False, True, False, False]
        world.time.pass_by(30)
        assert await tokens.get(stale="T1") == "T1"
        assert world.fetches[4:] == [False, True]

    told(Platform(obstinate=True), story)


def test_force_is_used_twenty_times_a_day_and_no_more() -> None:
    async def story(world: World) -> None:
        tokens = world.process()
        for _ in range(FORCED_A_DAY + 5):
            await tokens.get(stale="T1")
            world.time.pass_by(60)
        assert world.fetches.count(True) == FORCED_A_DAY == 20
        world.time.pass_by(24 * 3600)
        await tokens.get(stale="T1")
        assert world.fetches[-1] is True

    told(Platform(obstinate=True), story)


def test_loser_of_the_lease_waits_for_the_winner() -> None:
    async def story(world: World) -> None:
        until = START + timedelta(seconds=20)
        assert await world.store.acquire("winner", now=START, until=until)

        def win() -> None:
            if len(world.time.pauses) == 3:
                world.store._token = Token("W", START + timedelta(hours=2))

        world.time.on_pause = win
        assert await world.process().get() == "W"
        assert world.time.pauses == [0.1, 0.2, 0.4]
        assert world.fetches == []

    told(Platform(), story)


def test_loser_of_the_lease_gives_up_in_the_end() -> None:
    async def story(world: World) -> None:
        await world.store.acquire("winner", now=START, until=START + timedelta(seconds=20))
        with pytest.raises(Unreachable) as error:
            await world.process().get()
        assert error.value.sent is False
        assert world.time.pauses == list(WAITS)
        assert world.fetches == []

    told(Platform(), story)


def test_lapsed_lease_passes_to_another() -> None:
    async def story(world: World) -> None:
        await world.store.acquire("dead", now=START, until=START + timedelta(seconds=5))
        assert await world.process().get() == "T1"
        assert sum(world.time.pauses) == 5.0

    told(Platform(), story)


def test_loser_uses_a_token_that_still_lives() -> None:
    async def story(world: World) -> None:
        await world.store.save(Token("OLD", START + timedelta(seconds=100)), "a")
        await world.store.acquire("winner", now=START, until=START + timedelta(seconds=20))
        assert await world.process().get() == "OLD"
        assert world.time.pauses == []

    told(Platform(), story)


def test_holder_may_take_its_own_lease_again() -> None:
    async def story(world: World) -> None:
        store, until = world.store, START + timedelta(seconds=20)
        assert await store.acquire("one", now=START, until=until)
        assert await store.acquire("one", now=START, until=until)
        assert not await store.acquire("two", now=START, until=until)
        assert await store.acquire("two", now=until, until=until)

    told(Platform(), story)


@pytest.mark.parametrize(
    "failure",
    [
        Reply(status=502),
        Reply(b"<html>"),
        Reply(reset=True),
        Reply(b'{"access_token": "T", "expires_in": 72', short=True),
        as_json({}),
        as_json({"access_token": "T"}),
        as_json({"access_token": "T", "expires_in": None}),
        as_json({"access_token": "T", "expires_in": "soon"}),
        as_json({"access_token": "T", "expires_in": 10**30}),
        as_json([]),
    ],
)
def test_no_token_means_that_nothing_was_sent(failure: Reply) -> None:
    platform = Platform()
    platform.failure = failure

    async def story(world: World) -> None:
        with pytest.raises(Unreachable) as error:
            await world.process().get()
        assert error.value.sent is False
        assert "SECRET" not in str(error.value)

    told(platform, story)


def test_living_token_outlasts_a_failing_platform() -> None:
    platform = Platform()

    async def story(world: World) -> None:
        tokens = world.process()
        await tokens.get()
        platform.failure = Reply(status=503)
        world.time.pass_by(7000)
        assert [await tokens.get() for _ in range(3)] == ["T1"] * 3
        assert len(world.fetches) == 2
        world.time.pass_by(200)
        with pytest.raises(Unreachable):
            await tokens.get()

    told(platform, story)


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164])
def test_refused_credentials_stop_everything(code: int) -> None:
    platform = Platform()
    platform.failure = as_json({"errcode": code, "errmsg": "no rid: 1a-2b-3c"})

    async def story(world: World) -> None:
        with pytest.raises(ApiError) as error:
            await world.process().get()
        assert (error.value.code, error.value.rid, error.value.action) == (code, "1a-2b-3c", Action.STOP)

    told(platform, story)


def test_no_repr_shows_a_token() -> None:
    assert "T1" not in repr(Token("T1", START))
