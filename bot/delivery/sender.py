"""Send one claimed message and say what became of it. No session is open while the network is."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.media import MediaGone, Uploads
from bot.delivery.wording import joined, texts
from bot.wechat.client import Client
from bot.wechat.errors import Action, ApiError, Unfit, Unreachable
from bot.wechat.replies import TEXT_LIMIT
from handlers import say
from models.actions.deliveries import LEASE, Claimed, Item
from models.actions.outbox import Notice
from models.actions.settlements import Fate, Settlement
from models.rules.retry import Failure, Policy
from models.rules.windows import Channel

log: Final = structlog.get_logger()

RETRIES: Final = Policy(attempts=10, first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=15))
"""For what may have arrived: a quarter of an hour, as each try may be a repeat on somebody's phone."""

PATIENT: Final = Policy(attempts=100, first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=15))
"""For what certainly did not: a whole day of an unreachable platform."""

DEADLINE: Final = LEASE - timedelta(seconds=30)
"""For all that one message takes: a platform that drips byte by byte keeps every timeout of a read."""

PAUSE: Final = timedelta(minutes=1)
LOCAL: Final = ZoneInfo("Asia/Shanghai")

_FATES: Final = {
    Action.ALREADY_DONE: Fate.SENT,
    Action.IGNORE: Fate.SENT,
    Action.CLOSE_WINDOW: Fate.WINDOW_CLOSED,
    Action.CLOSE_CHANNEL: Fate.CHANNEL_CLOSED,
}
_NOT_THE_MESSAGE: Final = frozenset({Action.BACK_OFF, Action.STOP, Action.REFRESH_TOKEN, Action.UNTIL_RESET})
"""Nothing is wrong with the message itself: it waits, however long the operator takes."""
_UNTIL_THEY_WRITE: Final = frozenset({Action.FEATURE_OFF, Action.REUPLOAD})
"""Waiting in line would hold up what comes behind it, and may last for ever."""
_FOR_ITS_WORDS: Final = frozenset({Action.SPLIT, Action.PERMANENT, Action.BUG})
"""It may be what one of several messages says."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which of a template's typed fields takes what: number, what happened, title, hint."""

    number: str = "character_string1"
    what: str = "phrase2"
    title: str = "thing3"
    hint: str = "thing4"

    def fill(self, card: dict[str, str]) -> dict[str, str]:
        """Return the template's data for a card."""
        return {
            self.number: card["number"],
            self.what: card["what"],
            self.title: card["title"],
            self.hint: card["hint"],
        }


