"""Owners are told that an enterprise does not receive us, or the card of a visit not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.actions.outbox import Notice, tell
from models.queries.people import desk
from models.rules.numbers import number_of
from models.tables import Call, Delivery, Enterprise, Official, Outbox, Person, Ticket


def warn_owners(session: Session, whys: Mapping[int, str], *, now: datetime) -> None:
    """Tell owners that enterprises do not receive us, and never about officials.

    Once a case and reason until its contact comes or goes, so that not every reply brings the same news; and
    once more for each fact of which something is lost for good, and for each call whose card did not arrive:
    nobody may make it. `whys` says why for each message, by its id.
    """
    if not whys:
        return
    found = session.execute(
        select(
            *(Outbox.id, Outbox.event_id, Outbox.kind, Outbox.ticket_id, Outbox.call_id, Ticket.title),
            func.coalesce(Ticket.owner_id, Official.leader_id, Official.id).label("desk_id"),
            Enterprise.id.label("firm"),
            Enterprise.name.label("enterprise"),
            Person.seen_at,
        )
        .join(Person, Person.id == Outbox.person_id)
        .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
        .outerjoin(Call, Call.id == Outbox.call_id)
        .outerjoin(Enterprise, Enterprise.id == Call.enterprise_id)
        .outerjoin(Official, Official.id == Call.caller_id)
        .where(Outbox.id.in_(whys), Person.official_id.is_(None), Outbox.kind != Notice.UNREACHABLE)
        .where(or_(Ticket.id.is_not(None), Outbox.kind == Notice.CALL_ANNOUNCED))
        .order_by(Outbox.id)
    )
    for row in found.all():
        news = _subject(row) | {"why": whys[row.id], "of": row.kind}
        know = _who_know(session, row, whys[row.id])
        tell(
            session,
            [person for person in desk(session, row.desk_id) if person not in know],
            Notice.UNREACHABLE,
            news,
            ticket_id=row.ticket_id,
            event_id=row.event_id,
            call_id=row.call_id,
            now=now,
            key=f"unreachable:{'dead:' * (whys[row.id] == Delivery.DEAD)}{_cause(row)}",
        )


def _subject(row: Any) -> dict[str, Any]:
    if row.ticket_id is None:
        return {"firm": row.firm, "enterprise": row.enterprise}
    return {"number": number_of(row.ticket_id), "title": row.title}


def _who_know(session: Session, row: Any, why: str) -> set[int]:
    """Who was told already that a case's contact does not receive us, and why, since they were last here."""
    if why == Delivery.DEAD or row.kind == Notice.CALL_ANNOUNCED:
        return set()
    told = select(Outbox.person_id, Outbox.payload).where(
        Outbox.ticket_id == row.ticket_id,
        Outbox.kind == Notice.UNREACHABLE,
        Outbox.created_at >= row.seen_at,
    )
    return {person_id for person_id, news in session.execute(told) if news.get("why") == why}


def _cause(row: Any) -> str:
    return f"message:{row.id}" if row.event_id is None else f"event:{row.event_id}"
