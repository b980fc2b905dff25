"""The whole product and the simulated platform in one background thread, talking over real HTTP.

Tests hold phones in their hands: they type, tap and read, and move the clock. Nothing is replaced.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import httpx
import uvicorn
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import Front, create_app
from bot.service import Service, build
from bot.simulator import AccountConfig, Clock, Platform, Template
from bot.simulator import create_app as create_simulator
from config.settings import Settings
from models.queries import registry
from models.session import Database
from models.tables import Delivery, Outbox
from tests.roster import Roster, load

T = TypeVar("T")

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai on a plain working day."""

TEMPLATE = "tmpl_ticket_news"
SUBSCRIPTION = "sub_ticket_news"
LABELS = {"character_string1": "编号", "phrase2": "进展", "thing3": "诉求", "thing4": "提示"}
PATIENCE = 10.0
GLANCE = 0.001
TRUSTED = httpx.create_ssl_context(trust_env=False)
"""Made once: reading all authorities takes as long as starting a server."""


class _Server(uvicorn.Server):
    """A uvicorn server inside somebody else's loop: signals are not its business."""

    def __init__(self, app: Any) -> None:
        super().__init__(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
        self.ready, self.leaving = asyncio.Event(), asyncio.Event()

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Serve until told to leave; uvicorn looks at a flag ten times a second."""
        await self.on_tick(0)
        await self.leaving.wait()

    async def shutdown(self, sockets: Any = None) -> None:
        """Leave as uvicorn does, in the same order, without its naps of a tenth of a second."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        async with asyncio.timeout(PATIENCE):
            await asyncio.sleep(GLANCE)  # whoever was let in last becomes a connection
            while self.server_state.connections or self.server_state.tasks:
                for connection in list(self.server_state.connections):
                    connection.shutdown()
                await asyncio.sleep(GLANCE)
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and return what it gives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=10)
        self.loop.close()


@dataclass
class Server:
    """A web application answering on a port of this machine."""

    loop: Loop
    server: _Server
    task: "asyncio.Task[None]"

    @classmethod
    def start(cls, loop: Loop, app: Any) -> Self:
        """Start serving and return once connections are accepted."""

        async def started() -> tuple[_Server, "asyncio.Task[None]"]:
            server = _Server(app)
            task = asyncio.create_task(server.serve())
            waiting = asyncio.create_task(server.ready.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return server, task

        return cls(loop, *loop.run(started()))

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server.port}"

    def stop(self) -> None:
        """Stop it the way SIGTERM would."""

        async def stopped() -> None:
            self.server.leaving.set()
            await self.task

        self.loop.run(stopped())


@dataclass
class Phone:
    """Somebody's phone: what they say goes out, what the account says comes in."""

    world: "World"
    openid: str
    read: int = 0
    mail: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> str:
        """Type a text; return what came back at once."""
        return self._act("say", text=text)

    def tap(self, label: str) -> str:
        """Tap the newest link with that label."""
        return self._act("tap", label=label)

    def act(self, act: str, **body: Any) -> str:
        """Do anything else a hand can do: image, voice, location, follow, unfollow, scan, menu, …."""
        return self._act(act, **body)

    def news(self) -> dict[str, Any]:
        """Return the next thing the account says by itself, waiting for it to arrive."""
        while not self.mail:
            if not self._look(wait=PATIENCE):
                raise AssertionError(f"nothing arrived on {self.openid}'s phone")
        return self.mail.pop(0)

    def silence(self) -> list[str]:
        """Return all the account said by itself and we have not read, once every delivery is settled."""
        self.world.deliver()
        self._look(wait=0)
        found, self.mail = [entry["text"] for entry in self.mail], []
        return found

    def window(self) -> dict[str, Any]:
        """Return the state of the platform's window for this person."""
        return dict(self.world.sim.get(f"/phones/{self.openid}").json()["window"])

    def _act(self, act: str, **body: Any) -> str:
        answer = self.world.sim.post(f"/phones/{self.openid}/{act}", json=body)
        answer.raise_for_status()
        return self._take(answer.json()["entries"])

    def _look(self, wait: float) -> bool:
        answer = self.world.sim.get(
            f"/phones/{self.openid}/transcript", params={"after": self.read, "wait": wait}, timeout=wait + 5
        )
        entries = answer.json()["entries"]
        self._take(entries)
        return bool(entries)

    def _take(self, entries: list[dict[str, Any]]) -> str:
        """Put what the account said by itself into the mail; return what it answered."""
        fresh = [entry for entry in entries if entry["id"] > self.read and entry["direction"] == "account"]
        self.read = max([self.read, *(entry["id"] for entry in entries)])
        self.mail += [entry for entry in fresh if entry["via"] != "passive"]
        return "\n".join(entry["text"] for entry in fresh if entry["via"] == "passive")


