"""The parts of a running process, built once from the settings and wired by hand."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
import structlog

from bot.delivery.loop import DeliveryLoop
from bot.delivery.media import Fetcher, Uploads
from bot.delivery.sender import Sender
from bot.delivery.token_store import DatabaseTokenStore
from bot.web.intake import Intake
from bot.web.webhook import Webhook
from bot.wechat.account import Account
from bot.wechat.client import Client
from bot.wechat.connections import Connections
from bot.wechat.tokens import Tokens, TokenStore
from config.settings import Settings
from models.actions.ways import Channels
from models.session import Database

log: Final = structlog.get_logger()
Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time now. Only composition roots read it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """Everything a process may need; nothing in it knows how it was built."""

    settings: Settings
    clock: Clock
    database: Database
    client: Client
    intake: Intake
    webhook: Webhook
    delivery: DeliveryLoop
    http: httpx.AsyncClient

    @asynccontextmanager
    async def running(self, *, with_worker: bool) -> AsyncIterator[None]:
        """Run the delivery loop beside whatever the caller does; then stop in good order.

        First the loop claims no more, then what is in hand is sent and settled, then connections close.
        """
        loop = asyncio.create_task(self.delivery.run()) if with_worker else None
        try:
            yield
        finally:
            self.delivery.stop()
            try:
                if loop is not None:
                    await loop
            finally:
                self.close()
                await self.http.aclose()

    def close(self) -> None:
        """Let go of threads and connections."""
        self.intake.close()
        self.database.dispose()


def account_of(settings: Settings) -> Account:
    """Return the account whose pushes we open."""
    keys = [settings.wechat_aes_key, settings.wechat_aes_key_previous]
    if settings.wechat_plaintext:
        log.warning(
            "plaintext_accepted", advice="development only: anybody who saw one signature can forge bodies"
        )
    return Account(
        app_id=settings.wechat_app_id,
        token=settings.wechat_token.get_secret_value(),
        aes_keys=tuple(key.get_secret_value() for key in keys if key is not None),
        plaintext=settings.wechat_plaintext,
    )


def client_of(settings: Settings, store: TokenStore, http: httpx.AsyncClient, clock: Clock) -> Client:
    """Return the way to the platform's API, with the token that `store` shares."""
    tokens = Tokens(
        http,
        store,
        api_base=settings.wechat_api_base,
        app_id=settings.wechat_app_id,
        secret=settings.wechat_app_secret.get_secret_value(),
        holder=f"{os.getpid()}-{secrets.token_hex(4)}",
        clock=clock,
    )
    return Client(http, tokens, api_base=settings.wechat_api_base)


def channels_of(settings: Settings) -> Channels:
    """Return the notices this account may send."""
    return Channels(settings.wechat_subscription_id, settings.wechat_template_id)


def build(settings: Settings, *, clock: Clock = wall_clock) -> Service:
    """Build all parts of a process. Connects to nothing yet."""
    database = Database(settings.database_url)
    http = httpx.AsyncClient(transport=Connections(most=100), trust_env=False)
    store = DatabaseTokenStore(database, settings.wechat_app_id)
    client = client_of(settings, store, http, clock)
    channels = channels_of(settings)
    uploads = Uploads(database, client, clock)
    sender = Sender(client, uploads, clock, public_url=settings.public_url)
    delivery = DeliveryLoop(database, sender, Fetcher(database, client, clock), channels, clock)
    intake = Intake(database, clock, delivery.nudge)
    webhook = Webhook(account_of(settings), intake, clock)
    return Service(settings, clock, database, client, intake, webhook, delivery, http)
