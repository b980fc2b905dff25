"""Pictures, recordings and films on their way to and from the platform: shapes and limits, no network."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.wechat.transport import Answer, decode

DOWNLOAD_CAP: Final = 12 * 1024 * 1024
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
    """A downloaded medium. For a film `data` is empty and `url` is where the platform keeps it.

    `content_type` is what the platform claims: sniff before you trust it.
    """

    data: bytes = field(repr=False)
    content_type: str
    filename: str
    url: str = ""


def received(answer: Answer) -> Media:
    """Return the medium in `answer`; a JSON body is known by its first byte, not by its Content-Type.

    Raises:
        ApiError: the body is an error, such as 40007 for a medium older than three days.
        Unreachable: the body begins like JSON and is not.
    """
    content_type = answer.headers.get("content-type", "")
    if answer.content.lstrip()[:1] == b"{":
        film = decode(answer.content, DOWNLOAD_PATH)
        return Media(b"", content_type, "", str(film.get("video_url", "")))
    name = _FILENAME.search(answer.headers.get("content-disposition", ""))
    return Media(answer.content, content_type, name[1] if name else "")
