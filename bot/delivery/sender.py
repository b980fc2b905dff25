"""Send one claimed message and say what became of it. No session is open while the network is."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.media import MediaGone, MediaRefused, Uploads
from bot.delivery.wording import FIELDS, Fields, joined, texts
from bot.wechat.client import Client, Receipt
from bot.wechat.errors import OF_A_CHANNEL, OF_THE_ACCOUNT, Action, ApiError, Unfit, Unreachable, WeChatError
from bot.wechat.media import UPLOAD_PATH
from bot.wechat.notices import plainer
from bot.wechat.replies import TEXT_LIMIT, render
from handlers import say
from models.actions.deliveries import LEASE, Claimed, Item
from models.actions.outbox import Notice
from models.actions.settlements import Fate, Settlement
from models.rules.retry import Failure, Policy
from models.rules.windows import Channel

log: Final = structlog.get_logger()

ONCE_MORE: Final = Policy(attempts=2, first_wait=timedelta(seconds=30), longest_wait=timedelta(seconds=30))
"""For what may have arrived: it is repeated once, as each try may be one more on somebody's phone."""

PATIENT: Final = Policy(attempts=100, first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=15))
"""For what certainly did not: a whole day of an unreachable platform."""

DEADLINE: Final = LEASE - timedelta(seconds=30)
"""For all that one message takes: a platform that drips byte by byte keeps every timeout of a read."""

CUT_OFF: Final = "taken; the rest of the platform's answer is missing"
"""What is noted of a message that arrived by all we could read."""

_CUSTOM, _SUBSCRIPTION, _TEMPLATE = Channel.CUSTOM, Channel.SUBSCRIPTION, Channel.TEMPLATE
_LEARNT: Final = {
    (Action.CLOSE_WINDOW, _CUSTOM): Fate.WINDOW_CLOSED,
    (Action.CLOSE_CHANNEL, _CUSTOM): Fate.CHANNEL_CLOSED,
    (Action.CONSENT_USED, _SUBSCRIPTION): Fate.CONSENT_USED,
}
"""Where the platform's word corrects our ledger, so that nothing is left to give back."""
_FATES: Final = {
    Action.ALREADY_DONE: Fate.SENT,
    Action.CLOSE_CHANNEL: Fate.CHANNEL_CLOSED,
    Action.CLOSE_WINDOW: Fate.PARKED,
    Action.CONSENT_USED: Fate.PARKED,
    Action.NEXT_CHANNEL: Fate.PARKED,
    Action.MEND: Fate.PARKED,
    Action.REUPLOAD: Fate.PARKED,
}
"""What is parked would hold up, in line, what comes behind it, and that may last for ever."""
_NOT_THIS_WAY: Final = frozenset(
    {Action.NEXT_CHANNEL, Action.MEND, Action.CLOSE_WINDOW, Action.SPLIT, *OF_A_CHANNEL}
)
"""Nothing is said about the person, nor about what the next channel will take."""
_MISSED: Final = frozenset({Action.RETRY, Action.IGNORE, Action.LOG})
"""Nothing arrived, whatever the code may mean elsewhere: again, with a patience that ends."""
_FOR_ITS_WORDS: Final = frozenset({Action.SPLIT, Action.PERMANENT, Action.BUG})
"""It may be what one of several messages says."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a message said, and what the platform said to that."""

    said: Sequence[str]
    receipt: Receipt
    parts: int = 1


class HalfTaken(Exception):
    """The platform took so many parts of a message, and not the next one."""

    def __init__(self, parts: int, error: WeChatError) -> None:
        super().__init__(f"part {parts + 1} failed: {error}")
        self.parts = parts
        self.refusal = (error.code, error.action) if isinstance(error, ApiError) else (None, None)