class Sender:
    """Speaks to the platform for the worker."""

    def __init__(
        self,
        client: Client,
        uploads: Uploads,
        clock: Callable[[], datetime],
        *,
        public_url: str | None = None,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._client = client
        self._deadline = deadline.total_seconds()
        self._uploads = uploads
        self._clock = clock
        self._public_url = public_url

    async def send(self, claimed: Claimed) -> tuple[Settlement, ...]:
        """Try once to deliver, while the lease is surely ours; whatever fails becomes a settlement."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._try(claimed)
        except TimeoutError:
            return (self._again(claimed, None, "cut off: too slow", Failure.DOUBTFUL),)

    async def _try(self, claimed: Claimed) -> tuple[Settlement, ...]:
        """Deliver once.

        A bundle that is refused for what it says is halved until it goes or one item is left: the second
        half stays in line, so that one bad message takes no other along.
        """
        try:
            said, platform_id = await self._by_channel(claimed)
        except ApiError as error:
            if error.action in _FOR_ITS_WORDS and len(claimed.items) > 1:
                return await self._by_halves(claimed, error)
            return (await self._refused(claimed, error),)
        except Exception as error:  # noqa: BLE001 -- one message must not end the loop for all
            return (self._broken(claimed, error),)
        return (Settlement(claimed, Fate.SENT, said=said, platform_id=platform_id),)

    def _broken(self, claimed: Claimed, error: Exception) -> Settlement:
        """What it means for a message that the platform gave no answer, or was never asked."""
        name = type(error).__name__
        if isinstance(error, Unreachable):
            failure = Failure.MISSED if error.sent is False else Failure.DOUBTFUL
            return self._again(claimed, None, error.reason, failure)
        if isinstance(error, SQLAlchemyError):
            return self._again(claimed, None, name, Failure.MISSED)
        if isinstance(error, MediaGone | Unfit):
            return Settlement(claimed, Fate.DEAD, detail=str(error), was_counted=False)
        log.error("not_sayable", outbox_id=claimed.items[0].id, kind=claimed.items[0].kind, exc_info=error)
        return Settlement(claimed, Fate.DEAD, detail=name, was_counted=False)

    async def _by_halves(self, claimed: Claimed, error: ApiError) -> tuple[Settlement, ...]:
        """The first half has the one allowance that was counted; the other is claimed anew."""
        first, rest = claimed.halves()
        waits = Settlement(rest, Fate.AGAIN, error.code, error.message, again_at=self._clock())
        return (*await self._try(first), waits)

    async def _by_channel(self, claimed: Claimed) -> tuple[Sequence[str], str | None]:
        if claimed.channel is Channel.CUSTOM:
            return await self._custom(claimed), None
        [item] = claimed.items
        card = say.card(item.kind, item.payload)
        data = Fields().fill(card)
        said, template_id = [" ".join(card.values())], claimed.template_id or ""
        if claimed.channel is Channel.SUBSCRIPTION:
            notice_id = await self._client.send_subscription(
                claimed.openid, template_id, data, page=self._public_url
            )
            return said, notice_id or None
        message_id = await self._client.send_template(
            claimed.openid,
            template_id,
            data,
            url=self._public_url,
            client_msg_id=f"o{item.id}",
        )
        return said, message_id or None

    async def _custom(self, claimed: Claimed) -> Sequence[str]:
        if len(claimed.items) > 1:
            words = [text for item in claimed.items for text in texts(item)]
            await self._client.send_text(claimed.openid, joined(words))
            return words
        [item] = claimed.items
        if item.kind == Notice.MEDIA:
            return [await self._media(claimed.openid, item)]
        try:
            return [await self._texts(claimed.openid, texts(item))]
        except ApiError as error:
            if error.action is not Action.SPLIT:
                raise
        return [await self._texts(claimed.openid, texts(item, limit=TEXT_LIMIT // 2))]

    async def _texts(self, openid: str, words: list[str]) -> str:
        for text in words:
            await self._client.send_text(openid, text)
        return "\n".join(words)

    async def _media(self, openid: str, item: Item) -> str:
        kind = str(item.payload["kind"])
        send: dict[str, Any] = {"image": self._client.send_image, "voice": self._client.send_voice}
        if kind not in send:
            raise MediaGone(item.media_id)
        try:
            await send[kind](openid, await self._uploads.platform_id(item.media_id or 0, kind))
        except ApiError as error:
            if error.action is not Action.REUPLOAD:
                raise
            await self._uploads.forget(item.media_id or 0)
            await send[kind](openid, await self._uploads.platform_id(item.media_id or 0, kind))
        return f"[{kind}]"

    async def _refused(self, claimed: Claimed, error: ApiError) -> Settlement:
        """What a refusal by the platform means for the message."""
        code, detail, action = error.code, error.message, error.action
        if action in _FATES:
            return Settlement(claimed, _FATES[action], code, detail)
        if action in {Action.NEXT_CHANNEL, Action.CONSENT_USED}:
            fate = Fate.CONSENT_USED if claimed.channel is Channel.SUBSCRIPTION else Fate.PARKED
            return Settlement(claimed, fate, code, detail)
        if action in _UNTIL_THEY_WRITE:
            if action is Action.REUPLOAD:
                await self._uploads.forget(claimed.items[0].media_id or 0)
            return Settlement(claimed, Fate.PARKED, code, detail, was_counted=False)
        if action is Action.RETRY:
            return self._again(claimed, code, detail, Failure.MISSED)
        if action in _NOT_THE_MESSAGE:
            is_daily = action is Action.UNTIL_RESET
            now = self._clock()
            return self._wait(claimed, code, detail, _midnight(now) if is_daily else now + PAUSE)
        return Settlement(claimed, Fate.DEAD, code, detail, was_counted=False)

    def _wait(self, claimed: Claimed, code: int | None, detail: str, until: datetime) -> Settlement:
        return Settlement(claimed, Fate.AGAIN, code, detail, again_at=until, was_counted=False)

    def _again(self, claimed: Claimed, code: int | None, detail: str, failure: Failure) -> Settlement:
        """Try again by the patience that this failure deserves; failures of the other kind do not count.

        Once the patience is at an end the message waits for the person to write: it is in order itself.
        """
        is_doubtful = failure is Failure.DOUBTFUL
        item = claimed.items[0]  # what travels together has failed together
        policy, before = (RETRIES, item.doubts) if is_doubtful else (PATIENT, item.misses)
        at = policy.next_attempt(before + 1, self._clock(), random.random())
        fate = Fate.PARKED if at is None else Fate.AGAIN
        return Settlement(claimed, fate, code, detail, again_at=at, failure=failure, was_counted=is_doubtful)


def _midnight(now: datetime) -> datetime:
    """The daily reset of the platform's quotas: 00:00 in Shanghai."""
    tomorrow = now.astimezone(LOCAL) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
