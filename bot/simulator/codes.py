"""QR codes with a scene: made by the account, scanned by people."""

import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import segno

from bot.simulator.errors import ApiError

_TEMPORARY: Final = {"QR_SCENE": "scene_id", "QR_STR_SCENE": "scene_str"}
_PERMANENT: Final = {"QR_LIMIT_SCENE": "scene_id", "QR_LIMIT_STR_SCENE": "scene_str"}
DEFAULT_SECONDS: Final = 60
LONGEST_SECONDS: Final = 2_592_000
_LARGEST_ID: Final = {"QR_SCENE": 2**32 - 1, "QR_LIMIT_SCENE": 100_000}
_LONGEST_SCENE: Final = 64


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code; `expires_at` is None for a permanent one."""

    ticket: str
    scene: str
    url: str
    expires_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Say whether it can be scanned at `now`."""
        return self.expires_at is None or now < self.expires_at

    def png(self) -> bytes:
        """Return the picture."""
        picture = io.BytesIO()
        segno.make(self.url, error="m").save(picture, kind="png", scale=8, border=3)
        return picture.getvalue()


class Codes:
    """The codes made so far, by ticket."""

    def __init__(self) -> None:
        self._by_ticket: dict[str, Code] = {}

    def create(self, body: dict[str, Any], now: datetime) -> tuple[Code, int | None]:
        """Make a code as `qrcode/create` asks; also return its seconds if it is temporary.

        Raises:
            ApiError: 40052 unknown action, 40053 scene or lifetime out of range.
        """
        action = body.get("action_name")
        scene = _scene(action, body.get("action_info"))
        seconds = _seconds(body) if action in _TEMPORARY else None
        expires_at = None if seconds is None else now + timedelta(seconds=seconds)
        ticket = f"gQ{secrets.token_urlsafe(66)}=="
        code = Code(ticket, scene, f"http://weixin.qq.com/q/{secrets.token_urlsafe(15)}", expires_at)
        self._by_ticket[ticket] = code
        return code, seconds

    def by_ticket(self, ticket: str) -> Code | None:
        """Return the code with that ticket."""
        return self._by_ticket.get(ticket)

    def read(self, seen: str) -> Code | None:
        """Return the newest code whose ticket, scene or content a phone's camera saw."""
        for code in reversed(self._by_ticket.values()):
            if seen in {code.ticket, code.scene, code.url}:
                return code
        return None

    def valid(self, now: datetime) -> list[Code]:
        """Return the codes that can be scanned, newest first."""
        return [code for code in reversed(self._by_ticket.values()) if code.is_valid(now)]


def _scene(action: Any, info: Any) -> str:
    field = ({**_TEMPORARY, **_PERMANENT}).get(action)
    if field is None:
        raise ApiError(40052)
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get(field) if isinstance(scene, dict) else None
    if field == "scene_str" and isinstance(value, str) and 1 <= len(value) <= _LONGEST_SCENE:
        return value
    if field == "scene_id" and isinstance(value, int) and 1 <= value <= _LARGEST_ID[action]:
        return str(value)
    raise ApiError(40053)


def _seconds(body: dict[str, Any]) -> int:
    seconds = body.get("expire_seconds", DEFAULT_SECONDS)
    if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_SECONDS:
        raise ApiError(40053)
    return seconds
