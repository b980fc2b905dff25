"""Whether two cases of an enterprise may be made one (并案), and what stands against it.

What the enterprise was promised is never put off, and no failure leaves the rates: see `rules.one_matter`.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.co_handling import helpers
from models.queries.deadlines import pause_running, pending
from models.queries.merging import carried_by
from models.queries.tickets import Actor
from models.queries.trust import open_call
from models.rules.lifecycle import NotPossible, Status, Verb, advance
from models.rules.one_matter import is_any_broken, puts_off
from models.tables import Clock, Event, Message, Ticket


class Apart(StrEnum):
    """Why two cases cannot be one."""

    SAME = "same"
    OTHER_ENTERPRISE = "other_enterprise"
    OTHER_OWNER = "other_owner"
    NOT_THE_EARLIER = "not_the_earlier"
    CARRIES = "carries"
    """Others are merged into the later one already."""
    BUSY = "busy"
    """Help, a call, a pause, a wish for more time or words held back on the later one are not settled."""
    NOT_TAKEN_ON = "not_taken_on"
    """The later one is in work already, the earlier one is not."""
    PUT_OFF = "put_off"
    """The enterprise would get later what it was promised on the later one."""
    BROKEN = "broken"
    """A promise on the later one was broken, or it was not solved when that was said: it counts by itself."""


class CannotMerge(Exception):
    """The two cases cannot be one."""

    def __init__(self, why: Apart) -> None:
        super().__init__(why)
        self.why = why


def may_merge(session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, now: datetime) -> None:
    """Refuse two cases that cannot be one; the later one is named first.

    Raises:
        CannotMerge: they are not two cases of one enterprise and owner, or something hangs on the later one.
        NotPossible: the later one is done or over, or nobody works on the earlier one.
        NotAllowed: it is not for `actor`.
    """
    why = _against(ticket, main)
    if why is not None:
        raise CannotMerge(why)
    advance(Status(ticket.status), Verb.MERGE, actor.role)
    advance(Status(main.status), Verb.CARRY, actor.role)
    if main.status not in {Status.OPEN, Status.ACCEPTED}:
        raise NotPossible(Status(main.status), Verb.CARRY)
    if carried_by(session, ticket.id):
        raise CannotMerge(Apart.CARRIES)
    if _has_failed(session, ticket.id, now):
        raise CannotMerge(Apart.BROKEN)
    if _is_busy(session, ticket, now):
        raise CannotMerge(Apart.BUSY)
    if ticket.status == Status.ACCEPTED and main.status == Status.OPEN:
        raise CannotMerge(Apart.NOT_TAKEN_ON)
    if _puts_off(session, ticket.id, main.id):
        raise CannotMerge(Apart.PUT_OFF)


def _against(ticket: Ticket, main: Ticket) -> Apart | None:
    if ticket.id == main.id:
        return Apart.SAME
    if ticket.enterprise_id is None or ticket.enterprise_id != main.enterprise_id:
        return Apart.OTHER_ENTERPRISE
    if main.id > ticket.id:
        return Apart.NOT_THE_EARLIER
    return Apart.OTHER_OWNER if ticket.owner_id != main.owner_id else None


def _is_busy(session: Session, ticket: Ticket, now: datetime) -> bool:
    held = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.held_until > now, Message.retracted_at.is_(None)
    )
    return bool(
        helpers(session, ticket.id)
        or pause_running(session, ticket.id)
        or open_call(session, ticket)
        or pending(session, ticket.id)
        or session.scalars(held.limit(1)).first()
    )


def _has_failed(session: Session, ticket_id: int, now: datetime) -> bool:
    """Whether a case was ever late, disputed or back: merged it would count no more, and that with it."""
    clocks = select(Clock.name, Clock.due_at, Clock.met_at).where(
        Clock.ticket_id == ticket_id, Clock.subject_id.is_(None)
    )
    said = select(Event.id).where(Event.ticket_id == ticket_id, Event.verb.in_((Verb.DISPUTE, Verb.REBOUND)))
    is_late = is_any_broken(session.execute(clocks), now)
    return is_late or session.scalars(said.limit(1)).first() is not None


def _puts_off(session: Session, ticket_id: int, main_id: int) -> bool:
    """Whether a date of the later case would come later, or not at all, under the earlier one."""
    columns = (Clock.ticket_id, Clock.name, Clock.due_at, Clock.met_at)
    wanted = select(*columns).where(Clock.ticket_id.in_((ticket_id, main_id)), Clock.subject_id.is_(None))
    running: dict[int, dict[str, datetime]] = {ticket_id: {}, main_id: {}}
    kept: set[str] = set()
    for whose, name, due_at, met_at in session.execute(wanted.order_by(Clock.id)):
        if met_at is None:
            running[whose][name] = due_at
        elif whose == main_id:
            kept.add(name)
    return bool(puts_off(running[ticket_id], running[main_id], kept - running[main_id].keys()))