class Sender:
    """Speaks to the platform for the worker."""

    def __init__(
        self,
        client: Client,
        uploads: Uploads,
        clock: Callable[[], datetime],
        *,
        public_url: str | None = None,
        template_id: str | None = None,
        fields: Fields = FIELDS,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._client = client
        self._deadline = deadline.total_seconds()
        self._uploads = uploads
        self._clock = clock
        self._public_url = public_url
        self._template_id = template_id
        self._fields = fields

    async def send(self, claimed: Claimed) -> tuple[Settlement, ...]:
        """Try once to deliver, while the lease is surely ours; whatever fails becomes a settlement.

        A subscription notice that is refused for our fault goes on as a template message.
        """
        ends = asyncio.get_running_loop().time() + self._deadline
        outcomes = await self._until(ends, claimed)
        if outcomes[-1].fate is not Fate.NEXT_CHANNEL:
            return outcomes
        by_template = replace(claimed, channel=_TEMPLATE, template_id=self._template_id)
        return (*outcomes, *await self._until(ends, by_template))

    async def _until(self, ends: float, claimed: Claimed) -> tuple[Settlement, ...]:
        try:
            async with asyncio.timeout_at(ends):
                return await self._try(claimed)
        except TimeoutError:
            return (self._again(claimed, None, "cut off: too slow", Failure.DOUBTFUL),)

    async def _try(self, claimed: Claimed) -> tuple[Settlement, ...]:
        """Deliver once.

        A bundle that is refused for what it says is halved until it goes or one item is left: the second
        half stays in line, so that one bad message takes no other along.
        """
        try:
            given = await self._by_channel(claimed)
        except ApiError as error:
            if error.action in _FOR_ITS_WORDS and len(claimed.items) > 1:
                return await self._by_halves(claimed, error)
            return (await self._refused(claimed, error),)
        except HalfTaken as half:
            return (self._half(claimed, half),)
        except Exception as error:  # noqa: BLE001 -- one message must not end the loop for all
            return (self._broken(claimed, error),)
        noted, platform_id = None if given.receipt.is_whole else CUT_OFF, given.receipt.notice_id or None
        return (Settlement(claimed, Fate.SENT, None, noted, given.said, platform_id, parts=given.parts),)

    def _half(self, claimed: Claimed, half: HalfTaken) -> Settlement:
        """A part is on their phone, so what goes again is a repeat; a refusal may concern all others too."""
        code, action = half.refusal
        again = self._again(claimed, code, str(half), Failure.DOUBTFUL)
        is_of_account, is_of_channel = action in OF_THE_ACCOUNT, action in OF_A_CHANNEL
        return replace(again, parts=half.parts, is_of_account=is_of_account, is_of_channel=is_of_channel)

    def _broken(self, claimed: Claimed, error: Exception) -> Settlement:
        """What it means for a message that the platform gave no answer, or was never asked."""
        name = type(error).__name__
        if isinstance(error, Unreachable):
            failure = Failure.MISSED if error.sent is False else Failure.DOUBTFUL
            return self._again(claimed, None, error.reason, failure)
        if isinstance(error, SQLAlchemyError):
            return self._again(claimed, None, name, Failure.MISSED)
        if isinstance(error, Unfit):
            return Settlement(claimed, Fate.DEAD, detail=str(error), was_counted=False)
        log.error("not_sayable", outbox_id=claimed.items[0].id, kind=claimed.items[0].kind, exc_info=error)
        return Settlement(claimed, Fate.DEAD, detail=name, was_counted=False)

    async def _by_halves(self, claimed: Claimed, error: ApiError) -> tuple[Settlement, ...]:
        """The first half has the one allowance that was counted; the other is claimed anew."""
        first, rest = claimed.halves()
        waits = Settlement(rest, Fate.AGAIN, error.code, error.message, again_at=self._clock())
        return (*await self._try(first), waits)

    async def _by_channel(self, claimed: Claimed) -> Given:
        if claimed.channel is Channel.CUSTOM:
            return await self._custom(claimed)
        [item] = claimed.items
        data = self._fields.fill(say.card(item.kind, item.payload))
        try:
            return await self._notice(claimed, data)
        except ApiError as error:
            if error.action is not Action.MEND:
                raise
            data = plainer(data, error.message)
        return await self._notice(claimed, data)

    async def _notice(self, claimed: Claimed, data: dict[str, str]) -> Given:
        [item] = claimed.items
        said, template_id = [" ".join(data.values())], claimed.template_id or ""
        if claimed.channel is Channel.SUBSCRIPTION:
            return Given(
                said,
                await self._client.send_subscription(
                    claimed.openid, template_id, data, page=self._public_url
                ),
            )
        return Given(
            said,
            await self._client.send_template(
                claimed.openid, template_id, data, url=self._public_url, client_msg_id=f"o{item.id}"
            ),
        )

    async def _custom(self, claimed: Claimed) -> Given:
        if len(claimed.items) > 1:
            words = [text for item in claimed.items for text in texts(item)]
            return Given(words, await self._client.send_text(claimed.openid, joined(words)))
        [item] = claimed.items
        if item.kind == Notice.MEDIA:
            return await self._medium(claimed.openid, item)
        try:
            return await self._texts(claimed.openid, texts(item))
        except ApiError as error:
            if error.action is not Action.SPLIT:
                raise
        return await self._texts(claimed.openid, texts(item, limit=TEXT_LIMIT // 2))

    async def _texts(self, openid: str, words: list[str]) -> Given:
        receipts: list[Receipt] = []
        for text in words:
            try:
                receipts.append(await self._client.send_text(openid, text))
            except WeChatError as error:
                if not receipts:
                    raise
                raise HalfTaken(len(receipts), error) from None
        is_whole = all(each.is_whole for each in receipts)
        return Given(["\n".join(words)], Receipt(is_whole=is_whole), len(words))

    async def _medium(self, openid: str, item: Item) -> Given:
        """Pass a picture or recording on; one that could not be had is told in words."""
        try:
            return await self._media(openid, item)
        except MediaGone as gone:
            words = say.media_lost(item.payload, is_refused=isinstance(gone, MediaRefused))
            return await self._texts(openid, render(words, limit=TEXT_LIMIT))

    async def _media(self, openid: str, item: Item) -> Given:
        kind = str(item.payload["kind"])
        send: dict[str, Any] = {"image": self._client.send_image, "voice": self._client.send_voice}
        if kind not in send:
            raise MediaGone(item.media_id)
        try:
            receipt = await send[kind](openid, await self._uploads.platform_id(item.media_id or 0, kind))
        except ApiError as error:
            if error.action is not Action.REUPLOAD:
                raise
            await self._uploads.forget(item.media_id or 0)
            receipt = await send[kind](openid, await self._uploads.platform_id(item.media_id or 0, kind))
        return Given([f"[{kind}]"], receipt)

    async def _refused(self, claimed: Claimed, error: ApiError) -> Settlement:
        """What a refusal by the platform means for the message."""
        code, detail, action = error.code, error.message, error.action
        if learnt := _LEARNT.get((action, claimed.channel)):
            return Settlement(claimed, learnt, code, detail)
        if action is Action.REUPLOAD and (media_id := claimed.items[0].media_id):
            await self._uploads.forget(media_id)
        if action in OF_THE_ACCOUNT or (action in OF_A_CHANNEL and error.path != UPLOAD_PATH):
            return self._wait(claimed, error)
        if action in _MISSED:
            return self._again(claimed, code, detail, Failure.MISSED)
        fate = Fate.PARKED if action in OF_A_CHANNEL else _FATES.get(action, Fate.DEAD)
        if action in _NOT_THIS_WAY and self._may_go_on(claimed):
            fate = Fate.NEXT_CHANNEL
        return Settlement(claimed, fate, code, detail, was_counted=fate is Fate.SENT)

    def _may_go_on(self, claimed: Claimed) -> bool:
        return claimed.channel is _SUBSCRIPTION and self._template_id is not None

    def _wait(self, claimed: Claimed, error: ApiError) -> Settlement:
        """Nothing is wrong with the message itself: it stays due, however long the operator takes.

        Refused for the account's sake: the worker pauses, and another one may deliver it. For the channel's:
        that rests, and the next claim takes another way, or holds it back.
        """
        is_of_channel = error.action in OF_A_CHANNEL
        goes_on = is_of_channel and self._may_go_on(claimed)
        return Settlement(
            claimed,
            Fate.NEXT_CHANNEL if goes_on else Fate.AGAIN,
            error.code,
            error.message,
            again_at=None if goes_on else self._clock(),
            was_counted=False,
            is_of_account=not is_of_channel,
            is_of_channel=is_of_channel,
        )

    def _again(self, claimed: Claimed, code: int | None, detail: str, failure: Failure) -> Settlement:
        """Try again by the patience that this failure deserves; failures of the other kind do not count.

        Once the patience is at an end the message waits for the person to write: it is in order itself.
        """
        is_doubtful = failure is Failure.DOUBTFUL
        item = claimed.items[0]  # what travels together has failed together
        policy, before = (ONCE_MORE, item.doubts) if is_doubtful else (PATIENT, item.misses)
        at = policy.next_attempt(before + 1, self._clock(), random.random())
        fate = Fate.PARKED if at is None else Fate.AGAIN
        return Settlement(claimed, fate, code, detail, again_at=at, failure=failure, was_counted=is_doubtful)
