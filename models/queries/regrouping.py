"""What a regrouping of all stored cases (`liaison patterns --regroup`) starts from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.queries.comparing import AT_ONCE, is_decided
from models.queries.patterns import GONE
from models.rules.patterns import voice_of
from models.tables import Pattern, PatternMember, PatternState, Ticket, TicketVector


class Kept(NamedTuple):
    """A case that may be compared, and where it is. `copy_of` is the case whose words it repeats."""

    ticket_id: int
    voice: str
    vector: bytes
    traits: Mapping[str, Any]
    pattern_id: int | None
    copy_of: int | None


def types(session: Session, model: str) -> Sequence[str]:
    """Return the types of which there are cases to compare."""
    wanted = select(TicketVector.type).where(TicketVector.model == model, TicketVector.vector.is_not(None))
    return session.scalars(wanted.distinct().order_by(TicketVector.type)).all()


def kept(session: Session, model: str, type_code: str) -> Iterator[Kept]:
    """Yield the cases of a type that may be compared, by id, some at a time."""
    after = 0
    while rows := session.execute(_page(model, type_code, after)).all():
        for row in rows:
            ticket_id, vector, traits, firm, person, pattern_id, copy_of = row
            yield Kept(ticket_id, voice_of(firm, person), vector or b"", traits or {}, pattern_id, copy_of)
        after = rows[-1][0]


def _page(model: str, type_code: str, after: int) -> Any:
    return (
        select(
            *(TicketVector.ticket_id, TicketVector.vector, TicketVector.traits),
            *(Ticket.enterprise_id, Ticket.person_id, PatternMember.pattern_id, PatternMember.copy_of),
        )
        .join(Ticket, Ticket.id == TicketVector.ticket_id)
        .outerjoin(PatternMember, PatternMember.ticket_id == TicketVector.ticket_id)
        .where(TicketVector.model == model, TicketVector.vector.is_not(None), TicketVector.ticket_id > after)
        .where(Ticket.type == type_code, TicketVector.type == type_code, Ticket.status.not_in(GONE))
        .order_by(TicketVector.ticket_id)
        .limit(AT_ONCE)
    )


def decided(session: Session, type_code: str) -> frozenset[int]:
    """Return the patterns of a type about which people decided anything: their cases stay where they are."""
    holds_pinned = exists().where(PatternMember.pattern_id == Pattern.id, PatternMember.is_pinned)
    wanted = select(Pattern.id).where(Pattern.type == type_code, Pattern.state != PatternState.JOINED)
    return frozenset(session.scalars(wanted.where(or_(is_decided(), holds_pinned))))
