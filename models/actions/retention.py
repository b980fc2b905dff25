"""Who is forgotten by a timer: a while after their last case, or as they gave up their account (ADR 0031)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models.actions import audit, forgetting
from models.actions.rewording import Erase
from models.queries.stretches import alone
from models.rules.lifecycle import FINISHED, Verb
from models.tables import Contact, Event, Lease, Person, Ticket

RETENTION: Final = "retention"
CLOSED: Final = "accounts"
AT_ONCE: Final = 1
"""People in one transaction: on SQLite whoever writes waits for it."""

EVERY: Final = timedelta(days=1)  # between two looks at who may be forgotten


def strike(session: Session, now: datetime, *, limit: int, days: int, erase: Erase) -> int:
    """Forget somebody whose cases have all ended more than `days` ago; looked for once a day."""
    alone(session)
    looked = session.get(Lease, RETENTION)
    if looked is not None and looked.until > now:
        return 0
    found = _to_be_forgotten(session, now - timedelta(days=days), min(limit, AT_ONCE))
    for person_id in found:
        forgetting.forget(session, person_id, erase=erase, now=now)
        where = f"people/{person_id}"
        audit.note(
            session, audit.SYSTEM, audit.Deeds.CHANGE, RETENTION, where, reason=f"{days} days", now=now
        )
    if not found:
        session.merge(Lease(name=RETENTION, holder=RETENTION, until=now + EVERY))
    return len(found)


def strike_closed(session: Session, now: datetime, *, limit: int, erase: Erase) -> int:
    """Forget somebody who gave up their account with the platform, once their cases have all ended."""
    if not _closed(session, 1):
        return 0
    alone(session)  # others may have written while we waited: who is meant is asked again, and locked
    found = _closed(session, min(limit, AT_ONCE), is_locked=True)
    for person_id in found:
        forgetting.forget(session, person_id, erase=erase, now=now)
        where, why = f"people/{person_id}", "the account was given up"
        audit.note(session, audit.SYSTEM, audit.Deeds.CHANGE, CLOSED, where, reason=why, now=now)
    return len(found)


def _closed(session: Session, limit: int, *, is_locked: bool = False) -> Sequence[int]:
    given_up = select(Person.id).where(
        *(Person.closed_at.is_not(None), Person.forgotten_at.is_(None), Person.official_id.is_(None)),
        *(Person.seen_at <= Person.closed_at, ~_has_open_case()),
    )
    wanted = given_up.order_by(Person.id).limit(limit)
    return session.scalars(wanted.with_for_update(skip_locked=True) if is_locked else wanted).all()


def _has_open_case() -> ColumnElement[bool]:
    return exists().where(Ticket.person_id == Person.id, Ticket.status.not_in(sorted(FINISHED)))


def _to_be_forgotten(session: Session, before: datetime, limit: int) -> Sequence[int]:
    theirs = Ticket.person_id == Person.id
    case = exists().where(theirs)
    happened = Event.verb != Verb.REDACT  # that somebody else was forgotten is nothing that happened
    is_recent = exists().where(theirs, Event.ticket_id == Ticket.id, Event.at >= before, happened)
    speaks = exists().where(Contact.person_id == Person.id, Contact.is_active)
    wanted = select(Person.id).where(
        *(Person.forgotten_at.is_(None), Person.official_id.is_(None), Person.seen_at < before),
        *(~_has_open_case(), ~is_recent, or_(case, ~speaks)),
    )
    return session.scalars(wanted.order_by(Person.id).limit(limit)).all()
