"""What we say, in the platform's forms: chat text with tappable links, and passive reply XML.

User-typed links are dead by construction: every plain `<` becomes `＜`, so the only links are the taps
made here. Must not live here: what to say.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import quote

from bot.wechat.messages import Envelope

Speech: TypeAlias = Sequence[str | tuple[str, str]]

TEXT_LIMIT: Final = 2000
"""Bytes of UTF-8. The platform allows 2048 and fails silently somewhere near it."""

_ILLEGAL: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD: Final = re.compile("[^\t\n\x20-;=-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot carry, and `<`: words of ours hold none of it."""
_LINK: Final = re.compile("<a href[^>]*>[^<]*</a>")
_SENTENCE: Final = "。！？；!?;"
_ELLIPSIS: Final = "…"
_LONGEST_CHARACTER: Final = 4
_LEAST_WORDS: Final = 60
"""Bytes that words keep when they give way: twenty characters."""


def clean(text: str) -> str:
    """Return `text` as XML can carry it: forbidden characters dropped, line ends as newlines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("", text)


def cdata(text: str) -> str:
    """Return `text` as CDATA that nothing in it can break out of."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def cut(text: str, limit: int) -> str:
    """Return `text` within `limit` bytes of UTF-8, whole characters only, ended by `…` if shortened."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    room = limit - len(_ELLIPSIS.encode())
    return raw[:room].decode(errors="ignore") + _ELLIPSIS if room >= 0 else ""


def render(speech: Speech, *, limit: int = TEXT_LIMIT) -> list[str]:
    """Return the chat texts that say `speech`, each at most `limit` bytes of UTF-8; no words, no texts.

    Splits after a newline, else after a sentence, else between characters, but never inside a link.
    A tap whose link alone is longer than `limit` is shown as its label.

    Raises:
        ValueError: `limit` cannot hold one character.
    """
    if limit < _LONGEST_CHARACTER:
        raise ValueError("the limit cannot hold one character")
    return _broken("".join([_piece(part, limit) for part in speech]), limit)


def _broken(rest: str, limit: int) -> list[str]:
    texts: list[str] = []
    while len(rest.encode()) > limit:
        end = _break(rest, limit)
        texts.append(rest[:end].rstrip("\n"))
        rest = rest[end:].lstrip("\n")
    texts.append(rest)
    return [text for text in texts if text.strip()]


def fitting(speech: Speech, *, limit: int = TEXT_LIMIT) -> str:
    """Return the one text of a passive reply: every tap, and of longer words so much as there is room.

    The longest words give way first. Taps too many for one text are broken off as `render` does; no words, no
    text.

    Raises:
        ValueError: `limit` cannot hold one character.
    """
    texts = render(speech, limit=limit)
    if len(texts) <= 1:
        return "".join(texts)
    pieces = [_piece(part, limit) for part in speech]
    sizes = [len(piece.encode()) for piece in pieces]
    over = sum(sizes) - limit
    words = (place for place, part in enumerate(speech) if isinstance(part, str))
    for place in sorted(words, key=sizes.__getitem__, reverse=True):
        pieces[place] = _shortened(pieces[place], max(sizes[place] - over, _LEAST_WORDS))
        over -= sizes[place] - len(pieces[place].encode())
        if over <= 0:
            break
    return _broken("".join(pieces), limit)[0]


def _shortened(words: str, limit: int) -> str:
    """Return words within `limit` bytes; a tap that began on a line of its own still does."""
    plain = words.rstrip("\n")
    return cut(plain, limit - (len(words) - len(plain))) + words[len(plain) :]


def _piece(part: str | tuple[str, str], limit: int) -> str:
    if isinstance(part, str):
        return _plain(part)
    link = _tap(part[0], part[1])
    return link if len(link.encode()) <= limit else _plain(part[0])


def _plain(text: str) -> str:
    return text if _ODD.search(text) is None else clean(text).replace("<", "＜")


@lru_cache(maxsize=4096)
def _quoted(word: str) -> str:
    return quote(word, safe="")


def _tap(label: str, command: str) -> str:
    """Return the link whose tap says `command`; the id is stable, short, and never authority."""
    said = clean(command)
    shown = _plain(label).replace(">", "＞").replace("\n", " ")
    number = zlib.crc32(said.encode())
    quoted = "%20".join(map(_quoted, said.split(" ")))
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quoted}&msgmenuid={number}">{shown}</a>'


def _break(text: str, limit: int) -> int:
    """Return where to break `text`, which is longer than `limit`: after how many characters."""
    most = len(text.encode()[:limit].decode(errors="ignore"))
    links = [link.span() for link in _LINK.finditer(text)]
    most = next((start for start, end in links if start < most < end), most)
    for marks in ("\n", _SENTENCE):
        found = _last(text, marks, most, links)
        if found > most // 2:
            return found
    return most


def _last(text: str, marks: str, most: int, links: list[tuple[int, int]]) -> int:
    places = (i for i in range(most, 0, -1) if text[i - 1] in marks)
    return next((i for i in places if not any(start < i < end for start, end in links)), 0)


def text_reply(envelope: Envelope, content: str, *, now: int) -> str:
    """Return the passive reply that says `content` (at most 2048 bytes: `render` first); `now` in seconds."""
    return _reply(envelope, "text", f"<Content>{cdata(clean(content))}</Content>", now)


def image_reply(envelope: Envelope, media_id: str, *, now: int) -> str:
    """Return the passive reply that shows an uploaded picture; `now` in seconds."""
    return _reply(envelope, "image", f"<Image><MediaId>{cdata(clean(media_id))}</MediaId></Image>", now)


def voice_reply(envelope: Envelope, media_id: str, *, now: int) -> str:
    """Return the passive reply that plays an uploaded recording; `now` in seconds."""
    return _reply(envelope, "voice", f"<Voice><MediaId>{cdata(clean(media_id))}</MediaId></Voice>", now)


def transfer_reply(envelope: Envelope, *, now: int, kf_account: str = "") -> str:
    """Return the reply that hands the chat to a human seat; valid only as the answer to a message."""
    seat = f"<TransInfo><KfAccount>{cdata(clean(kf_account))}</KfAccount></TransInfo>" if kf_account else ""
    return _reply(envelope, "transfer_customer_service", seat, now)


def _reply(envelope: Envelope, kind: str, body: str, now: int) -> str:
    return (
        f"<xml><ToUserName>{cdata(envelope.openid)}</ToUserName>"
        f"<FromUserName>{cdata(envelope.account)}</FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType>{kind}</MsgType>{body}</xml>"
    )
