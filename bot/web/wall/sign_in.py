"""Who looks at the wall chart: a session begun with an API key, in a cookie no script can read.

Forms carry a token that only this session's pages know; signing in, where there is no session yet, is
taken from our own page only (the browser says where a request comes from). Guessing is hopeless against
256 random bits, so nothing counts failures.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import Response

from bot.web.api.parts import Parts, PartsHere
from models.actions import page_sessions
from models.queries.people import PROVINCE
from models.queries.registry import Regions
from models.rules.regions import regions_within

COOKIE: Final = "liaison_wall"
_SAFE_SITES: Final = frozenset({"same-origin", "none"})


class Away(Exception):
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is signed in. `regions` are the codes they see, None for the whole province."""

    name: str
    region: str | None
    regions: Regions
    form_token: str


def start(parts: Parts, secret: str) -> str | None:
    """Return the token of a new session, None if no key has this secret."""
    token = secrets.token_urlsafe(32)
    with parts.database.transaction() as session:
        key = page_sessions.sign_in(session, secret.strip(), token, now=parts.clock())
    return None if key is None else token


def watcher(parts: PartsHere, request: Request) -> Watcher:
    """Return who sent a request.

    Raises:
        Away: nobody is signed in.
    """
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Away
    with parts.database.reading() as session:
        key = page_sessions.signed_in(session, token, now=parts.clock())
        if key is None:
            raise Away
        reach = None if key.region in {None, PROVINCE} else regions_within(str(key.region))
        return Watcher(key.name, key.region, reach, _form_token(token))


Signed = Annotated[Watcher, Depends(watcher)]


def end(parts: Parts, request: Request) -> None:
    """End the session of a request."""
    with parts.database.transaction() as session:
        page_sessions.sign_out(session, request.cookies.get(COOKIE, ""))


def is_of_our_page(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser tells (every current one does)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in _SAFE_SITES
    origin = request.headers.get("origin")
    return origin is None or origin.split("//", 1)[-1] == request.headers.get("host")


def is_form_of(who: Watcher, said: str) -> bool:
    """Whether a form carries the token of this session."""
    return hmac.compare_digest(who.form_token.encode(), said.encode("utf-8", "surrogatepass"))


def keep(response: Response, token: str, *, is_secure: bool) -> None:
    """Have the browser keep a session: for our pages only, unseen by scripts, over TLS where there is TLS."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(page_sessions.LASTS.total_seconds()),
        path="/wall",
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )


def forget(response: Response) -> None:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, path="/wall")


def _form_token(token: str) -> str:
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"form", hashlib.sha256).hex()
