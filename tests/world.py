"""The whole product and the simulated platform in one background thread, talking over real HTTP.

Tests hold phones in their hands: they type, tap and read, and move the clock. Nothing is replaced.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import Front, create_app
from bot.service import Service, build
from bot.simulator import AccountConfig, Clock, Platform, Template
from bot.simulator import create_app as create_simulator
from config.settings import Settings
from models.queries import registry
from models.session import Database
from models.tables import Attempt, Delivery, Outbox
from tests.roster import Roster, load
from tests.serving import Loop, Server, client_of

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai on a plain working day."""

TEMPLATE = "tmpl_ticket_news"
SUBSCRIPTION = "sub_ticket_news"
LABELS = {"character_string1": "编号", "phrase2": "进展", "thing3": "诉求", "thing4": "提示"}
PATIENCE = 10.0


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
        said = [entry for entry in answer.json()["entries"] if entry["direction"] == "account"]
        return "\n".join(entry["text"] for entry in said if entry["via"] == "passive")

    def _look(self, wait: float) -> bool:
        """Put what the account said by itself into the mail; whether there was anything to see."""
        answer = self.world.sim.get(
            f"/phones/{self.openid}/transcript", params={"after": self.read, "wait": wait}, timeout=wait + 5
        )
        entries = answer.json()["entries"]
        self.read = max([self.read, *(entry["id"] for entry in entries)])
        said = [entry for entry in entries if entry["direction"] == "account"]
        self.mail += [entry for entry in said if entry["via"] != "passive"]
        return bool(entries)


@dataclass
class World:
    """Everything at once: platform, product, database, clock, people."""

    loop: Loop
    worker: "Future[None]"
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
        product = Server.start(loop, create_app(service, with_worker=False))
        platform.reconfigure(callback_url=f"{product.url}/wechat")
        database = Database(database_url)
        with database.transaction() as session:
            roster = load(session, clock())
        world = cls(
            loop,
            asyncio.run_coroutine_threadsafe(service.delivery.run(), loop.loop),
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
        self.stop_worker()
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

    def stop_worker(self) -> None:
        """Have the worker finish what is in hand and end, as for a test that runs one of its own."""
        self.loop.loop.call_soon_threadsafe(self.service.delivery.stop)
        self.worker.result(timeout=60)

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
                raise AssertionError(f"waited in vain; last seen of what is under way: {self._under_way()}")

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

    def _under_way(self) -> list[tuple[object, ...]]:
        """What stands in the way of messages that are not there yet, as their last attempts tell."""
        last = (
            select(func.max(Attempt.id))
            .where(Attempt.outbox_id == Outbox.id)
            .correlate(Outbox)
            .scalar_subquery()
        )
        facts = (Outbox.id, Outbox.state, Outbox.due_at, Outbox.lease_until, Attempt.outcome, Attempt.code)
        wanted = select(*facts, Attempt.detail).outerjoin(Attempt, Attempt.id == last)
        with self.database.reading() as session:
            rows = session.execute(wanted.where(Outbox.state.in_((Delivery.PENDING, Delivery.SENDING))))
            return [tuple(map(str, row)) for row in rows.fetchmany(5)]

    def _due(self) -> int:
        with self.database.reading() as session:
            waiting = Outbox.state.in_((Delivery.PENDING, Delivery.SENDING)) & (Outbox.due_at <= self.clock())
            return session.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0


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
            "_env_file": None,
            "database_url": database_url,
            "wechat_app_id": account.app_id,
            "wechat_app_secret": SecretStr(account.app_secret),
            "wechat_token": SecretStr(account.token),
            "wechat_aes_key": SecretStr(account.aes_key),
            "wechat_api_base": api_base,
            "deep": False,  # types are those of the fast path, unless a test is about the deep one
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
    "settings_for",
]
