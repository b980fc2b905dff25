"""The parts of a running process, built once from the settings and wired by hand."""

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import httpx
import structlog
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.delivery.loop import DeliveryLoop
from bot.delivery.media import Fetcher, Uploads
from bot.delivery.sender import Sender
from bot.delivery.token_store import DatabaseTokenStore
from bot.delivery.wording import Fields
from bot.large_model import LargeModel, large_model_of
from bot.patterning import kept_by
from bot.second_look import SecondLook
from bot.timers import TimerLoop
from bot.web.intake import Intake
from bot.web.thinking import Thinking
from bot.web.webhook import Webhook
from bot.webhooks.loop import WebhookLoop
from bot.webhooks.post import Poster
from bot.wechat.account import Account
from bot.wechat.client import Client
from bot.wechat.connections import Connections
from bot.wechat.tokens import Tokens, TokenStore
from config import catalog
from config.settings import Settings
from handlers.turn import Manners, Means
from handlers.understanding import embedding
from handlers.understanding.classifier import default_classifier, verdict_on
from handlers.understanding.deep import DeepClassifier, NoDeepModel, default_deep
from handlers.understanding.masking import erase
from models.actions import mornings, retention
from models.actions.timers import TIMERS, Strike
from models.actions.ways import Channels
from models.rules.disturbance import Courtesy, Quiet
from models.rules.phones import PhoneKey
from models.rules.webhooks import Openness
from models.session import Database

if TYPE_CHECKING:
    from bot.patterns_loop import PatternsLoop

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
    phone_key: PhoneKey
    database: Database
    client: Client
    intake: Intake
    webhook: Webhook
    delivery: DeliveryLoop
    timers: TimerLoop
    second_look: SecondLook | None
    webhooks: WebhookLoop
    patterns: "PatternsLoop | None"
    http: httpx.AsyncClient

    @asynccontextmanager
    async def running(self, *, with_worker: bool) -> AsyncIterator[None]:
        """Work beside whatever the caller does, if it is to; then stop in good order.

        First the loops begin nothing more, then what is in hand is finished, then connections close.
        """
        work = [asyncio.create_task(self.work())] if with_worker else []
        try:
            yield
        finally:
            self.stop()
            try:
                await asyncio.gather(*work)
            finally:
                self.close()
                await self.http.aclose()

    async def work(self) -> None:
        """Deliver, do what falls due and look again at what was guessed, until stopped."""
        loops = (self.delivery, self.timers, self.second_look, self.webhooks, self.patterns)
        await asyncio.gather(*[each.run() for each in loops if each is not None])

    def stop(self) -> None:
        """Let the loops finish what is in hand and end."""
        self.delivery.stop()
        self.timers.stop()
        self.webhooks.stop()
        if self.second_look is not None:
            self.second_look.stop()
        if self.patterns is not None:
            self.patterns.stop()

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
        max_skew=settings.wechat_max_skew,
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
    return Channels(
        settings.wechat_subscription_id,
        settings.wechat_template_id,
        is_long_term=settings.wechat_subscription_long_term,
    )


def courtesy_of(settings: Settings) -> Courtesy:
    """Return what every enterprise may expect of us unless it asks for something else."""
    return Courtesy(Quiet.read(settings.quiet_hours), settings.contact_budget)


def openness_of(settings: Settings) -> Openness:
    """Return where webhooks may go."""
    return Openness(http=settings.webhooks_http, private=settings.webhooks_private)


def manners_of(settings: Settings) -> Manners:
    """Return what this installation has settled about how we deal with people."""
    hold, every = timedelta(seconds=settings.hold), timedelta(days=settings.visit_every)
    has_notices = settings.wechat_template_id is not None or settings.wechat_subscription_long_term
    return Manners(hold, every, courtesy_of(settings), has_notices)


