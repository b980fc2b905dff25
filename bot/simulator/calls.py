"""How an API of the platform is called: the request, the answer, and what a path wants."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.simulator.platform import Platform

OK: Final[dict[str, Any]] = {"errcode": 0, "errmsg": "ok"}


@dataclass(slots=True)
class Call:
    """One request: query, JSON object, and the uploaded file if it was a form."""

    path: str
    query: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    upload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is a file."""

    content: bytes
    content_type: str
    filename: str


Answer = dict[str, Any] | Binary


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How a path is called: its method, whether it wants a token of the account, and what it does."""

    method: str
    run: Callable[[Platform, Call], Answer | Awaitable[Answer]]
    needs_token: bool = True
    is_upload: bool = False
