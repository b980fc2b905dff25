"""`/invites`: one-time rights to bind a WeChat identity to an official or an enterprise.

The code is shown once and not kept, not even for a repeated request: it is derived from the caller's key,
which we do not know between requests, and a random salt, which is kept with the answer.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final

import structlog
from fastapi import Depends, Query, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import Parts, PartsHere
from bot.web.api.schemas import InviteMade, InviteView, NewInvite
from bot.web.api.witness import noun
from bot.wechat.errors import ApiError, Unreachable
from models.actions import people
from models.queries import registry
from models.tables import Invite

log: Final = structlog.get_logger()
routes: Final = noun("/invites", tags=["roster"])

_CODE_BYTES: Final = 16
"""128 bits: 26 letters and digits, which somebody may have to type."""


class _Kept(BaseModel):
    """What of a new invite is kept for a repeated request."""

    id: int
    salt: str
    expires_at: datetime


def code_of(secret: str, salt: str) -> str:
    """Return the code that belongs to a key and a salt: 26 lower-case letters and digits, 128 bits."""
    digest = hmac.digest(secret.encode("utf-8", "surrogatepass"), salt.encode(), hashlib.sha256)
    return base64.b32encode(digest[:_CODE_BYTES]).rstrip(b"=").decode().lower()


@routes.get("")
def invites(parts: PartsHere, caller: Reader, wanted: Annotated[Listing, Query()]) -> Page[InviteView]:
    """List the invites, used and expired ones too."""
    with parts.database.reading() as session:
        read = partial(registry.invites, session, caller.regions)
        return wanted.page(session, Invite, read, InviteView.model_validate)


@routes.get("/{invite_id}", dependencies=[Depends(nothing_asked)])
def invite(parts: PartsHere, caller: Reader, invite_id: IdInPath) -> InviteView:
    """Read one invite; its code is not known any more."""
    with parts.database.reading() as session:
        return InviteView.model_validate(registry.invite(session, caller.regions, invite_id))


@routes.post("", status_code=201, response_model=InviteMade, dependencies=[Depends(nothing_asked)])
async def add_invite(once: OnceHere, parts: PartsHere, new: NewInvite) -> Response:
    """Invite somebody. The code is shown once; a QR code, if asked for, is made after the invite is stored.

    `qr_url` is null when the platform does not give one; the code works all the same, and the same
    request with the same Idempotency-Key tries again.
    """

    def add(session: Session, now: datetime) -> _Kept:
        return _invite(session, once.caller.regions, new, secret=once.caller.secret, now=now)

    kept = await run_in_threadpool(once.do, new, add)
    stored = _Kept.model_validate(kept.body)
    code = code_of(once.caller.secret, stored.salt)
    scene = people.BIND_SCENE + code
    made = InviteMade(
        id=stored.id,
        code=code,
        scene=scene,
        expires_at=stored.expires_at,
        qr_url=await _qr_url(parts, scene, stored.expires_at) if new.qr else None,
    )
    return once.response(replace(kept, body=made.model_dump(mode="json")))


def _invite(
    session: Session, regions: registry.Regions, new: NewInvite, *, secret: str, now: datetime
) -> _Kept:
    if new.official_id is not None:
        registry.official(session, regions, new.official_id)
    if new.enterprise_id is not None:
        registry.enterprise(session, regions, new.enterprise_id)
    salt = secrets.token_hex(_CODE_BYTES)
    row = people.invite(
        session,
        code_of(secret, salt),
        official_id=new.official_id,
        enterprise_id=new.enterprise_id,
        contact_name=new.contact_name,
        contact_role=new.contact_role,
        lifetime=timedelta(hours=new.expires_in_hours),
        now=now,
    )
    return _Kept(id=row.id, salt=salt, expires_at=row.expires_at)


async def _qr_url(parts: Parts, scene: str, expires_at: datetime) -> str | None:
    """Ask the platform for a QR code that lives as long as the invite. None if there is none to be had."""
    life = int((expires_at - parts.clock()).total_seconds())
    if parts.client is None or life < 1:
        return None
    try:
        return (await parts.client.create_qr(scene, life)).image_url
    except (ApiError, Unreachable) as error:
        log.warning("no_qr", error=type(error).__name__)
        return None
