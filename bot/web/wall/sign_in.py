"""Who looks at the wall chart: a session begun with an API key, in a cookie no script can read.

Forms carry a token that only this session's pages know; signing in, where there is no session yet, is
taken from our own page only (the browser says where a request comes from). Guessing is hopeless against
256 random bits, so nothing counts failures.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import Response

from bot.web.api.auth import reach_of
from bot.web.api.parts import Parts
from models.actions import audit, page_sessions
from models.actions.audit import Actor, Deeds, Doer
from models.queries.registry import Regions

COOKIE: Final = "liaison_wall"
_SAFE_SITES: Final = frozenset({"same-origin", "none"})


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


WallParts = Annotated[Parts, Depends(_parts)]
"""What the pages work with; what they show is put on record by `note`."""


class Away(Exception):
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is signed in. `regions` are the codes they see, None for the whole province."""

    key_id: int
    name: str
    role: str
    region: str | None
    regions: Regions
    form_token: str

    @property
    def actor(self) -> Actor:
        """Who is on record with what they look at."""
        region = None if self.regions is None else self.region
        return Actor(Doer.KEY, self.name, self.key_id, self.role, region)


def start(parts: Parts, secret: str) -> str | None:
    """Return the token of a new session, None if no key has this secret."""
    token = secrets.token_urlsafe(32)
    now = parts.clock()
    with parts.database.transaction() as session:
        key = page_sessions.sign_in(session, secret.strip(), token, now=now)
        if key is None:
            return None
        actor = Actor(Doer.KEY, key.name, key.id, key.role, key.region)
        audit.note(session, actor, Deeds.CHANGE, "POST /wall/sign-in", "wall", now=now)
    return token


def watcher(parts: WallParts, request: Request) -> Watcher:
    """Return who sent a request.

    Raises:
        Away: nobody is signed in.
        Refusal: the key has used up its requests of this minute.
    """
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Away
    now = parts.clock()
    with parts.database.reading() as session:
        found = page_sessions.signed_in(session, token, now=now)
        if found is None:
            raise Away
        key = found.key
        who = Watcher(key.id, key.name, key.role, key.region, reach_of(key.region), _form_token(token))
    if parts.limits is not None:
        parts.limits.admit(who.key_id)
    if found.is_due:
        with parts.database.transaction() as session:
            page_sessions.renew(session, token, now=now)
    return who


Signed = Annotated[Watcher, Depends(watcher)]


def note(
    parts: Parts,
    who: Watcher,
    operation: str,
    place: str,
    shown: Sequence[str] | None = None,
    *,
    is_refused: bool = False,
) -> None:
    """Put on record what somebody is about to see, or what was not for them; what cannot be is not shown."""
    deed = Deeds.REFUSED if is_refused else Deeds.READ
    with parts.database.transaction() as session:
        audit.note(session, who.actor, deed, operation, place, shown=shown, now=parts.clock())


def end(parts: Parts, who: Watcher, request: Request) -> None:
    """End the session of a request; it is on record that they left, once."""
    with parts.database.transaction() as session:
        if page_sessions.sign_out(session, request.cookies.get(COOKIE, "")):
            audit.note(session, who.actor, Deeds.CHANGE, "POST /wall/sign-out", "wall", now=parts.clock())


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
    """Have the browser keep a session: for our pages only, unseen by scripts, over TLS where there is TLS.

    It keeps it as long as any session may last; when this one ends we know ourselves.
    """
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(page_sessions.LONGEST.total_seconds()),
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
