"""Correct the type of a ticket: somebody says so, or an unsure guess is put right by what was said since."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import clocks, events, gathered
from models.actions.conversation import about, entitle, tell_author, tell_desk
from models.actions.outbox import Notice
from models.actions.tickets import Guess
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Status, Verb
from models.tables import Ticket

_SOURCES: Final = {
    Role.ENTERPRISE: "enterprise",
    Role.OWNER: "official",
    Role.AIDE: "official",
    Role.SUPERVISOR: "supervisor",
}


def retype(session: Session, ticket: Ticket, actor: Actor, type_code: str, *, now: datetime) -> None:
    """Correct the type of a case that has no ledger number yet. The owner stays, the clocks follow."""
    if ticket.type == type_code and ticket.type_source != "guess":
        return
    gathered.settle(session, ticket, now=now)
    changed = ticket.type != type_code
    facts: dict[str, Any] = {"type": type_code, "type_before": ticket.type}
    if changed:
        facts["due"] = clocks.dates(clocks.of_type(session, ticket, type_code))
    event_id = events.record(session, ticket, Verb.RETYPE, actor, now=now, **facts)
    ticket.type, ticket.type_source = type_code, _SOURCES[actor.role]
    if not changed:
        return
    session.flush()
    clocks.retype(session, ticket)
    news = about(ticket)
    if actor.role is Role.ENTERPRISE:
        tell_desk(session, ticket, Notice.RETYPED, news, event_id=event_id, now=now)
    else:
        tell_author(session, ticket, Notice.RETYPED, news, event_id=event_id, now=now)


ANY: Final = 2.0
"""Above every confidence: a guess however sure."""


def is_guess_open(ticket: Ticket, sure_from: float) -> bool:
    """Whether a ticket's type is still only a guess we were not sure of."""
    return ticket.type_source == "guess" and ticket.confidence < sure_from and ticket.status == Status.OPEN


def reguess(session: Session, ticket: Ticket, guess: Guess, *, title: str, now: datetime) -> None:
    """Correct an unsure type by what was said since, as the system's own step. Nobody is disturbed for it."""
    _put_right(session, ticket, guess, now=now, **entitle(ticket, title))


def look_again(
    session: Session,
    ticket_id: int,
    guess: Guess,
    *,
    instead_of: str,
    suggested: str | None = None,
    now: datetime,
) -> bool:
    """Correct a guess by a better one at the same words, as the system's own step; whether it was corrected.

    `suggested` is what a large model named, if its word was weighed. Nothing happens if the ticket is no
    longer an open guess of the type `instead_of`: somebody, or what was said since, knew better. The owner
    stays, and nobody is disturbed.
    """
    fresh = {"populate_existing": True}
    wanted = select(Ticket).where(Ticket.id == ticket_id).with_for_update(key_share=True)
    ticket = session.scalars(wanted, execution_options=fresh).one_or_none()
    if ticket is None or not is_guess_open(ticket, ANY) or ticket.type != instead_of:
        return False
    ways = {"deep": True} if guess.is_deep else {}
    named = {} if suggested is None else {"suggested": suggested}
    _put_right(session, ticket, guess, now=now, **ways, **named)
    return True


def _put_right(session: Session, ticket: Ticket, guess: Guess, *, now: datetime, **more: Any) -> None:
    events.record(
        session,
        ticket,
        Verb.RETYPE,
        Actor(Role.SYSTEM, None),
        now=now,
        type=guess.type,
        type_before=ticket.type,
        confidence=round(guess.confidence, 4),
        due=clocks.dates(clocks.of_type(session, ticket, guess.type)),
        **more,
    )
    ticket.type, ticket.confidence, ticket.second_type = guess.type, guess.confidence, guess.second
    session.flush()
    clocks.retype(session, ticket)
