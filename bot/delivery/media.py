"""Pictures and voices: fetched before the platform forgets them, uploaded again to be passed on."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.wechat.client import Client
from bot.wechat.errors import Action, ApiError, TooLong, Unreachable, WeChatError
from bot.wechat.media import MediaKind
from models.actions import media
from models.rules.retry import Policy
from models.session import Database
from models.tables import Media

log: Final = structlog.get_logger()

UPLOAD_LIFE: Final = timedelta(days=3) - timedelta(hours=1)
DEADLINE: Final = media.LEASE - timedelta(seconds=30)
"""For a whole download: one that drips byte by byte keeps every timeout of a read."""

RETRIES: Final = Policy(attempts=25, first_wait=timedelta(seconds=2), longest_wait=timedelta(hours=6))
"""Altogether the three days, at most, that the platform keeps a medium."""

REFUSED: Final = Policy(attempts=6, first_wait=timedelta(seconds=2), longest_wait=timedelta(hours=6))
"""For what the platform says it does not have: its word is asked for again, and then believed."""

CUT_OFF: Final = 4
"""So often a picture without its end is fetched; then that is how it was sent."""

_SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
}


class MediaGone(Exception):
    """The bytes can no longer be had."""


class MediaRefused(MediaGone):
    """The platform does not take the bytes back, whenever they are offered."""


class Uploads:
    """Gives media that people sent us an id under which they can be sent to others."""

    def __init__(self, database: Database, client: Client, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._client = client
        self._clock = clock

    async def platform_id(self, media_id: int, kind: str) -> str:
        """Return a media id that the platform knows now, uploading the bytes if need be.

        Raises:
            MediaGone: the bytes could not be fetched.
            MediaRefused: they may not be passed on; who sent them has been asked for another form.
            bot.wechat.errors.WeChatError: the upload failed.
        """
        medium = await asyncio.to_thread(self._read, media_id)
        if medium.upload_id and medium.upload_expires_at and self._clock() < medium.upload_expires_at:
            return medium.upload_id
        if medium.data is None:
            raise MediaGone(media_id)
        content_type = medium.content_type or "application/octet-stream"
        name = f"{media_id}.{_SUFFIXES.get(content_type, 'bin')}"
        try:
            upload_id = await self._client.upload(MediaKind(kind), name, content_type, medium.data)
        except Unreachable as error:  # whatever became of the copy, no message has left
            raise Unreachable(f"no upload: {error.reason}", sent=False) from None
        except ApiError as error:
            if error.action is not Action.PERMANENT:
                raise
            log.warning("media_refused", media=media_id, code=error.code)
            await asyncio.to_thread(self._refused, media_id)
            raise MediaRefused(media_id) from None
        await asyncio.to_thread(self._keep, media_id, upload_id, self._clock() + UPLOAD_LIFE)
        return upload_id

    async def forget(self, media_id: int) -> None:
        """Forget an upload that the platform no longer knows."""
        await asyncio.to_thread(self._keep, media_id, None, None)

    def _read(self, media_id: int) -> Media:
        with self._database.reading() as session:
            medium = session.get_one(Media, media_id)
            session.refresh(medium, ["data"])
            session.expunge(medium)
            return medium

    def _refused(self, media_id: int) -> None:
        with self._database.transaction() as session:
            media.refused(session, media_id, now=self._clock())

    def _keep(self, media_id: int, upload_id: str | None, expires_at: datetime | None) -> None:
        with self._database.transaction() as session:
            media.uploaded(session, media_id, upload_id=upload_id, expires_at=expires_at)


class Fetcher:
    """Fetches what people sent."""

    def __init__(
        self,
        database: Database,
        client: Client,
        clock: Callable[[], datetime],
        *,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._deadline = deadline.total_seconds()
        self._database = database
        self._client = client
        self._clock = clock

    async def fetch_due(self, limit: int = 8) -> int:
        """Fetch some of what is due; return how many were tried."""
        taken = await asyncio.to_thread(self._take, limit)
        await asyncio.gather(*(self._fetch(one) for one in taken))
        return len(taken)

    async def _fetch(self, due: media.Due) -> None:
        try:
            async with asyncio.timeout(self._deadline):
                medium = await self._client.download(due.remote_id, MediaKind(due.kind))
            if not medium.is_whole and due.attempts < CUT_OFF:
                raise Unreachable("the medium is cut off", sent=None)
        except (WeChatError, TimeoutError) as error:
            await self._not_fetched(due, error)
            return
        await asyncio.to_thread(self._fetched, due.id, medium.data, medium.content_type)

    async def _not_fetched(self, due: media.Due, error: Exception) -> None:
        is_refused = isinstance(error, TooLong)
        policy = REFUSED if _is_denied(error) else RETRIES
        again = None if is_refused else policy.next_attempt(due.attempts, self._clock(), random.random())
        log.warning("media_not_fetched", media=due.id, error=type(error).__name__, gave_up=again is None)
        await asyncio.to_thread(self._failed, due.id, again, is_refused=is_refused)

    def _take(self, limit: int) -> list[media.Due]:
        with self._database.transaction() as session:
            return media.to_fetch(session, limit=limit, now=self._clock())

    def _fetched(self, media_id: int, data: bytes, content_type: str) -> None:
        with self._database.transaction() as session:
            media.fetched(session, media_id, data=data, content_type=content_type, now=self._clock())

    def _failed(self, media_id: int, again_at: datetime | None, *, is_refused: bool) -> None:
        with self._database.transaction() as session:
            media.failed(session, media_id, again_at=again_at, is_refused=is_refused, now=self._clock())


def _is_denied(error: Exception) -> bool:
    """Whether the platform says that there is no such medium (40007), or none for us."""
    return isinstance(error, ApiError) and error.action in {Action.REUPLOAD, Action.PERMANENT}