def timers_of(settings: Settings) -> dict[str, Strike]:
    """Return what happens because time has passed, as this installation has settled it."""
    every = timedelta(days=settings.visit_every)
    timers = {**TIMERS, "mornings": partial(mornings.strike, visit_every=every)}
    timers[retention.CLOSED] = partial(retention.strike_closed, erase=erase)
    if settings.retention_days is not None:
        days = settings.retention_days
        timers[retention.RETENTION] = partial(retention.strike, days=days, erase=erase)
    return timers


def phone_key_of(settings: Settings) -> PhoneKey:
    """Return the key that seals phone numbers: the one that is set, else one derived from the AppSecret.

    A derived key changes with the AppSecret; numbers sealed with the old one must then be entered again.
    """
    if settings.phone_key is not None:
        return PhoneKey(settings.phone_key.get_secret_value().encode())
    derive = HKDF(SHA256(), length=32, salt=settings.wechat_app_id.encode(), info=b"liaison phone numbers")
    return PhoneKey(derive.derive(settings.wechat_app_secret.get_secret_value().encode()))


def deep_path_of(settings: Settings) -> DeepClassifier | None:
    """Return the deep path if it is wanted and to be had here; its embedding is loaded when first asked."""
    if not settings.deep:
        return None
    if not embedding.is_here():
        log.info("no_embedding", advice="types are guessed by the fast path alone")
        return None
    try:
        return default_deep()
    except NoDeepModel as error:
        log.warning("no_deep_model", why=str(error), advice="types are guessed by the fast path alone")
        return None


def second_look_of(
    database: Database, clock: Clock, deep: DeepClassifier | None, large: LargeModel | None
) -> SecondLook | None:
    """Return what looks at guesses again: the deep path, a large model, both, or nobody."""
    if deep is not None:
        path = deep.classify, deep.prepare
        return SecondLook(database, clock, *path, large=large, ask_below=deep.ask_below)
    if large is None:
        return None
    below = default_classifier().ask_below
    return SecondLook(database, clock, verdict_on, is_deep=False, large=large, ask_below=below)


def patterns_of(
    database: Database, clock: Clock, deep: DeepClassifier | None, large: LargeModel | None
) -> "PatternsLoop | None":
    """Return what finds patterns; nobody without an embedding, as they are found by it."""
    if deep is None:
        return None
    from bot.patterns_loop import PatternsLoop  # noqa: PLC0415 -- numpy comes with the embedding only

    return PatternsLoop(database, clock, deep.vector, kept_by(deep), large=large)


def build(settings: Settings, *, clock: Clock = wall_clock) -> Service:
    """Build all parts of a process. Connects to nothing yet."""
    if settings.calendar is not None:
        catalog.use_notices(settings.calendar)
    database = Database(settings.database_url)
    http = httpx.AsyncClient(transport=Connections(most=100), trust_env=False)
    store = DatabaseTokenStore(database, settings.wechat_app_id)
    client = client_of(settings, store, http, clock)
    channels = channels_of(settings)
    uploads = Uploads(database, client, clock)
    sender = Sender(
        client,
        uploads,
        clock,
        public_url=settings.public_url,
        template_id=settings.wechat_template_id,
        fields=Fields(*settings.wechat_template_fields.split(",")),
    )
    fetcher, granted = Fetcher(database, client, clock), courtesy_of(settings)
    delivery = DeliveryLoop(database, sender, fetcher, channels, clock, granted=granted)
    phone_key = phone_key_of(settings)
    means = Means(phone_key, random.SystemRandom(), manners_of(settings))
    deep = deep_path_of(settings)
    thinking = None if deep is None else Thinking(deep.classify)
    intake = Intake(database, clock, means, delivery.nudge, thinking=thinking)
    webhook = Webhook(account_of(settings), intake, clock)
    timers = TimerLoop(database, clock, delivery.nudge, timers=timers_of(settings))
    large = large_model_of(settings, clock)
    second_look = second_look_of(database, clock, deep, large)
    webhooks = WebhookLoop(database, clock, Poster(openness_of(settings)), phone_key.secret)
    patterns = patterns_of(database, clock, deep, large)
    parts = (intake, webhook, delivery, timers, second_look, webhooks, patterns)
    return Service(settings, clock, phone_key, database, client, *parts, http)
