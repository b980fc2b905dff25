"""Secrecy (保密): what a case is about is for those who work on it, its enterprise and supervisors only.

The mark is an event of the case, so that it is on record who asked for it; what it keeps out of sight, and
where, is in docs/patterns.md. Cases that are merged into one are shielded with it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.actions import events, secrecy
from models.actions.conversation import about, authors, tell_desk
from models.actions.outbox import Notice, tell
from models.queries import shielded as queries
from models.queries.merging import carried_by, locked, main_of
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Status, Verb, advance
from models.rules.numbers import number_of
from models.tables import Ticket

_DESK = frozenset({Role.OWNER, Role.AIDE})


class EnterpriseAsked(Exception):
    """The enterprise asked for secrecy: the owner's desk cannot lift it."""


class HiddenTogether(Exception):
    """A case is merged into another, `number`: it is for that one to be shielded, or no more."""

    def __init__(self, number: str) -> None:
        super().__init__(f"it goes on under {number}")
        self.number = number


def shield(
    session: Session, ticket: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> bool:
    """Shield a case and what is merged into it; the other side is told. False if it was so already.

    Raises:
        NotAllowed: it is not for `actor`.
        HiddenTogether: it is merged into another case.
    """
    advance(Status(ticket.status), Verb.SHIELD, actor.role)
    _stands_alone(session, ticket)
    return _change(session, ticket, actor, Verb.SHIELD, reason=reason, now=now)


def cover(session: Session, main: Ticket, actor: Actor, *, now: datetime) -> None:
    """Shield a case and all that goes on under it, where one of them is shielded.

    What goes on together is said together, and so is hidden together, as whoever asked for it wants.
    """
    _together(session, [main, *locked(session, *carried_by(session, main.id))], actor, now=now)


def pass_on(
    session: Session, ticket: Ticket, opened: Collection[int], actor: Actor, *, now: datetime
) -> None:
    """Shield cases that were made of a shielded one's words, as whoever asked for it wants."""
    if queries.shielded(session, [ticket.id]):
        _together(session, [ticket, *locked(session, *opened)], actor, now=now)


def _together(session: Session, cases: Sequence[Ticket], actor: Actor, *, now: datetime) -> None:
    are = queries.shielded(session, [each.id for each in cases])
    if not are:
        return
    asked = {each: queries.shielded_by(session, each) for each in sorted(are)}
    role = next((each for each in asked.values() if each not in _DESK), next(iter(asked.values())))
    for each in cases:
        if each.id not in are or (asked[each.id] in _DESK and role not in _DESK):
            events.record(session, each, Verb.SHIELD, actor, now=now, asked_by=role)
    secrecy.shield(session, [each for each in cases if each.id not in are])


def unshield(
    session: Session, ticket: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> bool:
    """Lift the secrecy of a case and of what is merged into it. False if there was none.

    Raises:
        NotAllowed: it is not for `actor`.
        EnterpriseAsked: the enterprise asked for it, of this case or one that goes on under it, and `actor`
            is the owner's desk.
        HiddenTogether: it is merged into another case.
    """
    advance(Status(ticket.status), Verb.UNSHIELD, actor.role)
    _stands_alone(session, ticket)
    are = queries.shielded(session, [ticket.id, *carried_by(session, ticket.id)])
    if actor.role in _DESK and any(queries.shielded_by(session, each) not in _DESK for each in are):
        raise EnterpriseAsked
    return _change(session, ticket, actor, Verb.UNSHIELD, reason=reason, now=now)


def _stands_alone(session: Session, ticket: Ticket) -> None:
    main_id = main_of(session, ticket.id)
    if main_id is not None:
        raise HiddenTogether(number_of(main_id))


def _change(
    session: Session, ticket: Ticket, actor: Actor, verb: Verb, *, reason: str | None, now: datetime
) -> bool:
    is_on = verb is Verb.SHIELD
    cases = [ticket, *locked(session, *carried_by(session, ticket.id))]
    are = queries.shielded(session, [each.id for each in cases])
    said = {name: value for name, value in (("reason", reason), ("signed", actor.signed)) if value}
    if is_on and actor.role not in _DESK:
        for each in cases:
            if each.id in are and queries.shielded_by(session, each.id) in _DESK:
                events.record(
                    session, each, verb, actor, now=now, **said
                )  # the desk lifts it by itself no more
    if (ticket.id in are) == is_on:
        return False
    happened = 0
    changed = [each for each in reversed(cases) if (each.id in are) != is_on]
    for each in changed:
        happened = events.record(session, each, verb, actor, now=now, **said)
    (secrecy.shield if is_on else secrecy.unshield)(session, changed)
    news = about(ticket) | {"role": str(actor.role), "is_on": is_on, "text": reason or ""}
    if actor.role not in _DESK:
        tell_desk(session, ticket, Notice.SHIELDED, news, event_id=happened, now=now)
    others = [each for each in authors(session, ticket) if each != actor.person_id]
    tell(session, others, Notice.SHIELDED, news, ticket_id=ticket.id, event_id=happened, now=now)
    return True
