"""What becomes of calls and visits that are announced when whoever has the card leaves the enterprise."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import events
from models.actions.appointments import (
    announced,
    card,
    close,
    hearer,
    moments,
    tell_caller,
    tell_people,
    window_of,
)
from models.actions.outbox import Notice
from models.queries.tickets import Actor
from models.queries.trust import Addressee
from models.rules.lifecycle import Role, Verb
from models.tables import Call, CallKind, CallState, Contact, Enterprise, Outbox, Ticket

Expected = tuple[Addressee, Call]
"""To whom a call or visit is announced, and the call."""


def expected_by(session: Session, contact: Contact, now: datetime) -> list[Expected]:
    """Return the calls and visits of which a contact has, or is about to get, the card."""
    of_cases = select(Ticket, Call).join(Call, Call.ticket_id == Ticket.id)
    to_firms = select(Enterprise, Call).join(Call, Call.enterprise_id == Enterprise.id)
    is_open = Call.closed_at.is_(None), Call.begins_at.is_not(None), Call.lapses_at > now
    firm = contact.enterprise_id
    theirs = (of_cases.where(Ticket.enterprise_id == firm), to_firms.where(Enterprise.id == firm))
    found: list[Expected] = [
        (to, call)
        for each in theirs
        for to, call in session.execute(each.where(*is_open).order_by(Call.id)).all()
    ]
    return [one for one in found if _hears(session, one[0], contact.person_id, now)]


def spare(session: Session, calls: Sequence[Expected], heir: int, *, now: datetime) -> list[Expected]:
    """End the calls to a colleague who wants none, and tell who would have rung; return what goes on to them.

    A visit they may have: they asked only not to be telephoned.
    """
    wants_none = select(Contact.no_calls).where(Contact.person_id == heir, Contact.is_active)
    if not any(session.scalars(wants_none)):
        return list(calls)
    for to, call in calls:
        if call.kind == CallKind.CALL and isinstance(to, Ticket):
            system = Actor(Role.SYSTEM, None)
            event_id = events.record(session, to, Verb.CANCEL_CALL, system, now=now, call=call.id)
            close(session, call, CallState.CANCELLED, now)
            call.event_id = event_id
            tell_caller(session, Notice.CALL_ANSWERED, {"answer": "inherited"}, to=to, call=call, now=now)
    return [one for one in calls if one[1].closed_at is None]


def hand_on(
    session: Session, calls: Sequence[Expected], heir: int, *, moved: Collection[Outbox], now: datetime
) -> None:
    """Give a colleague the cards that had been read already; those on their way are `moved` as they are."""
    on_their_way = {(row.ticket_id, row.call_id) for row in moved if row.kind == Notice.CALL_ANNOUNCED}
    for to, call in calls:
        window = window_of(call)
        cause = (call.ticket_id, None if call.ticket_id else call.id)
        if window is None or cause in on_their_way:
            continue
        news = card(session, announced(session, call, window, call.phrase or "")) | {"again": False}
        tell_people(session, [heir], Notice.CALL_ANNOUNCED, news, to=to, call=call, now=now)


def give_up(session: Session, calls: Sequence[Expected], *, now: datetime) -> None:
    """Nobody is left who could expect a visit: it is off, and whoever would have come knows why.

    A call about a case stays: its desk hears that nobody reads the chat, with the case.
    """
    for to, call in calls:
        window = window_of(call)
        if window is None or isinstance(to, Ticket):
            continue
        close(session, call, CallState.CANCELLED, now)
        tell_caller(session, Notice.NO_CONTACT, moments(window), to=to, call=call, now=now)


def _hears(session: Session, to: Addressee, person_id: int, now: datetime) -> bool:
    whom = hearer(session, to, now)
    return whom is not None and whom.person_id == person_id
