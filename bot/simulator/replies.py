"""Passive replies: what the account may answer to a push, and what it then looks like.

A reply that breaks a rule is worse than none: the person is told that the service is out of order.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.simulator.accounts import AccountConfig, Mode
from bot.simulator.contents import TEXT_BYTES, media_draft
from bot.simulator.encoder import Encoder, UnreadableError, is_signed, read_xml
from bot.simulator.errors import ApiError
from bot.simulator.media import Library
from bot.simulator.texts import parts_of, shown
from bot.simulator.users import Draft

_SECONDS: Final = re.compile(r"\d{9,10}")
_MOST_ARTICLES: Final = 8
_KINDS: Final = frozenset({"text", "image", "voice", "video", "music", "news", "transfer_customer_service"})
# Elements that hold a file's media_id, by MsgType.
_HOLDERS: Final = {"image": "Image", "voice": "Voice", "video": "Video"}


class InvalidReplyError(Exception):
    """An answer that breaks the protocol; the argument names the rule."""


@dataclass(frozen=True, slots=True)
class Question:
    """The push that a reply answers."""

    openid: str
    original_id: str
    is_event: bool


def opened(body: bytes, account: AccountConfig, encoder: Encoder) -> dict[str, Any]:
    """Return the fields of a reply, decrypted where it had to be encrypted.

    Raises:
        InvalidReplyError: it is neither readable nor, in safe mode, sealed and signed.
    """
    try:
        outer = read_xml(body.decode())
        sealed = outer.get("Encrypt")
        if sealed is None and account.mode != Mode.SAFE:
            return outer
        if not isinstance(sealed, str) or account.mode == Mode.PLAINTEXT:
            raise InvalidReplyError("reply is not written in the account's mode")
        _check_seal(outer, sealed, account.token)
        return read_xml(encoder.unseal(sealed))
    except UnicodeDecodeError as error:
        raise InvalidReplyError("reply is not UTF-8") from error
    except UnreadableError as error:
        raise InvalidReplyError(f"reply is unreadable: {error}") from error


def _check_seal(outer: dict[str, Any], sealed: str, token: str) -> None:
    signature, timestamp, nonce = (outer.get(name) for name in ("MsgSignature", "TimeStamp", "Nonce"))
    if not (isinstance(signature, str) and isinstance(timestamp, str) and isinstance(nonce, str)):
        raise InvalidReplyError("MsgSignature, TimeStamp or Nonce is missing")
    if not timestamp.isdigit():
        raise InvalidReplyError("TimeStamp is not a number")
    if not is_signed(signature, token, timestamp, nonce, sealed):
        raise InvalidReplyError("MsgSignature is wrong")


def checked(fields: dict[str, Any], question: Question) -> str:
    """Return the reply's MsgType.

    Raises:
        InvalidReplyError: addresses, CreateTime or type break the protocol.
    """
    if fields.get("ToUserName") != question.openid or fields.get("FromUserName") != question.original_id:
        raise InvalidReplyError("ToUserName and FromUserName are not swapped")
    created = fields.get("CreateTime")
    if not isinstance(created, str) or not _SECONDS.fullmatch(created):
        raise InvalidReplyError("CreateTime is not in seconds")
    kind = fields.get("MsgType")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise InvalidReplyError("MsgType is unknown")
    if kind == "transfer_customer_service" and question.is_event:
        raise InvalidReplyError("transfer_customer_service answers an event")
    return kind


def drafted(
    kind: str, fields: dict[str, Any], question: Question, library: Library, now: datetime
) -> list[Draft]:
    """Return what a checked reply shows.

    Raises:
        InvalidReplyError: its content breaks the limits of its type.
    """
    if kind == "text":
        return [_text(fields.get("Content"))]
    if kind in _HOLDERS:
        return [_media(kind, fields.get(_HOLDERS[kind]), library, now)]
    if kind == "news":
        return _news(fields, question)
    if kind == "music":
        return [Draft("link", title=_inner(fields.get("Music"), "Title"))]
    return []


def _text(content: Any) -> Draft:
    if not isinstance(content, str) or not content:
        raise InvalidReplyError("Content is empty")
    if len(content.encode()) > TEXT_BYTES:
        raise InvalidReplyError("Content is over 2048 bytes")
    parts = parts_of(content)
    return Draft("text", shown(parts), parts)


def _media(kind: str, holder: Any, library: Library, now: datetime) -> Draft:
    try:
        media = library.get(_inner(holder, "MediaId"), now)
    except ApiError as error:
        raise InvalidReplyError("MediaId is unknown") from error
    return media_draft(kind, media.media_id, title=_inner(holder, "Title"))


def _news(fields: dict[str, Any], question: Question) -> list[Draft]:
    holder = fields.get("Articles")
    items = holder.get("item") if isinstance(holder, dict) else None
    items = items if isinstance(items, list) else [items]
    if fields.get("ArticleCount") != str(len(items)) or len(items) > _MOST_ARTICLES:
        raise InvalidReplyError("ArticleCount is wrong")
    if len(items) > 1 and not question.is_event:
        raise InvalidReplyError("a message is answered by one article")
    return [
        Draft("link", text=_inner(item, "Description"), title=_inner(item, "Title"), url=_inner(item, "Url"))
        for item in items
    ]


def _inner(holder: Any, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""
