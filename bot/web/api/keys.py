"""`/keys`: who may use this API. A secret is shown once, when it is made, and kept as a hash.

A key for a region manages those of that region only, and makes none that reaches further.
"""

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Response
from pydantic import AwareDatetime, Field
from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.web.api.auth import Manager
from bot.web.api.fields import IdInPath, RegionCode, Sent, Shown, Title
from bot.web.api.idempotency import ManagedOnce
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import access
from models.queries import keys as found
from models.queries.registry import Regions
from models.rules.permissions import KeyRole
from models.tables import ApiKey

routes: Final = noun("/keys", tags=["keys"])

_UNSEEN: Final = ("secret",)
_A_DAY, _A_WEEK = 86_400, 604_800


class NewKey(Sent):
    """Whose key it will be, what for, where, and until when."""

    name: Title = Field(examples=["Supervision office, Zhang"])
    role: KeyRole = Field(examples=["supervisor"])
    region: RegionCode | None = Field(None, description="Null reaches the whole province.")
    expires_at: AwareDatetime | None = Field(None, examples=["2027-01-01T00:00:00Z"])


class Rotation(Sent):
    """How long the secret that is replaced goes on being good."""

    grace: Annotated[int, Field(ge=0, le=_A_WEEK, description="Seconds.")] = _A_DAY


class KeyView(Shown):
    """A key as it is listed: never its secret."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Supervision office, Zhang"])
    role: KeyRole = Field(examples=["supervisor"])
    region: str | None = Field(examples=["210100"])
    state: Literal["live", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None = Field(
        description="Until when the secret before the last rotation is good."
    )
    last_used_at: datetime | None = Field(description="To the minute.")


class KeyWithSecret(KeyView):
    """A key with the secret just made for it."""

    secret: str | None = Field(
        description="Shown now and never again: a repeat with the same Idempotency-Key has null here.",
        examples=["yN2uQXr1dXqJ3V6jM0b4o9cWm7o8lqT2yH5kZr0aB1c"],
    )


@routes.get("")
def keys(parts: PartsHere, caller: Manager, wanted: Annotated[Listing, Query()]) -> Page[KeyView]:
    """List the keys, ended ones too."""
    now = parts.clock()
    with parts.database.reading() as session:
        read = partial(found.keys, session, caller.regions)
        return wanted.page(session, ApiKey, read, lambda row: _view(row, now), lambda row: row[0].id)


@routes.get("/{key_id}", dependencies=[Depends(nothing_asked)])
def key(parts: PartsHere, caller: Manager, key_id: IdInPath) -> KeyView:
    """Read one key."""
    with parts.database.reading() as session:
        return _read(session, caller.regions, key_id, parts.clock())


@routes.post("", status_code=201, response_model=KeyWithSecret, dependencies=[Depends(nothing_asked)])
def add_key(once: ManagedOnce, new: NewKey) -> Response:
    """Make a key."""

    def add(session: Session, now: datetime) -> KeyWithSecret:
        if new.region is None:
            once.caller.must_reach_everything()
        else:
            once.caller.must_reach(new.region)
        raw = secrets.token_urlsafe(32)
        row = access.create_key(session, raw, **new.model_dump(), now=now)
        return _with_secret(session, once.caller.regions, row.id, now, raw)

    return once.answer(new, add, unseen=_UNSEEN)


@routes.post("/{key_id}/rotate", response_model=KeyWithSecret, dependencies=[Depends(nothing_asked)])
def rotate(once: ManagedOnce, seen: SeenHere, key_id: IdInPath, asked: Rotation | None = None) -> Response:
    """Give a key another secret. The one it has goes on being good for `grace` seconds, a day if not said."""

    def change(session: Session, now: datetime) -> KeyWithSecret:
        found.key(session, once.caller.regions, key_id)
        seen.must_be(session, lambda: _read(session, once.caller.regions, key_id, now))
        grace = timedelta(seconds=(asked or Rotation()).grace)
        raw = secrets.token_urlsafe(32)
        access.rotate_key(session, key_id, raw, grace=grace, now=now)
        return _with_secret(session, once.caller.regions, key_id, now, raw)

    return once.answer(asked, change, status=200, unseen=_UNSEEN)


@routes.post("/{key_id}/revoke", response_model=KeyView, dependencies=[Depends(nothing_asked)])
def revoke(once: ManagedOnce, seen: SeenHere, key_id: IdInPath) -> Response:
    """Make a key worthless from now on, both its secrets. One that is revoked stays as it was."""

    def end(session: Session, now: datetime) -> KeyView:
        found.key(session, once.caller.regions, key_id)
        seen.must_be(session, lambda: _read(session, once.caller.regions, key_id, now))
        access.revoke_key(session, key_id, now=now)
        session.expire_all()
        return _read(session, once.caller.regions, key_id, now)

    return once.answer(None, end, status=200)


def _read(session: Session, regions: Regions, key_id: int, now: datetime) -> KeyView:
    return _view(found.key(session, regions, key_id), now)


def _with_secret(session: Session, regions: Regions, key_id: int, now: datetime, raw: str) -> KeyWithSecret:
    return KeyWithSecret(**dict(_read(session, regions, key_id, now)), secret=raw)


def _view(row: Row[ApiKey, datetime], now: datetime) -> KeyView:
    one, used = row
    return KeyView(
        id=one.id,
        name=one.name,
        role=KeyRole(one.role),
        region=one.region,
        state=_state(one, now),
        created_at=one.created_at,
        expires_at=one.expires_at,
        revoked_at=one.revoked_at,
        rotated_at=one.rotated_at,
        previous_until=one.previous_until,
        last_used_at=used,
    )


def _state(one: ApiKey, now: datetime) -> Literal["live", "expired", "revoked"]:
    if one.revoked_at is not None:
        return "revoked"
    return "live" if one.expires_at is None or one.expires_at > now else "expired"
