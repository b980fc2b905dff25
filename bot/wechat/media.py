"""Pictures, recordings and films on their way to and from the platform: shapes and limits, no network.

A proxy or a broken connection may put anything in the place of a medium, with HTTP 200 and whatever type it
likes: a medium is known by its first bytes alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.wechat.errors import Unreachable
from bot.wechat.transport import Answer, decode

DOWNLOAD_CAP: Final = 10 * 1024 * 1024
"""Bytes of the biggest picture that the platform takes back."""
UPLOAD_PATH: Final = "/cgi-bin/media/upload"
DOWNLOAD_PATH: Final = "/cgi-bin/media/get"

_FILENAME: Final = re.compile(r'filename="?(\w[\w.-]{0,127})"?\s*(?:;|$)')


class MediaKind(StrEnum):
    """What may be uploaded; an uploaded medium lives three days."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    THUMB = "thumb"


@dataclass(frozen=True, slots=True)
class Media:
    """A downloaded medium, of the type that its first bytes say. For a film `data` is empty and `url` is set.

    `is_whole` is False where its last part is missing: the platform's answer was cut off, or what the person
    sent was broken already.
    """

    data: bytes = field(repr=False)
    content_type: str
    filename: str
    url: str = ""
    is_whole: bool = True


_MP3: Final = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")
"""A tag, or a frame of layer III: eleven bits of sync, then the version."""

_SIGNS: Final[Mapping[MediaKind, tuple[tuple[str, Callable[[bytes], bool]], ...]]] = {
    MediaKind.IMAGE: (
        ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
        ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
        ("image/gif", lambda data: data.startswith((b"GIF87a", b"GIF89a"))),
    ),
    MediaKind.VOICE: (
        ("audio/amr", lambda data: data.startswith((b"#!AMR\n", b"#!AMR-WB\n"))),
        ("audio/mpeg", lambda data: data.startswith(_MP3)),
        ("audio/speex", lambda data: data.startswith(b"Speex   ") or data[28:36] == b"Speex   "),
    ),
}
"""What people send (WECHAT 2.6, 3.9), by its first bytes. Speex comes bare, or in an Ogg page."""

_SCAN: Final = b"\xff\xda"
_END_OF_IMAGE: Final = b"\xff\xd9"


def _whole_jpeg(data: bytes) -> bool:
    """Whether the picture ends. A preview in a segment before it ends too: segments are passed over."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at : at + 2] != _SCAN:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return data.find(_END_OF_IMAGE, at) > 0


_WHOLE: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "image/png": lambda data: b"IEND" in data,
    "image/jpeg": _whole_jpeg,
    "image/gif": lambda data: data.rstrip(b"\0").endswith(b";"),
}
"""Recordings may end anywhere."""


def received(answer: Answer, kind: MediaKind) -> Media:
    """Return the medium in `answer`, of the kind asked for; a JSON body is known by its first byte.

    Raises:
        ApiError: the body is an error, such as 40007 for a medium older than three days.
        Unreachable: it is no medium of this kind, whatever its Content-Type says.
    """
    name = _FILENAME.search(answer.headers.get("content-disposition", ""))
    if answer.content.lstrip()[:1] == b"{":
        film = decode(answer.content, DOWNLOAD_PATH)
        url = film.get("video_url")
        if kind is MediaKind.VIDEO and isinstance(url, str):
            return Media(b"", "", "", url)
        raise Unreachable("the answer is no medium", sent=None)
    data = answer.content
    for content_type, fits in _SIGNS.get(kind, ()):
        if fits(data):
            is_whole = _WHOLE.get(content_type, bool)(data)
            return Media(data, content_type, name[1] if name else "", is_whole=is_whole)
    raise Unreachable("the answer is no medium of its kind", sent=None)
