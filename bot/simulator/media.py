"""Pictures, voices and films in the platform's keeping: three days, then gone."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.simulator.errors import ApiError

LIFE: Final = timedelta(days=3)
_MIB: Final = 1024 * 1024
BIGGEST: Final = {"image": 10 * _MIB, "voice": 2 * _MIB, "video": 10 * _MIB, "thumb": 64 * 1024}
EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/speex": "speex",
    "video/mp4": "mp4",
}
ALLOWED: Final = {
    "image": {"image/png", "image/jpeg", "image/gif"},
    "voice": {"audio/amr", "audio/mpeg"},
    "video": {"video/mp4"},
    "thumb": {"image/jpeg"},
}
RECORDED: Final = {**ALLOWED, "voice": ALLOWED["voice"] | {"audio/speex"}}
"""What people send; the account may not send all of it on, nor all that is as big."""
_SIGNS: Final[list[tuple[str, Callable[[bytes], bool]]]] = [
    ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    ("image/gif", lambda content: content.startswith((b"GIF87a", b"GIF89a"))),
    ("audio/amr", lambda content: content.startswith(b"#!AMR\n")),
    ("audio/speex", lambda content: content.startswith(b"Speex   ")),
    ("audio/mpeg", lambda content: content.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))),
    ("video/mp4", lambda content: content[4:8] == b"ftyp"),
]
# A frame of 20 ms in which nobody speaks (AMR narrow band, frame type 15), fifty a second.
_SILENT_FRAME: Final = b"\x7c"


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file."""

    media_id: str
    kind: str
    content: bytes
    content_type: str
    created_at: datetime

    @property
    def filename(self) -> str:
        """The name under which it is handed out."""
        return f"{self.media_id[:16]}.{EXTENSIONS[self.content_type]}"


class Library:
    """Everything uploaded by the account or sent by people."""

    def __init__(self) -> None:
        self._kept: dict[str, Media] = {}

    def add(self, kind: str, content: bytes, now: datetime) -> Media:
        """Keep a file that the account uploads.

        Raises:
            ApiError: 40004 no such kind, 40005 wrong format, 40006 too big, 41005 empty.
        """
        if kind not in ALLOWED:
            raise ApiError(40004)
        if len(content) > BIGGEST[kind]:
            raise ApiError(40006)
        return self._keep(kind, content, ALLOWED[kind], now)

    def receive(self, kind: str, content: bytes, now: datetime) -> Media:
        """Keep a file that a person sends.

        Raises:
            ApiError: 40005 wrong format, 41005 empty.
        """
        return self._keep(kind, content, RECORDED[kind], now)

    def _keep(self, kind: str, content: bytes, allowed: Collection[str], now: datetime) -> Media:
        if not content:
            raise ApiError(41005)
        content_type = sniff(content)
        if content_type not in allowed:
            raise ApiError(40005)
        media = Media(secrets.token_urlsafe(48), kind, content, content_type, now)
        self._kept[media.media_id] = media
        return media

    def get(self, media_id: object, now: datetime) -> Media:
        """Return a file.

        Raises:
            ApiError: 40007, unknown or older than three days.
        """
        media = self.on_phone(media_id) if isinstance(media_id, str) else None
        if media is None or now - media.created_at >= LIFE:
            raise ApiError(40007)
        return media

    def on_phone(self, media_id: str) -> Media | None:
        """Return a file as the people's phones keep it: for good."""
        return self._kept.get(media_id)


def sniff(content: bytes) -> str:
    """Return the content type by the first bytes, or '' if it is none the platform takes."""
    return next((content_type for content_type, fits in _SIGNS if fits(content)), "")


def silence(seconds: int) -> bytes:
    """Return a voice message in which nobody speaks for `seconds`."""
    return b"#!AMR\n" + _SILENT_FRAME * (50 * max(1, min(seconds, 60)))
