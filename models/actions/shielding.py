"""Secrecy (保密): what a case is about is for those who work on it, its enterprise and supervisors only.

The mark is an event of the case, so that it is on record who asked for it; what it keeps out of sight, and
where, is in docs/patterns.md. Cases that are merged into one are shielded with it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions import events, secrecy
from models.actions.conversation import about, authors, tell_desk
from models.actions.outbox import Notice, tell
from models.queries import shielded as queries
from models.queries.merging import carried_by, locked
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Status, Verb, advance
from models.tables import Ticket

_DESK = frozenset({Role.OWNER, Role.AIDE})


class EnterpriseAsked(Exception):
    """The enterprise asked for secrecy: the owner's desk cannot lift it."""


def shield(
    session: Session, ticket: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> bool:
    """Shield a case and what is merged into it; the other side is told. False if it was so already.

    Raises:
        NotAllowed: it is not for `actor`.
    """
    advance(Status(ticket.status), Verb.SHIELD, actor.role)
    return _change(session, ticket, actor, Verb.SHIELD, reason=reason, now=now)


def cover(session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, now: datetime) -> None:
    """Shield a case that is merged into one that is shielded: what goes on together is hidden together."""
    if queries.shielded(session, [main.id, ticket.id]) == {main.id}:
        events.record(session, ticket, Verb.SHIELD, actor, now=now, main=main.id)
        secrecy.shield(session, ticket)


def unshield(
    session: Session, ticket: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> bool:
    """Lift the secrecy of a case and of what is merged into it. False if there was none.

    Raises:
        NotAllowed: it is not for `actor`.
        EnterpriseAsked: the enterprise asked for it, and `actor` is the owner's desk.
    """
    advance(Status(ticket.status), Verb.UNSHIELD, actor.role)
    if actor.role in _DESK and queries.shielded_by(session, ticket.id) not in _DESK:
        raise EnterpriseAsked
    return _change(session, ticket, actor, Verb.UNSHIELD, reason=reason, now=now)


def _change(
    session: Session, ticket: Ticket, actor: Actor, verb: Verb, *, reason: str | None, now: datetime
) -> bool:
    is_on = verb is Verb.SHIELD
    cases = [ticket, *locked(session, *carried_by(session, ticket.id))]
    are = queries.shielded(session, [each.id for each in cases])
    if (ticket.id in are) == is_on:
        return False
    said = {name: value for name, value in (("reason", reason), ("signed", actor.signed)) if value}
    happened = 0
    for each in reversed(cases):
        if (each.id in are) != is_on:
            happened = events.record(session, each, verb, actor, now=now, **said)
            (secrecy.shield if is_on else secrecy.unshield)(session, each)
    news = about(ticket) | {"role": str(actor.role), "is_on": is_on, "text": reason or ""}
    if actor.role not in _DESK:
        tell_desk(session, ticket, Notice.SHIELDED, news, event_id=happened, now=now)
    others = [each for each in authors(session, ticket) if each != actor.person_id]
    tell(session, others, Notice.SHIELDED, news, ticket_id=ticket.id, event_id=happened, now=now)
    return True