@dataclass
class World:
    """Everything at once: platform, product, database, clock, people."""

    loop: Loop
    clock: Clock
    platform: Platform
    simulator: Server
    product: Server
    service: Service
    settings: Settings
    roster: Roster
    sim: httpx.Client
    web: httpx.Client
    database: Database
    phones: dict[str, Phone] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def running(cls, database_url: str, **overrides: Any) -> Iterator[Self]:
        """Start everything on a migrated, empty database; load a small roster.

        Timers strike when told to (`strike`): whoever moves the clock decides what happens because of it.
        """
        loop = Loop()
        clock = Clock(frozen_at=TUESDAY)
        account = account_config()
        platform = loop.run(_platform(account, clock))
        simulator = Server.start(loop, create_simulator(platform))
        settings = settings_for(account, database_url, simulator.url, **overrides)
        service = build(settings, clock=clock)
        product = Server.start(loop, create_app(service, with_timers=False))
        platform.reconfigure(callback_url=f"{product.url}/wechat")
        database = Database(database_url)
        with database.transaction() as session:
            roster = load(session, clock())
        world = cls(
            loop,
            clock,
            platform,
            simulator,
            product,
            service,
            settings,
            roster,
            client_of(simulator),
            client_of(product),
            database,
        )
        for openid in roster.people:
            loop.run(_add_user(platform, openid))
        try:
            yield world
            assert platform.violations == []
        finally:
            world.close()

    def close(self) -> None:
        """Stop everything in good order: no server before those who call it."""
        self.loop.run(self.platform.aclose())
        self.sim.close()
        self.web.close()
        self.product.stop()
        self.simulator.stop()
        self.database.dispose()
        self.loop.close()

    def phone(self, openid: str) -> Phone:
        """Return somebody's phone; a stranger gets one too."""
        if openid not in self.phones:
            self.loop.run(_add_user(self.platform, openid))
            self.phones[openid] = Phone(self, openid)
        return self.phones[openid]

    def advance(self, **span: float) -> None:
        """Move the clock of platform and product."""
        self.clock.advance(timedelta(**span))
        self.nudge()

    def strike(self) -> int:
        """Do everything that has fallen due by now, as the timer loop does; return how many things."""
        return self.loop.run(self.service.timers.once())

    def nudge(self) -> None:
        """Let the worker look at the outbox now."""
        self.loop.loop.call_soon_threadsafe(self.service.delivery.nudge)

    def deliver(self) -> None:
        """Wait until nothing that is due remains to be delivered."""
        self.until(lambda: self._due() == 0)

    def until(self, is_true: Callable[[], bool]) -> None:
        """Wait for a fact to become true in the real system."""
        pause, waited = threading.Event(), 0.0
        while not is_true():
            self.nudge()
            pause.wait(0.01)
            waited += 0.01
            if waited > PATIENCE:
                raise AssertionError("waited in vain")

    def outbox(self) -> list[Outbox]:
        """Return every row of the outbox, oldest first."""
        with self.database.reading() as session:
            rows = list(session.scalars(select(Outbox).order_by(Outbox.id)))
            session.expunge_all()
            return rows

    def unsettled(self) -> int:
        """Return how many pushes ended in nothing."""
        with self.database.reading() as session:
            return registry.unsettled_in_all(session, self.clock())[0]

    def _due(self) -> int:
        with self.database.reading() as session:
            waiting = Outbox.state.in_((Delivery.PENDING, Delivery.SENDING)) & (Outbox.due_at <= self.clock())
            return session.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0


def client_of(server: Server) -> httpx.Client:
    """Return a client of a server, for the thread of the test."""
    return httpx.Client(base_url=server.url, verify=TRUSTED, trust_env=False, timeout=60)


def account_config() -> AccountConfig:
    """Return an account with secrets of its own."""
    template = Template("诉求进展", LABELS)
    return AccountConfig(
        app_id=f"wx{secrets.token_hex(8)}",
        app_secret=secrets.token_hex(16),
        token=secrets.token_hex(8),
        aes_key=secrets.token_hex(22)[:43],
        callback_url="http://127.0.0.1:9/wechat",
        template_ids={TEMPLATE: template},
        subscription_ids={SUBSCRIPTION: template},
    )


def settings_for(account: AccountConfig, database_url: str, api_base: str, **overrides: Any) -> Settings:
    """Return the product's settings for an account of the simulator."""
    return Settings(
        **{
            "database_url": database_url,
            "wechat_app_id": account.app_id,
            "wechat_app_secret": SecretStr(account.app_secret),
            "wechat_token": SecretStr(account.token),
            "wechat_aes_key": SecretStr(account.aes_key),
            "wechat_api_base": api_base,
            "hold": 0,  # what is written goes out at once, unless a test is about the hold
        }
        | overrides
    )


async def _platform(account: AccountConfig, clock: Clock) -> Platform:
    return Platform(account, clock)


async def _add_user(platform: Platform, openid: str) -> None:
    platform.add_user(openid, openid=openid)


__all__ = [
    "SUBSCRIPTION",
    "TEMPLATE",
    "Front",
    "Phone",
    "World",
    "account_config",
    "client_of",
    "settings_for",
]
