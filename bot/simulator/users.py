"""The people with WeChat on their phones, and what each of them has seen in the account's chat."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from bot.simulator.texts import Link, Part, parts_as_json
from bot.simulator.windows import Windows

Direction = Literal["user", "account", "system"]
Kind = Literal[
    "text", "image", "voice", "video", "location", "link", "template", "subscription", "system", "menu"
]
Via = Literal["", "passive", "custom", "template", "subscription"]
KEPT: Final = 5_000

# What WeChat itself says in a chat.
OUT_OF_SERVICE: Final = "该公众号暂时无法提供服务，请稍后再试"
FOLLOWED: Final = "你已关注该公众号"
UNFOLLOWED: Final = "你已取消关注该公众号"
BLOCKED: Final = "你已关闭接收该公众号的消息"
UNBLOCKED: Final = "你已恢复接收该公众号的消息"
EXPIRED_CODE: Final = "二维码已过期"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be shown; the transcript gives it a number and a time."""

    kind: Kind
    text: str = ""
    parts: tuple[Part, ...] = ()
    media_id: str = ""
    title: str = ""
    url: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript; `id` grows by one within a person's chat."""

    id: int
    at: datetime
    direction: Direction
    via: Via
    draft: Draft

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.draft.kind

    @property
    def text(self) -> str:
        """The text as shown, links by their labels."""
        return self.draft.text

    @property
    def links(self) -> list[tuple[str, str]]:
        """The tappable answers as (label, command)."""
        return [(one.label, one.command) for one in self.draft.parts if isinstance(one, Link) and one.command]

    def as_json(self) -> dict[str, Any]:
        """Return it as the phones' page and the tests read it."""
        draft = self.draft
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "direction": self.direction,
            "kind": draft.kind,
            "via": self.via,
            "text": draft.text,
            "parts": parts_as_json(draft.parts),
            "links": self.links,
            "media_id": draft.media_id,
            "title": draft.title,
            "url": draft.url,
            "rows": draft.rows,
            "seconds": draft.seconds,
        }


@dataclass(slots=True)
class User:
    """One person. `consents` counts accepted subscriptions by template, `scene` is how they came."""

    openid: str
    nickname: str
    remark: str = ""
    followed: bool = True
    blocked: bool = False
    subscribed_at: datetime | None = None
    scene: str = ""
    last_active: datetime | None = None
    is_being_typed_to: bool = False
    windows: Windows = field(default_factory=Windows)
    consents: Counter[str] = field(default_factory=Counter)
    transcript: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    last_id: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, draft: Draft, direction: Direction, at: datetime, via: Via = "") -> Entry:
        """Add to the transcript and wake whoever watches it."""
        self.last_id += 1
        entry = Entry(self.last_id, at, direction, via, draft)
        self.transcript.append(entry)
        if direction == "account":
            self.is_being_typed_to = False
        self.stir()
        return entry

    def since(self, after: int) -> list[Entry]:
        """Return the entries with a number above `after`, oldest first."""
        return list(reversed(list(self._newer(after))))

    async def wait(self, after: int, seconds: float) -> list[Entry]:
        """Return what is newer than `after`, waiting up to `seconds` for the first of it."""
        if self.last_id <= after and seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return []
        return self.since(after)

    def latest_link(self, label: str) -> Link | None:
        """Return the newest tappable answer with that label."""
        for entry in reversed(self.transcript):
            for part in entry.draft.parts:
                if isinstance(part, Link) and part.label == label and part.command:
                    return part
        return None

    def has_seen(self, url: str) -> bool:
        """Say whether the chat shows this address: as a link, on a card, or typed out."""
        return any(
            url == entry.draft.url
            or url in entry.draft.text
            or any(isinstance(part, Link) and part.url == url for part in entry.draft.parts)
            for entry in self.transcript
        )

    def stir(self) -> None:
        """Wake whoever watches this person's phone."""
        self._changed.set()
        self._changed = asyncio.Event()

    def as_json(self, now: datetime) -> dict[str, Any]:
        """Return the person with the state of their window."""
        state = self.windows.state(now)
        return {
            "openid": self.openid,
            "nickname": self.nickname,
            "remark": self.remark,
            "followed": self.followed,
            "blocked": self.blocked,
            "typing": self.is_being_typed_to,
            "last_id": self.last_id,
            "window": {
                "open": state.is_open,
                "remaining": state.remaining,
                "expires_at": state.expires_at.isoformat() if state.expires_at else None,
            },
            "consents": dict(self.consents),
        }

    def _newer(self, after: int) -> Iterator[Entry]:
        for entry in reversed(self.transcript):
            if entry.id <= after:
                return
            yield entry
