"""Cases that are merged (并案) or shielded (保密) otherwise than events tell: for `liaison verify`."""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.queries.contradictions import put_aside
from models.queries.merging import carried_by
from models.rules.lifecycle import Status, Verb
from models.rules.numbers import number_of
from models.tables import Event, Merge, Ticket, TicketVector


def contradictions(session: Session) -> Iterator[str]:
    """Yield each case that is merged or shielded otherwise than its events say."""
    for ticket_id in session.scalars(
        select(Ticket.id).where(Ticket.status == Status.MERGED, ~exists().where(Merge.ticket_id == Ticket.id))
    ):
        yield f"ticket {number_of(ticket_id)}: it is merged, nothing says into which"
    merges = select(Merge.ticket_id, Merge.main_id, Merge.clocks)
    for ticket_id, main_id, clocks in session.execute(merges).all():
        yield from _merged(session, ticket_id, main_id)
        for says in put_aside(session, ticket_id, clocks):
            yield f"ticket {number_of(ticket_id)}: put aside, {says}"
    marked = set(session.scalars(select(TicketVector.ticket_id).where(TicketVector.is_shielded)))
    asked = set(session.scalars(select(Event.ticket_id).where(Event.verb == Verb.SHIELD).distinct()))
    for ticket_id in sorted(marked | asked):
        last = _last(session, ticket_id, (Verb.SHIELD, Verb.UNSHIELD))
        if (last is not None and last.verb == Verb.SHIELD) != (ticket_id in marked):
            yield f"ticket {number_of(ticket_id)}: its events and its mark of secrecy differ"


def _merged(session: Session, ticket_id: int, main_id: int) -> Iterator[str]:
    last = _last(session, ticket_id, (Verb.MERGE, Verb.SEPARATE, Verb.REVIVE))
    if last is None or last.verb != Verb.MERGE or last.data.get("main") != main_id:
        yield f"ticket {number_of(ticket_id)}: its events do not merge it into {number_of(main_id)}"
    told = _last(session, main_id, (Verb.CARRY,))
    if told is None or told.data.get("carries") != carried_by(session, main_id):
        yield f"ticket {number_of(main_id)}: its events name other cases merged into it"


def _last(session: Session, ticket_id: int, verbs: Sequence[Verb]) -> Event | None:
    wanted = select(Event).where(Event.ticket_id == ticket_id, Event.verb.in_(verbs))
    return session.scalars(wanted.order_by(Event.seq.desc()).limit(1)).first()
