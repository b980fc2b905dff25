"""Make, find, rotate and revoke API keys; keep the first answer to a request that must not happen twice."""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.queries.keys import is_live
from models.rules.numbers import number_of
from models.rules.permissions import KeyRole
from models.rules.regions import known_region
from models.session import core
from models.tables import ApiKey, IdempotentAnswer, PageSession, Ticket

LONGEST_NAME: Final = 100
_TELLS: Final = re.compile(
    r'"number": ?"(?P<number>\d+)"|"person_id": ?(?P<person>\d+)'
    r'|"id": ?(?P<pattern>\d+), ?"type":|"id": ?(?P<patch>\d+), ?"pattern_id":'
)
"""What an answer of the API, in JSON, is about."""
_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}
_UNDECIDED: Final = 0
"""The status of an answer whose request is still being carried out; never visible after the commit."""


class UnknownRole(ValueError):
    """A key cannot have this role."""


class NameRefused(ValueError):
    """A key's name is empty or too long."""


class ExpiryRefused(ValueError):
    """A key would have ended before it began."""


class KeyEnded(Exception):
    """The key is revoked or has expired: it gets no new secret."""


class KeyReused(Exception):
    """The idempotency key came before, with a different request."""


def key_hash(raw: str) -> str:
    """Return what we keep of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def create_key(
    session: Session,
    raw: str,
    *,
    name: str,
    role: str,
    region: str | None,
    expires_at: datetime | None = None,
    now: datetime,
) -> ApiKey:
    """Keep the hash of `raw`, which the caller made from 256 random bits and shows once.

    A key with a region sees and changes only what belongs there.

    Raises:
        UnknownRole: `role` is none of `KeyRole`.
        UnknownRegion: no region has this code.
        NameRefused: the name is empty or longer than 100 characters.
        ExpiryRefused: it would have expired already.
    """
    if role not in set(KeyRole):
        raise UnknownRole(f"a key is for one of {', '.join(KeyRole)}, not {role!r}")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise NameRefused(f"a key's name has 1 to {LONGEST_NAME} characters")
    if expires_at is not None and expires_at <= now:
        raise ExpiryRefused("a key expires in the future")
    row = ApiKey(
        name=name.strip(),
        key_hash=key_hash(raw),
        role=role,
        region=None if region is None else known_region(region),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def find_key(session: Session, raw: str, *, now: datetime) -> ApiKey | None:
    """Return the key whose secret is `raw`, None if there is none, or it is revoked or expired.

    The secret before the last rotation is good for its grace.
    """
    known = key_hash(raw)
    is_before = and_(ApiKey.previous_hash == known, ApiKey.previous_until > now)
    return session.scalars(
        select(ApiKey).where(or_(ApiKey.key_hash == known, is_before), is_live(now))
    ).one_or_none()


def rotate_key(session: Session, key_id: int, raw: str, *, grace: timedelta, now: datetime) -> ApiKey:
    """Give a key another secret; the one it had is good for `grace` more, one before that ends at once.

    Whoever is signed in to the pages with it signs in anew.

    Raises:
        KeyEnded: there is no such key, or it is revoked or expired.
    """
    wanted = select(ApiKey).where(ApiKey.id == key_id, is_live(now)).with_for_update()
    row = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise KeyEnded
    row.previous_hash, row.previous_until = (row.key_hash, now + grace) if grace else (None, None)
    row.key_hash, row.rotated_at = key_hash(raw), now
    session.execute(delete(PageSession).where(PageSession.key_id == key_id))
    session.flush()
    return row


def revoke_key(session: Session, key_id: int, *, now: datetime) -> bool:
    """Make a key worthless from now on. False if there is no such key, or it was revoked already."""
    revoked = session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKey.id)
    ).one_or_none()
    return revoked is not None


def queue_up(session: Session, word: str) -> None:
    """Wait for every transaction that has come with this word; SQLite has one at a time anyway."""
    if core(session).dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def first_answer(
    session: Session, key_id: int, idempotency_key: str, *, digest: str, now: datetime
) -> IdempotentAnswer | None:
    """Return the answer a request got the first time; None if this is the first time.

    In that case the key is taken: whoever comes with it now waits for the end of this transaction, and
    `keep_answer` must follow before it.

    Raises:
        KeyReused: the first request was a different one.
    """
    row = {
        "key_id": key_id,
        "idempotency_key": idempotency_key,
        "request_digest": digest,
        "status": _UNDECIDED,
        "body": {},
        "created_at": now,
    }
    take = _DIALECTS[core(session).dialect.name].insert(IdempotentAnswer).on_conflict_do_nothing()
    taken = session.execute(take.values(row).returning(IdempotentAnswer.key_id)).one_or_none()
    if taken is not None:
        return None
    answer = session.get_one(IdempotentAnswer, (key_id, idempotency_key), populate_existing=True)
    if answer.request_digest != digest:
        raise KeyReused
    return answer


def keep_answer(
    session: Session, key_id: int, idempotency_key: str, *, status: int, body: Mapping[str, Any]
) -> None:
    """Keep the answer to a request whose key `first_answer` has taken."""
    session.execute(
        update(IdempotentAnswer)
        .where(IdempotentAnswer.key_id == key_id, IdempotentAnswer.idempotency_key == idempotency_key)
        .values(status=status, body=dict(body))
    )


def empty_answers(
    session: Session,
    tickets: Collection[Ticket],
    *,
    people: Collection[int] = (),
    patterns: Collection[int] = (),
    patches: Collection[int] = (),
) -> None:
    """Leave of kept answers that tell of any of these only which row each is about."""
    said = {
        "number": {number_of(each.id) for each in tickets},
        "person": {str(each) for each in people},
        "pattern": {str(each) for each in patterns},
        "patch": {str(each) for each in patches},
    }
    body = cast(IdempotentAnswer.body, Text)
    kept = session.execute(select(IdempotentAnswer.key_id, IdempotentAnswer.idempotency_key, body)).all()
    for key_id, idempotency_key, text in kept:
        if any(found[kind] in said[kind] for found in _TELLS.finditer(text) if (kind := found.lastgroup)):
            row = session.get_one(IdempotentAnswer, (key_id, idempotency_key))
            row.body = {name: row.body[name] for name in ("id", "number") if name in row.body}
    session.flush()
