"""Customer-service messages: what each `msgtype` must hold, and what the person then sees."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from bot.simulator.errors import ApiError
from bot.simulator.media import Library
from bot.simulator.texts import Link, Part, parts_of, shown
from bot.simulator.users import Draft

TEXT_BYTES: Final = 2048


def draft_of(body: dict[str, Any], library: Library, now: datetime) -> Draft:
    """Return what `message/custom/send` shows.

    Raises:
        ApiError: 40008 unknown type; 40007, 44004, 45002, 45008, 47001 for its content.
    """
    kind = body.get("msgtype")
    if kind == "text":
        return _text(_section(body, "text"))
    if kind in {"image", "voice", "video"}:
        return _media(kind, _section(body, kind), library, now)
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise ApiError(40008)
    return shape(_section(body, str(kind)))


def _section(body: dict[str, Any], name: str) -> dict[str, Any]:
    section = body.get(name)
    if not isinstance(section, dict):
        raise ApiError(47001)
    return section


def _text(section: dict[str, Any]) -> Draft:
    content = section.get("content")
    if not isinstance(content, str):
        raise ApiError(47001)
    if not content:
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    if "<" not in content:
        return Draft("text", content, (content,))
    parts = parts_of(content)
    return Draft("text", shown(parts), parts)


def _media(kind: str, section: dict[str, Any], library: Library, now: datetime) -> Draft:
    media = library.get(section.get("media_id"), now)
    if media.kind != kind:
        raise ApiError(40007)
    return media_draft(kind, media.media_id, title=str(section.get("title", "")))


def media_draft(kind: str, media_id: str, *, title: str = "") -> Draft:
    """Return a picture, voice or film as shown."""
    if kind == "image":
        return Draft("image", media_id=media_id)
    return Draft("voice" if kind == "voice" else "video", media_id=media_id, title=title)


def _news(section: dict[str, Any]) -> Draft:
    articles = section.get("articles")
    if not isinstance(articles, list) or not articles or not isinstance(articles[0], dict):
        raise ApiError(47001)
    if len(articles) != 1:
        raise ApiError(45008)
    article = articles[0]
    return Draft(
        "link",
        text=str(article.get("description", "")),
        title=str(article.get("title", "")),
        url=str(article.get("url", "")),
    )


def _msgmenu(section: dict[str, Any]) -> Draft:
    options = section.get("list")
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        raise ApiError(47001)
    parts: list[Part] = [str(section.get("head_content", ""))]
    for option in options:
        content = str(option.get("content", ""))
        parts += ["\n", Link(content, command=content, menu_id=str(option.get("id", "")))]
    if tail := str(section.get("tail_content", "")):
        parts += ["\n", tail]
    whole = tuple(parts)
    return Draft("text", shown(whole), whole)


def _card(section: dict[str, Any]) -> Draft:
    return Draft("link", title=str(section.get("title", "")), text=str(section.get("description", "")))


_SHAPES: Final[dict[str, Callable[[dict[str, Any]], Draft]]] = {
    "news": _news,
    "msgmenu": _msgmenu,
    "miniprogrampage": _card,
    "music": _card,
    "mpnewsarticle": _card,
    "wxcard": _card,
}
